/** Hashes as values: algorithm and digest, their text forms, and the digest function as an argument.
 *  Pure: computing is the caller's, through Hashing (node:crypto on the host, WebCrypto-like elsewhere). */
import { StrataError } from '../../lang/conditions/index.ts'
import { base32Length, formatBase32, parseBase32 } from './base32.ts'

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'sha3-256' | 'sha3-512' | 'blake2s-256'

const digestSizes: Readonly<Record<HashAlgorithm, number>> = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha512: 64,
  'sha3-256': 32,
  'sha3-512': 64,
  'blake2s-256': 32,
}

export interface Hash {
  readonly algorithm: HashAlgorithm
  readonly digest: Uint8Array
}

/** Computes digests; what pure code takes instead of importing a crypto module. */
export type Hashing = (algorithm: HashAlgorithm, bytes: Uint8Array) => Uint8Array

export type HashFormat = 'nix-base32' | 'base32' | 'base16' | 'hex' | 'hexadecimal' | 'base64' | 'sri'

export const hashFormats: readonly HashFormat[] = [
  'nix-base32',
  'base32',
  'base16',
  'hex',
  'hexadecimal',
  'base64',
  'sri',
]

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(digestSizes, name)
}

export function digestSize(algorithm: HashAlgorithm): number {
  return digestSizes[algorithm]
}

export function formatHash(hash: Hash, format: HashFormat): string {
  switch (format) {
    case 'nix-base32':
      return formatBase32(hash.digest)
    case 'base32':
      return formatRfcBase32(hash.digest)
    case 'base64':
      return hash.digest.toBase64()
    case 'sri':
      return `${hash.algorithm}-${hash.digest.toBase64()}`
    case 'base16':
    case 'hex':
    case 'hexadecimal':
      return hash.digest.toHex()
  }
}

/** A digest written in nix-base32, base16, base64 or as an SRI (`sha256-…`).
 *  @throws StrataError `bad-hash` when neither its length nor its characters fit. */
export function parseHash(text: string, algorithm: HashAlgorithm = 'sha256'): Hash {
  const size = digestSizes[algorithm]
  const sri = /^(md5|sha1|sha256|sha512)-(.+)$/.exec(text)
  if (sri?.[1] !== undefined && sri[2] !== undefined && isHashAlgorithm(sri[1])) {
    return checkSize({ algorithm: sri[1], digest: base64(sri[2], text) }, text)
  }
  if (text.length === size * 2 && /^[0-9a-fA-F]*$/.test(text)) return { algorithm, digest: Uint8Array.fromHex(text) }
  if (text.length === base32Length(size)) return { algorithm, digest: parseBase32(text) }
  if (/^[A-Za-z0-9+/]+=*$/.test(text) && text.length === Math.ceil(size / 3) * 4) {
    return checkSize({ algorithm, digest: base64(text, text) }, text)
  }
  throw new StrataError('bad-hash', `not a ${algorithm} hash: ${text}`, {
    hint: `a ${algorithm} hash has ${base32Length(size)} characters in nix-base32, ${size * 2} in base16`,
  })
}

function base64(digits: string, text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(digits)
  } catch (cause) {
    throw new StrataError('bad-hash', `not a hash in base64: ${text}`, { cause })
  }
}

function checkSize(hash: Hash, text: string): Hash {
  if (hash.digest.length !== digestSizes[hash.algorithm]) {
    throw new StrataError('bad-hash', `a ${hash.algorithm} hash of ${hash.digest.length} bytes: ${text}`)
  }
  return hash
}

/** RFC 4648 base 32 in lower case without padding, what `guix hash -f base32` prints. */
function formatRfcBase32(bytes: Uint8Array): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
  }
  if (bits > 0) text += alphabet.charAt((buffer << (5 - bits)) & 31)
  return text
}
