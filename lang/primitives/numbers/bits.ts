/** Bitwise operations on exact integers in two's complement of unlimited width. */
import { bitLength, type ExactInteger, normalize, toBigInt } from './represent.ts'

/** Whether JavaScript's 32-bit operators agree with ours. */
function narrow(n: ExactInteger): n is number {
  return typeof n === 'number' && n === (n | 0)
}

export function bitAnd(a: ExactInteger, b: ExactInteger): ExactInteger {
  return narrow(a) && narrow(b) ? a & b : normalize(toBigInt(a) & toBigInt(b))
}
export function bitOr(a: ExactInteger, b: ExactInteger): ExactInteger {
  return narrow(a) && narrow(b) ? a | b : normalize(toBigInt(a) | toBigInt(b))
}
export function bitXor(a: ExactInteger, b: ExactInteger): ExactInteger {
  return narrow(a) && narrow(b) ? a ^ b : normalize(toBigInt(a) ^ toBigInt(b))
}
export function bitNot(a: ExactInteger): ExactInteger {
  return typeof a === 'number' ? normalizeSmall(-1 - a) : normalize(~a)
}
function normalizeSmall(n: number): ExactInteger {
  return Number.isSafeInteger(n) ? n : BigInt(n)
}

/** `ash`: floor(n * 2^count). */
export function shift(n: ExactInteger, count: number): ExactInteger {
  if (n === 0) return 0
  if (typeof n === 'number') {
    if (count >= 0 && count < 54) {
      const shifted = n * 2 ** count
      if (Number.isSafeInteger(shifted)) return shifted
    } else if (count < 0) {
      return count < -60 ? (n < 0 ? -1 : 0) : Math.floor(n / 2 ** -count)
    }
  }
  return normalize(toBigInt(n) << BigInt(count))
}

/** `round-ash`: like `shift`, but a right shift rounds to nearest, ties to even. */
export function roundShift(n: ExactInteger, count: number): ExactInteger {
  if (count >= 0) return shift(n, count)
  const big = toBigInt(n)
  const drop = BigInt(-count)
  const kept = big >> drop
  const dropped = big - (kept << drop)
  const half = 1n << (drop - 1n)
  return normalize(dropped > half || (dropped === half && (kept & 1n) === 1n) ? kept + 1n : kept)
}

/** Number of bits of the magnitude, without the sign bit. */
export function integerLength(n: ExactInteger): number {
  const big = toBigInt(n)
  return bitLength(big < 0n ? -1n - big : big)
}

/** Ones of a natural number, zeros of a negative one. */
export function bitCount(n: ExactInteger): number {
  let rest = toBigInt(n)
  if (rest < 0n) rest = -1n - rest
  let count = 0
  for (const digit of rest.toString(16)) {
    const nibble = Number.parseInt(digit, 16)
    count += (nibble & 1) + ((nibble >> 1) & 1) + ((nibble >> 2) & 1) + (nibble >> 3)
  }
  return count
}

export function testBit(n: ExactInteger, position: number): boolean {
  if (typeof n === 'number' && position < 31 && narrow(n)) return (n & (1 << position)) !== 0
  return ((toBigInt(n) >> BigInt(position)) & 1n) === 1n
}
