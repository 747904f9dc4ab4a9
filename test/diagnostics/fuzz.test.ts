/** No text makes the reader or the expander hang, crash, or show an error of JavaScript. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { diagnose } from '../../lang/conditions/diagnostics.ts'
import { INTERNAL_ERROR } from '../../lang/execution/host-errors.ts'
import { UncaughtCondition } from '../../lang/execution/index.ts'
import { readAll } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { expandTopLevel } from '../../lang/syntax/top-level.ts'
import { SchemeSymbol } from '../../lang/values/index.ts'
import { testInterpreter } from '../support/language.ts'

const scratch = mkdtempSync(join(tmpdir(), 'strata-fuzz-'))
const strata = join(import.meta.dirname, '../../runtime/cli/strata')
afterAll(() => rmSync(scratch, { recursive: true }))

const scheme = testInterpreter()
scheme.evaluateText('(use-modules (ice-9 match) (ice-9 receive) (srfi srfi-9) (srfi srfi-11) (srfi srfi-26))')

const suggestions = {
  modulesExporting: () => [],
  visibleNames: () => [],
  isOwn: () => false,
  shownFile: (name: string) => name,
}

/** Read and expand TEXT: it works, or there is a condition with a message. */
function expand(text: string): void {
  scheme.enter(() => {
    const { currentModule } = scheme.realm
    try {
      for (const datum of readAll(new SourceFile('fuzz.scm', text))) expandTopLevel(datum)
    } catch (error) {
      if (!(error instanceof UncaughtCondition)) throw error
      const message = diagnose(error, suggestions)?.message
      expect(message).not.toBe('')
      if (error.key instanceof SchemeSymbol && error.key.name === INTERNAL_ERROR) throw error.raised.origin ?? error
    } finally {
      scheme.realm.currentModule = currentModule
    }
  })
}

const keywords = (
  'quote quasiquote unquote unquote-splicing lambda lambda* case-lambda define define* let let* letrec letrec* named-let if ' +
  'cond case when unless and or do begin set! define-syntax let-syntax letrec-syntax syntax-rules syntax-case syntax ' +
  'quasisyntax unsyntax with-syntax define-syntax-rule define-record-type match match-lambda receive let-values ' +
  'let*-values define-values cut cute parameterize guard else => ... _ delay case-lambda* eval-when @ @@ assert ' +
  'syntax-parameterize define-syntax-parameter identifier-syntax include-from-path cond-expand define-inlinable'
).split(' ')
const atom = fc.oneof(
  fc.constantFrom(...keywords),
  fc.constantFrom(
    'x',
    'y',
    'f',
    'car',
    '#:key',
    '#:optional',
    '#:rest',
    '#t',
    '1',
    '1.5',
    '"s"',
    '#\\a',
    '()',
    '#(1 x)',
    '#vu8(1)',
    '.',
  ),
)
const form = fc.letrec<{ form: string }>((tie) => ({
  form: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    atom,
    fc.array(tie('form'), { maxLength: 6 }).map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(fc.constantFrom(...keywords), fc.array(tie('form'), { maxLength: 5 }))
      .map(([head, parts]) => `(${[head, ...parts].join(' ')})`),
    fc
      .tuple(fc.constantFrom("'", '`', ',', ',@', "#'", '#`', '#,', '#;', '#~', '#$'), tie('form'))
      .map((parts) => parts.join('')),
  ),
})).form

test('forms made of keywords in any order expand or are refused', () => {
  fc.assert(fc.property(form, expand), { numRuns: 1500 })
})

test('any text is read or refused', () => {
  const piece = fc.oneof(
    atom,
    fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      '#|',
      '|#',
      '#;',
      '#',
      '|',
      '\n',
      ' ',
      ';',
      '#!',
      '!#',
      '#{',
      '}#',
      '#0=',
      '#0#',
      '@',
      '{',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      expand,
    ),
    { numRuns: 1500 },
  )
})

test.each([
  ['parentheses', '('.repeat(100_000)],
  ['applications', `${'('.repeat(20_000)}${')'.repeat(20_000)}`],
  ['quotes', "'".repeat(50_000)],
  ['vectors', '#('.repeat(50_000)],
  ['forms', `${'(let ((x '.repeat(5000)}1${')) x)'.repeat(5000)}`],
])('%s nested deeply are refused, or read', (name, text) => {
  // In a process of its own: the end of the stack is no place for the test runner's own code.
  const file = join(scratch, `${name}.scm`)
  writeFileSync(file, text)
  const { status, stderr } = spawnSync(strata, [file], { encoding: 'utf8' })
  expect(status === 0 ? '' : stderr).toMatch(/^$|^.*: error: /)
  expect(stderr).not.toMatch(/\.(ts|mjs|cjs):\d|this is a bug/)
})
