/** POSIX regular expressions: translation to JavaScript's, and what the C library says of the same patterns. */
import { expect, test } from 'vitest'
import { makeRegexp } from '../../../lang/primitives/regexps.ts'

function matched(pattern: string, subject: string, flags = 1): (string | undefined)[] | undefined {
  const match = makeRegexp(pattern, flags).match(subject, 0)
  return match === undefined ? undefined : [...match]
}

test.each<[string, string, (string | undefined)[] | undefined]>([
  ['a+b', 'xaab', ['aab']],
  ['^a.c$', 'a\nc', ['a\nc']],
  ['[]x]+', 'a]x', [']x']],
  ['[^]a]', ']ab', ['b']],
  ['[a\\]+', 'a\\a', ['a\\a']],
  ['[[:alpha:]_]+', '1ab_', ['ab_']],
  ['[[:digit:]-]+', 'a1-2', ['1-2']],
  ['(a)|(b)', 'b', ['b', undefined, 'b']],
  ['a{2,3}', 'aaaa', ['aaa']],
  ['a{,2}', 'aaa', ['aa']],
  ['x\\{y', 'x{y', ['x{y']],
  ['a)', 'xa)', ['a)']],
  ['a**', 'aa', ['aa']],
  ['a+?', 'aa', ['aa']],
  ['\\.', 'a.b', ['.']],
  ['\\<b', 'a b', ['b']],
  ['a/b', 'a/b', ['a/b']],
  ['é+', 'caféé', ['éé']],
  ['^$', '', ['']],
])('%s on %s', (pattern, subject, expected) => {
  expect(matched(pattern, subject)).toEqual(expected)
})

test('basic syntax takes + ? | ( { literally, and their escapes as operators', () => {
  expect(matched('a+(b)', 'a+(b)', 0)).toEqual(['a+(b)'])
  expect(matched('\\(a\\)\\1', 'aa', 0)).toEqual(['aa', 'a'])
  expect(matched('a\\{2\\}', 'aaa', 0)).toEqual(['aa'])
})

test('with the newline flag, neither dot nor a complemented set crosses lines', () => {
  expect(matched('b.*', 'ab\ncd', 1 | 4)).toEqual(['b'])
  expect(matched('^c', 'ab\ncd', 1 | 4)).toEqual(['c'])
  expect(matched('b[^x]*', 'ab\ncd', 1 | 4)).toEqual(['b'])
})
