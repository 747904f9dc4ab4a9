/** Digests by node:crypto, for the pure code of formats/ and derivations/. */
import { createHash, hash as digestOf } from 'node:crypto'
import type { HashAlgorithm, Hashing } from '../formats/index.ts'

/** OpenSSL's name of an algorithm. */
export function opensslName(algorithm: HashAlgorithm): string {
  return algorithm === 'blake2s-256' ? 'blake2s256' : algorithm
}

export const hashing: Hashing = (algorithm, bytes) => digestOf(opensslName(algorithm), bytes, 'buffer')

/** An incremental digest. */
export interface Digester {
  update(bytes: Uint8Array): void
  digest(): Uint8Array
  /** The digest of what has come so far; more may come. */
  digestSoFar(): Uint8Array
}

export function createDigester(algorithm: HashAlgorithm): Digester {
  const state = createHash(opensslName(algorithm))
  return {
    update: (bytes) => {
      state.update(bytes)
    },
    digest: () => state.digest(),
    digestSoFar: () => state.copy().digest(),
  }
}
