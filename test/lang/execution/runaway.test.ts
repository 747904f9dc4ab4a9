/** Recursion without an end, and data nested or cyclic beyond measure: a Scheme condition, never a dead process.
 *  In a process of its own, with the stack that the launcher gives. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { limits } from '../../../lang/execution/machine.ts'
import { testInterpreter } from '../../support/language.ts'

const main = new URL('../../../runtime/cli/main.ts', import.meta.url).pathname

const cases: readonly (readonly [form: string, outcome: string])[] = [
  ['(equal? (deep 1000000) (deep 1000000))', '#t'],
  ['(pair? (copy-tree (deep 1000000)))', '#t'],
  ['(copy-tree circle)', 'wrong-type-arg'],
  ['(string-length (object->string (deep 1000000)))', '2000001'],
  ['(pair? (read (open-input-string (string-append (make-string 300000 #\\() (make-string 300000 #\\))))))', '#t'],
  ['(eval (deep 100000) (current-module))', 'syntax-error'],
  ['(eval (nest 100000 (lambda (x) `(+ 1 ,x))) (current-module))', 'syntax-error'],
  ['(eval (nest 100000 (lambda (x) `(let ((x ,x)) x))) (current-module))', 'syntax-error'],
  ['(eval (nest 20000 (lambda (x) `(lambda (x) ,x))) (current-module))', 'syntax-error'],
  ["(eval '(letrec-syntax ((inf (syntax-rules () ((_ x) (inf x))))) (inf 1)) (current-module))", 'syntax-error'],
  [
    "(eval '(begin (define-syntax inf (syntax-rules () ((_ x) (inf (x x))))) (inf 1)) (current-module))",
    'syntax-error',
  ],
  ['(let f () (with-output-to-string f))', 'stack-overflow'],
  ['(let f () (dynamic-wind list f list) 1)', 'stack-overflow'],
  ['(let f () (catch #t (lambda () (f) 1) throw) 1)', 'stack-overflow'],
  ['(reverse circle)', 'wrong-type-arg'],
  ['(length circle)', 'wrong-type-arg'],
  ["(memq 'x circle)", 'wrong-type-arg'],
  ["(assq 'x (let ((a (list (cons 1 2)))) (set-cdr! a a) a))", 'wrong-type-arg'],
  ['(apply + circle)', 'wrong-type-arg'],
  ['(eval circle (current-module))', 'syntax-error'],
  ['(object->string circle)', '"#0=(1 2 3 . #0#)"'],
  ['(expt 2 (expt 10 12))', 'numerical-overflow'],
  ['(make-string (expt 10 12) #\\a)', 'out-of-memory'],
]

test('runaway programs end in conditions', { timeout: 120_000 }, () => {
  const forms = cases.map(([form]) => `(outcome (lambda () ${form}))`).join('\n')
  const program = `
(define (nest n wrap) (let loop ((i 0) (acc 1)) (if (= i n) acc (loop (+ i 1) (wrap acc)))))
(define (deep n) (nest n list))
(define circle (let ((c (list 1 2 3))) (set-cdr! (cddr c) c) c))
(define (outcome thunk) (write (catch #t thunk (lambda (key . rest) key))) (newline))
${forms}`
  const options = ['--disable-warning=ExperimentalWarning', '--stack-size=3900', main, '-c', program]
  const output = execFileSync(process.execPath, options, { encoding: 'utf8' })
  expect(output.trimEnd().split('\n')).toEqual(cases.map(([, outcome]) => outcome))
})

test('pending calls are limited by the heap, not by the stack', () => {
  const { frames } = limits
  limits.frames = 100_000
  try {
    const interpreter = testInterpreter()
    const caught = interpreter.evaluateText(
      '(catch #t (lambda () (let f () (+ 1 (f)))) (lambda (key . rest) (symbol->string key)))',
    )
    expect(String(caught)).toBe('stack-overflow')
  } finally {
    limits.frames = frames
  }
})
