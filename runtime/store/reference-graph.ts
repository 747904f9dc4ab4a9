/** Which items the roots reach, by number instead of by name: the collector's view of a whole store in memory.
 *  Pure: rows come from the database (database.ts), roots from roots.ts; deleting is gc.ts.
 *  What keeps what: canReachRoot of libstore/gc.cc. */
import type { StorePath } from '../formats/index.ts'

/** The rows of the database that marking needs. */
export interface StoreRows {
  /** Items with their keys in the database. */
  readonly items: readonly (readonly [key: number, path: StorePath])[]
  /** Keys of a referrer and of what it refers to. */
  readonly references: readonly (readonly [referrer: number, reference: number])[]
  /** Keys of a derivation and of a valid output of it; whether the output says it was built by that derivation. */
  readonly outputs: readonly (readonly [derivation: number, output: number, built: boolean])[]
}

export interface Keeping {
  /** Keep the outputs of live derivations: no by default. */
  readonly keepOutputs?: boolean
  /** Keep the derivations that live items were built from: yes by default. */
  readonly keepDerivations?: boolean
}

/** Edges between nodes 0 to n-1: the targets of node i are those from start[i] to start[i + 1]. */
interface Edges {
  readonly start: Int32Array
  readonly targets: Int32Array
}

function makeEdges(count: number, sources: Int32Array, targets: Int32Array): Edges {
  const start = new Int32Array(count + 1)
  for (const source of sources) start[source + 1] = (start[source + 1] ?? 0) + 1
  for (let i = 0; i < count; i++) start[i + 1] = (start[i + 1] ?? 0) + (start[i] ?? 0)
  const next = start.slice()
  const placed = new Int32Array(targets.length)
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] ?? 0
    const at = next[source] ?? 0
    placed[at] = targets[i] ?? 0
    next[source] = at + 1
  }
  return { start, targets: placed }
}

function reversed(count: number, edges: Edges): Edges {
  const sources = new Int32Array(edges.targets.length)
  for (let i = 0; i < count; i++) sources.fill(i, edges.start[i], edges.start[i + 1])
  return makeEdges(count, edges.targets, sources)
}

export class ReferenceGraph {
  readonly paths: readonly StorePath[]
  readonly keys: readonly number[]
  readonly #rows: StoreRows
  readonly #numbers: Map<number, number>
  readonly #references: Edges
  #byPath: Map<string, number> | undefined

  constructor(rows: StoreRows) {
    this.#rows = rows
    this.keys = rows.items.map(([key]) => key)
    this.paths = rows.items.map(([, path]) => path)
    this.#numbers = new Map(this.keys.map((key, number) => [key, number]))
    this.#references = this.#edges(rows.references)
  }

  #edges(pairs: Iterable<readonly [number, number]>): Edges {
    const sources: number[] = []
    const targets: number[] = []
    for (const [from, to] of pairs) {
      const source = this.#numbers.get(from)
      const target = this.#numbers.get(to)
      if (source === undefined || target === undefined || source === target) continue
      sources.push(source)
      targets.push(target)
    }
    return makeEdges(this.paths.length, Int32Array.from(sources), Int32Array.from(targets))
  }

  /** The number of PATH, undefined for one that is not valid. */
  number(path: string): number | undefined {
    this.#byPath ??= new Map(this.paths.map((known, number) => [known, number]))
    return this.#byPath.get(path)
  }

  /** One byte an item: 1 for those that ROOTS reach. */
  mark(roots: Iterable<string>, { keepOutputs = false, keepDerivations = true }: Keeping = {}): Uint8Array {
    const { outputs } = this.#rows
    const kept: [number, number][] = []
    for (const [derivation, output, built] of outputs) {
      if (keepOutputs) kept.push([derivation, output])
      if (keepDerivations && built) kept.push([output, derivation])
    }
    return this.#reach(roots, [this.#references, this.#edges(kept)])
  }

  /** The numbers of PATHS and of all that refers to them. */
  referrersOf(paths: Iterable<string>): number[] {
    const reached = this.#reach(paths, [reversed(this.paths.length, this.#references)])
    return [...reached.keys()].filter((number) => reached[number] === 1)
  }

  #reach(from: Iterable<string>, edges: readonly Edges[]): Uint8Array {
    const reached = new Uint8Array(this.paths.length)
    const pending: number[] = []
    const visit = (number: number): void => {
      if (reached[number] === 1) return
      reached[number] = 1
      pending.push(number)
    }
    for (const path of from) {
      const number = this.number(path)
      if (number !== undefined) visit(number)
    }
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      for (const { start, targets } of edges) {
        const end = start[number + 1] ?? 0
        for (let at = start[number] ?? 0; at < end; at++) visit(targets[at] ?? 0)
      }
    }
    return reached
  }

  /** NUMBERS in an order in which each item comes before what it refers to. Of items that refer to each other in a
   *  circle, which no store should have, those that remain come last. */
  referrersFirst(numbers: readonly number[]): number[] {
    const { start, targets } = this.#references
    const wanted = new Uint8Array(this.paths.length)
    for (const number of numbers) wanted[number] = 1
    const referrers = new Int32Array(this.paths.length)
    const forEachReference = (number: number, visit: (reference: number) => void): void => {
      const end = start[number + 1] ?? 0
      for (let at = start[number] ?? 0; at < end; at++) {
        const reference = targets[at] ?? 0
        if (wanted[reference] === 1) visit(reference)
      }
    }
    for (const number of numbers) {
      forEachReference(number, (reference) => {
        referrers[reference] = (referrers[reference] ?? 0) + 1
      })
    }
    const ordered = numbers.filter((number) => referrers[number] === 0)
    for (let at = 0; at < ordered.length; at++) {
      forEachReference(ordered[at] ?? 0, (reference) => {
        const left = (referrers[reference] ?? 0) - 1
        referrers[reference] = left
        if (left === 0) ordered.push(reference)
      })
    }
    if (ordered.length < numbers.length) ordered.push(...numbers.filter((number) => (referrers[number] ?? 0) > 0))
    return ordered
  }
}
