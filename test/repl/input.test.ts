/** Entries: when they are complete, how they are indented, and what the editor's keys do. */
import { describe, expect, test } from 'vitest'
import '../../lang/index.ts'
import { Editor } from '../../runtime/repl/editor.ts'
import { indentation, isComplete, matchingParenthesis } from '../../runtime/repl/input.ts'

describe('an entry is complete when its parentheses are closed', () => {
  test.each([
    ['(a b)', true],
    ['(a (b)', false],
    ['"(((" ', true],
    ['"abc', false],
    ['(a ; )\n', false],
    ['#\\(', true],
    ['(list #\\) ', false],
    ['(a #;(b', false],
    ['(a #;(b))', true],
    ['#| (', false],
    ['#| ( |# 1', true],
    ["'", false],
    ['a b', true],
    [',expand (let (', false],
    [',help', true],
    [')', true],
  ])('%s', (text, complete) => {
    expect(isComplete(text)).toBe(complete)
  })
})

test.each([
  ['(define (f x)', 2],
  ['(let ((a 1)', 6],
  ['(let ((a 1))', 2],
  ['(list 1', 6],
  ['(list', 1],
  ['(foo (bar 1', 10],
  ['(define x 1)', 0],
])('the line after %s is indented by %i', (text, columns) => {
  expect(indentation(text)).toBe(columns)
})

test('parentheses in strings and characters match nothing', () => {
  expect(matchingParenthesis('(a ")" b)', 8)).toBe(0)
  expect(matchingParenthesis('(a #\\) b)', 8)).toBe(0)
  expect(matchingParenthesis('(a ")" b)', 4)).toBeUndefined()
})

describe('the editor', () => {
  const typed = (editor: Editor, text: string): void => {
    for (const character of text) editor.press(character, { name: character === '\r' ? 'return' : character })
  }

  test('goes on with a line that is indented until the entry is complete', () => {
    const editor = new Editor([])
    typed(editor, '(define (f x)\r(* x 2)')
    expect(editor.text).toBe('(define (f x)\n  (* x 2)')
    typed(editor, ')')
    expect(editor.press('\r', { name: 'return' })).toBe('submit')
  })

  test('moves between lines, then through earlier entries, and back to what was being written', () => {
    const editor = new Editor(['first', '(second\n  entry)'])
    typed(editor, 'draft')
    editor.press(undefined, { name: 'up' })
    expect(editor.text).toBe('(second\n  entry)')
    editor.press(undefined, { name: 'up' })
    expect(editor.text).toBe('(second\n  entry)')
    editor.press(undefined, { name: 'up' })
    expect(editor.text).toBe('first')
    editor.press(undefined, { name: 'down' })
    editor.press(undefined, { name: 'down' })
    expect(editor.text).toBe('draft')
  })

  test('searches earlier entries with Ctrl-R', () => {
    const editor = new Editor(['(alpha)', '(beta 1)', '(alpha beta)', '(gamma)'])
    editor.press(undefined, { name: 'r', ctrl: true })
    typed(editor, 'alp')
    expect(editor.text).toBe('(alpha beta)')
    editor.press(undefined, { name: 'r', ctrl: true })
    expect(editor.text).toBe('(alpha)')
    editor.press(undefined, { name: 'g', ctrl: true })
    expect(editor.text).toBe('')
  })

  test('kills and yanks', () => {
    const editor = new Editor([])
    typed(editor, '(one two)')
    editor.press(undefined, { name: 'w', ctrl: true })
    expect(editor.text).toBe('(one ')
    editor.press(undefined, { name: 'a', ctrl: true })
    editor.press(undefined, { name: 'y', ctrl: true })
    expect(editor.text).toBe('two)(one ')
  })
})
