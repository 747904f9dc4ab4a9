/** Which files run from shipped code: those shipped, and true copies of them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeCodeStore } from '../../build-side/code-store.ts'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { writeString } from '../../lang/primitives/index.ts'

const library = join(import.meta.dirname, '../../stdlib')

let top = ''
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'strata-code-store-'))
  write('root/build-side/guix/build/a.scm', '(define-module (guix build a))')
  write('root/build-side/guix/b.scm', '(define-module (guix b))')
  write('root/stdlib/c.scm', '')
  write('code/build-side/guix/build/a.js', '//m1\n//""\n//[]\n//{}\n0')
  utimesSync(join(top, 'root/build-side/guix/build/a.scm'), 1, 1)
})
afterEach(() => rmSync(top, { recursive: true }))

function write(name: string, text: string): void {
  mkdirSync(dirname(join(top, name)), { recursive: true })
  writeFileSync(join(top, name), text)
}
/** The identifier of the shipped code for the file NAME. */
function shipped(name: string): string | undefined {
  const store = makeCodeStore({ version: '1', shipped: { root: join(top, 'root'), code: join(top, 'code') } })
  return store.shipped(join(top, name))?.id
}

test('a shipped file runs from its code', () => {
  expect(shipped('root/build-side/guix/build/a.scm')).toBe('m1')
})

test('so does a copy of it in another directory', () => {
  write('import/guix/build/a.scm', '(define-module (guix build a))')
  expect(shipped('import/guix/build/a.scm')).toBe('m1')
})

test('a file that only has the name does not', () => {
  write('changed/guix/build/a.scm', '(define-module (guix build a)) (define x 1)')
  expect(shipped('changed/guix/build/a.scm')).toBeUndefined()
})

test('a copy beside a changed module does not: it may have been compiled with macros of that one', () => {
  write('mixed/guix/build/a.scm', '(define-module (guix build a))')
  write('mixed/guix/b.scm', '(define-module (guix b)) (define x 1)')
  expect(shipped('mixed/guix/build/a.scm')).toBeUndefined()
})

test('errors in a copy name the copy', () => {
  write('named/guix/build/a.scm', '(define-module (guix build a))')
  const store = makeCodeStore({ version: '1', shipped: { root: join(top, 'root'), code: join(top, 'code') } })
  const unit = store.shipped(join(top, 'named/guix/build/a.scm'))
  expect(unit?.path?.('build-side/guix/build/a.scm')).toBe(join(top, 'named/guix/build/a.scm'))
})

describe('definitions that wait', () => {
  const text =
    '(define-module (many) #:export (a b c d e))\n' + [...'abcde'].map((n) => `(define ${n} (list 1 '${n}))\n`).join('')
  /** A new interpreter that finds (many) and keeps its code. */
  function start(): (text: string) => string {
    const codeStore = makeCodeStore({ version: '1', directory: join(top, 'kept') })
    const interpreter = createProcessInterpreter({ loadPath: [join(top, 'modules'), library], codeStore })
    return (text) => writeString(interpreter.evaluateText(text))
  }
  const parts = (): string[] => readdirSync(join(top, 'kept')).filter((name) => name.endsWith('.parts'))
  beforeEach(() => {
    write('modules/many.scm', text)
    start()('(use-modules (many)) a')
  })

  test('are read from their part of the code', () => {
    expect(parts().length).toBe(1)
    const run = start()
    expect(run('(use-modules (many)) (list a c)')).toBe('((1 a) (1 c))')
    expect(run('e')).toBe('(1 e)')
  })

  test('of which one that is gone is an error while the program runs, and made again for the next', () => {
    const run = start()
    run('(use-modules (many))')
    for (const name of parts()) rmSync(join(top, 'kept', name))
    expect(() => run('b')).toThrow('compiled code was replaced while the program ran')
    expect(start()('(use-modules (many)) b')).toBe('(1 b)')
    expect(parts().length).toBe(1)
  })
})
