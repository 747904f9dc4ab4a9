/** Numbers to text, exactly as Guile prints them.
 *  Reading them is in reader/number.ts. */
import { type Compnum, Flonum, Ratnum } from '../../values/index.ts'
import { denominatorOf, doubleToExact, type Numeric, numeratorOf } from './represent.ts'

export function numberToString(x: Numeric, radix = 10): string {
  if (typeof x === 'number' || typeof x === 'bigint') return x.toString(radix)
  if (x instanceof Flonum) return doubleToString(x.value, radix)
  if (x instanceof Ratnum) return `${x.numerator.toString(radix)}/${x.denominator.toString(radix)}`
  return complexToString(x, radix)
}

function complexToString(x: Compnum, radix: number): string {
  const imaginary = doubleToString(x.imaginary, radix)
  const sign = /^[+-]/.test(imaginary) ? '' : '+'
  return `${doubleToString(x.real, radix)}${sign}${imaginary}i`
}

export function doubleToString(value: number, radix = 10): string {
  if (Number.isNaN(value)) return '+nan.0'
  if (value === Number.POSITIVE_INFINITY) return '+inf.0'
  if (value === Number.NEGATIVE_INFINITY) return '-inf.0'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const magnitude = Math.abs(value)
  if (magnitude === 0) return `${sign}0.0`
  const { digits, exponent } = radix === 10 ? decimalDigits(magnitude) : radixDigits(magnitude, radix)
  return sign + layOut(digits, exponent, radix)
}

/** Significant digits and the exponent of the first one. */
interface Digits {
  readonly digits: string
  readonly exponent: number
}

/** JavaScript's shortest round-trip digits are Guile's too. */
function decimalDigits(magnitude: number): Digits {
  const [mantissa = '', exponent = '0'] = magnitude.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) }
}

/** The shortest digits in RADIX that read back as MAGNITUDE, the nearest of them: Burger and Dybvig's free-format
 *  algorithm. The value is remainder / scale; `above` and `below` are half the distances to the neighbouring doubles. */
function radixDigits(magnitude: number, radix: number): Digits {
  const exact = doubleToExact(magnitude)
  const spacing = 2 ** Math.max(exponentOf(magnitude) - 52, -1074)
  const base = BigInt(radix)
  const isLowest = magnitude > 2 ** -1022 && magnitude / spacing === 2 ** 52
  const closed = (magnitude / spacing) % 2 === 0
  const gap = doubleToExact(spacing)
  // All four over one denominator, times four so that a quarter of the spacing is whole.
  const unit = denominatorOf(gap)
  let scale = unit * 4n
  let remainder = numeratorOf(exact) * (unit / denominatorOf(exact)) * 4n
  let above = numeratorOf(gap) * 2n
  let below = isLowest ? above / 2n : above
  let exponent = -1
  const tooSmall = (high: bigint, limit: bigint): boolean => (closed ? high >= limit : high > limit)
  while (tooSmall(remainder + above, scale)) {
    scale *= base
    exponent++
  }
  while (!tooSmall((remainder + above) * base, scale)) {
    remainder *= base
    above *= base
    below *= base
    exponent--
  }
  let digits = ''
  for (;;) {
    remainder *= base
    above *= base
    below *= base
    const digit = remainder / scale
    remainder -= digit * scale
    const downReads = closed ? remainder <= below : remainder < below
    const upReads = tooSmall(remainder + above, scale)
    if (!downReads && !upReads) {
      digits += digit.toString(radix)
      continue
    }
    const twice = remainder * 2n
    const up = upReads && (!downReads || twice > scale || (twice === scale && (digit & 1n) === 1n))
    return { digits: digits + (up ? digit + 1n : digit).toString(radix), exponent }
  }
}

/** The power of two at or below MAGNITUDE. */
function exponentOf(magnitude: number): number {
  const power = Math.floor(Math.log2(magnitude))
  if (2 ** power > magnitude) return power - 1
  return 2 ** (power + 1) <= magnitude ? power + 1 : power
}

/** Positional between 10^-3 and 10^7, and beyond while at most three zeros would be invented; else scientific. */
function layOut(digits: string, exponent: number, radix: number): string {
  const zeros = exponent + 1 - digits.length
  if (exponent < -3 || (exponent > 6 && zeros > 3)) {
    const fraction = digits.length > 1 ? digits.slice(1) : '0'
    return `${digits.charAt(0)}.${fraction}e${exponent.toString(radix)}`
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  if (zeros >= 0) return `${digits}${'0'.repeat(zeros)}.0`
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}
