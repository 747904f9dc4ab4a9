import { describe, expect, test } from 'vitest'
import { locationOfArguments } from '../../../lang/conditions/index.ts'
import { UncaughtCondition } from '../../../lang/execution/index.ts'
import { formatSpan } from '../../../lang/source/index.ts'
import { testInterpreter, written } from '../../support/language.ts'

const files = {
  '/src/a/one.scm': `(define-module (a one) #:export (f (inner . outer) m) #:replace (iota))
    (define (f) 'one) (define inner 'renamed) (define (iota n) (list 'mine n)) (define hidden 'secret)
    (define-syntax-rule (m x) (list (helper) x)) (define (helper) 'helped)`,
  '/src/a/two.scm': `(define-module (a two) #:use-module ((a one) #:select (f (outer . g)) #:prefix one:)
    #:re-export ((one:f . f2)) #:export (use)) (define (use) (list (one:f) one:g))`,
  '/src/ring/a.scm': `(define-module (ring a) #:use-module (ring b) #:export (from-a twice))
    (define (from-a) 'a) (define (twice) (list (from-b) (from-a)))`,
  '/src/ring/b.scm': `(define-module (ring b) #:use-module (ring a) #:export (from-b again))
    (define (from-b) 'b) (define (again) (from-a))`,
  '/src/lib/r7.scm': `(define-library (lib r7) (export (rename internal external) double)
    (import (only (guile) define define-syntax syntax-rules + *))
    (begin (define internal 7) (define-syntax double (syntax-rules () ((_ x) (* 2 x))))))`,
  '/src/lib/included.scm': `(define-module (lib included) #:export (value)) (include "part.scm")`,
  '/src/lib/part.scm': `(define value 'from-part)`,
  '/src/bad.scm': `(define-module (bad)
  #:use-module (no such module))`,
  '/src/lazy.scm': `(define-module (lazy) #:autoload (a one) (f) #:export (call)) (define (call) (f))`,
  '/src/pure.scm': `(define-module (pure) #:pure #:use-module ((guile) #:select (define quote)) #:export (x)) (define x 'pure)`,
}

function evaluate(text: string): string {
  const interpreter = testInterpreter(files)
  return written(interpreter, interpreter.evaluateText(text, 'test.scm'))
}

function failure(text: string): UncaughtCondition {
  try {
    evaluate(text)
  } catch (error) {
    if (error instanceof UncaughtCondition) return error
    throw error
  }
  throw new Error('no condition was raised')
}

describe('define-module and use-modules', () => {
  test.each([
    ['exports and renamed exports are visible', '(use-modules (a one)) (list (f) outer)', '(one renamed)'],
    ['what is not exported is not', "(use-modules (a one)) (defined? 'hidden)", '#f'],
    ['@@ reaches it all the same', '(@@ (a one) hidden)', 'secret'],
    ['@ refers to an export', '((@ (a one) f))', 'one'],
    ['#:replace wins over (guile)', '(use-modules (a one)) (iota 3)', '(mine 3)'],
    [
      'a macro refers to what its own module binds',
      "(use-modules (a one)) (define (helper) 'wrong) (m 1)",
      '(helped 1)',
    ],
    ['#:select and #:prefix rename', '(use-modules (a two)) (list (use) (f2))', '((one renamed) one)'],
    ['#:prefix in use-modules', '(use-modules ((a one) #:prefix a:)) (a:f)', 'one'],
    [
      '#:renamer with symbol-prefix-proc is a prefix',
      "(use-modules ((a one) #:renamer (symbol-prefix-proc 'b-))) (b-f)",
      'one',
    ],
    ['#:hide hides', "(use-modules ((a one) #:hide (f))) (list outer (defined? 'f))", '(renamed #f)'],
    ['modules may import each other', '(use-modules (ring a) (ring b)) (list (twice) (again))', '((b a) a)'],
    ['an autoloaded module is loaded at the first use', '(use-modules (lazy)) (call)', 'one'],
    [
      'a pure module has only its imports',
      "(list (@ (pure) x) (module-variable (resolve-module '(pure)) 'car))",
      '(pure #f)',
    ],
    ['include inserts the forms of a file beside', '(@ (lib included) value)', 'from-part'],
    ['define-public exports', '(define-module (m)) (define-public (f) 1) (define-public v 2) (@ (m) v)', '2'],
    ['a definition shadows an import', "(use-modules (a one)) (define (f) 'own) (f)", 'own'],
    ['a definition may take the name of a keyword', '(define (when x) (list x)) (when 1)', '(1)'],
  ])('%s', (_name, text, value) => {
    expect(evaluate(text)).toBe(value)
  })
})

describe('R7RS libraries', () => {
  test.each([
    ['a library exports under other names', '(import (lib r7)) (list external (double 4))', '(7 8)'],
    ['only', "(import (only (a one) f)) (list (f) (defined? 'outer))", '(one #f)'],
    ['except', "(import (except (a one) f)) (list outer (defined? 'f))", '(renamed #f)'],
    ['prefix around rename', '(import (prefix (rename (a one) (f g)) x-)) (x-g)', 'one'],
    ['(srfi 1) is (srfi srfi-1)', '(import (srfi 1)) (fold + 0 (list 1 2))', '3'],
    [
      'a library in the text',
      '(define-library (t) (export y) (import (guile)) (begin (define y 3))) (import (t)) y',
      '3',
    ],
  ])('%s', (_name, text, value) => {
    expect(evaluate(text)).toBe(value)
  })
})

describe('modules as values', () => {
  test.each([
    ['module-ref', "(module-ref (resolve-module '(a one)) 'hidden)", 'secret'],
    ['module-ref with a default', "(module-ref (current-module) 'nothing 5)", '5'],
    ['the interface has the exports only', "(module-variable (resolve-interface '(a one)) 'hidden)", '#f'],
    [
      'module-define! and module-set!',
      "(module-define! (current-module) 'v 1) (module-set! (current-module) 'v 2) v",
      '2',
    ],
    ['eval in another module', "(eval '(list (f) hidden) (resolve-module '(a one)))", '(one secret)'],
    ['a fresh user module sees (guile) only', "(eval '(car (list 1)) (make-fresh-user-module))", '1'],
    ['set-current-module', "(set-current-module (resolve-module '(a one))) hidden", 'secret'],
    ['module-name', "(module-name (resolve-module '(a one)))", '(a one)'],
    ['resolve-module without ensuring', "(resolve-module '(no such) #:ensure #f)", '#f'],
    ['resolve-interface with a selection', "(module-variable (resolve-interface '(a one) #:select '(f)) 'outer)", '#f'],
  ])('%s', (_name, text, value) => {
    expect(evaluate(text)).toBe(value)
  })
})

describe('what goes wrong', () => {
  test('a missing module is reported at the clause that asks for it', () => {
    const condition = failure('(use-modules (bad))')
    const place = locationOfArguments(condition.raised.args)
    expect(place?.span === undefined ? '' : formatSpan(place.span)).toBe('/src/bad.scm:2:15')
    expect(condition.message).toContain('no code for module')
    expect(place?.hint).toContain('no/such/module.scm')
  })

  test('a selected name that is not there suggests the nearest', () => {
    const condition = failure('(use-modules ((a one) #:select (outr)))')
    expect(locationOfArguments(condition.raised.args)?.hint).toBe("did you mean `outer'?")
  })

  test('a module whose file failed can be loaded again', () => {
    const interpreter = testInterpreter(files)
    for (let i = 0; i < 2; i++) expect(() => interpreter.loadModule(['bad'])).toThrow(UncaughtCondition)
  })
})

test('two interpreters keep their modules apart', () => {
  const one = testInterpreter()
  const two = testInterpreter()
  one.evaluateText('(define x 1)')
  two.evaluateText('(define x 2)')
  expect([written(one, one.evaluateText('x')), written(two, two.evaluateText('x'))]).toEqual(['1', '2'])
})

test('an autoloaded module is read when a name of it is wanted, and may be missing until then', () => {
  const interpreter = testInterpreter({
    '/src/auto.scm': `(define-module (auto) #:autoload (loud) (shout) #:autoload (no such module) (gone)
      #:export (quiet whisper)) (define (quiet) 'quiet) (define (whisper) (gone))`,
    '/src/loud.scm': `(define-module (loud) #:export (shout)) (set! (@ (guile-user) heard) #t) (define (shout) 1)`,
  })
  interpreter.evaluateText('(define-public heard #f) (use-modules (auto))', 'test.scm')
  const after = '(list (quiet) heard (catch #t whisper (lambda (key . args) key)))'
  expect(written(interpreter, interpreter.evaluateText(after))).toBe('(quiet #f misc-error)')
})
