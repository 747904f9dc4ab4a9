/** How the place of an error is shown. */
import { expect, test } from 'vitest'
import '../../../lang/index.ts'
import { formatDiagnostic } from '../../../lang/conditions/diagnostics.ts'
import { SourceFile } from '../../../lang/source/index.ts'

/** The source line and the caret for the place of WORD in TEXT. */
function excerpt(text: string, word: string): string[] {
  const source = new SourceFile('x.scm', text)
  const start = text.indexOf(word)
  const diagnostic = { message: 'm', span: { source, start, end: start + word.length }, hints: [], backtrace: [] }
  return formatDiagnostic(diagnostic, 'guile', { debug: false }).split('\n').slice(1)
}

test('a line is shown with a caret below the place', () => {
  expect(excerpt('(one)\n(two here)\n', 'here')).toEqual(['    2 | (two here)', '             ^'])
})

test('of a long line what surrounds the place is shown', () => {
  const [line = '', caret = ''] = excerpt(`${'a '.repeat(500)}here${' b'.repeat(500)}`, 'here')
  expect(line.length).toBeLessThan(140)
  expect(line).toMatch(/^ {4}1 \| ….*….?$/)
  expect(line.slice(caret.length - 1)).toMatch(/^here/)
})

test.each(['first', 'last'])('the %s place of a long line is shown', (word) => {
  const [line = '', caret = ''] = excerpt(`first${' x'.repeat(500)} last`, word)
  expect(line.slice(caret.length - 1)).toMatch(new RegExp(`^${word}`))
  expect(line.length).toBeLessThan(140)
})
