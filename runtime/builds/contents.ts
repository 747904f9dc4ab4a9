/** Whether store items still are what was registered: for repairing. */
import type { StorePath } from '../formats/index.ts'
import { existsLink, hashPath, type Store } from '../store/index.ts'

/** Whether the valid PATH is on disk with the contents it was registered with. */
export function hasGoodContents(store: Store, path: StorePath): boolean {
  const file = store.physical(path)
  const expected = store.pathInfo(path)?.hash
  if (expected === undefined || !existsLink(file)) return false
  return expected === `sha256:${hashPath(file).hash.digest.toHex()}`
}

/** Those of PATHS that need repair. */
export function damagedItems(store: Store, paths: Iterable<StorePath>): StorePath[] {
  return [...paths].filter((path) => !hasGoodContents(store, path))
}
