/** Characters: comparison, case, classes by Unicode general category, and names. */
import { schemeError, wrongType } from '../conditions/index.ts'
import { Char, char, intern, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { any, character, index, rest } from './parameters.ts'

const guile = primitives('(guile)')

export function upcase(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code
  const text = String.fromCodePoint(code).toUpperCase()
  const up = text.codePointAt(0) ?? code
  return text.length === (up > 0xffff ? 2 : 1) ? up : code
}
export function downcase(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code
  const text = String.fromCodePoint(code).toLowerCase()
  const down = text.codePointAt(0) ?? code
  return text.length === (down > 0xffff ? 2 : 1) ? down : code
}
export function foldcase(code: number): number {
  // Turkish dotless i folds to itself.
  return code === 0x130 || code === 0x131 ? code : downcase(upcase(code))
}

const general: readonly [string, RegExp][] = [
  'Lu',
  'Ll',
  'Lt',
  'Lm',
  'Lo',
  'Mn',
  'Mc',
  'Me',
  'Nd',
  'Nl',
  'No',
  'Pc',
  'Pd',
  'Ps',
  'Pe',
  'Pi',
  'Pf',
  'Po',
  'Sm',
  'Sc',
  'Sk',
  'So',
  'Zs',
  'Zl',
  'Zp',
  'Cc',
  'Cf',
  'Cs',
  'Co',
  'Cn',
].map((name) => [name, new RegExp(`^\\p{${name}}$`, 'u')])

function matches(pattern: RegExp, code: number): boolean {
  return pattern.test(String.fromCodePoint(code))
}
const alphabetic = /^\p{Alphabetic}$/u
const numeric = /^\p{Nd}$/u
const white = /^\p{White_Space}$/u
const upper = /^\p{Uppercase}$/u
const lower = /^\p{Lowercase}$/u

export function isWhitespace(code: number): boolean {
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : matches(white, code)
}
export function isAlphabetic(code: number): boolean {
  return code < 128 ? (code >= 65 && code <= 90) || (code >= 97 && code <= 122) : matches(alphabetic, code)
}
export function isNumeric(code: number): boolean {
  return code < 128 ? code >= 48 && code <= 57 : matches(numeric, code)
}

guile('char?', [any('x')], 'Return #t when X is a character.', (x) => x instanceof Char)
guile('char->integer', [character('char')], 'Return the code point of CHAR.', (c) => c.code)
guile('integer->char', [index('n')], 'Return the character with code point N.', (n) =>
  n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)
    ? schemeError('out-of-range', 'integer->char', 'Value out of range ~S to ~S: ~S', [0, 0x10ffff, n])
    : char(n),
)

const identity = (code: number) => code
function comparison(
  name: string,
  fold: (code: number) => number,
  holds: (a: number, b: number) => boolean,
  words: string,
): void {
  guile(name, [rest(character('char'))], `Return #t when the characters are ${words}.`, (...chars) => {
    for (let i = 1; i < chars.length; i++)
      if (!holds(fold(chars[i - 1]?.code ?? 0), fold(chars[i]?.code ?? 0))) return false
    return true
  })
}
for (const [operator, holds, words] of [
  ['=?', (a, b) => a === b, 'equal'],
  ['<?', (a, b) => a < b, 'increasing'],
  ['>?', (a, b) => a > b, 'decreasing'],
  ['<=?', (a, b) => a <= b, 'not decreasing'],
  ['>=?', (a, b) => a >= b, 'not increasing'],
] satisfies [string, (a: number, b: number) => boolean, string][]) {
  comparison(`char${operator}`, identity, holds, words)
  comparison(`char-ci${operator}`, foldcase, holds, `${words}, case aside`)
}

guile('char-upcase', [character('char')], 'Return the upper-case form of CHAR.', (c) => char(upcase(c.code)))
guile('char-downcase', [character('char')], 'Return the lower-case form of CHAR.', (c) => char(downcase(c.code)))
guile('char-titlecase', [character('char')], 'Return the title-case form of CHAR.', (c) => char(titlecase(c.code)))
guile('char-foldcase', [character('char')], 'Return CHAR folded for comparison.', (c) => char(foldcase(c.code)))
export function titlecase(code: number): number {
  // The four digraphs that have a form of their own.
  for (const first of [0x1c4, 0x1c7, 0x1ca, 0x1f1]) if (code >= first && code <= first + 2) return first + 1
  return upcase(code)
}
guile('char-alphabetic?', [character('char')], 'Return #t when CHAR is a letter.', (c) => isAlphabetic(c.code))
guile('char-numeric?', [character('char')], 'Return #t when CHAR is a decimal digit.', (c) => isNumeric(c.code))
guile('char-whitespace?', [character('char')], 'Return #t when CHAR is white space.', (c) => isWhitespace(c.code))
guile('char-upper-case?', [character('char')], 'Return #t when CHAR is an upper-case letter.', (c) =>
  matches(upper, c.code),
)
guile('char-lower-case?', [character('char')], 'Return #t when CHAR is a lower-case letter.', (c) =>
  matches(lower, c.code),
)
guile(
  'char-is-both?',
  [character('char')],
  'Return #t when CHAR has a case.',
  (c) => matches(upper, c.code) || matches(lower, c.code),
)
guile('char-general-category', [character('char')], 'Return the Unicode general category of CHAR, a symbol.', (c) => {
  const text = String.fromCodePoint(c.code)
  return intern(general.find(([, pattern]) => pattern.test(text))?.[0] ?? 'Cn')
})

/** The value of a decimal digit of any script: blocks of ten, starting at zero. */
export function digitValue(value: Value): number | false {
  if (!(value instanceof Char)) return wrongType('digit-value', 1, value, 'character')
  if (!isNumeric(value.code)) return false
  // Digits come in runs of whole tens, each from zero to nine, and only the mathematical ones in more than one ten.
  let start = value.code
  while (isNumeric(start - 1)) start--
  return (value.code - start) % 10
}
primitives('(scheme char)')(
  'digit-value',
  [character('char')],
  'Return the value of the digit CHAR, or #f.',
  digitValue,
)
