/** Whose word about an item is taken: that of the keys in the access control list, given in Guix's way or in Nix's. A
 *  key of Nix is the same ed25519 key as one of Guix that is written as an s-expression. */
import type { KeyObject } from 'node:crypto'
import { atomAfter, type Sexp } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import type { ParsedNarInfo } from '../formats/index.ts'
import { ed25519PublicKey, guixSignerOf, isAllowed, nixSignersOf } from '../keys/index.ts'

export class Trust {
  /** What is covered has a signature. */
  readonly signs: boolean = true
  readonly #keys: readonly Sexp[]
  readonly #ed25519: readonly KeyObject[]

  constructor(keys: readonly Sexp[]) {
    this.#keys = keys
    this.#ed25519 = keys.flatMap((key) => {
      const bytes = ed25519Bytes(key)
      return bytes === undefined ? [] : [ed25519PublicKey(bytes)]
    })
  }

  /** Whether nobody at all is trusted. */
  get isEmpty(): boolean {
    return this.#keys.length === 0
  }

  /** Whether a trusted key signed what PARSED says of its item. */
  covers(parsed: ParsedNarInfo): boolean {
    try {
      const signer = guixSignerOf(parsed)
      if (signer !== undefined && isAllowed(signer, this.#keys)) return true
    } catch (error) {
      if (!(error instanceof StrataError)) throw error
    }
    const { info } = parsed
    const names = new Set(info.signatures.map((signature) => signature.slice(0, signature.indexOf(':'))))
    // The name of a key of Nix is a hint for people: whoever has the key may call it anything.
    const keys = [...names].flatMap((name) => this.#ed25519.map((key) => ({ name, key })))
    return nixSignersOf(info, keys).length > 0
  }
}

/** The 32 bytes of KEY, if it is of this kind. */
function ed25519Bytes(key: Sexp): Uint8Array | undefined {
  const curve = atomAfter(key, 'curve')
  if (curve === undefined || Buffer.from(curve).toString() !== 'Ed25519') return undefined
  const point = atomAfter(key, 'q')
  return point?.length === 32 ? point : undefined
}
