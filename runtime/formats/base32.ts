/** Nix's base 32: its own alphabet, the least significant digit last, no padding.
 *  Pure. Not RFC 4648. Format: Dolstra's thesis, section 5.1; libutil/hash.cc. */
import { StrataError } from '../../lang/conditions/index.ts'

const alphabet = '0123456789abcdfghijklmnpqrsvwxyz'
const digitOf = new Map([...alphabet].map((c, i) => [c, i]))

/** Number of characters that encode `bytes` bytes. */
export function base32Length(bytes: number): number {
  return Math.ceil((bytes * 8) / 5)
}

export function formatBase32(bytes: Uint8Array): string {
  let text = ''
  for (let n = base32Length(bytes.length) - 1; n >= 0; n--) {
    const bit = n * 5
    const index = bit >> 3
    const shift = bit & 7
    const low = (bytes[index] ?? 0) >> shift
    const high = (bytes[index + 1] ?? 0) << (8 - shift)
    text += alphabet.charAt((low | high) & 31)
  }
  return text
}

/** With `excess: 'ignored'`, bits of the first character beyond the last byte may be set, as in recipes that have a
 *  hash made up on the keyboard; Guix drops them.
 *  @throws StrataError `bad-base32` naming the offending character or length. */
export function parseBase32(text: string, { excess = 'refused' }: { excess?: 'refused' | 'ignored' } = {}): Uint8Array {
  const size = Math.floor((text.length * 5) / 8)
  if (base32Length(size) !== text.length) {
    throw new StrataError('bad-base32', `no number of bytes has ${text.length} characters in nix-base32: ${text}`)
  }
  const bytes = new Uint8Array(size)
  for (let n = 0; n < text.length; n++) {
    const c = text.charAt(text.length - n - 1)
    const digit = digitOf.get(c)
    if (digit === undefined) {
      throw new StrataError('bad-base32', `invalid character '${c}' in nix-base32 hash: ${text}`, {
        hint: `the alphabet is ${alphabet}`,
      })
    }
    const bit = n * 5
    const index = bit >> 3
    const shift = bit & 7
    const shifted = digit << shift
    if (index < size) bytes[index] = (bytes[index] ?? 0) | (shifted & 255)
    const carry = shifted >> 8
    if (carry !== 0) {
      if (index + 1 >= size) {
        if (excess === 'ignored') continue
        throw new StrataError('bad-base32', `invalid nix-base32 hash: ${text}`)
      }
      bytes[index + 1] = (bytes[index + 1] ?? 0) | carry
    }
  }
  return bytes
}
