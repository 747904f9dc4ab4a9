/** Garbage collection: which items are live, and deleting those that are not.
 *  Marking is in memory, from the roots over the references of the database; deleting renames an item away,
 *  unregisters it, then removes it, so that a crash leaves no valid item broken. Model: libstore/gc.cc. */
import { lstatSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { parseStorePath, type StorePath, storeDirectory } from '../formats/index.ts'
import { FileLock } from './file-locks.ts'
import { findRoots } from './roots.ts'
import type { Store } from './store.ts'
import { existsLink, removeTree, sizeOfTree } from './trees.ts'

export interface Liveness {
  readonly live: ReadonlySet<StorePath>
  readonly dead: readonly StorePath[]
}

export interface GcOptions {
  /** Keep the outputs of live derivations. */
  readonly keepOutputs?: boolean
  /** Keep the derivations that live items were built from. */
  readonly keepDerivations?: boolean
  /** Do not keep what this process itself has used. */
  readonly ignoreOwnRoots?: boolean
}

/** Which valid items the roots reach, and which they do not. */
export function computeLiveness(store: Store, options: GcOptions = {}): Liveness {
  const { keepOutputs = false, keepDerivations = true } = options
  const { database } = store
  const valid = database.validPaths()
  const isValid = new Set(valid)
  const references = new Map<StorePath, StorePath[]>()
  for (const [referrer, reference] of database.allReferences()) {
    const known = references.get(referrer)
    if (known === undefined) references.set(referrer, [reference])
    else known.push(reference)
  }
  const live = new Set<StorePath>()
  const pending: StorePath[] = findRoots(store.layout, options).map((root) => root.path)
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (live.has(path) || !isValid.has(path)) continue
    live.add(path)
    for (const reference of references.get(path) ?? []) pending.push(reference)
    if (keepDerivations) {
      const deriver = path.endsWith('.drv') ? undefined : database.pathInfo(path)?.deriver
      if (deriver !== undefined) pending.push(deriver)
    }
    if (keepOutputs && path.endsWith('.drv')) pending.push(...database.derivationOutputs(path).values())
  }
  return { live, dead: valid.filter((path) => !live.has(path)) }
}

export interface GcResult {
  readonly deleted: readonly StorePath[]
  /** Bytes of the files that are gone. */
  readonly freed: number
}

export interface CollectOptions extends GcOptions {
  /** Stop once so many bytes are free again. */
  readonly minimum?: number | undefined
  /** Delete only these; a live one is an error. */
  readonly only?: readonly StorePath[] | undefined
  readonly onDelete?: ((path: string) => void) | undefined
}

/** Delete dead items, referrers before what they refer to.
 *  @throws StrataError `still-alive` for a path of `only` that roots reach. */
export function collectGarbage(store: Store, options: CollectOptions = {}): GcResult {
  const lock = FileLock.acquireBlocking(join(store.layout.state, 'gc.lock'), 'exclusive')
  try {
    const { live, dead } = computeLiveness(store, options)
    const alive = options.only?.find((path) => live.has(path))
    if (alive !== undefined) {
      throw new StrataError('still-alive', `cannot delete path \`${alive}' since it is still alive`, {
        hint: `strata gc --referrers ${alive} shows what refers to it, --list-roots what keeps it`,
      })
    }
    const invalid = options.only?.find((path) => !store.database.isValid(path))
    if (invalid !== undefined) throw new StrataError('invalid-path', `path \`${invalid}' is not valid`)
    return sweep(store, deletionOrder(store, options.only ?? dead), options)
  } finally {
    lock.release()
  }
}

/** PATHS and the dead items that refer to them, each after its referrers. */
function deletionOrder(store: Store, paths: readonly StorePath[]): StorePath[] {
  const ordered: StorePath[] = []
  const seen = new Set<StorePath>()
  const visit = (path: StorePath): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const referrer of store.database.referrers(path)) visit(referrer)
    ordered.push(path)
  }
  for (const path of paths) visit(path)
  return ordered
}

function sweep(store: Store, paths: readonly StorePath[], options: CollectOptions): GcResult {
  const deleted: StorePath[] = []
  let freed = 0
  const enough = (): boolean => options.minimum !== undefined && freed >= options.minimum
  for (const path of paths) {
    if (enough()) break
    options.onDelete?.(path)
    const doomed = join(store.layout.store, `.deleted-${path.slice(storeDirectory.length + 1)}`)
    store.database.invalidate(path)
    store.forget(path)
    const physical = store.physical(path)
    if (existsLink(physical)) {
      freed += sizeOfTree(physical)
      renameSync(physical, doomed)
      removeTree(doomed)
    }
    deleted.push(path)
  }
  if (options.only === undefined) freed += removeLeftovers(store, options.onDelete)
  return { deleted, freed }
}

/** Remove what crashed builds and deletions left: names that are no valid item and that nobody has locked. */
function removeLeftovers(store: Store, onDelete: ((path: string) => void) | undefined): number {
  let freed = 0
  for (const name of readdirSync(store.layout.store)) {
    if (name === '.links') continue
    const path = parseStorePath(`${storeDirectory}/${name}`)
    if (path !== undefined && store.database.isValid(path)) continue
    const physical = join(store.layout.store, name)
    if (isBusy(store, name)) continue
    onDelete?.(`${storeDirectory}/${name}`)
    const stat = lstatSync(physical, { throwIfNoEntry: false })
    if (stat === undefined) continue
    freed += stat.size
    removeTree(physical)
  }
  return freed
}

/** Whether a running process still works on the file NAME of the store's directory: a temporary name holds its
 *  process, and what a build makes is guarded by the locks of its outputs. */
function isBusy(store: Store, name: string): boolean {
  const temporary = /^\.[a-z]+-([0-9]+)-/.exec(name)
  if (temporary?.[1] !== undefined) return existsLink(`/proc/${temporary[1]}`)
  const sandbox = /^(.+\.drv)\.chroot(\.control)?$/.exec(name)
  if (sandbox?.[1] === undefined) return isLocked(join(store.layout.store, name.replace(/\.lock$/, '')))
  const outputs = store.database.derivationOutputs(`${storeDirectory}/${sandbox[1]}`).values()
  return [...outputs].some((output) => isLocked(store.physical(output)))
}

function isLocked(file: string): boolean {
  const lockFile = `${file}.lock`
  if (!existsLink(lockFile)) return false
  const lock = FileLock.tryAcquire(lockFile)
  if (lock === undefined) return true
  lock.release({ remove: true })
  return false
}
