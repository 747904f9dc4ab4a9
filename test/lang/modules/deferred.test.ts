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
