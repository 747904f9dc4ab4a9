export { exportItem, exportItems, Import, importFile, importFrom, type Judge, type Signer } from './archives.ts'
export { canonicalize } from './canonicalize.ts'
export { contentAddress } from './content-address.ts'
export { type PathInfo, type Registration, StoreDatabase } from './database.ts'
export { FileLock, type LockKind } from './file-locks.ts'
export { fileName, namesIn } from './file-names.ts'
export {
  type CollectOptions,
  collectGarbage,
  computeLiveness,
  type GcOptions,
  type GcResult,
  type Liveness,
} from './gc.ts'
export {
  currentGeneration,
  deleteOldGenerations,
  type Generation,
  generationsOf,
  parseDuration,
  profilesOf,
} from './generations.ts'
export { gitHash } from './git-hash.ts'
export { createDigester, type Digester, hashing } from './hashing.ts'
export { physicalPath, type StoreLayout, storeLayout } from './layout.ts'
export { type Deduplication, Deduplicator, optimizeStore } from './links.ts'
export { type AdditionOptions, NarAddition } from './nar-addition.ts'
export {
  type DumpOptions,
  dumpPath,
  hashFile,
  hashPath,
  type NarHash,
  Restoration,
  restoringVisitor,
} from './nar-files.ts'
export { type Keeping, ReferenceGraph, type StoreRows } from './reference-graph.ts'
export { ReferenceScanner } from './references.ts'
export { giveUpReserve } from './reserve.ts'
export { addIndirectRoot, findRoots, linkedRoots, makeRoot, type Root, runtimeRoots, switchLink } from './roots.ts'
export { type AddOptions, Store } from './store.ts'
export { asStoreError } from './store-errors.ts'
export { readTemporaryRoots, TemporaryRoots } from './temporary-roots.ts'
export { copyTree, existsLink, removeTree } from './trees.ts'
export { findUser, makeProfileDirectory, type User } from './user-profiles.ts'
export { type VerificationOptions, verifyStore } from './verification.ts'
export { namedItem, nameOfPlace, placeInStore } from './view.ts'
