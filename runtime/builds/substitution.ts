/** Taking items from servers of substitutes instead of building them: an item and all that it refers to, or nothing. */
import { StrataError } from '../../lang/conditions/index.ts'
import type { StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import { fetchItem, HashMismatch, type Substitute, type SubstituteServers } from '../substitutes/index.ts'
import type { BuildSink } from './events.ts'
import { Slots } from './slots.ts'

/** What became of a wish: all is valid now; nobody has it; or it should have been there, but could not be fetched. */
export type Outcome = 'valid' | 'unavailable' | 'failed'

/** Keeps everybody else from making PATH meanwhile. */
export type LockItem = (path: StorePath) => Promise<{ release: () => void }>

const parallelTransfers = 4

export interface SubstitutionSettings {
  readonly lock: LockItem
  readonly onEvent: BuildSink
  readonly signal: AbortSignal
  /** Whether files become one with those of equal contents in the store. */
  readonly deduplicate: boolean
}

export class Substitution {
  readonly #store: Store
  readonly #servers: SubstituteServers
  readonly #lock: LockItem
  readonly #onEvent: BuildSink
  readonly #signal: AbortSignal
  readonly #deduplicate: boolean
  readonly #transfers = new Slots(parallelTransfers)
  readonly #fetches = new Map<StorePath, Promise<boolean>>()

  constructor(store: Store, servers: SubstituteServers, settings: SubstitutionSettings) {
    this.#store = store
    this.#servers = servers
    this.#lock = settings.lock
    this.#onEvent = settings.onEvent
    this.#signal = settings.signal
    this.#deduplicate = settings.deduplicate
  }

  /** Make PATHS valid, if all of them and of what they refer to can be had. */
  async obtain(paths: readonly StorePath[]): Promise<Outcome> {
    const plan = await this.#plan(paths)
    if (plan === undefined) return 'unavailable'
    const results = await Promise.all(plan.map((substitute) => this.#fetch(substitute)))
    return results.every((done) => done) ? 'valid' : 'failed'
  }

  /** What has to be fetched for PATHS, references first; undefined when something cannot be had. */
  async #plan(paths: readonly StorePath[]): Promise<readonly Substitute[] | undefined> {
    const found = new Map<StorePath, Substitute>()
    for (let wanted = [...new Set(paths)]; wanted.length > 0; ) {
      const missing = wanted.filter((path) => !found.has(path) && !this.#store.isValid(path))
      const substitutes = await this.#servers.available(missing)
      if (substitutes.length < missing.length) return undefined
      for (const substitute of substitutes) found.set(substitute.info.storePath, substitute)
      wanted = [...new Set(substitutes.flatMap(({ info }) => info.references))]
    }
    return referencesFirst(found)
  }

  #fetch(substitute: Substitute): Promise<boolean> {
    const path = substitute.info.storePath
    let fetch = this.#fetches.get(path)
    if (fetch === undefined) {
      const others = substitute.info.references.filter((reference) => reference !== path)
      // A plan has references first, so theirs have been begun.
      const before = others.map((reference) => this.#fetches.get(reference) ?? true)
      fetch = this.#fetchAfter(substitute, before)
      this.#fetches.set(path, fetch)
    }
    return fetch
  }

  async #fetchAfter(substitute: Substitute, before: readonly (Promise<boolean> | boolean)[]): Promise<boolean> {
    const done = await Promise.all(before)
    if (!done.every((valid) => valid)) return false
    return await this.#transfers.use(() => this.#transfer(substitute))
  }

  async #transfer(substitute: Substitute): Promise<boolean> {
    const { url } = substitute.source
    const item = substitute.info.storePath
    this.#signal.throwIfAborted()
    const lock = await this.#lock(item)
    try {
      if (this.#store.isValid(item)) return true
      this.#onEvent({ kind: 'substitution-started', item, url })
      await fetchItem(this.#store, substitute, {
        signal: this.#signal,
        deduplicate: this.#deduplicate,
        onProgress: (received, total) => this.#onEvent({ kind: 'substitution-progress', item, url, received, total }),
      })
      this.#onEvent({ kind: 'substitution-succeeded', item })
      return true
    } catch (error) {
      if (!(error instanceof StrataError) || error.kind !== 'bad-substitute') throw error
      const { cause } = error
      const mismatch = cause instanceof HashMismatch ? { expected: cause.expected, actual: cause.actual } : undefined
      this.#onEvent({ kind: 'substitution-failed', item, message: error.message, mismatch })
      return false
    } finally {
      lock.release()
    }
  }
}

/** The substitutes in an order in which each comes after what it refers to; undefined when there is none, which no
 *  honest server has. */
function referencesFirst(found: ReadonlyMap<StorePath, Substitute>): readonly Substitute[] | undefined {
  const ordered: Substitute[] = []
  const state = new Map<StorePath, 'open' | 'done'>()
  for (const start of found.keys()) {
    const stack = [start]
    for (let path = stack.at(-1); path !== undefined; path = stack.at(-1)) {
      const substitute = found.get(path)
      if (substitute === undefined || state.get(path) === 'done') {
        stack.pop()
        continue
      }
      const next = substitute.info.references.filter(
        (reference) => reference !== path && found.has(reference) && state.get(reference) !== 'done',
      )
      if (next.some((reference) => state.get(reference) === 'open')) return undefined
      if (next.length === 0) {
        state.set(path, 'done')
        ordered.push(substitute)
        stack.pop()
      } else {
        state.set(path, 'open')
        stack.push(...next.slice(0, 1))
      }
    }
  }
  return ordered
}
