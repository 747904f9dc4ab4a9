/** Modules compiled to files: `compile-file`, `-C` and `%load-compiled-path`, as build scripts use them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { strata as launcher } from '../support/daemons.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-compiled-'))
const source = join(directory, 'source')
const compiled = join(directory, 'compiled')

function strata(...args: string[]): string {
  const env = { ...process.env, XDG_CACHE_HOME: mkdtempSync(join(directory, 'cache-')) }
  return execFileSync(launcher, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] })
}
const use = (): string => strata('-L', source, '-C', compiled, '-c', "(use-modules (one two)) (write (m (f 'x)))")

beforeAll(() => {
  mkdirSync(join(source, 'one'), { recursive: true })
  writeFileSync(
    join(source, 'one/two.scm'),
    `(define-module (one two) #:export (f m))
     (define (f x) (list "from the source" x))
     (define-syntax-rule (m x) (list 'macro x))`,
  )
  strata(
    '-L',
    source,
    '-c',
    `(use-modules (system base compile))
     (compile-file "${source}/one/two.scm" #:output-file "${compiled}/one/two.go")`,
  )
})

describe('a compiled module', () => {
  it('does what its source does, macros included', () => {
    expect(use()).toBe('(macro ("from the source" x))')
  })
  it('is what runs, as long as it fits the source', () => {
    const file = join(compiled, 'one/two.go')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replaceAll('from the source', 'from the compiled file'))
    expect(use()).toBe('(macro ("from the compiled file" x))')
    writeFileSync(
      join(source, 'one/two.scm'),
      '(define-module (one two) #:export (f m))\n(define (f x) x)\n(define m f)',
    )
    expect(use()).toBe('x')
  })
  it('of another Scheme is left alone', () => {
    writeFileSync(join(compiled, 'one/two.go'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]))
    expect(use()).toBe('x')
  })
})
