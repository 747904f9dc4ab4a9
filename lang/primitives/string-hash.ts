/** Guile's hash of strings, for what shows it: colors of graphs, names made of hashes. Not for tables, which need none
 *  that is like Guile's. Bob Jenkins's lookup3 over the code points, `hashword2`, less the two lowest bits. */
import { type ExactInteger, normalize } from './numbers/represent.ts'

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))

/** What `(hash TEXT SIZE)` is in Guile 3.0 on 64-bit machines. */
export function guileStringHash(text: string, size: ExactInteger): ExactInteger {
  const wide = /[\ud800-\udfff]/.test(text)
  const codes = wide ? Array.from(text, (character) => character.codePointAt(0) ?? 0) : undefined
  const length = codes?.length ?? text.length
  // Past the end, charCodeAt gives NaN, whose integer is 0.
  const at = (i: number): number => (codes === undefined ? text.charCodeAt(i) | 0 : (codes[i] ?? 0))
  let a = (0xdeadbeef + (length << 2) + 47) | 0
  let b = a
  let c = a
  let start = 0
  for (; length - start > 3; start += 3) {
    a = (a + at(start)) | 0
    b = (b + at(start + 1)) | 0
    c = (c + at(start + 2)) | 0
    for (let turn = 0; turn < 2; turn++) {
      a = ((a - c) ^ rotate(c, turn === 0 ? 4 : 16)) | 0
      c = (c + b) | 0
      b = ((b - a) ^ rotate(a, turn === 0 ? 6 : 19)) | 0
      a = (a + c) | 0
      c = ((c - b) ^ rotate(b, turn === 0 ? 8 : 4)) | 0
      b = (b + a) | 0
    }
  }
  if (length > start) {
    a = (a + at(start)) | 0
    b = (b + at(start + 1)) | 0
    c = (c + at(start + 2)) | 0
    c = ((c ^ b) - rotate(b, 14)) | 0
    a = ((a ^ c) - rotate(c, 11)) | 0
    b = ((b ^ a) - rotate(a, 25)) | 0
    c = ((c ^ b) - rotate(b, 16)) | 0
    a = ((a ^ c) - rotate(c, 4)) | 0
    b = ((b ^ a) - rotate(a, 14)) | 0
    c = ((c ^ b) - rotate(b, 24)) | 0
  }
  // 62 bits: the upper 30 and the lower 32.
  const high = c >>> 2
  const low = ((c << 30) | (b >>> 2)) >>> 0
  if (typeof size === 'bigint' || size > MOST_FOR_NUMBERS)
    return normalize(((BigInt(high) << 32n) | BigInt(low)) % BigInt(size))
  return ((((high % size) * 0x10000 + (low >>> 16)) % size) * 0x10000 + (low & 0xffff)) % size
}

/** Rests of it times 2^16 are exact as numbers. */
const MOST_FOR_NUMBERS = 2 ** 36
