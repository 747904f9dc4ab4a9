/** Signatures of store items as Guix has them: s-expressions that hold the signed hash, the signature and the public key.
 *  Format: guix/pki.scm. */

import {
  atom,
  atomAfter,
  canonicalBytes,
  findToken,
  formatSexp,
  parseSexp,
  type Sexp,
  signData,
  verifySignature,
} from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'

export interface KeyPair {
  readonly publicKey: Sexp
  readonly privateKey: Sexp
}

/** An access control list has many keys; one key is far below. */
const longestKey = 1 << 20
const deepestKey = 32

/** How deeply SEXP is nested; stops counting beyond what keys have. */
function depthOf(sexp: Sexp, depth = 0): number {
  if (sexp instanceof Uint8Array || depth > deepestKey) return depth
  return sexp.reduce((most, item) => Math.max(most, depthOf(item, depth + 1)), depth + 1)
}

/** The s-expression in TEXT, which comes from SOURCE. @throws StrataError `bad-key`. */
export function parseKey(text: string | Uint8Array, source: string): Sexp {
  if (text.length > longestKey)
    throw new StrataError('bad-key', `${source} is too long for a key: ${text.length} bytes`)
  try {
    const sexp = parseSexp(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
    if (sexp !== undefined && depthOf(sexp) <= deepestKey) return sexp
  } catch {
    // Said below.
  }
  throw new StrataError('bad-key', `${source} is not an s-expression`)
}

/** What is signed of a SHA-256. */
function hashData(hash: Uint8Array, key: Sexp): Sexp {
  const flag = findToken(key, 'rsa') === undefined ? 'rfc6979' : 'pkcs1'
  return [atom('data'), [atom('flags'), atom(flag)], [atom('hash'), atom('sha256'), hash]]
}

/** The signature of HASH, a SHA-256, as text. */
export function signHash(hash: Uint8Array, { publicKey, privateKey }: KeyPair): string {
  const data = hashData(hash, publicKey)
  return formatSexp([atom('signature'), data, signData(data, privateKey), publicKey])
}

/** Whether A and B are the same s-expression. */
export function equalSexps(a: Sexp, b: Sexp): boolean {
  return Buffer.from(canonicalBytes(a)).equals(canonicalBytes(b))
}

/** The key that made SIGNATURE of HASH, one that ACCEPT lets pass.
 *  @throws StrataError `bad-signature` when it is malformed or wrong, `hash-mismatch` when it is of something else. */
export function signerOfHash(hash: Uint8Array, signature: string, accept: (key: Sexp) => void = () => {}): Sexp {
  const sexp = parseKey(signature, 'the signature')
  const data = findToken(sexp, 'data')
  const key = findToken(sexp, 'public-key')
  const signed = data === undefined ? undefined : atomAfterHash(data)
  if (findToken(sexp, 'signature') !== sexp || data === undefined || key === undefined || signed === undefined) {
    throw new StrataError('bad-signature', 'corrupt signature data')
  }
  accept(key)
  if (!Buffer.from(signed).equals(hash)) {
    throw new StrataError(
      'hash-mismatch',
      "signed hash doesn't match actual contents of imported archive; archive could be corrupt, or someone is trying to import a Trojan horse",
    )
  }
  let valid = false
  try {
    valid = verifySignature(sexp, data, key)
  } catch {
    // Numbers that are none of the curve, an unknown kind of key.
  }
  if (!valid) throw new StrataError('bad-signature', 'invalid signature')
  return key
}

/** The bytes of (hash sha256 BYTES) in DATA. */
function atomAfterHash(data: Sexp): Uint8Array | undefined {
  const [, algorithm, bytes] = findToken(data, 'hash') ?? []
  return algorithm instanceof Uint8Array &&
    Buffer.from(algorithm).toString() === 'sha256' &&
    bytes instanceof Uint8Array
    ? bytes
    : undefined
}

/** Whether SEXP is a key of this KIND. */
export function isKey(sexp: Sexp, kind: 'public-key' | 'private-key'): boolean {
  return (
    findToken(sexp, kind) === sexp && (findToken(sexp, 'rsa') !== undefined || atomAfter(sexp, 'curve') !== undefined)
  )
}
