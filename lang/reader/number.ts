/** The syntax of numbers: text to the numeric tower, for the reader and `string->number`.
 *  Not their printing (see values/printing). Syntax: R7RS 7.1.1, Guile's extensions: exponent markers
 *  s f d l, `#` for unknown digits, polar complex numbers. Exact complex numbers do not exist: they become inexact. */
import { Compnum, Flonum, Ratnum, type Value } from '../values/index.ts'

type Exactness = 'e' | 'i' | undefined

/** Thrown for an exponent that no double has; Guile refuses these too, exact numbers included. */
export class ExponentOutOfRange {
  readonly exponent: number | bigint
  constructor(exponent: number | bigint) {
    this.exponent = exponent
  }
}

/** Whether TEXT is a number's, be it one that cannot be represented. */
export function denotesNumber(text: string): boolean {
  try {
    return parseNumber(text) !== undefined
  } catch (thrown) {
    if (thrown instanceof ExponentOutOfRange) return true
    throw thrown
  }
}

/** The number `text` denotes, or undefined when it is none. Prefixes in the text (`#x`, `#e`) override RADIX. */
export function parseNumber(text: string, radix = 10): Value | undefined {
  if (radix === 10 && text.length < 16 && /^[+-]?\d+$/.test(text)) {
    const small = Number(text)
    return small === 0 ? 0 : small
  }
  let base = radix
  let exactness: Exactness
  let start = 0
  let radixSeen = false
  while (text.charCodeAt(start) === 35) {
    const letter = text.charAt(start + 1).toLowerCase()
    if (letter === 'e' || letter === 'i') {
      if (exactness !== undefined) return undefined
      exactness = letter
    } else {
      if (radixSeen) return undefined
      radixSeen = true
      if (letter === 'x') base = 16
      else if (letter === 'd') base = 10
      else if (letter === 'o') base = 8
      else if (letter === 'b') base = 2
      else return undefined
    }
    start += 2
  }
  const body = (start === 0 ? text : text.slice(start)).toLowerCase()
  return body === '' ? undefined : parseComplex(body, base, exactness)
}

/** A real part on its way: exact values stay exact until it is known what they are part of. */
type Real = number | bigint | Ratnum | Flonum

function parseComplex(body: string, radix: number, exactness: Exactness): Value | undefined {
  const real = parseReal(body, radix, exactness)
  if (real !== undefined) return real
  const at = body.indexOf('@')
  if (at > 0) {
    const magnitude = parseReal(body.slice(0, at), radix, exactness)
    const angle = parseReal(body.slice(at + 1), radix, exactness)
    if (magnitude === undefined || angle === undefined) return undefined
    if (isExactZero(angle)) return magnitude
    if (isExactZero(magnitude)) return 0
    if (toDouble(magnitude) === 0 && !Number.isFinite(toDouble(angle))) return new Compnum(0, 0)
    const m = toDouble(magnitude)
    const a = toDouble(angle)
    return new Compnum(m * Math.cos(a), m * Math.sin(a))
  }
  if (!body.endsWith('i')) return undefined
  const split = imaginaryStart(body, radix)
  if (split < 0) return undefined
  const realPart = split === 0 ? 0 : parseReal(body.slice(0, split), radix, exactness)
  const imaginaryText = body.slice(split, -1)
  const imaginary = imaginaryText === '+' ? 1 : imaginaryText === '-' ? -1 : parseReal(imaginaryText, radix, exactness)
  if (realPart === undefined || imaginary === undefined) return undefined
  if (isExactZero(imaginary)) return realPart
  return new Compnum(toDouble(realPart), toDouble(imaginary))
}

/** Where the sign of the imaginary part stands: the last sign that is not an exponent's. */
function imaginaryStart(body: string, radix: number): number {
  for (let i = body.length - 2; i >= 0; i--) {
    const c = body.charAt(i)
    if (c !== '+' && c !== '-') continue
    if (i === 0) return 0
    const isExponent = radix === 10 && /[esfdl]/.test(body.charAt(i - 1)) && /\d|\.|#/.test(body.charAt(i - 2))
    if (!isExponent) return i
  }
  return -1
}

const infinities: ReadonlyMap<string, number> = new Map([
  ['+inf.0', Number.POSITIVE_INFINITY],
  ['-inf.0', Number.NEGATIVE_INFINITY],
  ['+nan.0', Number.NaN],
  ['-nan.0', Number.NaN],
])

function parseReal(text: string, radix: number, exactness: Exactness): Real | undefined {
  const special = infinities.get(text)
  if (special !== undefined) return exactness === 'e' ? undefined : new Flonum(special)
  const slash = text.indexOf('/')
  if (slash >= 0) {
    const numerator = parseInteger(text.slice(0, slash), radix, true)
    const denominator = parseInteger(text.slice(slash + 1), radix, false)
    if (numerator === undefined || denominator === undefined) return undefined
    const inexact = exactness === 'i' || (exactness === undefined && text.includes('#'))
    if (denominator === 0n) return undefined
    const exact = ratio(numerator, denominator)
    return inexact ? new Flonum(toDouble(exact)) : exact
  }
  const integer = parseInteger(text, radix, true)
  if (integer !== undefined) {
    if (exactness === 'i') return new Flonum(text.startsWith('-') && integer === 0n ? -0 : Number(integer))
    return exactness === undefined && text.includes('#') ? new Flonum(Number(integer)) : shrink(integer)
  }
  return radix === 10 ? parseDecimal(text, exactness) : undefined
}

const digitSets: ReadonlyMap<number, RegExp> = new Map([
  [2, /^[+-]?[01]+#*$/],
  [8, /^[+-]?[0-7]+#*$/],
  [10, /^[+-]?[0-9]+#*$/],
  [16, /^[+-]?[0-9a-f]+#*$/],
])
const nativePrefixes: ReadonlyMap<number, string> = new Map([
  [2, '0b'],
  [8, '0o'],
  [10, ''],
  [16, '0x'],
])

function parseInteger(text: string, radix: number, signed: boolean): bigint | undefined {
  const known = digitSets.get(radix)
  const sign = text.charAt(0)
  const hasSign = sign === '+' || sign === '-'
  if (hasSign && !signed) return undefined
  if (known !== undefined) {
    if (!known.test(text)) return undefined
    const digits = (hasSign ? text.slice(1) : text).replaceAll('#', '0')
    const magnitude = BigInt((nativePrefixes.get(radix) ?? '') + digits)
    return sign === '-' ? -magnitude : magnitude
  }
  let magnitude = 0n
  const start = hasSign ? 1 : 0
  if (start === text.length) return undefined
  for (let i = start; i < text.length; i++) {
    const digit = Number.parseInt(text.charAt(i), 36)
    if (Number.isNaN(digit) || digit >= radix) return undefined
    magnitude = magnitude * BigInt(radix) + BigInt(digit)
  }
  return sign === '-' ? -magnitude : magnitude
}

const decimal = /^([+-]?)(\d*)(#*)(?:\.(\d*)(#*))?(?:[esfdl]([+-]?\d+))?$/

function parseDecimal(text: string, exactness: Exactness): Real | undefined {
  const match = decimal.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', unknown = '', fraction = '', , exponent = '0'] = match
  if (whole === '' && (fraction === '' || unknown !== '')) return undefined
  if (unknown !== '' && fraction !== '') return undefined
  const power = Number(exponent)
  if (power > 308 || power < -324) throw new ExponentOutOfRange(shrink(BigInt(exponent.replace('+', ''))))
  const wholeDigits = whole + '0'.repeat(unknown.length)
  if (exactness !== 'e') return new Flonum(Number(`${sign}${wholeDigits || '0'}.${fraction}e${exponent}`))
  const scale = Number(exponent) - fraction.length
  const digits = BigInt(`${wholeDigits}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
  return scale >= 0 ? shrink(digits * 10n ** BigInt(scale)) : ratio(digits, 10n ** BigInt(-scale))
}

function isExactZero(value: Real): boolean {
  return value === 0
}

/** An exact integer in its canonical representation. */
function shrink(integer: bigint): number | bigint {
  return integer >= -9007199254740991n && integer <= 9007199254740991n ? Number(integer) : integer
}

function ratio(numerator: bigint, denominator: bigint): number | bigint | Ratnum {
  let a = numerator < 0n ? -numerator : numerator
  let b = denominator
  while (b !== 0n) [a, b] = [b, a % b]
  const n = numerator / a
  const d = denominator / a
  return d === 1n ? shrink(n) : new Ratnum(n, d)
}

function toDouble(value: Real): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Flonum) return value.value
  return ratioToDouble(value.numerator, value.denominator)
}

/** The double nearest to a ratio: scale the quotient to 64 bits plus a sticky bit, so that one rounding decides. */
function ratioToDouble(numerator: bigint, denominator: bigint): number {
  const negative = numerator < 0n
  const n = negative ? -numerator : numerator
  if (n === 0n) return 0
  const shift = BigInt(64 - (n.toString(2).length - denominator.toString(2).length))
  const scaledN = shift > 0n ? n << shift : n
  const scaledD = shift > 0n ? denominator : denominator << -shift
  let quotient = scaledN / scaledD
  if (quotient * scaledD !== scaledN) quotient |= 1n
  const exponent = Number(-shift)
  const rounded = Number(quotient)
  const result = exponent < -1000 ? rounded * 2 ** (exponent + 200) * 2 ** -200 : rounded * 2 ** exponent
  return negative ? -result : result
}
