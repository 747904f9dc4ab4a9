/** Guile's hash of strings, for what shows it: colors of graphs, names made of hashes. Not for tables, which need none
 *  that is like Guile's. Bob Jenkins's lookup3 over the code points, `hashword2`, less the two lowest bits. */

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))

/** What `(hash TEXT SIZE)` is in Guile 3.0 on 64-bit machines. */
export function guileStringHash(text: string, size: bigint): bigint {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0)
  const at = (i: number): number => codes[i] ?? 0
  let a = (0xdeadbeef + (codes.length << 2) + 47) | 0
  let b = a
  let c = a
  let start = 0
  for (; codes.length - start > 3; start += 3) {
    a = (a + at(start)) | 0
    b = (b + at(start + 1)) | 0
    c = (c + at(start + 2)) | 0
    for (const [first, second, third] of mixing) {
      a = ((a - c) ^ rotate(c, first)) | 0
      c = (c + b) | 0
      b = ((b - a) ^ rotate(a, second)) | 0
      a = (a + c) | 0
      c = ((c - b) ^ rotate(b, third)) | 0
      b = (b + a) | 0
    }
  }
  if (codes.length > start) {
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
  return (((BigInt(c >>> 0) << 32n) | BigInt(b >>> 0)) >> 2n) % size
}

const mixing = [
  [4, 6, 8],
  [16, 19, 4],
] as const
