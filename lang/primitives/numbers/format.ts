/** Numbers to text, exactly as Guile prints them.
 *  Reading them is in reader/number.ts. */
import { type Compnum, Flonum, Ratnum } from '../../values/index.ts'
import type { Numeric } from './represent.ts'

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

function radixDigits(magnitude: number, radix: number): Digits {
  // Scaling by powers of the radix loses nothing for powers of two; others are as JavaScript rounds them.
  const text = magnitude.toString(radix)
  const [whole = '', fraction = ''] = text.split('.')
  const all = whole + fraction
  const first = all.search(/[^0]/)
  const digits = all.slice(first).replace(/0+$/, '')
  return { digits, exponent: whole.length - 1 - first }
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
