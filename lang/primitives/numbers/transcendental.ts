/** Powers, roots, exponentials and trigonometry, complex arguments included. */
import { wrongType } from '../../conditions/index.ts'
import { Compnum, Flonum, Ratnum, type Value } from '../../values/index.ts'
import { divide, multiply, numericalOverflow } from './arithmetic.ts'
import {
  bitLength,
  denominatorOf,
  type ExactInteger,
  imaginaryPart,
  isExact,
  isExactInteger,
  isNumber,
  isReal,
  type Numeric,
  normalize,
  numeratorOf,
  ratioToDouble,
  realPart,
  toBigInt,
  toDouble,
} from './represent.ts'

/** Floor of the square root. */
export function integerSquareRoot(n: bigint): bigint {
  if (n < 2n) return n
  if (n <= BigInt(Number.MAX_SAFE_INTEGER)) return BigInt(Math.floor(Math.sqrt(Number(n))))
  let guess = 1n << BigInt((n.toString(2).length + 1) >> 1)
  while (true) {
    const next = (guess + n / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}

export function squareRoot(x: Value): Value {
  if (x instanceof Flonum && x.value >= 0) return new Flonum(Math.sqrt(x.value))
  if (isExact(x)) {
    const n = numeratorOf(x)
    if (n >= 0n) {
      const d = denominatorOf(x)
      const rootN = integerSquareRoot(n)
      const rootD = integerSquareRoot(d)
      if (rootN * rootN === n && rootD * rootD === d) return d === 1n ? normalize(rootN) : new Ratnum(rootN, rootD)
      return new Flonum(d === 1n ? rootOfInteger(n) : rootOfRatio(n, d))
    }
    const root = squareRoot(isExactInteger(x) ? normalize(-n) : new Ratnum(-n, denominatorOf(x)))
    return new Compnum(0, isReal(root) ? toDouble(root) : 0)
  }
  if (!isNumber(x)) return wrongType('sqrt', 1, x)
  if (x instanceof Flonum) {
    if (Object.is(x.value, -0)) return x
    return Number.isNaN(x.value) ? x : new Compnum(0, Math.sqrt(-x.value))
  }
  return complexSquareRoot(realPart(x), imaginaryPart(x))
}

/** Past the range of doubles, half of the exponent is taken out first. */
function rootOfInteger(n: bigint): number {
  const direct = Number(n)
  if (Number.isFinite(direct)) return Math.sqrt(direct)
  const bits = (n.toString(16).length * 4 - 120) & ~1
  return Math.sqrt(Number(n >> BigInt(bits))) * 2 ** (bits / 2)
}

/** Likewise for ratios too large or too small for a normal double. */
function rootOfRatio(n: bigint, d: bigint): number {
  const direct = ratioToDouble(n, d)
  if (Number.isFinite(direct) && direct >= 2 ** -1022) return Math.sqrt(direct)
  const shift = (bitLength(n) - bitLength(d)) >> 1
  const scaled = shift > 0 ? ratioToDouble(n, d << BigInt(2 * shift)) : ratioToDouble(n << BigInt(-2 * shift), d)
  return timesPowerOfTwo(Math.sqrt(scaled), shift)
}
/** In two steps, as 2^POWER itself may be out of range. */
function timesPowerOfTwo(value: number, power: number): number {
  return power < -1000 ? value * 2 ** -1000 * 2 ** (power + 1000) : value * 2 ** power
}

function complexSquareRoot(re: number, im: number): Compnum {
  const modulus = Math.hypot(re, im)
  if (modulus === 0) return new Compnum(0, im)
  const larger = Math.sqrt((modulus + Math.abs(re)) / 2)
  const smaller = re === 0 ? larger : Math.abs(im) / (2 * larger)
  const sign = im < 0 || Object.is(im, -0) ? -1 : 1
  return re >= 0 ? new Compnum(larger, sign * smaller) : new Compnum(smaller, sign * larger)
}

/** A complex result, always inexact. */
function complex(re: number, im: number): Compnum {
  return new Compnum(re, im)
}

export function exponential(x: Value): Value {
  if (isReal(x)) return new Flonum(Math.exp(toDouble(x)))
  if (x instanceof Compnum) return polar(Math.exp(x.real), x.imaginary)
  return wrongType('exp', 1, x)
}

function polar(magnitude: number, angle: number): Compnum {
  return complex(magnitude * Math.cos(angle), magnitude * Math.sin(angle))
}

export function logarithm(x: Value): Value {
  if (isExactInteger(x)) {
    if (x === 0) return numericalOverflow('log')
    const size = logOfInteger(x)
    return x > 0 ? new Flonum(size) : complex(size, Math.PI)
  }
  if (x instanceof Ratnum) {
    const size = logOfInteger(normalize(x.numerator)) - logOfInteger(normalize(x.denominator))
    const near = toDouble(x)
    const value = near !== 0 && Number.isFinite(near) ? Math.log(Math.abs(near)) : size
    return x.numerator > 0n ? new Flonum(value) : complex(value, Math.PI)
  }
  if (x instanceof Flonum) {
    if (x.value < 0 || Object.is(x.value, -0)) return complex(Math.log(-x.value), Math.PI)
    return new Flonum(Math.log(x.value))
  }
  if (x instanceof Compnum) return complex(Math.log(Math.hypot(x.real, x.imaginary)), Math.atan2(x.imaginary, x.real))
  return wrongType('log', 1, x)
}

function logOfInteger(n: ExactInteger): number {
  const magnitude = typeof n === 'number' ? Math.abs(n) : n < 0n ? -n : n
  const direct = Number(magnitude)
  if (Number.isFinite(direct)) return Math.log(direct)
  const bits = magnitude.toString(16).length * 4 - 200
  return Math.log(Number(toBigInt(magnitude) >> BigInt(bits))) + bits * Math.LN2
}

/** `expt`. */
export function power(base: Value, exponent: Value): Value {
  if (!isNumber(base)) return wrongType('expt', 1, base)
  if (!isNumber(exponent)) return wrongType('expt', 2, exponent)
  if (isExactInteger(exponent)) return integerPower(base, exponent)
  if (exponent instanceof Flonum && Number.isInteger(exponent.value)) return inexactIntegerPower(base, exponent.value)
  if (isReal(base) && isReal(exponent)) {
    const b = toDouble(base)
    const e = toDouble(exponent)
    if (base === 0 && e > 0) return isExact(exponent) ? 0 : new Flonum(0)
    if (b >= 0) return new Flonum(b ** e)
  }
  return exponential(multiply(exponent, logarithm(base)))
}

/** The exponent is an integer by value. */
function inexactIntegerPower(base: Numeric, exponent: number): Value {
  if (base instanceof Compnum && Number.isSafeInteger(exponent)) return integerPower(base, exponent)
  const b = realPart(base)
  if (b === 0 && exponent < 0) return new Flonum(Number.NaN)
  return new Flonum(b ** exponent)
}

function integerPower(base: Numeric, exponent: ExactInteger): Value {
  if (exponent === 0) return 1
  if (base instanceof Flonum)
    return new Flonum(base.value === 0 && exponent < 0 ? Number.NaN : base.value ** Number(exponent))
  if (base === 1) return 1
  if (base === 0) return exponent > 0 ? 0 : new Flonum(Number.NaN)
  if (base === -1) return toBigInt(exponent) % 2n === 0n ? 1 : -1
  if (base instanceof Compnum) {
    const magnitude = exponent < 0 ? -toBigInt(exponent) : toBigInt(exponent)
    const result = complexPower(base, magnitude)
    return exponent < 0 ? divide(1, result) : result
  }
  const count = toBigInt(exponent)
  const positive = count < 0n ? -count : count
  const n = numeratorOf(base) ** positive
  const d = denominatorOf(base) ** positive
  if (count > 0n) return d === 1n ? normalize(n) : new Ratnum(n, d)
  return n < 0n ? exactRatio(-d, -n) : exactRatio(d, n)
}
function exactRatio(n: bigint, d: bigint): Value {
  return d === 1n ? normalize(n) : new Ratnum(n, d)
}

function complexPower(base: Compnum, exponent: bigint): Value {
  let result: Value = 1
  let square: Value = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = multiply(result, square)
    if (rest > 1n) square = multiply(square, square)
  }
  return result
}

/** An exact zero gives an exact zero for the odd functions. */
export function realFunction(
  name: string,
  onReal: (x: number) => number,
  onComplex: (re: number, im: number) => Value,
  zeroStaysExact: boolean,
  defined: (x: number) => boolean = () => true,
): (x: Value) => Value {
  return (x) => {
    if (x === 0 && zeroStaysExact) return 0
    if (isReal(x)) {
      const value = toDouble(x)
      return defined(value) ? new Flonum(onReal(value)) : onComplex(value, 0)
    }
    if (x instanceof Compnum) return onComplex(x.real, x.imaginary)
    return wrongType(name, 1, x)
  }
}

const i = new Compnum(0, 1)
const minusI = new Compnum(0, -1)
const half = new Flonum(0.5)

function plus(a: Numeric, b: Numeric): Compnum {
  return complex(realPart(a) + realPart(b), imaginaryPart(a) + imaginaryPart(b))
}
function times(a: Numeric, b: Numeric): Compnum {
  const product = multiply(a, b)
  return isNumber(product) ? complex(realPart(product), imaginaryPart(product)) : i
}
function logOf(x: Compnum): Compnum {
  return complex(Math.log(Math.hypot(x.real, x.imaginary)), Math.atan2(x.imaginary, x.real))
}

export function complexSin(re: number, im: number): Compnum {
  return complex(Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im))
}
export function complexCos(re: number, im: number): Compnum {
  return complex(Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im))
}
export function complexSinh(re: number, im: number): Compnum {
  return complex(Math.sinh(re) * Math.cos(im), Math.cosh(re) * Math.sin(im))
}
export function complexCosh(re: number, im: number): Compnum {
  return complex(Math.cosh(re) * Math.cos(im), Math.sinh(re) * Math.sin(im))
}
export function complexTan(re: number, im: number): Value {
  return divide(complexSin(re, im), complexCos(re, im))
}
export function complexTanh(re: number, im: number): Value {
  return divide(complexSinh(re, im), complexCosh(re, im))
}
/** log(z + sqrt(z^2 + 1)) */
export function complexAsinh(re: number, im: number): Compnum {
  const z = complex(re, im)
  const square = plus(times(z, z), new Flonum(1))
  return logOf(plus(z, complexSquareRoot(square.real, square.imaginary)))
}
export function complexAcosh(re: number, im: number): Compnum {
  const a = complexSquareRoot(re + 1, im)
  const b = complexSquareRoot(re - 1, im)
  return logOf(plus(complex(re, im), times(a, b)))
}
export function complexAtanh(re: number, im: number): Compnum {
  const difference = plus(logOf(complex(1 + re, im)), times(new Flonum(-1), logOf(complex(1 - re, -im))))
  return times(half, difference)
}
export function complexAsin(re: number, im: number): Compnum {
  // -i asinh(iz)
  const z = times(i, complex(re, im))
  if (im === 0 && Math.abs(re) > 1) {
    const size = Math.log(Math.abs(re) + Math.sqrt(re * re - 1))
    return complex(re > 0 ? Math.PI / 2 : -Math.PI / 2, -size)
  }
  return times(minusI, complexAsinh(z.real, z.imaginary))
}
export function complexAcos(re: number, im: number): Compnum {
  const asin = complexAsin(re, im)
  return complex(Math.PI / 2 - asin.real, -asin.imaginary)
}
export function complexAtan(re: number, im: number): Compnum {
  // (log(1 + iz) - log(1 - iz)) / 2i
  const difference = plus(logOf(complex(1 - im, re)), times(new Flonum(-1), logOf(complex(1 + im, -re))))
  return complex(difference.imaginary / 2, -difference.real / 2)
}
