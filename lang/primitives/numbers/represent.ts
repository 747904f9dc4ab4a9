/** Making and taking apart numbers of every kind: normal forms, conversions, kind tests.
 *  Not arithmetic (see arithmetic.ts). The representation is in values/number-types.ts. */
import { Compnum, Flonum, Ratnum, type Value } from '../../values/index.ts'

/** An exact integer: a number when it is safe, else a bigint. */
export type ExactInteger = number | bigint
export type Exact = ExactInteger | Ratnum
export type Real = Exact | Flonum
export type Numeric = Real | Compnum

const MOST = BigInt(Number.MAX_SAFE_INTEGER)
const LEAST = -MOST

/** The normal form of an exact integer. */
export function normalize(big: bigint): ExactInteger {
  return big <= MOST && big >= LEAST ? Number(big) : big
}

export function toBigInt(n: ExactInteger): bigint {
  return typeof n === 'bigint' ? n : BigInt(n)
}

export function isExactInteger(x: Value): x is ExactInteger {
  return typeof x === 'number' || typeof x === 'bigint'
}
export function isExact(x: Value): x is Exact {
  return typeof x === 'number' || typeof x === 'bigint' || x instanceof Ratnum
}
export function isReal(x: Value): x is Real {
  return typeof x === 'number' || x instanceof Flonum || typeof x === 'bigint' || x instanceof Ratnum
}
export function isNumber(x: Value): x is Numeric {
  return isReal(x) || x instanceof Compnum
}
/** Exact or inexact, with no fraction and finite. */
export function isInteger(x: Value): x is ExactInteger | Flonum {
  return typeof x === 'number' || typeof x === 'bigint' || (x instanceof Flonum && Number.isInteger(x.value))
}
export function isRational(x: Value): x is Real {
  return isExact(x) || (x instanceof Flonum && Number.isFinite(x.value))
}

export function gcdBig(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a
  let y = b < 0n ? -b : b
  while (y !== 0n) {
    if (x <= MOST && y <= MOST) return BigInt(gcdSmall(Number(x), Number(y)))
    const rest = x % y
    x = y
    y = rest
  }
  return x
}

export function gcdSmall(a: number, b: number): number {
  let x = Math.abs(a)
  let y = Math.abs(b)
  while (y !== 0) {
    const rest = x % y
    x = y
    y = rest
  }
  return x
}

/** NUMERATOR / DENOMINATOR in lowest terms; the denominator is not zero. */
export function makeRational(numerator: bigint, denominator: bigint): Exact {
  const divisor = gcdBig(numerator, denominator)
  let n = numerator
  let d = denominator
  if (divisor !== 1n) {
    n /= divisor
    d /= divisor
  }
  if (d < 0n) {
    n = -n
    d = -d
  }
  return d === 1n ? normalize(n) : new Ratnum(n, d)
}

export function numeratorOf(x: Exact): bigint {
  return x instanceof Ratnum ? x.numerator : toBigInt(x)
}
export function denominatorOf(x: Exact): bigint {
  return x instanceof Ratnum ? x.denominator : 1n
}

export function bitLength(magnitude: bigint): number {
  if (magnitude <= MOST) {
    const small = Number(magnitude)
    return small < 0x80000000 ? 32 - Math.clz32(small) : Math.floor(Math.log2(small)) + 1 - (logOver(small) ? 1 : 0)
  }
  const hex = magnitude.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)))
}
/** `Math.log2` rounds up just below a power of two. */
function logOver(small: number): boolean {
  return 2 ** Math.floor(Math.log2(small)) > small
}

/** The double nearest to a ratio, ties to even. */
export function ratioToDouble(numerator: bigint, denominator: bigint): number {
  const negative = numerator < 0n
  const n = negative ? -numerator : numerator
  if (n <= MOST && denominator <= MOST) {
    const quotient = Number(n) / Number(denominator)
    return negative ? -quotient : quotient
  }
  // Keep 64 bits or more of quotient (never below what a subnormal holds), and a sticky bit for what was dropped.
  let shift = 66 - (bitLength(n) - bitLength(denominator))
  if (shift > 1140) shift = 1140
  const scaled = shift >= 0 ? n << BigInt(shift) : n
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift)
  let quotient = scaled / divisor
  if (quotient * divisor !== scaled) quotient |= 1n
  const rounded = scaleDouble(quotient, -shift)
  return negative ? -rounded : rounded
}

/** INTEGER * 2^EXPONENT as a double, rounded once. */
function scaleDouble(integer: bigint, exponent: number): number {
  if (integer === 0n) return 0
  const length = bitLength(integer)
  // The lowest bit a double of this size can hold.
  const lowest = Math.max(length + exponent - 53, -1074)
  const drop = lowest - exponent
  if (drop <= 0) return Number(integer) * 2 ** exponent
  const dropBig = BigInt(drop)
  let kept = integer >> dropBig
  const rest = integer - (kept << dropBig)
  const half = 1n << (dropBig - 1n)
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n
  const value = Number(kept)
  return value * 2 ** lowest
}

export function toDouble(x: Real): number {
  if (typeof x === 'number') return x
  if (x instanceof Flonum) return x.value
  if (typeof x === 'bigint') return Number(x)
  return ratioToDouble(x.numerator, x.denominator)
}

/** The exact value of a finite double. */
export function doubleToExact(value: number): Exact {
  if (Number.isSafeInteger(value)) return value + 0
  if (Number.isInteger(value)) return normalize(BigInt(value))
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const magnitude = exponent === 0 ? fraction : fraction | (1n << 52n)
  const power = (exponent === 0 ? 1 : exponent) - 1075
  const signed = value < 0 ? -magnitude : magnitude
  return power >= 0 ? normalize(signed << BigInt(power)) : makeRational(signed, 1n << BigInt(-power))
}

export function realPart(x: Numeric): number {
  return x instanceof Compnum ? x.real : toDouble(x)
}
export function imaginaryPart(x: Numeric): number {
  return x instanceof Compnum ? x.imaginary : 0
}

export function flonum(value: number): Flonum {
  return new Flonum(value)
}
