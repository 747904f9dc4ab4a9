export { findInLoadPath, interfaceNamed, moduleNameParts, resolveModule } from './find.ts'
export { evaluateForm, evaluateSource, loadFile, readSource } from './load.ts'
export { type Interface, Module } from './module.ts'
export { currentRealm, moduleKey, Realm, type RealmOptions, withRealm } from './realm.ts'
