/** Store connections as Scheme programs hold them: the store of this process and the options of its builds.
 *  The Scheme record around it is in stdlib/guix/store.scm. */
import { placeFiles } from '../../build-side/index.ts'
import { hashDerivationModulo } from '../derivations/index.ts'
import type { Derivation } from '../formats/index.ts'
import { hashing, nameOfPlace, placeInStore, Store } from '../store/index.ts'

export interface BuildOptions {
  readonly keepFailed: boolean
  readonly keepGoing: boolean
  readonly maxJobs: number
  /** 0 stands for all. */
  readonly cores: number
  /** Seconds; 0 for none. */
  readonly timeout: number
  readonly maxSilentTime: number
  readonly rounds: number
}

export const defaultBuildOptions: BuildOptions = {
  keepFailed: false,
  keepGoing: false,
  maxJobs: 1,
  cores: 0,
  timeout: 0,
  maxSilentTime: 0,
  rounds: 1,
}

export class Connection {
  readonly store: Store
  options: BuildOptions = defaultBuildOptions
  readonly #derivations = new Map<string, Derivation>()
  readonly #hashes = new Map<string, Uint8Array>()

  constructor(store: Store) {
    this.store = store
  }

  readDerivation(path: string): Derivation {
    let drv = this.#derivations.get(path)
    if (drv === undefined) {
      drv = this.store.readDerivation(path)
      this.#derivations.set(path, drv)
    }
    return drv
  }

  /** Remember a derivation that was just made. */
  remember(path: string, drv: Derivation, hashModulo: Uint8Array): void {
    this.#derivations.set(path, drv)
    this.#hashes.set(path, hashModulo)
  }

  readonly hashOfInput = (path: string): Uint8Array => {
    let hash = this.#hashes.get(path)
    if (hash === undefined) {
      hash = hashDerivationModulo(this.readDerivation(path), hashing, this.hashOfInput)
      this.#hashes.set(path, hash)
    }
    return hash
  }
}

/** Stores of this process by root: opened once, shared by all connections. */
const stores = new Map<string, Store>()

/** The store of this process. */
export function processStore(): Store {
  const key = process.env.STRATA_ROOT ?? ''
  let store = stores.get(key)
  if (store === undefined) {
    store = new Store()
    const { layout } = store
    placeFiles({
      placeOf: (name, follow) => placeInStore(layout, name, follow),
      nameAt: (place) => nameOfPlace(layout, place),
    })
    stores.set(key, store)
  }
  return store
}

/** Close every store that was opened: temporary roots and locks go. */
export function closeStores(): void {
  for (const store of stores.values()) store.close()
  stores.clear()
}
