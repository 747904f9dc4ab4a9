export { collectionDirectories } from './directories.ts'
export type { IndexKey } from './index-files.ts'
export { type CollectionDirectory, collectionState } from './module-files.ts'
export { type NameIndex, openNameIndex, type PackagePlace, writeNameIndex } from './name-index.ts'
export { findOrMakeIndex } from './package-entries.ts'
export {
  type IndexedLicense,
  type IndexedPackage,
  indexInMemory,
  openPackageIndex,
  type PackageIndex,
  writePackageIndex,
} from './package-index.ts'
