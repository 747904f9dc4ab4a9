/** Random arithmetic in strata and in Guile: the same expressions, one process each, every result the same text.
 *  Not transcendental functions, whose last digit is the C library's. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SchemeString } from '../../../lang/values/index.ts'
import { guile, testInterpreter } from '../../support/language.ts'

const integer = fc
  .oneof(
    fc.integer({ min: -20, max: 20 }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }),
    fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 62n, -(2n ** 63n)),
  )
  .map(String)
const ratio = fc.tuple(integer, fc.integer({ min: 1, max: 1000 })).map(([n, d]) => `(/ ${n} ${d})`)
const special = fc.constantFrom('0.0', '-0.0', '+inf.0', '-inf.0', '+nan.0', '1.0', '-1.5', '0.5', '1e21', '5e-324')
const decimal = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((x) =>
    Number.isInteger(x) && Math.abs(x) < 1e21 ? `${Object.is(x, -0) ? '-0' : x}.0` : String(x).replace('e+', 'e'),
  )
const real = fc.oneof(integer, ratio, decimal, special)
const pick = (...names: string[]): fc.Arbitrary<string> => fc.constantFrom(...names)

const expression = fc.oneof(
  fc.tuple(pick('+', '-', '*', '/', '=', '<', '<=', 'max', 'min'), real, real),
  fc.tuple(pick('quotient', 'remainder', 'modulo', 'gcd', 'lcm', 'logand', 'logior', 'logxor'), integer, integer),
  fc.tuple(pick('floor/', 'ceiling/', 'truncate/', 'round/', 'euclidean/', 'centered/'), integer, integer),
  fc.tuple(pick('floor', 'ceiling', 'round', 'truncate', 'abs', '-', 'numerator'), fc.oneof(integer, ratio, decimal)),
  fc.tuple(pick('inexact->exact', 'exact->inexact', 'denominator', 'sqrt'), fc.oneof(integer, ratio, decimal)),
  fc.tuple(pick('ash', 'round-ash'), integer, fc.integer({ min: -120, max: 120 }).map(String)),
  fc.tuple(pick('expt'), fc.oneof(integer, ratio), fc.integer({ min: -9, max: 9 }).map(String)),
  fc.tuple(
    pick('number->string'),
    fc.oneof(integer, ratio, decimal, special),
    fc.integer({ min: 2, max: 36 }).map(String),
  ),
)

test('random arithmetic gives what Guile gives', () => {
  const forms = fc.sample(expression, 1500).map((parts) => `(${parts.join(' ')})`)
  const program = `(with-output-to-string (lambda ()
    (for-each
      (lambda (form)
        (write (catch #t
                 (lambda () (call-with-values (lambda () (eval form (current-module))) list))
                 (lambda (key . args) key)))
        (newline))
      '(${forms.join('\n')}))))`
  const expected = guile(`(display ${program})`)
  if (expected === undefined) return console.log('skipped: Guile is not installed')
  const result = testInterpreter().evaluateText(program)
  const theirs = expected.split('\n')
  const ours = (result instanceof SchemeString ? result.toString() : '').split('\n')
  expect(ours.length).toBe(theirs.length)
  expect(
    ours.flatMap((line, i) => (line === theirs[i] ? [] : [`${forms[i]}: ${line}, in Guile ${theirs[i]}`])),
  ).toEqual([])
})
