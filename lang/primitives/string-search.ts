/** Searching, trimming, padding, splitting and joining strings.
 *  Criteria here are characters and character sets; predicates are handled by Scheme (stdlib/guile/strings.scm),
 *  which calls the `%` procedures for the rest. */
import { miscError, schemeError, wrongType } from '../conditions/index.ts'
import { ExponentOutOfRange, parseNumber } from '../reader/number.ts'
import { Char, CharSet, list, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { standardCharSet } from './char-sets.ts'
import { isWhitespace } from './chars.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { radixOutOfRange } from './numbers/declare.ts'
import { any, character, index, optional, string } from './parameters.ts'
import { bounds, codePoints, foldText, fromCodes, text } from './strings.ts'

const guile = primitives('(guile)')
const start = optional(index('start'))
const end = optional(index('end'))

/** The test a criterion stands for; undefined for what only Scheme can call. */
function criterion(name: string, value: Value): (code: number) => boolean {
  if (value instanceof Char) return (code) => code === value.code
  if (value instanceof CharSet) return (code) => value.contains(code)
  return wrongType(name, 2, value)
}

function scan(
  name: string,
  words: string,
  find: (s: SchemeString, test: (code: number) => boolean, from: number, to: number) => Value,
): void {
  guile(`%${name}`, [string('s'), any('criterion'), start, end], `Return ${words}.`, (s, what, from, to) =>
    find(s, criterion(name, what), ...bounds(name, s.length, from, to, 3)),
  )
}
function forward(wanted: boolean) {
  return (s: SchemeString, test: (code: number) => boolean, from: number, to: number) => {
    for (let i = from; i < to; i++) if (test(s.codePoint(i)) === wanted) return i
    return false
  }
}
function backward(wanted: boolean) {
  return (s: SchemeString, test: (code: number) => boolean, from: number, to: number) => {
    for (let i = to - 1; i >= from; i--) if (test(s.codePoint(i)) === wanted) return i
    return false
  }
}
scan('string-index', 'the first position in S that meets CRITERION, or #f', forward(true))
scan('string-rindex', 'the last position in S that meets CRITERION, or #f', backward(true))
scan('string-skip', 'the first position in S that does not meet CRITERION, or #f', forward(false))
scan('string-skip-right', 'the last position in S that does not meet CRITERION, or #f', backward(false))
scan('string-count', 'how many characters of S meet CRITERION', (s, test, from, to) => {
  let count = 0
  for (let i = from; i < to; i++) if (test(s.codePoint(i))) count++
  return count
})
scan('string-filter', 'the characters of S that meet CRITERION', (s, test, from, to) =>
  fromCodes(codePoints(s, from, to).filter(test)),
)
scan('string-delete', 'the characters of S that do not meet CRITERION', (s, test, from, to) =>
  fromCodes(codePoints(s, from, to).filter((c) => !test(c))),
)
scan('string-split', 'the parts of S between characters that meet CRITERION', (s, test, from, to) => {
  const parts: Value[] = []
  let begin = from
  for (let i = from; i < to; i++) {
    if (test(s.codePoint(i))) {
      parts.push(text(s.slice(begin, i)))
      begin = i + 1
    }
  }
  parts.push(text(s.slice(begin, to)))
  return list(parts)
})

function trim(name: string, left: boolean, right: boolean): void {
  guile(
    `%${name}`,
    [string('s'), optional(any('criterion')), start, end],
    'Return S without the characters that meet CRITERION (white space) at the ends.',
    (s, what, from, to) => {
      const test = what === undefined ? isWhitespace : criterion(name, what)
      let [first, last] = bounds(name, s.length, from, to, 3)
      if (left) while (first < last && test(s.codePoint(first))) first++
      if (right) while (last > first && test(s.codePoint(last - 1))) last--
      return text(s.slice(first, last))
    },
  )
}
trim('string-trim', true, false)
trim('string-trim-right', false, true)
trim('string-trim-both', true, true)

function pad(name: string, right: boolean): void {
  guile(
    name,
    [string('s'), index('length'), optional(character('char')), start, end],
    'Return S cut or filled with CHAR to LENGTH.',
    (s, length, c, from, to) => {
      const [first, last] = bounds(name, s.length, from, to, 4)
      const width = last - first
      if (width >= length) return text(right ? s.slice(first, first + length) : s.slice(last - length, last))
      const filling = String.fromCodePoint(c?.code ?? 32).repeat(length - width)
      return text(right ? s.slice(first, last) + filling : filling + s.slice(first, last))
    },
  )
}
pad('string-pad', false)
pad('string-pad-right', true)

guile('string-take', [string('s'), index('n')], 'Return the first N characters of S.', (s, n) =>
  text(s.slice(...bounds('string-take', s.length, 0, n, 1))),
)
guile('string-drop', [string('s'), index('n')], 'Return S without its first N characters.', (s, n) =>
  text(s.slice(...bounds('string-drop', s.length, n, undefined, 2))),
)
guile('string-take-right', [string('s'), index('n')], 'Return the last N characters of S.', (s, n) => {
  bounds('string-take-right', s.length, 0, n, 1)
  return text(s.slice(s.length - n, s.length))
})
guile('string-drop-right', [string('s'), index('n')], 'Return S without its last N characters.', (s, n) => {
  bounds('string-drop-right', s.length, 0, n, 1)
  return text(s.slice(0, s.length - n))
})

const twoParts = [
  string('s1'),
  string('s2'),
  optional(index('start1')),
  optional(index('end1')),
  optional(index('start2')),
  optional(index('end2')),
] as const
type Compare = (a: string, b: string, offset: number, whole: SchemeString) => Value
function onParts(name: string, doc: string, fold: (s: string) => string, compare: Compare): void {
  guile(name, twoParts, doc, (a, b, s1, e1, s2, e2) => {
    const [first, last] = bounds(name, a.length, s1, e1, 3)
    const [from, to] = bounds(name, b.length, s2, e2, 5)
    return compare(fold(a.slice(first, last)), fold(b.slice(from, to)), first, a)
  })
}
/** Code points in the first LENGTH code units. */
function pointsIn(s: string, length: number): number {
  let points = 0
  for (const _ of s.slice(0, length)) points++
  return points
}
function commonPrefix(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return pointsIn(a, i)
}
function commonSuffix(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) i++
  return pointsIn(a.slice(a.length - i), i)
}
for (const [ci, fold] of [
  ['', (s: string) => s],
  ['-ci', foldText],
] satisfies [string, (s: string) => string][]) {
  onParts(`string-prefix${ci}?`, 'Return #t when S1 is a prefix of S2.', fold, (a, b) => b.startsWith(a))
  onParts(`string-suffix${ci}?`, 'Return #t when S1 is a suffix of S2.', fold, (a, b) => b.endsWith(a))
  onParts(`string-prefix-length${ci}`, 'Return the length of the common prefix.', fold, commonPrefix)
  onParts(`string-suffix-length${ci}`, 'Return the length of the common suffix.', fold, commonSuffix)
  onParts(`string-contains${ci}`, 'Return the position in S1 where S2 occurs first, or #f.', fold, (a, b, offset) => {
    const found = a.indexOf(b)
    return found < 0 ? false : offset + pointsIn(a, found)
  })
}

guile(
  'string-join',
  [any('strings'), optional(string('delimiter')), optional(any('grammar'))],
  'Return the STRINGS joined by DELIMITER, as GRAMMAR says: infix, strict-infix, suffix or prefix.',
  (items, delimiter, grammar) => {
    const strings = elements('string-join', 1, items).map((s) =>
      s instanceof SchemeString ? s.toString() : wrongType('string-join', 1, s, 'string'),
    )
    const between = delimiter === undefined ? ' ' : delimiter.toString()
    const kind = grammar === undefined ? 'infix' : grammar instanceof SchemeSymbol ? grammar.name : ''
    switch (kind) {
      case 'infix':
        return text(strings.join(between))
      case 'strict-infix':
        return strings.length === 0
          ? miscError('string-join', 'strict-infix grammar requires non-empty list')
          : text(strings.join(between))
      case 'suffix':
        return text(strings.map((s) => s + between).join(''))
      case 'prefix':
        return text(strings.map((s) => between + s).join(''))
      default:
        return wrongType('string-join', 3, grammar)
    }
  },
)
guile(
  '%string-tokenize',
  [string('s'), optional(any('token-set')), start, end],
  'Return the maximal parts of S whose characters are all in TOKEN-SET (graphic).',
  (s, set, from, to) => {
    const [first, last] = bounds('string-tokenize', s.length, from, to, 3)
    const test = criterion('string-tokenize', set ?? standardCharSet('char-set:graphic'))
    const tokens: Value[] = []
    let begin = -1
    for (let i = first; i < last; i++) {
      if (test(s.codePoint(i))) {
        if (begin < 0) begin = i
      } else if (begin >= 0) {
        tokens.push(text(s.slice(begin, i)))
        begin = -1
      }
    }
    if (begin >= 0) tokens.push(text(s.slice(begin, last)))
    return list(tokens)
  },
)

guile(
  'string->number',
  [string('s'), optional(any('radix'))],
  'Return the number S is the text of in RADIX, or #f.',
  (s, radix) => {
    if (radix !== undefined && (typeof radix !== 'number' || radix < 2 || radix > 36)) return radixOutOfRange(radix)
    try {
      return parseNumber(s.toString(), radix) ?? false
    } catch (thrown) {
      if (!(thrown instanceof ExponentOutOfRange)) throw thrown
      const { exponent } = thrown
      return schemeError('out-of-range', 'string->number', 'Value out of range: ~S', [exponent], list([exponent]))
    }
  },
)
