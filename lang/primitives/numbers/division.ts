/** Integer division in all its roundings, gcd and lcm.
 *  Arguments may be inexact integers; then so is the result. Exact rationals are accepted as Guile does for
 *  the R7RS and R6RS families. */
import { wrongType } from '../../conditions/index.ts'
import { Flonum, Ratnum, type Value } from '../../values/index.ts'
import { add, multiply, numericalOverflow, subtract } from './arithmetic.ts'
import {
  denominatorOf,
  type Exact,
  type ExactInteger,
  gcdBig,
  gcdSmall,
  isInteger,
  isReal,
  normalize,
  numeratorOf,
  type Real,
  toBigInt,
  toDouble,
} from './represent.ts'

/** `quotient` of Scheme: rounds toward zero. NAME is for messages. */
export function quotient(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) return numericalOverflow('truncate-quotient')
    return (a - (a % b)) / b + 0
  }
  return integerDivision('quotient', 'truncate-quotient', a, b, truncateQuotient)
}

/** `remainder`: the sign of the dividend. */
export function remainder(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) return numericalOverflow('truncate-remainder')
    return (a % b) + 0
  }
  return integerDivision(
    'remainder',
    'truncate-remainder',
    a,
    b,
    (x, y) => x % y,
    (x, y) => x % y,
  )
}

/** `modulo`: the sign of the divisor. */
export function modulo(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) return numericalOverflow('floor-remainder')
    const rest = a % b
    return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0
  }
  return integerDivision('modulo', 'floor-remainder', a, b, floorModulo, (x, y) => {
    const rest = x % y
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest
  })
}

function truncateQuotient(x: bigint, y: bigint): bigint {
  return x / y
}
function floorModulo(x: bigint, y: bigint): bigint {
  const rest = x % y
  return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest
}

function integerDivision(
  name: string,
  overflowName: string,
  a: Value,
  b: Value,
  big: (x: bigint, y: bigint) => bigint,
  inexact: (x: number, y: number) => number = (x, y) => Math.trunc(x / y),
): Value {
  if (!isInteger(a)) return wrongType(name, 1, a)
  if (!isInteger(b)) return wrongType(name, 2, b)
  if (a instanceof Flonum || b instanceof Flonum) {
    const divisor = toDouble(b)
    if (divisor === 0) return numericalOverflow(overflowName)
    return new Flonum(inexact(toDouble(a), divisor))
  }
  if (b === 0) return numericalOverflow(overflowName)
  return normalize(big(toBigInt(a), toBigInt(b)))
}

/** How a family of division operators rounds the exact quotient n/d (d positive) to an integer. */
export type Rounding = (n: bigint, d: bigint, divisorNegative: boolean) => bigint

function floorOf(n: bigint, d: bigint): bigint {
  const q = n / d
  return n < 0n && q * d !== n ? q - 1n : q
}
function ceilingOf(n: bigint, d: bigint): bigint {
  return -floorOf(-n, d)
}
function roundOf(n: bigint, d: bigint): bigint {
  const twice = 2n * n + d
  const q = floorOf(twice, 2n * d)
  return q * 2n * d === twice && (q & 1n) === 1n ? q - 1n : q
}

export const roundings: Record<
  string,
  { readonly exact: Rounding; readonly inexact: (quotient: number, divisor: number) => number }
> = {
  floor: { exact: floorOf, inexact: Math.floor },
  ceiling: { exact: ceilingOf, inexact: Math.ceil },
  truncate: { exact: (n, d) => n / d, inexact: Math.trunc },
  round: { exact: roundOf, inexact: roundHalfEven },
  euclidean: {
    exact: (n, d, negative) => (negative ? ceilingOf(n, d) : floorOf(n, d)),
    inexact: (q, divisor) => (divisor < 0 ? Math.ceil(q) : Math.floor(q)),
  },
  // The remainder r satisfies -|y/2| <= r < |y/2|.
  centered: {
    exact: (n, d, negative) => (negative ? ceilingOf(2n * n - d, 2n * d) : floorOf(2n * n + d, 2n * d)),
    inexact: (q, divisor) => (divisor < 0 ? Math.ceil(q - 0.5) : Math.floor(q + 0.5)),
  },
}

/** To nearest, ties to even. A zero that was negative before stays so; what rounds up to zero is a positive one. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor
  return floor + 1
}

/** Quotient and remainder of one rounding family ("floor", "euclidean", …). */
export function divideRounded(family: string, name: string, a: Value, b: Value): [Value, Value] {
  const rounding = roundings[family]
  if (rounding === undefined || !isReal(a)) return wrongType(name, 1, a)
  if (!isReal(b)) return wrongType(name, 2, b)
  if (b === 0) return numericalOverflow(name)
  if (a instanceof Flonum || b instanceof Flonum) {
    const x = toDouble(a)
    const y = toDouble(b)
    if (y === 0) return numericalOverflow(name)
    const q = rounding.inexact(x / y, y)
    return [new Flonum(q), new Flonum(x - q * y)]
  }
  const q = exactQuotient(rounding.exact, a, b)
  return [q, subtract(a, multiply(q, b))]
}

function exactQuotient(rounding: Rounding, a: Exact, b: Exact): Value {
  const n = numeratorOf(a) * denominatorOf(b)
  const d = denominatorOf(a) * numeratorOf(b)
  const negative = d < 0n
  return normalize(negative ? rounding(-n, -d, true) : rounding(n, d, false))
}

export function gcd(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return gcdSmall(a, b)
  if (!isInteger(a)) return wrongType('gcd', 1, a)
  if (!isInteger(b)) return wrongType('gcd', 2, b)
  const divisor = normalize(gcdBig(integerOf(a), integerOf(b)))
  return a instanceof Flonum || b instanceof Flonum ? new Flonum(toDouble(divisor)) : divisor
}

export function lcm(a: Value, b: Value): Value {
  if (!isInteger(a)) return wrongType('lcm', 1, a)
  if (!isInteger(b)) return wrongType('lcm', 2, b)
  const x = integerOf(a)
  const y = integerOf(b)
  const product = x === 0n || y === 0n ? 0n : (x / gcdBig(x, y)) * y
  const multiple = normalize(product < 0n ? -product : product)
  return a instanceof Flonum || b instanceof Flonum ? new Flonum(toDouble(multiple)) : multiple
}

function integerOf(x: ExactInteger | Flonum): bigint {
  return BigInt(x instanceof Flonum ? x.value : x)
}

/** `floor`, `ceiling`, `truncate`, `round` of a real. */
export function roundReal(family: string, x: Real): Value {
  if (typeof x === 'number' || typeof x === 'bigint') return x
  const rounding = roundings[family]
  if (rounding === undefined) return x
  if (x instanceof Ratnum) return normalize(rounding.exact(x.numerator, x.denominator, false))
  return new Flonum(rounding.inexact(x.value, 1))
}

/** The simplest rational within DELTA of X (Stern and Brocot). */
export function simplestBetween(low: Exact, high: Exact): Value {
  const ln = numeratorOf(low)
  const hn = numeratorOf(high)
  if (ln > 0n) return simplestPositive(low, high)
  if (hn < 0n) {
    const positive = simplestPositive(negateExact(high), negateExact(low))
    return multiply(-1, positive)
  }
  return 0
}

function negateExact(x: Exact): Exact {
  if (x instanceof Ratnum) return new Ratnum(-x.numerator, x.denominator)
  return normalize(-toBigInt(x))
}

function simplestPositive(low: Exact, high: Exact): Value {
  const floor = floorOf(numeratorOf(low), denominatorOf(low))
  if (floor * denominatorOf(low) === numeratorOf(low)) return normalize(floor)
  const floorHigh = floorOf(numeratorOf(high), denominatorOf(high))
  if (floor < floorHigh) return normalize(floor + 1n)
  const restHigh = rest(high, floor)
  const restLow = rest(low, floor)
  const inner = simplestPositive(inverse(restHigh), inverse(restLow))
  return add(normalize(floor), isReal(inner) && !(inner instanceof Flonum) ? inverse(inner) : inner)
}
function rest(x: Exact, floor: bigint): Exact {
  return makeExact(numeratorOf(x) - floor * denominatorOf(x), denominatorOf(x))
}
function inverse(x: Exact): Exact {
  return makeExact(denominatorOf(x), numeratorOf(x))
}
function makeExact(n: bigint, d: bigint): Exact {
  return d === 1n ? normalize(n) : d < 0n ? makeExact(-n, -d) : new Ratnum(n, d)
}
