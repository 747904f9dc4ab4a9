/** Garbage collection: which items are live, and deleting those that are not.
 *  Marking is in memory (reference-graph.ts), from the roots over the references of the database. Deleting unregisters
 *  items, many in one transaction, and then removes their files: a crash leaves files that are no item, which the
 *  next collection removes. Model: libstore/gc.cc. */
import { lstatSync, readdirSync, type Stats, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type StorePath, storeDirectory } from '../formats/index.ts'
import { whileCollecting } from './collector-lock.ts'
import { FileLock } from './file-locks.ts'
import { removeUnusedLinks } from './links.ts'
import { type Keeping, ReferenceGraph } from './reference-graph.ts'
import { giveUpReserve, takeReserve } from './reserve.ts'
import { type CollectorRoots, findRoots, holdRoots } from './roots.ts'
import type { Store } from './store.ts'
import { existsLink, removeTree, sizeOfTree } from './trees.ts'

export interface Liveness {
  readonly live: ReadonlySet<StorePath>
  readonly dead: readonly StorePath[]
}

export interface GcOptions extends Keeping {
  /** Do not keep what this process itself has used. */
  readonly ignoreOwnRoots?: boolean
}

/** How many items are unregistered at once. */
const batchSize = 1000

/** Which valid items the roots reach, and which they do not. */
export function computeLiveness(store: Store, options: GcOptions = {}): Liveness {
  const graph = new ReferenceGraph(store.database.rowsForMarking())
  const roots = findRoots(store.layout, options).map((root) => root.path)
  const marks = graph.mark(roots, options)
  const live = new Set<StorePath>()
  const dead: StorePath[] = []
  for (const [number, path] of graph.paths.entries()) {
    if (marks[number] === 1) live.add(path)
    else dead.push(path)
  }
  return { live, dead: dead.sort() }
}

export interface GcResult {
  readonly deleted: readonly StorePath[]
  /** Bytes of the files that are gone. */
  readonly freed: number
}

export interface CollectOptions extends GcOptions {
  /** Stop once so many bytes are free again. */
  readonly minimum?: number | undefined
  /** Delete only these and what refers to them; a live one is an error. */
  readonly only?: readonly StorePath[] | undefined
  /** Called before PATH is deleted, with the bytes that are free already. */
  readonly onDelete?: ((path: string, freed: number) => void) | undefined
  /** Called when the items are gone, and unused links in `.links` are next. */
  readonly onLinks?: (() => void) | undefined
}

/** Delete dead items, referrers before what they refer to.
 *  @throws StrataError `still-alive` for a path of `only` that roots reach. */
export function collectGarbage(store: Store, options: CollectOptions = {}): GcResult {
  giveUpReserve(store.layout.state)
  // They become temporary roots, which waits while somebody collects: us.
  store.writeWaiting()
  return whileCollecting(store.layout.state, () => {
    const held = holdRoots(store.layout, options)
    try {
      const graph = new ReferenceGraph(store.database.rowsForMarking())
      const roots = held.roots.map((root) => root.path)
      const marks = graph.mark(roots, options)
      const doomed = options.only === undefined ? graph.paths.keys() : wanted(graph, options.only, marks)
      return new Sweep(store, graph, options, held).run([...doomed].filter((number) => marks[number] === 0))
    } finally {
      held.release()
      takeReserve(store.layout.state)
    }
  })
}

/** The numbers of PATHS and what refers to them. Those that are not valid are gone already. */
function wanted(graph: ReferenceGraph, paths: readonly StorePath[], marks: Uint8Array): number[] {
  for (const path of paths) {
    const number = graph.number(path)
    if (number !== undefined && marks[number] === 1) {
      throw new StrataError('still-alive', `cannot delete path \`${path}' since it is still alive`, {
        hint: `strata gc --referrers ${path} shows what refers to it, --list-roots what keeps it`,
      })
    }
  }
  return graph.referrersOf(paths.filter((path) => graph.number(path) !== undefined))
}

class Sweep {
  readonly #store: Store
  readonly #graph: ReferenceGraph
  readonly #options: CollectOptions
  readonly #held: CollectorRoots
  readonly #deleted: StorePath[] = []
  #freed = 0

  constructor(store: Store, graph: ReferenceGraph, options: CollectOptions, held: CollectorRoots) {
    this.#store = store
    this.#graph = graph
    this.#options = options
    this.#held = held
  }

  run(doomed: readonly number[]): GcResult {
    const { only } = this.#options
    this.#removeLeftovers(
      only === undefined
        ? readdirSync(this.#store.layout.store)
        : only.map((path) => path.slice(storeDirectory.length + 1)),
    )
    const { minimum } = this.#options
    const ordered = this.#graph.referrersFirst(doomed)
    // With a minimum one by one: no more may go than is needed.
    const batch = minimum === undefined ? batchSize : 1
    for (let at = 0; at < ordered.length && !this.#isEnough(); at += batch) this.#delete(ordered.slice(at, at + batch))
    this.#options.onLinks?.()
    this.#freed += removeUnusedLinks(this.#store.layout)
    return { deleted: this.#deleted, freed: this.#freed }
  }

  #isEnough(): boolean {
    return this.#options.minimum !== undefined && this.#freed >= this.#options.minimum
  }

  #delete(numbers: readonly number[]): void {
    const { paths } = this.#graph
    for (const number of this.#unregister(numbers)) {
      const path = paths[number]
      if (path === undefined) continue
      this.#options.onDelete?.(path, this.#freed)
      this.#store.forget(path)
      this.#freed += removeItem(this.#store.physical(path))
      this.#deleted.push(path)
    }
  }

  /** Make items invalid; gives those that are. One that somebody refers to since it was marked, a program that does
   *  not know of temporary roots, stays. */
  #unregister(numbers: readonly number[]): readonly number[] {
    const { keys } = this.#graph
    try {
      this.#store.database.invalidateAll(numbers.map((number) => keys[number] ?? 0))
      return numbers
    } catch (error) {
      if (!isConstraint(error)) throw error
      return numbers.length === 1 ? [] : numbers.flatMap((number) => this.#unregister([number]))
    }
  }

  /** Remove what crashed builds and deletions left: those of NAMES that are no valid item and that nobody works on. */
  #removeLeftovers(names: readonly string[]): void {
    for (const name of names) {
      if (this.#isEnough()) return
      if (name === '.links' || !existsLink(join(this.#store.layout.store, name))) continue
      const path = `${storeDirectory}/${name}`
      if (this.#graph.number(path) !== undefined || this.#isBusy(name)) continue
      this.#options.onDelete?.(path, this.#freed)
      this.#freed += removeItem(join(this.#store.layout.store, name))
    }
  }

  /** Whether a running process still works on the file NAME of the store's directory. It has the item that the file is
   *  to become among its temporary roots, or the lock of an output, or else has put its number into a temporary name. */
  #isBusy(name: string): boolean {
    if (this.#held.busy.has(name.slice(0, 32))) return true
    const temporary = /^\.[a-z]+-([0-9]+)-/.exec(name)
    if (temporary?.[1] !== undefined) return existsLink(`/proc/${temporary[1]}`)
    return isLocked(join(this.#store.layout.store, name.replace(/(\.lock|\.chroot(\.control)?)$/, '')))
  }
}

function isConstraint(error: unknown): boolean {
  return error instanceof Error && /constraint failed/i.test(error.message)
}

/** Remove an item that is no longer registered, or never was; the bytes that this frees. */
function removeItem(file: string): number {
  const stat: Stats | undefined = lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (stat.isDirectory()) {
    const size = sizeOfTree(file)
    removeTree(file)
    return size
  }
  unlinkSync(file)
  return stat.isFile() && stat.nlink === 1 ? stat.size : 0
}

function isLocked(file: string): boolean {
  const lockFile = `${file}.lock`
  if (!existsLink(lockFile)) return false
  const lock = FileLock.tryAcquire(lockFile)
  if (lock === undefined) return true
  lock.release({ remove: true })
  return false
}
