/** The printer: cycles, sharing, depth, symbols that need quoting. */
import { expect, test } from 'vitest'
import { displayString, print, writeString } from '../../../lang/primitives/index.ts'
import { char, intern, list, Pair, RecordType, SchemeString, type Value } from '../../../lang/values/index.ts'

test('a cycle ends in a label', () => {
  const cell = new Pair(1, false)
  cell.cdr = cell
  expect(writeString(cell)).toBe('#0=(1 . #0#)')
  const vector: Value[] = [1]
  vector.push(vector)
  expect(writeString(vector)).toBe('#0=#(1 #0#)')
})

test('sharing without a cycle is labelled only when asked', () => {
  const part = list([1])
  expect(writeString(list([part, part]))).toBe('((1) (1))')
  expect(print(list([part, part]), { mode: 'write', shared: true })).toBe('(#0=(1) #0#)')
})

test('a list nested a hundred thousand deep prints', () => {
  let deep: Value = intern('x')
  for (let i = 0; i < 100_000; i++) deep = list([deep])
  expect(writeString(deep)).toHaveLength(200_001)
})

test.each<[string, string]>([
  ['a', 'a'],
  ['', '#{}#'],
  ['a b', '#{a b}#'],
  ['1+', '#{1+}#'],
  ['+', '+'],
  ['...', '...'],
  ['.', '#{.}#'],
  ['a(b', '#{a\\x28;b}#'],
  ['#foo', '#{#foo}#'],
  ['a|b', 'a|b'],
  ['é', 'é'],
])('the symbol %s is written %s', (name, expected) => {
  expect(writeString(intern(name))).toBe(expected)
})

test('strings and characters are escaped for write and bare for display', () => {
  const text = new SchemeString('a"\\\n\u0001λ')
  expect(writeString(text)).toBe('"a\\"\\\\\\n\\x01λ"')
  expect(displayString(list([text, char(32)]))).toBe('(a"\\\n\u0001λ  )')
  expect(writeString(char(0))).toBe('#\\nul')
})

test('a record shows its type and fields, the inherited ones first', () => {
  const parent = new RecordType(intern('p'), [intern('a')], { extensible: true })
  const child = new RecordType(intern('c'), [intern('b')], { parent })
  expect(writeString(new child.instanceClass(1, new SchemeString('x')))).toBe('#<c a: 1 b: "x">')
  expect(new child.instanceClass(1, 2)).toBeInstanceOf(parent.instanceClass)
})
