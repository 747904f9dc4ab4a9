/** Definitions that compiled code evaluates when somebody looks (codegen/deferral.ts). */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createInterpreter } from '../../../lang/index.ts'
import { memoryStore } from '../../support/code-store.ts'
import { memoryHost, written } from '../../support/language.ts'

const library = join(import.meta.dirname, '../../../stdlib')

const records = `(define-module (things)
  #:export (make-thing thing-name thing-next log))
(use-modules (srfi srfi-9))
(define log '())
(define-record-type <thing> (make-thing* name next) thing? (name thing-name) (next thing-next))
(define (make-thing name next) (set! log (cons name log)) (make-thing* name next))
(%declare-pure! make-thing)`
const definitions = `(define-module (collection) #:use-module (things))
(define-public a (make-thing "a" #f))
(define-public b (make-thing (string-append "b" "b") a))
(define-public c (make-thing "c" (list b a)))
(define-public d (let ((n "d")) (make-thing n c)))
(define-public e (thing-name b))`

describe('deferred definitions', () => {
  const store = memoryStore()
  const start = (files: Readonly<Record<string, string>> = {}) => {
    const host = memoryHost({ '/src/things.scm': records, '/src/collection.scm': definitions, ...files })
    const interpreter = createInterpreter({ host, loadPath: ['/src', library], codeStore: store })
    return (text: string): string => written(interpreter, interpreter.evaluateText(text))
  }

  it('are evaluated in order the first time', () => {
    expect(start()('(use-modules (things) (collection)) log')).toBe('("d" "c" "bb" "a")')
  })

  it('are evaluated when they are needed, once, when loaded again', () => {
    const run = start()
    // e is no pure call, so it looks at b.
    expect(run('(use-modules (things) (collection)) log')).toBe('("bb" "a")')
    expect(run('(thing-name (car (thing-next c)))')).toBe('"bb"')
    expect(run('log')).toBe('("c" "bb" "a")')
    expect(run("(eq? c (module-ref (resolve-module '(collection)) 'c))")).toBe('#t')
    expect(run("(map (lambda (name) (defined? name)) '(a d e f))")).toBe('(#t #t #t #f)')
    expect(run('log')).toBe('("c" "bb" "a")')
    expect(
      run("(sort (map symbol->string (module-map (lambda (n v) n) (resolve-interface '(collection)))) string<?)"),
    ).toBe('("a" "b" "c" "d" "e")')
    expect(run('(thing-name (car (thing-next (thing-next d))))')).toBe('"bb"')
    expect(run("(begin (module-set! (resolve-module '(collection)) 'd 5) d)")).toBe('5')
  })

  it('show an error whenever they are looked at', () => {
    const files = {
      '/src/things.scm': records
        .replace('(set! log', '(if failing (error "cannot make" name)) (set! log')
        .replace("(define log '())", "(define log '()) (define-public failing #f)"),
      '/src/collection.scm': definitions.replace(/\(define-public e .*/, ''),
    }
    expect(start(files)('(use-modules (things) (collection)) (length log)')).toBe('4')
    const run = start(files)
    run("(use-modules (things) (collection)) (module-set! (resolve-module '(things)) 'failing #t)")
    for (let time = 0; time < 2; time++) {
      expect(run('(catch #t (lambda () c) (lambda (key who text args . _) args))')).toBe('("cannot make" "a")')
    }
    run("(module-set! (resolve-module '(things)) 'failing #f)")
    expect(run('(thing-name c)')).toBe('"c"')
  })
})

/** What EXPRESSION gives each of three times, each in a new process, and how many definitions wait. */
function run(files: Readonly<Record<string, string>>, expression: string): { values: Set<string>; waiting: number } {
  const store = memoryStore()
  const values = [1, 2, 3].map(() => {
    const interpreter = createInterpreter({ host: memoryHost(files), loadPath: ['/c', library], codeStore: store })
    return written(interpreter, interpreter.evaluateText(expression))
  })
  const headers = [...store.units.values()].map(({ header }): { parts: [string[], string[]][] } => JSON.parse(header))
  const waiting = headers.flatMap(({ parts }) => parts.flatMap(([, names]) => names)).length
  return { values: new Set(values), waiting }
}

const five = (value: (name: string) => string): string =>
  [...'abcde'].map((name) => `(define-public ${name} ${value(name)})`).join('\n')

describe('which definitions wait', () => {
  it('what is made of constants and pure calls waits', () => {
    const files = {
      '/c/m.scm': `(define-module (m))\n(define x 1)\n${five((name) => `(list x '${name} (string-append "s" "${name}"))`)}`,
    }
    expect(run(files, '(use-modules (m)) (list a e)')).toEqual({
      values: new Set(['((1 a "sa") (1 e "se"))']),
      waiting: 5,
    })
  })

  it('what a variable holds that is assigned or defined again does not', () => {
    const assigned = { '/c/m.scm': `(define-module (m))\n(define x 1)\n${five(() => '(list x)')}\n(set! x 2)` }
    expect(run(assigned, '(use-modules (m)) a')).toEqual({ values: new Set(['(1)']), waiting: 0 })
    const inside = {
      '/c/m.scm': `(define-module (m) #:export (change!))\n(define x 1)\n${five(() => '(list x)')}\n(define (change!) (set! x 2))`,
    }
    expect(run(inside, '(use-modules (m)) (change!) a')).toEqual({ values: new Set(['(1)']), waiting: 0 })
    const again = { '/c/m.scm': `(define-module (m))\n(define x 1)\n${five(() => '(list x)')}\n(define x 2)` }
    expect(run(again, '(use-modules (m)) a')).toEqual({ values: new Set(['(1)']), waiting: 0 })
  })

  it('nor what another module assigns', () => {
    const state =
      '(define-module (state) #:export (current set-current!)) (define current 1) (define (set-current! v) (set! current v))'
    const files = {
      '/c/state.scm': state,
      '/c/m.scm': `(define-module (m) #:use-module (state))\n${five(() => '(list current)')}`,
    }
    expect(run(files, '(use-modules (m) (state)) (set-current! 2) a')).toEqual({ values: new Set(['(1)']), waiting: 0 })
  })

  it('nor what a program defines for itself', () => {
    const files = {
      '/c/program.scm': `(define x 1)\n${[...'abcde'].map((name) => `(define ${name} (list x))`).join('\n')}`,
    }
    const { values } = run(files, '(load "/c/program.scm") (set! x 2) a')
    expect(values).toEqual(new Set(['(1)']))
  })

  it('calls of procedures that are pure may wait, of those that are not do not', () => {
    const helpers = `(define-module (helpers) #:export (name-of next))
(define* (name-of base #:optional (suffix (string-append "-" "x"))) (let loop ((b base)) (string-append b suffix)))
(define count 0)
(define (next) (set! count (+ count 1)) count)`
    const pure = {
      '/c/helpers.scm': helpers,
      '/c/m.scm': `(define-module (m) #:use-module (helpers))\n${five(() => '(name-of "a")')}`,
    }
    expect(run(pure, '(use-modules (m)) b')).toEqual({ values: new Set(['"a-x"']), waiting: 5 })
    const counting = {
      '/c/helpers.scm': helpers,
      '/c/m.scm': `(define-module (m) #:use-module (helpers))\n${five(() => '(list (next))')}`,
    }
    expect(run(counting, '(use-modules (m)) (list c a)')).toEqual({ values: new Set(['((3) (1))']), waiting: 0 })
  })

  it('procedures that call each other are never taken for pure', () => {
    const files = {
      '/c/m.scm': `(define-module (m))
(define n 0)
(define (f x) (if x (g #f) (h)))
(define (g x) (if x (f #f) (string-append "g" "")))
(define (h) (set! n (+ n 1)) (number->string n))
${five((name) => (name < 'c' ? '(list (g #t))' : '(list (g #f))'))}`,
    }
    expect(run(files, '(use-modules (m)) (list b a)').values).toEqual(new Set(['(("2") ("1"))']))
  })
})
