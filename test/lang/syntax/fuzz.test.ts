/** The expander and the code generator on random forms: a function or a Scheme condition, never a mistake of ours. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../lang/codegen/index.ts'
import { UncaughtCondition } from '../../../lang/execution/index.ts'
import { writeString } from '../../../lang/primitives/index.ts'
import { readAll } from '../../../lang/reader/index.ts'
import { SourceFile } from '../../../lang/source/index.ts'
import { expandTopLevel } from '../../../lang/syntax/top-level.ts'
import { testInterpreter } from '../../support/language.ts'

const keywords = (
  'lambda lambda* case-lambda define define* define-values define-syntax define-syntax-rule define-record-type let let* ' +
  'letrec letrec* named-lambda let-values let*-values let-syntax letrec-syntax if cond case when unless and or do begin ' +
  'set! quote quasiquote unquote unquote-splicing syntax syntax-case syntax-rules quasisyntax unsyntax with-syntax ' +
  'identifier-syntax parameterize fluid-let with-fluids delay delay-force cons-stream guard receive match match-lambda ' +
  'match-let cut cute and-let* eval-when cond-expand include assert define-module use-modules export @ @@ else => ... _ ' +
  'define-class define-syntax-parameter syntax-parameterize with-ellipsis values call-with-values %undefined'
).split(' ')
const atoms = [
  'x',
  'y',
  'f',
  'car',
  '1',
  '-2.5',
  '"s"',
  '#\\a',
  '#t',
  '#f',
  '()',
  '#:k',
  '#(1 x)',
  '#()',
  "'x",
  '`(,x)',
  "#'x",
]

const form = fc.letrec<{ form: string; list: string }>((tie) => ({
  form: fc.oneof({ maxDepth: 5 }, fc.constantFrom(...atoms), fc.constantFrom(...keywords), tie('list')),
  list: fc
    .tuple(fc.constantFrom(...keywords), fc.array(tie('form'), { maxLength: 4 }), fc.constantFrom('', '', '', ' . x'))
    .map(([head, items, tail]) => `(${[head, ...items].join(' ')}${items.length > 0 ? tail : ''})`),
})).list

const guessable = fc.oneof(
  form,
  // Shapes that get past the first check of their form.
  fc.tuple(form, form).map(([a, b]) => `(let ((x ${a})) ${b})`),
  fc.tuple(form, form).map(([a, b]) => `(define-syntax m (syntax-rules () ((_ x ...) ${a}) ((_ . y) ${b})))`),
  fc.tuple(form, form).map(([a, b]) => `(syntax-case #'(1 x) () ((x y ...) ${a}) (_ ${b}))`),
  fc.tuple(form, form).map(([a, b]) => `(match x (${a} ${b}) (_ y))`),
  fc.tuple(form, form).map(([a, b]) => `(lambda* (x #:optional (y ${a}) #:key (f ${b}) . z) x)`),
  fc.tuple(form, form).map(([a, b]) => `(let loop ((x 1) (y ${a})) (if x (loop ${b} y) y))`),
)

test('random forms', { timeout: 60_000 }, () => {
  const interpreter = testInterpreter()
  interpreter.evaluateText('(use-modules (ice-9 match) (srfi srfi-11) (srfi srfi-26) (srfi srfi-2) (ice-9 receive))')
  const outcomes = { expanded: 0, refused: 0 }
  fc.assert(
    fc.property(guessable, (text) => {
      try {
        interpreter.enter(() => {
          for (const datum of readAll(new SourceFile('fuzz.scm', text))) {
            expect(typeof compile(expandTopLevel(datum))).toBe('function')
            outcomes.expanded++
          }
        })
      } catch (error) {
        // At the end of the stack the imports that vitest makes are undefined; the form was nested too deeply.
        if (error instanceof TypeError && error.message.startsWith("Right-hand side of 'instanceof'")) return
        if (!(error instanceof UncaughtCondition)) throw error
        expect(writeString(error.key)).not.toBe('strata-internal-error')
        outcomes.refused++
      }
    }),
    { numRuns: 1500 },
  )
  // The forms are neither all nonsense nor all right.
  expect(outcomes.expanded).toBeGreaterThan(50)
  expect(outcomes.refused).toBeGreaterThan(50)
})
