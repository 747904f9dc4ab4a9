/** Addition, subtraction, multiplication, division and comparison over the whole tower.
 *  Two-argument functions on values: the code generator inlines the small-integer case and calls these for the rest.
 *  Errors carry Guile's operator names and positions. Model: libguile/numbers.c. */
import { throwKey, wrongType } from '../../conditions/index.ts'
import { Compnum, Flonum, Ratnum, SchemeString, type Value } from '../../values/index.ts'
import {
  denominatorOf,
  doubleToExact,
  imaginaryPart,
  isNumber,
  isReal,
  makeRational,
  type Numeric,
  normalize,
  numeratorOf,
  type Real,
  realPart,
  toBigInt,
  toDouble,
} from './represent.ts'

const MOST = Number.MAX_SAFE_INTEGER

/** What generic functions make of operands that are no numbers; primitive-generics.ts installs it once one exists. */
let extension: ((operator: string, operands: readonly Value[]) => Value) | undefined
export function installArithmeticExtension(extend: (operator: string, operands: readonly Value[]) => Value): void {
  extension = extend
}
function refuses(a: Value, b: Value): boolean {
  return extension !== undefined && !(isNumber(a) && isNumber(b))
}
function extended(operator: string, a: Value, b: Value): Value {
  return extension?.(operator, [a, b])
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    return sum <= MOST && sum >= -MOST ? sum : BigInt(a) + BigInt(b)
  }
  if (a instanceof Flonum && b instanceof Flonum) return new Flonum(a.value + b.value)
  if (refuses(a, b)) return extended('+', a, b)
  const [x, y] = operands('+', a, b)
  if (x instanceof Compnum || y instanceof Compnum)
    return new Compnum(realPart(x) + realPart(y), imaginaryPart(x) + imaginaryPart(y))
  if (x instanceof Flonum || y instanceof Flonum) {
    return new Flonum(toDouble(x) + toDouble(y))
  }
  if (x instanceof Ratnum || y instanceof Ratnum) {
    const dx = denominatorOf(x)
    const dy = denominatorOf(y)
    return makeRational(numeratorOf(x) * dy + numeratorOf(y) * dx, dx * dy)
  }
  return normalize(toBigInt(x) + toBigInt(y))
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    return difference <= MOST && difference >= -MOST ? difference : BigInt(a) - BigInt(b)
  }
  if (a instanceof Flonum && b instanceof Flonum) return new Flonum(a.value - b.value)
  if (refuses(a, b)) return extended('-', a, b)
  const [x, y] = operands('-', a, b)
  if (x instanceof Compnum || y instanceof Compnum)
    return new Compnum(realPart(x) - realPart(y), imaginaryPart(x) - imaginaryPart(y))
  if (x instanceof Flonum || y instanceof Flonum) {
    if (y === 0) return x
    if (x === 0 && y instanceof Flonum) return new Flonum(-y.value)
    return new Flonum(toDouble(x) - toDouble(y))
  }
  if (x instanceof Ratnum || y instanceof Ratnum) {
    const dx = denominatorOf(x)
    const dy = denominatorOf(y)
    return makeRational(numeratorOf(x) * dy - numeratorOf(y) * dx, dx * dy)
  }
  return normalize(toBigInt(x) - toBigInt(y))
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    // Adding zero turns -0 into 0.
    return product <= MOST && product >= -MOST ? product + 0 : BigInt(a) * BigInt(b)
  }
  if (a instanceof Flonum && b instanceof Flonum) return new Flonum(a.value * b.value)
  if (refuses(a, b)) return extended('*', a, b)
  const [x, y] = operands('*', a, b)
  if (x instanceof Compnum || y instanceof Compnum) {
    if (!(x instanceof Compnum)) return new Compnum(toDouble(x) * realPart(y), toDouble(x) * imaginaryPart(y))
    if (!(y instanceof Compnum)) return new Compnum(x.real * toDouble(y), x.imaginary * toDouble(y))
    return new Compnum(x.real * y.real - x.imaginary * y.imaginary, x.real * y.imaginary + x.imaginary * y.real)
  }
  if (x instanceof Flonum || y instanceof Flonum) return new Flonum(toDouble(x) * toDouble(y))
  if (x instanceof Ratnum || y instanceof Ratnum)
    return makeRational(numeratorOf(x) * numeratorOf(y), denominatorOf(x) * denominatorOf(y))
  return normalize(toBigInt(x) * toBigInt(y))
}

export function divide(a: Value, b: Value): Value {
  if (a instanceof Flonum && b instanceof Flonum) return new Flonum(a.value / b.value)
  if (refuses(a, b)) return extended('/', a, b)
  const [x, y] = operands('/', a, b)
  if (y === 0) return numericalOverflow('divide')
  if (typeof x === 'number' && typeof y === 'number') {
    if (x % y === 0) return x / y + 0
    return makeRational(BigInt(x), BigInt(y))
  }
  if (x instanceof Compnum || y instanceof Compnum) {
    if (!(y instanceof Compnum)) return new Compnum(realPart(x) / toDouble(y), imaginaryPart(x) / toDouble(y))
    if (!(x instanceof Compnum)) return divideReal(toDouble(x), y.real, y.imaginary)
    return divideComplex(x.real, x.imaginary, y.real, y.imaginary)
  }
  if (x instanceof Flonum || y instanceof Flonum) return new Flonum(toDouble(x) / toDouble(y))
  return makeRational(numeratorOf(x) * denominatorOf(y), denominatorOf(x) * numeratorOf(y))
}

/** Smith's method: no overflow where the result is representable. */
function divideComplex(a: number, b: number, c: number, d: number): Compnum {
  if (Math.abs(c) <= Math.abs(d)) {
    const ratio = c / d
    const denominator = d + c * ratio
    return new Compnum((a * ratio + b) / denominator, (b * ratio - a) / denominator)
  }
  const ratio = d / c
  const denominator = c + d * ratio
  return new Compnum((a + b * ratio) / denominator, (b - a * ratio) / denominator)
}

/** The same with a real dividend, whose zero imaginary part has no sign to give. */
function divideReal(a: number, c: number, d: number): Compnum {
  if (Math.abs(c) <= Math.abs(d)) {
    const ratio = c / d
    const inverse = 1 / (d * (1 + ratio * ratio))
    return new Compnum(a * ratio * inverse, -(a * inverse))
  }
  const ratio = d / c
  const inverse = 1 / (c * (1 + ratio * ratio))
  return new Compnum(a * inverse, -(a * ratio * inverse))
}

export function negate(a: Value): Value {
  if (typeof a === 'number') return a === 0 ? 0 : -a
  if (a instanceof Flonum) return new Flonum(-a.value)
  if (typeof a === 'bigint') return normalize(-a)
  if (a instanceof Ratnum) return new Ratnum(-a.numerator, a.denominator)
  if (a instanceof Compnum) return new Compnum(-a.real, -a.imaginary)
  return extension === undefined ? wrongType('-', 1, a) : extension('-', [a])
}

/** `=` of two numbers. */
export function numEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b
  if (refuses(a, b)) return extended('=', a, b) !== false
  const [x, y] = operands('=', a, b)
  if (x instanceof Compnum || y instanceof Compnum)
    return imaginaryPart(x) === imaginaryPart(y) && compare(realOf(x), realOf(y)) === 0
  return compare(x, y) === 0
}

function realOf(x: Numeric): Real {
  return x instanceof Compnum ? new Flonum(x.real) : x
}

export function lessThan(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (refuses(a, b)) return extended('<', a, b) !== false
  return compare(realOperand('<', 1, a), realOperand('<', 2, b)) < 0
}
export function greaterThan(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a > b
  if (refuses(a, b)) return extended('>', a, b) !== false
  return compare(realOperand('>', 1, a), realOperand('>', 2, b)) > 0
}
export function lessOrEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b
  if (refuses(a, b)) return extended('<=', a, b) !== false
  return compare(realOperand('<=', 1, a), realOperand('<=', 2, b)) <= 0
}
export function greaterOrEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a >= b
  if (refuses(a, b)) return extended('>=', a, b) !== false
  return compare(realOperand('>=', 1, a), realOperand('>=', 2, b)) >= 0
}

/** Negative, zero or positive; NaN when either is not a number. Exact and inexact compare by exact value. */
export function compare(x: Real, y: Real): number {
  if (x instanceof Flonum) {
    if (y instanceof Flonum) return compareDoubles(x.value, y.value)
    return -compareExactToDouble(y, x.value)
  }
  if (y instanceof Flonum) return compareExactToDouble(x, y.value)
  if (x instanceof Ratnum || y instanceof Ratnum) {
    const left = numeratorOf(x) * denominatorOf(y)
    const right = numeratorOf(y) * denominatorOf(x)
    return left < right ? -1 : left > right ? 1 : 0
  }
  return x < y ? -1 : x > y ? 1 : 0
}

function compareDoubles(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN
}

function compareExactToDouble(x: number | bigint | Ratnum, y: number): number {
  if (typeof x === 'number') return compareDoubles(x, y)
  if (!Number.isFinite(y)) return Number.isNaN(y) ? Number.NaN : y > 0 ? -1 : 1
  if (typeof x === 'bigint') return x < y ? -1 : x > y ? 1 : 0
  return compare(x, doubleToExact(y))
}

function operands(operator: string, a: Value, b: Value): [Numeric, Numeric] {
  if (!isNumber(a)) return wrongType(operator, 1, a)
  if (!isNumber(b)) return wrongType(operator, 2, b)
  return [a, b]
}

function realOperand(operator: string, position: number, value: Value): Real {
  return isReal(value) ? value : wrongType(operator, position, value)
}

export function numericalOverflow(operator: string): never {
  return throwKey(
    'numerical-overflow',
    new SchemeString(operator, true),
    new SchemeString('Numerical overflow', true),
    false,
    false,
  )
}
