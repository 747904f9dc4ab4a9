/** The number primitives of (guile): declarations only; the work is in the files beside this one. */
import { outOfRange, schemeError, wrongType } from '../../conditions/index.ts'
import { returnValues } from '../../execution/machine.ts'
import { Compnum, Flonum, list, Ratnum, SchemeString, type Value } from '../../values/index.ts'
import { primitives } from '../define.ts'
import { any, exactInteger, index, number, optional, parameter, real, rest } from '../parameters.ts'
import {
  add,
  compare,
  divide,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  multiply,
  negate,
  numEqual,
  numericalOverflow,
  subtract,
} from './arithmetic.ts'
import { bitAnd, bitCount, bitNot, bitOr, bitXor, integerLength, roundShift, shift, testBit } from './bits.ts'
import {
  divideRounded,
  gcd,
  lcm,
  modulo,
  quotient,
  remainder,
  roundings,
  roundReal,
  simplestBetween,
} from './division.ts'
import { numberToString } from './format.ts'
import { makeRandomState, RandomState, randomBelow, randomExponential, randomNormal, randomUniform } from './random.ts'
import {
  doubleToExact,
  type ExactInteger,
  imaginaryPart,
  isExact,
  isExactInteger,
  isInteger,
  isNumber,
  isRational,
  isReal,
  normalize,
  realPart,
  toBigInt,
  toDouble,
} from './represent.ts'
import {
  complexAcos,
  complexAcosh,
  complexAsin,
  complexAsinh,
  complexAtan,
  complexAtanh,
  complexCos,
  complexCosh,
  complexSin,
  complexSinh,
  complexTan,
  complexTanh,
  exponential,
  integerSquareRoot,
  logarithm,
  power,
  realFunction,
  squareRoot,
} from './transcendental.ts'

const guile = primitives('(guile)')

/** Fold a two-argument operator over rest arguments. */
function fold(operator: (a: Value, b: Value) => Value, identity: Value, values: readonly Value[]): Value {
  if (values.length === 0) return identity
  let result = values.length === 1 ? operator(identity, values[0]) : values[0]
  for (let i = 1; i < values.length; i++) result = operator(result, values[i])
  return result
}

guile('+', [rest(any('z'))], 'Return the sum of all Z, 0 when there is none.', (...zs) => fold(add, 0, zs))
guile('*', [rest(any('z'))], 'Return the product of all Z, 1 when there is none.', (...zs) => fold(multiply, 1, zs))
guile('-', [any('z'), rest(any('y'))], 'Negate Z, or subtract every Y from it.', (z, ...ys) => {
  if (ys.length === 0) return negate(z)
  let result = z
  for (const y of ys) result = subtract(result, y)
  return result
})
guile('/', [any('z'), rest(any('y'))], 'Invert Z, or divide it by every Y.', (z, ...ys) => {
  if (ys.length === 0) return divide(1, z)
  let result = z
  for (const y of ys) result = divide(result, y)
  return result
})
guile('1+', [any('z')], 'Return Z + 1.', (z) => add(z, 1))
guile('1-', [any('z')], 'Return Z - 1.', (z) => subtract(z, 1))

function comparison(name: string, holds: (a: Value, b: Value) => boolean, doc: string): void {
  guile(name, [rest(any('x'))], doc, (...xs) => {
    if (xs.length === 1 && !isNumber(xs[0])) wrongType(name, 1, xs[0])
    let result = true
    for (let i = 1; i < xs.length; i++) if (!holds(xs[i - 1], xs[i])) result = false
    return result
  })
}
comparison('=', numEqual, 'Return #t when all arguments are equal numbers.')
comparison('<', lessThan, 'Return #t when the arguments increase.')
comparison('>', greaterThan, 'Return #t when the arguments decrease.')
comparison('<=', lessOrEqual, 'Return #t when the arguments do not decrease.')
comparison('>=', greaterOrEqual, 'Return #t when the arguments do not increase.')

/** Of exact numbers the better one; with an inexact one both are doubles: a NaN wins, and -0.0 is below 0.0. */
function extremum(name: string, better: (x: number, y: number) => boolean): void {
  guile(
    name,
    [real('x'), rest(real('y'))],
    `Return the ${name}imum of the arguments, inexact if any is.`,
    (x, ...ys) => {
      let best = x
      for (const y of ys) {
        if (best instanceof Flonum || y instanceof Flonum) {
          const a = toDouble(best)
          const b = toDouble(y)
          const zeros = a === 0 && b === 0
          const takeOther = !Number.isNaN(a) && (Number.isNaN(b) || (zeros ? better(1 / b, 1 / a) : better(b, a)))
          best = new Flonum(takeOther ? b : a)
        } else if (better(compare(y, best), 0)) best = y
      }
      return best
    },
  )
}
extremum('max', (x, y) => x > y)
extremum('min', (x, y) => x < y)

// Kinds

guile('number?', [any('x')], 'Return #t if X is a number.', isNumber)
guile('complex?', [any('x')], 'Return #t if X is a complex number: any number.', isNumber)
guile('real?', [any('x')], 'Return #t if X is a real number.', isReal)
guile('rational?', [any('x')], 'Return #t if X is a rational number, finite inexact ones included.', isRational)
guile('integer?', [any('x')], 'Return #t if X is an integer, exact or not.', isInteger)
guile('exact-integer?', [any('x')], 'Return #t if X is an exact integer.', isExactInteger)
guile('exact?', [number('z')], 'Return #t if Z is exact.', isExact)
guile('inexact?', [number('z')], 'Return #t if Z is inexact.', (z) => !isExact(z))
guile(
  'zero?',
  [number('z')],
  'Return #t if Z is zero.',
  (z) =>
    z === 0 || (z instanceof Flonum && z.value === 0) || (z instanceof Compnum && z.real === 0 && z.imaginary === 0),
)
guile('positive?', [real('x')], 'Return #t if X is above zero.', (x) => compare(x, 0) > 0)
guile('negative?', [real('x')], 'Return #t if X is below zero.', (x) => compare(x, 0) < 0)
function parity(name: string, wanted: 0 | 1): void {
  guile(name, [any('n')], `Return #t if the integer N is ${wanted === 0 ? 'even' : 'odd'}.`, (n) => {
    if (typeof n === 'number') return (n % 2 === 0) === (wanted === 0)
    if (typeof n === 'bigint') return (n % 2n === 0n) === (wanted === 0)
    if (isInteger(n)) return (toDouble(n) % 2 === 0) === (wanted === 0)
    return wrongType(name, 1, n)
  })
}
parity('even?', 0)
parity('odd?', 1)
guile('nan?', [real('x')], 'Return #t if X is not a number.', (x) => x instanceof Flonum && Number.isNaN(x.value))
guile(
  'inf?',
  [real('x')],
  'Return #t if X is infinite.',
  (x) => x instanceof Flonum && Math.abs(x.value) === Number.POSITIVE_INFINITY,
)
guile(
  'finite?',
  [real('x')],
  'Return #t if X is neither infinite nor a NaN.',
  (x) => !(x instanceof Flonum) || Number.isFinite(x.value),
)
guile('inf', [], 'Return positive infinity.', () => new Flonum(Number.POSITIVE_INFINITY))
guile('nan', [], 'Return a NaN.', () => new Flonum(Number.NaN))

// Exactness

function toExact(name: string, z: Value): Value {
  if (isExact(z)) return z
  if (z instanceof Flonum && Number.isFinite(z.value)) return doubleToExact(z.value)
  if (z instanceof Compnum && z.imaginary === 0 && Number.isFinite(z.real)) return doubleToExact(z.real)
  return z instanceof Flonum ? outOfRange(name, 1, z) : wrongType(name, 1, z)
}
guile('inexact->exact', [any('z')], 'Return the exact number equal to Z.', (z) => toExact('inexact->exact', z))
guile('exact->inexact', [number('z')], 'Return the inexact number nearest to Z.', (z) =>
  isExact(z) ? new Flonum(toDouble(z)) : z,
)

// Division

guile('quotient', [any('x'), any('y')], 'Return X / Y rounded toward zero.', quotient)
guile('remainder', [any('x'), any('y')], 'Return the remainder of X / Y with the sign of X.', remainder)
guile('modulo', [any('x'), any('y')], 'Return the remainder of X / Y with the sign of Y.', modulo)
for (const family of Object.keys(roundings)) {
  const doc = `of X / Y, the quotient rounded by ${family}.`
  guile(`${family}/`, [any('x'), any('y')], `Return the quotient and remainder ${doc}`, (x, y) =>
    returnValues(divideRounded(family, `${family}/`, x, y)),
  )
  guile(
    `${family}-quotient`,
    [any('x'), any('y')],
    `Return the quotient ${doc}`,
    (x, y) => divideRounded(family, `${family}-quotient`, x, y)[0],
  )
  guile(
    `${family}-remainder`,
    [any('x'), any('y')],
    `Return the remainder ${doc}`,
    (x, y) => divideRounded(family, `${family}-remainder`, x, y)[1],
  )
}
guile('gcd', [rest(any('n'))], 'Return the greatest common divisor of all N.', (...ns) => fold(gcd, 0, ns))
guile('lcm', [rest(any('n'))], 'Return the least common multiple of all N.', (...ns) => fold(lcm, 1, ns))
for (const family of ['floor', 'ceiling', 'truncate', 'round'])
  guile(family, [real('x')], `Return the integer X rounds to by ${family}.`, (x) => roundReal(family, x))
guile('abs', [real('x')], 'Return the absolute value of X.', (x) =>
  x instanceof Flonum ? new Flonum(Math.abs(x.value)) : compare(x, 0) < 0 ? negate(x) : x,
)
guile('numerator', [real('q')], 'Return the numerator of Q in lowest terms.', (q) => {
  if (q instanceof Ratnum) return normalize(q.numerator)
  if (!(q instanceof Flonum)) return q
  if (!Number.isFinite(q.value)) return q
  const exact = doubleToExact(q.value)
  return new Flonum(exact instanceof Ratnum ? Number(exact.numerator) : q.value)
})
guile('denominator', [real('q')], 'Return the denominator of Q in lowest terms.', (q) => {
  if (q instanceof Ratnum) return normalize(q.denominator)
  if (!(q instanceof Flonum)) return 1
  if (Number.isNaN(q.value)) return outOfRange('inexact->exact', 1, q)
  if (!Number.isFinite(q.value)) return new Flonum(1)
  const exact = doubleToExact(q.value)
  return new Flonum(exact instanceof Ratnum ? Number(exact.denominator) : 1)
})
guile('rationalize', [real('x'), real('delta')], 'Return the simplest rational within DELTA of X.', (x, delta) => {
  const inexact = x instanceof Flonum || delta instanceof Flonum
  if (x instanceof Flonum && !Number.isFinite(x.value))
    return delta instanceof Flonum && !Number.isFinite(delta.value) ? new Flonum(Number.NaN) : x
  if (delta instanceof Flonum && !Number.isFinite(delta.value))
    return new Flonum(Number.isNaN(delta.value) ? Number.NaN : 0)
  const center = x instanceof Flonum ? doubleToExact(x.value) : x
  const given = delta instanceof Flonum ? doubleToExact(delta.value) : delta
  const width = compare(given, 0) < 0 ? negate(given) : given
  const low = subtract(center, width)
  const high = add(center, width)
  if (!isExact(low) || !isExact(high)) return x
  const result = simplestBetween(low, high)
  return inexact && isReal(result) ? new Flonum(toDouble(result)) : result
})

// Powers, logarithms, trigonometry

guile('expt', [any('z'), any('w')], 'Return Z to the power W.', power)
guile('integer-expt', [number('z'), exactInteger('k')], 'Return Z to the integer power K.', power)
guile('sqrt', [any('z')], 'Return the square root of Z, exact when it can be.', squareRoot)
guile('exact-integer-sqrt', [any('k')], 'Return the floor of the square root of K, and what is left.', (k) => {
  if (!isExactInteger(k) || k < 0)
    return schemeError(
      'wrong-type-arg',
      'exact-integer-sqrt',
      'Wrong type argument in position ~A (expecting ~A): ~S',
      [1, new SchemeString('exact non-negative integer', true), k],
    )
  const n = toBigInt(k)
  const root = integerSquareRoot(n)
  return returnValues([normalize(root), normalize(n - root * root)])
})
guile('exp', [any('z')], 'Return e to the power Z.', exponential)
guile('log', [any('z')], 'Return the natural logarithm of Z.', logarithm)
guile('log10', [any('z')], 'Return the decimal logarithm of Z.', (z) => {
  if (isReal(z) && toDouble(z) > 0 && Number.isFinite(toDouble(z))) return new Flonum(Math.log10(toDouble(z)))
  if (z === 0) return numericalOverflow('log10')
  return divide(logarithm(z), new Flonum(Math.LN10))
})
const always = () => true
// What lies outside, a NaN included, is complex.
const unit = (x: number) => Math.abs(x) <= 1
const functions: readonly [
  string,
  (x: number) => number,
  (re: number, im: number) => Value,
  boolean,
  (x: number) => boolean,
  string,
][] = [
  ['sin', Math.sin, complexSin, true, always, 'sine'],
  ['cos', Math.cos, complexCos, false, always, 'cosine'],
  ['tan', Math.tan, complexTan, true, always, 'tangent'],
  ['sinh', Math.sinh, complexSinh, true, always, 'hyperbolic sine'],
  ['cosh', Math.cosh, complexCosh, false, always, 'hyperbolic cosine'],
  ['tanh', Math.tanh, complexTanh, true, always, 'hyperbolic tangent'],
  ['asin', Math.asin, complexAsin, true, unit, 'arc sine'],
  ['acos', Math.acos, complexAcos, false, unit, 'arc cosine'],
  ['asinh', Math.asinh, complexAsinh, true, always, 'inverse hyperbolic sine'],
  ['acosh', Math.acosh, complexAcosh, false, (x) => !(x < 1), 'inverse hyperbolic cosine'],
  ['atanh', Math.atanh, complexAtanh, true, (x) => !(Math.abs(x) > 1), 'inverse hyperbolic tangent'],
]
for (const [name, onReal, onComplex, zeroExact, defined, words] of functions) {
  const compute = realFunction(name, onReal, onComplex, zeroExact, defined)
  guile(name, [any('z')], `Return the ${words} of Z.`, (z) => {
    if (z === 0 && (name === 'cos' || name === 'cosh')) return 1
    return z === 1 && (name === 'acos' || name === 'acosh') ? 0 : compute(z)
  })
}
const arcTangent = realFunction('atan', Math.atan, complexAtan, true)
guile(
  'atan',
  [any('z'), optional(any('x'))],
  'Return the arc tangent of Z, or the angle of the point (X, Z).',
  (z, x) => {
    if (x === undefined) return arcTangent(z)
    if (!isReal(z)) return wrongType('atan', 1, z)
    if (!isReal(x)) return wrongType('atan', 2, x)
    return new Flonum(Math.atan2(toDouble(z), toDouble(x)))
  },
)

// Complex numbers

guile('make-rectangular', [real('x'), real('y')], 'Return the complex number X + Yi.', (x, y) =>
  y === 0 ? x : new Compnum(toDouble(x), toDouble(y)),
)
guile('make-polar', [real('m'), real('angle')], 'Return the complex number with magnitude M and ANGLE.', (m, angle) => {
  if (angle === 0) return m
  if (m === 0) return 0
  return new Compnum(toDouble(m) * Math.cos(toDouble(angle)), toDouble(m) * Math.sin(toDouble(angle)))
})
guile('real-part', [number('z')], 'Return the real part of Z.', (z) => (z instanceof Compnum ? new Flonum(z.real) : z))
guile('imag-part', [number('z')], 'Return the imaginary part of Z.', (z) =>
  z instanceof Compnum ? new Flonum(z.imaginary) : 0,
)
guile('magnitude', [number('z')], 'Return the magnitude of Z.', (z) => {
  if (z instanceof Compnum) return new Flonum(Math.hypot(z.real, z.imaginary))
  if (z instanceof Flonum) return new Flonum(Math.abs(z.value))
  return compare(z, 0) < 0 ? negate(z) : z
})
guile('angle', [number('z')], 'Return the angle of Z.', (z) => {
  if (z instanceof Compnum) return new Flonum(Math.atan2(imaginaryPart(z), realPart(z)))
  if (z instanceof Flonum) return new Flonum(z.value < 0 || Object.is(z.value, -0) ? Math.PI : 0)
  return compare(z, 0) < 0 ? new Flonum(Math.PI) : new Flonum(0)
})

// Text

guile(
  'number->string',
  [number('n'), optional(any('radix'))],
  'Return the text of N in RADIX, 10 by default.',
  (n, radix) => {
    if (radix === undefined) return new SchemeString(numberToString(n))
    if (typeof radix !== 'number' || radix < 2 || radix > 36) return radixOutOfRange(radix)
    return new SchemeString(numberToString(n, radix))
  },
)
export function radixOutOfRange(radix: Value): never {
  return schemeError('out-of-range', undefined, 'Value out of range ~S to< ~S: ~S', [2, 36, radix], list([radix]))
}

// Bits

function bits(
  name: string,
  identity: ExactInteger,
  operator: (a: ExactInteger, b: ExactInteger) => ExactInteger,
  words: string,
): void {
  guile(name, [rest(exactInteger('n'))], `Return the bitwise ${words} of all N.`, (...ns) =>
    ns.reduce(operator, identity),
  )
}
bits('logand', -1, bitAnd, 'and')
bits('logior', 0, bitOr, 'or')
bits('logxor', 0, bitXor, 'exclusive or')
guile('lognot', [exactInteger('n')], "Return the ones' complement of N.", bitNot)
guile(
  'logtest',
  [exactInteger('j'), exactInteger('k')],
  'Return #t when J and K have a common one bit.',
  (j, k) => bitAnd(j, k) !== 0,
)
guile('logbit?', [index('index'), exactInteger('j')], 'Return #t when bit INDEX of J is set.', (position, j) =>
  testBit(j, position),
)
guile('logcount', [exactInteger('n')], 'Count the ones of N, or the zeros of a negative N.', bitCount)
guile('integer-length', [exactInteger('n')], 'Return how many bits N needs.', integerLength)
guile('ash', [exactInteger('n'), exactInteger('count')], 'Return N * 2^COUNT, rounded down.', (n, count) =>
  shiftAnyDistance('ash', shift, n, count),
)
guile('round-ash', [exactInteger('n'), exactInteger('count')], 'Return N * 2^COUNT, rounded to even.', (n, count) =>
  shiftAnyDistance('round-ash', roundShift, n, count),
)
/** Shifts whose distance no machine could hold have simple answers. */
function shiftAnyDistance(
  name: string,
  operation: (n: ExactInteger, count: number) => ExactInteger,
  n: ExactInteger,
  count: ExactInteger,
): Value {
  if (n === 0) return 0
  if (count > 0x40000000) return numericalOverflow(name)
  const distance = Number(count)
  if (-distance > integerLength(n) + 1) return name === 'ash' && n < 0 ? -1 : 0
  return operation(n, distance)
}
guile(
  'bit-extract',
  [exactInteger('n'), index('start'), index('end')],
  'Return bits START up to END of N.',
  (n, start, end) => {
    if (end < start) return outOfRange('bit-extract', 3, end)
    return normalize((toBigInt(n) >> BigInt(start)) & ((1n << BigInt(end - start)) - 1n))
  },
)
guile(
  'modulo-expt',
  [exactInteger('n'), exactInteger('k'), exactInteger('m')],
  'Return N to the power K modulo M.',
  (n, k, m) => {
    const modulus = toBigInt(m)
    if (modulus === 0n) return numericalOverflow('modulo-expt')
    const exponent = toBigInt(k)
    let base = toBigInt(n) % modulus
    if (exponent < 0n) {
      const inverse = modularInverse(base, modulus)
      if (inverse === undefined) return numericalOverflow('modulo-expt')
      base = inverse
    }
    let result = 1n
    for (let left = exponent < 0n ? -exponent : exponent; left > 0n; left >>= 1n) {
      if ((left & 1n) === 1n) result = (result * base) % modulus
      base = (base * base) % modulus
    }
    return modulo(normalize(result), m)
  },
)
function modularInverse(a: bigint, modulus: bigint): bigint | undefined {
  let [r, nextR] = [modulus, ((a % modulus) + modulus) % modulus]
  let [t, nextT] = [0n, 1n]
  while (nextR !== 0n) {
    const q = r / nextR
    ;[r, nextR] = [nextR, r - q * nextR]
    ;[t, nextT] = [nextT, t - q * nextT]
  }
  return r === 1n || r === -1n ? t * r : undefined
}

// Random numbers

const defaultState = makeRandomState(42n)
const isRandomState = (value: Value): value is RandomState => value instanceof RandomState
const state = optional(parameter('state', isRandomState, 'random state'))
guile(
  'random',
  [real('n'), state],
  'Return a random number in [0, N), of the kind of N.',
  (n, given = defaultState) => {
    if (n instanceof Flonum) return new Flonum(randomUniform(given) * n.value)
    if (!isExactInteger(n)) return wrongType('random', 1, n)
    if (n <= 0) return outOfRange('random', 1, n)
    return randomBelow(given, n)
  },
)
guile(
  'random:uniform',
  [state],
  'Return a random number in [0, 1).',
  (given = defaultState) => new Flonum(randomUniform(given)),
)
guile(
  'random:normal',
  [state],
  'Return a normally distributed random number.',
  (given = defaultState) => new Flonum(randomNormal(given)),
)
guile(
  'random:exp',
  [state],
  'Return an exponentially distributed random number.',
  (given = defaultState) => new Flonum(randomExponential(given)),
)
guile('seed->random-state', [any('seed')], 'Return a random state made from SEED, a number or a string.', (seed) =>
  makeRandomState(seedNumber(seed)),
)
guile('copy-random-state', [state], 'Return a copy of the random state.', (given = defaultState) => given.copy())
guile('random-state-from-platform', [], 'Return a random state seeded by the platform.', () =>
  makeRandomState(BigInt(Math.floor(Math.random() * 2 ** 52))),
)

function seedNumber(seed: Value): bigint {
  if (isExactInteger(seed)) return toBigInt(seed)
  let mixed = 1469598103934665603n
  for (const c of String(seed instanceof SchemeString ? seed : isNumber(seed) ? numberToString(seed) : '')) {
    mixed = BigInt.asUintN(64, (mixed ^ BigInt(c.charCodeAt(0))) * 1099511628211n)
  }
  return mixed
}
