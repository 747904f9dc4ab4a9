/** DSA: whether a signature is one, for keys of old OpenPGP signatures. There is no signing: nobody should.
 *  Format: FIPS 186-4, section 4.7. */

export interface DsaKey {
  readonly p: bigint
  readonly q: bigint
  readonly g: bigint
  readonly y: bigint
}

export interface DsaSignature {
  readonly r: bigint
  readonly s: bigint
}

export function verifyDsa(hash: Uint8Array, { r, s }: DsaSignature, { p, q, g, y }: DsaKey): boolean {
  if (r <= 0n || r >= q || s <= 0n || s >= q || p <= 1n) return false
  // Q is prime: its numbers have inverses by Fermat's theorem.
  const w = power(s, q - 2n, q)
  const z = leftmostBits(hash, q.toString(2).length)
  const u1 = (z * w) % q
  const u2 = (r * w) % q
  return ((power(g, u1, p) * power(y, u2, p)) % p) % q === r
}

function leftmostBits(hash: Uint8Array, count: number): bigint {
  const number = BigInt(`0x${Buffer.from(hash).toString('hex')}`)
  const excess = hash.length * 8 - count
  return excess > 0 ? number >> BigInt(excess) : number
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
