/** Which files run from shipped code: those shipped, and true copies of them. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCodeStore } from '../../build-side/code-store.ts'

let top = ''
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'strata-code-store-'))
  write('root/build-side/guix/build/a.scm', '(define-module (guix build a))')
  write('root/build-side/guix/b.scm', '(define-module (guix b))')
  write('root/stdlib/c.scm', '')
  write('code/build-side/guix/build/a.js', '//m1\n//""\n//{}\n0')
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
