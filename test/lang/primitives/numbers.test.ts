/** Arithmetic over the tower: laws that hold for random numbers, and bounds where representations change. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  add,
  compare,
  divide,
  divideRounded,
  doubleToExact,
  isExact,
  isReal,
  modulo,
  multiply,
  normalize,
  numberToString,
  numEqual,
  quotient,
  ratioToDouble,
  remainder,
  shift,
  subtract,
  toDouble,
} from '../../../lang/primitives/index.ts'
import { parseNumber } from '../../../lang/reader/index.ts'
import { Flonum, Ratnum, type Value } from '../../../lang/values/index.ts'

const integer = fc
  .oneof(
    fc.integer(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 53n + 1n),
  )
  .map((n) => normalize(BigInt(n)))
const rational = fc
  .tuple(integer, integer)
  .filter(([, d]) => d !== 0)
  .map(([n, d]) => divide(n, d))
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => new Flonum(x))

const isNormal = (x: Value): boolean =>
  typeof x === 'number'
    ? Number.isSafeInteger(x) && !Object.is(x, -0)
    : typeof x === 'bigint'
      ? !Number.isSafeInteger(Number(x))
      : !(x instanceof Ratnum) || x.denominator > 1n

test('exact results are in normal form', () => {
  fc.assert(
    fc.property(rational, rational, (a, b) => {
      for (const result of [add(a, b), subtract(a, b), multiply(a, b)]) expect(isNormal(result)).toBe(true)
    }),
  )
})

test('subtraction undoes addition, and division multiplication', () => {
  fc.assert(
    fc.property(rational, rational, (a, b) => {
      expect(numEqual(subtract(add(a, b), b), a)).toBe(true)
      if (b !== 0) expect(numEqual(divide(multiply(a, b), b), a)).toBe(true)
    }),
  )
})

test('quotient and remainder give back the dividend, with the sign each promises', () => {
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      if (b === 0) return
      expect(numEqual(add(multiply(quotient(a, b), b), remainder(a, b)), a)).toBe(true)
      const rest = modulo(a, b)
      expect(rest === 0 || (isReal(rest) && compare(rest, 0) > 0 === compare(b, 0) > 0)).toBe(true)
    }),
  )
})

test('every rounding family gives back the dividend', () => {
  fc.assert(
    fc.property(
      rational,
      rational,
      fc.constantFrom('floor', 'ceiling', 'truncate', 'round', 'euclidean', 'centered'),
      (a, b, family) => {
        if (b === 0) return
        const [q, r] = divideRounded(family, family, a, b)
        expect(numEqual(add(multiply(q, b), r), a)).toBe(true)
      },
    ),
  )
})

test('what is printed reads back as the same number', () => {
  fc.assert(
    fc.property(fc.oneof(integer, rational, finite), fc.integer({ min: 2, max: 36 }), (x, radix) => {
      if (!isReal(x)) return
      // Inexact numbers are read in radix 10 only, in Guile too.
      const base = x instanceof Flonum ? 10 : radix
      const back = parseNumber(numberToString(x, base), base)
      expect(back !== undefined && numberToString(isReal(back) ? back : 0, base)).toBe(numberToString(x, base))
    }),
  )
})

test('the double nearest to a ratio is exact for doubles', () => {
  fc.assert(
    fc.property(finite, (x) => {
      const exact = doubleToExact(x.value)
      expect(isExact(exact)).toBe(true)
      expect(toDouble(exact)).toBe(x.value + 0)
    }),
  )
})

test('ratios round once, also to subnormals and past the range', () => {
  expect(ratioToDouble(1n, 3n)).toBe(1 / 3)
  expect(ratioToDouble(1n, 2n ** 1074n)).toBe(5e-324)
  expect(ratioToDouble(3n, 2n ** 1075n)).toBe(1e-323)
  expect(ratioToDouble(1n, 2n ** 1075n)).toBe(0)
  expect(ratioToDouble(2n ** 1024n, 1n)).toBe(Number.POSITIVE_INFINITY)
  expect(ratioToDouble(10n ** 400n + 1n, 10n ** 399n)).toBe(10)
})

test('shifting right floors, like division by a power of two', () => {
  fc.assert(
    fc.property(integer, fc.integer({ min: 0, max: 80 }), (n, count) => {
      const [floor] = divideRounded('floor', 'floor', n, normalize(2n ** BigInt(count)))
      expect(numEqual(shift(n, -count), floor)).toBe(true)
      expect(numEqual(shift(shift(n, count), -count), n)).toBe(true)
    }),
  )
})

test('exact and inexact compare by their exact values', () => {
  expect(compare(2n ** 53n + 1n, new Flonum(2 ** 53))).toBe(1)
  expect(numEqual(new Ratnum(1n, 3n), new Flonum(1 / 3))).toBe(false)
  expect(compare(0, new Flonum(Number.NaN))).toBeNaN()
})

test('an inexact number in any radix has the digits of the nearest double', () => {
  fc.assert(
    fc.property(finite, fc.integer({ min: 2, max: 36 }), (x, radix) => {
      expect(doubleFrom(numberToString(x, radix), radix)).toBe(x.value)
    }),
  )
})

/** The double nearest to what the digits say, computed exactly. */
function doubleFrom(text: string, radix: number): number {
  // The exponent's marker may be a digit: take the reading that prints the same.
  const negative = text.startsWith('-')
  const body = negative ? text.slice(1) : text
  const candidates = [body, ...[...body.matchAll(/e/g)].map((m) => body.slice(0, m.index))]
  const isDigits = (digits: string): boolean => [...digits].every((d) => d === '.' || Number.parseInt(d, 36) < radix)
  const values = candidates.filter(isDigits).map((mantissa) => {
    const exponent = mantissa === body ? 0 : Number.parseInt(body.slice(mantissa.length + 1), radix)
    if (!(Math.abs(exponent) < 1100)) return Number.NaN
    const [whole = '', fraction = ''] = mantissa.split('.')
    const digits = [...`${whole}${fraction}`].reduce(
      (sum, d) => sum * BigInt(radix) + BigInt(Number.parseInt(d, radix)),
      0n,
    )
    const scale = exponent - fraction.length
    const power = BigInt(radix) ** BigInt(Math.abs(scale))
    return scale < 0 ? ratioToDouble(digits, power) : ratioToDouble(digits * power, 1n)
  })
  return values.map((v) => (negative ? -v : v)).find((v) => numberToString(new Flonum(v), radix) === text) ?? Number.NaN
}
