/** The forms of an included file. Relative names are looked up beside the including file first. */

import { findInLoadPath } from '../modules/find.ts'
import { readSource } from '../modules/load.ts'
import { currentRealm } from '../modules/realm.ts'
import { readAll } from '../reader/index.ts'
import { SchemeString, type Value } from '../values/index.ts'
import { badSyntax, here } from './errors.ts'

export function includedForms(name: Value, foldCase: boolean): Value[] {
  if (!(name instanceof SchemeString)) return badSyntax(name)
  const realm = currentRealm()
  const path = includedPath(name.toString(), here.span?.source.name ?? realm.currentFile)
  return readAll(readSource(path, here.span), { r7rs: realm.r7rs, foldCase })
}

function includedPath(name: string, includer: string | undefined): string {
  if (name.startsWith('/')) return name
  const { host } = currentRealm()
  const slash = includer?.lastIndexOf('/') ?? -1
  const beside = slash < 0 ? name : `${includer?.slice(0, slash)}/${name}`
  if (host.fileExists(beside)) return beside
  return findInLoadPath(name) ?? beside
}
