export { collectionDirectories } from './directories.ts'
export { type CollectionDirectory, collectionState } from './module-files.ts'
export { findOrMakeIndex } from './package-entries.ts'
export {
  type IndexedLicense,
  type IndexedPackage,
  type IndexKey,
  indexInMemory,
  openPackageIndex,
  type PackageIndex,
  writePackageIndex,
} from './package-index.ts'
