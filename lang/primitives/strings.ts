/** Strings: construction, access, comparison and case. Searching, trimming and joining are in string-search.ts;
 *  what calls procedures is Scheme, in stdlib/guile/strings.scm. */
import { miscError, outOfBounds, outOfRange, wrongType } from '../conditions/index.ts'
import { Char, char, NIL, Pair, SchemeString, structuralHash, UNSPECIFIED, type Value } from '../values/index.ts'
import { downcase, foldcase, isAlphabetic, titlecase, upcase } from './chars.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { any, character, exactInteger, index, optional, rest, string } from './parameters.ts'

const guile = primitives('(guile)')

const start = optional(index('start'))
const end = optional(index('end'))

/** Checked bounds of a part of a string or vector of LENGTH; START is argument POSITION. */
export function bounds(
  name: string,
  length: number,
  from: number | undefined,
  to: number | undefined,
  position: number,
): [number, number] {
  const last = to ?? length
  if (last > length) return outOfRange(name, position + 1, last)
  const first = from ?? 0
  if (first > last) return outOfRange(name, position, first)
  return [first, last]
}

export function text(value: string): SchemeString {
  return new SchemeString(value)
}
function mutable(name: string, s: SchemeString): void {
  if (s.immutable) miscError(name, 'string is read-only: ~s', s)
}
export function codePoints(s: SchemeString, from = 0, to = s.length): number[] {
  const codes: number[] = new Array(to - from)
  for (let i = from; i < to; i++) codes[i - from] = s.codePoint(i)
  return codes
}
export function fromCodes(codes: readonly number[]): SchemeString {
  let result = ''
  for (let i = 0; i < codes.length; i += 4096) result += String.fromCodePoint(...codes.slice(i, i + 4096))
  return text(result)
}

guile('string?', [any('x')], 'Return #t when X is a string.', (x) => x instanceof SchemeString)
guile('string-null?', [string('s')], 'Return #t when S is empty.', (s) => s.length === 0)
guile('string-length', [string('s')], 'Return the number of characters of S.', (s) => s.length)
guile('string-ref', [string('s'), index('k')], 'Return character K of S.', (s, k) =>
  k < s.length ? char(s.codePoint(k)) : outOfBounds('string-ref', 2, k, s.length, 'string'),
)
guile('string-set!', [string('s'), index('k'), character('char')], 'Store CHAR as character K of S.', (s, k, c) => {
  mutable('string-set!', s)
  if (k >= s.length) return outOfBounds('string-set!', 2, k, s.length, 'string')
  s.setCodePoint(k, c.code)
  return UNSPECIFIED
})
guile('make-string', [index('k'), optional(character('char'))], 'Return a string of K times CHAR.', (k, c) =>
  text(String.fromCodePoint(c?.code ?? 32).repeat(k)),
)
guile('string', [rest(character('char'))], 'Return a string of the characters.', (...chars) =>
  text(chars.map(String).join('')),
)
for (const name of ['list->string', 'reverse-list->string'])
  guile(name, [any('chars')], 'Return a string of the characters of the list.', (chars) => {
    const codes: number[] = []
    for (const c of elements(name, 1, chars))
      codes.push(c instanceof Char ? c.code : wrongType(name, 1, c, 'character'))
    return fromCodes(name === 'list->string' ? codes : codes.reverse())
  })
guile('string->list', [string('s'), start, end], 'Return the characters of S from START up to END.', (s, from, to) => {
  const [first, last] = bounds('string->list', s.length, from, to, 2)
  let result: Value = NIL
  for (let i = last - 1; i >= first; i--) result = new Pair(char(s.codePoint(i)), result)
  return result
})
for (const name of ['substring', 'substring/shared', 'substring/copy', 'substring/read-only'])
  guile(
    name,
    [string('str'), index('start'), end],
    'Return the part of STR from START up to END (default: its end).',
    (s, from, to) => {
      const [first, last] = bounds(name, s.length, from, to, 2)
      if (name === 'substring/shared' && first === 0 && last === s.length) return s
      return new SchemeString(s.slice(first, last), name === 'substring/read-only')
    },
  )
guile('string-copy', [string('s'), start, end], 'Return a copy of S from START up to END.', (s, from, to) =>
  text(s.slice(...bounds('string-copy', s.length, from, to, 2))),
)
for (const name of ['string-append', 'string-append/shared'])
  guile(name, [rest(string('s'))], 'Return the concatenation of the strings.', (...strings) => {
    let result = ''
    for (const s of strings) result += s.toString()
    return text(result)
  })

function copyInto(name: string, to: SchemeString, at: number, codes: readonly number[]): Value {
  mutable(name, to)
  if (at + codes.length > to.length) return outOfRange(name, 2, at)
  for (let i = 0; i < codes.length; i++) to.setCodePoint(at + i, codes[i] ?? 0)
  return UNSPECIFIED
}
guile(
  'string-copy!',
  [string('to'), index('at'), string('from'), start, end],
  'Copy FROM, from START up to END, into TO at AT.',
  (to, at, from, first, last) =>
    copyInto('string-copy!', to, at, codePoints(from, ...bounds('string-copy!', from.length, first, last, 4))),
)
for (const name of ['substring-move!', 'substring-move-left!', 'substring-move-right!'])
  guile(
    name,
    [string('s1'), index('start1'), index('end1'), string('s2'), index('start2')],
    'Copy part of S1 into S2 at START2.',
    (s1, first, last, s2, at) => copyInto(name, s2, at, codePoints(s1, ...bounds(name, s1.length, first, last, 2))),
  )
guile(
  'string-fill!',
  [string('s'), character('char'), start, end],
  'Store CHAR in S from START up to END.',
  (s, c, from, to) => {
    mutable('string-fill!', s)
    const [first, last] = bounds('string-fill!', s.length, from, to, 3)
    for (let i = first; i < last; i++) s.setCodePoint(i, c.code)
    return UNSPECIFIED
  },
)
guile(
  'substring-fill!',
  [string('s'), index('start'), index('end'), character('char')],
  'Store CHAR in S from START up to END.',
  (s, from, to, c) => {
    mutable('substring-fill!', s)
    const [first, last] = bounds('substring-fill!', s.length, from, to, 2)
    for (let i = first; i < last; i++) s.setCodePoint(i, c.code)
    return UNSPECIFIED
  },
)

// Comparison

const asIs = (s: string) => s
/** Full case folding, as far as JavaScript has it: sharp s folds to ss, final sigma to sigma. */
export function foldText(s: string): string {
  return /^[\0-\x7f]*$/.test(s) ? s.toLowerCase() : s.toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}
function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      // Code points, not code units: surrogates sort above the rest of the basic plane.
      const surrogates = (x >= 0xd800 && x <= 0xdfff ? 1 : 0) - (y >= 0xd800 && y <= 0xdfff ? 1 : 0)
      return surrogates !== 0 ? surrogates : x - y
    }
  }
  return a.length - b.length
}
const orders: readonly [string, string, (order: number) => boolean][] = [
  ['=?', '=', (o) => o === 0],
  ['<?', '<', (o) => o < 0],
  ['>?', '>', (o) => o > 0],
  ['<=?', '<=', (o) => o <= 0],
  ['>=?', '>=', (o) => o >= 0],
]
const foldSimple = (s: string) =>
  /^[\0-\x7f]*$/.test(s)
    ? s.toLowerCase()
    : Array.from(s, (c) => String.fromCodePoint(foldcase(c.codePointAt(0) ?? 0))).join('')
for (const [ci, fold] of [
  ['', asIs],
  ['-ci', foldSimple],
] satisfies [string, (s: string) => string][]) {
  for (const [query, name, holds] of orders) {
    guile(
      `string${ci}${query}`,
      [rest(string('s'))],
      `Return #t when the strings are in the order ${name}.`,
      (...strings) => {
        for (let i = 1; i < strings.length; i++)
          if (!holds(compareText(fold(String(strings[i - 1])), fold(String(strings[i]))))) return false
        return true
      },
    )
  }
  for (const [name, holds] of [...orders.map(([, n, h]) => [n, h] as const), ['<>', (o: number) => o !== 0] as const])
    guile(
      `string${ci}${name}`,
      [
        string('s1'),
        string('s2'),
        optional(index('start1')),
        optional(index('end1')),
        optional(index('start2')),
        optional(index('end2')),
      ],
      'Compare parts of two strings.',
      (a, b, s1, e1, s2, e2) =>
        holds(
          compareText(
            fold(a.slice(...bounds(`string${ci}${name}`, a.length, s1, e1, 3))),
            fold(b.slice(...bounds(`string${ci}${name}`, b.length, s2, e2, 5))),
          ),
        ),
    )
}

// Case

/** Title case: the first letter of each word up, the others down. */
function titleCodes(codes: readonly number[]): number[] {
  let inWord = false
  return codes.map((code) => {
    const letter = isAlphabetic(code)
    const converted = letter ? (inWord ? downcase(code) : titlecase(code)) : code
    inWord = letter
    return converted
  })
}
for (const [name, convert] of [
  ['string-upcase', (codes: readonly number[]) => codes.map(upcase)],
  ['string-downcase', (codes: readonly number[]) => codes.map(downcase)],
  ['string-titlecase', titleCodes],
  ['string-capitalize', titleCodes],
] satisfies [string, (codes: readonly number[]) => number[]][]) {
  guile(name, [string('s'), start, end], 'Return S, from START up to END, in another case.', (s, from, to) => {
    const [first, last] = bounds(name, s.length, from, to, 2)
    if (first === 0 && last === s.length && name === 'string-downcase' && /^[\0-\x7f]*$/.test(s.toString()))
      return text(s.toString().toLowerCase())
    return fromCodes(convert(codePoints(s, first, last)))
  })
  guile(
    `${name}!`,
    [string('s'), start, end],
    'Change the case of S in place, from START up to END.',
    (s, from, to) => {
      const [first, last] = bounds(`${name}!`, s.length, from, to, 2)
      copyInto(`${name}!`, s, first, convert(codePoints(s, first, last)))
      return s
    },
  )
}
guile('string-foldcase', [string('s')], 'Return S folded for comparison.', (s) => text(foldText(s.toString())))

// Whole strings

guile(
  'string-reverse',
  [string('s'), start, end],
  'Return S with what is from START up to END backwards.',
  (s, from, to) => {
    const [first, last] = bounds('string-reverse', s.length, from, to, 2)
    const codes = codePoints(s, 0, s.length)
    return fromCodes([...codes.slice(0, first), ...codes.slice(first, last).reverse(), ...codes.slice(last)])
  },
)
guile('string-reverse!', [string('s'), start, end], 'Reverse S in place, from START up to END.', (s, from, to) => {
  const [first, last] = bounds('string-reverse!', s.length, from, to, 2)
  return copyInto('string-reverse!', s, first, codePoints(s, first, last).reverse())
})
function strings(name: string, value: Value): string[] {
  return elements(name, 1, value).map((s) =>
    s instanceof SchemeString ? s.toString() : wrongType(name, 1, s, 'string'),
  )
}
for (const name of ['string-concatenate', 'string-concatenate/shared'])
  guile(name, [any('strings')], 'Return the concatenation of a list of strings.', (items) =>
    text(strings(name, items).join('')),
  )
for (const name of ['string-concatenate-reverse', 'string-concatenate-reverse/shared'])
  guile(
    name,
    [any('strings'), optional(string('final')), end],
    'Return the concatenation of the reversed list of strings, then FINAL up to END.',
    (items, final, to) =>
      text(strings(name, items).reverse().join('') + (final === undefined ? '' : final.slice(0, to ?? final.length))),
  )
guile(
  'string-replace',
  [
    string('s1'),
    string('s2'),
    optional(index('start1')),
    optional(index('end1')),
    optional(index('start2')),
    optional(index('end2')),
  ],
  'Return S1 with its part from START1 up to END1 replaced by that part of S2.',
  (a, b, s1, e1, s2, e2) => {
    const [first, last] = bounds('string-replace', a.length, s1, e1, 3)
    const [from, to] = bounds('string-replace', b.length, s2, e2, 5)
    return text(a.slice(0, first) + b.slice(from, to) + a.slice(last, a.length))
  },
)
guile(
  'xsubstring',
  [string('s'), any('from'), optional(any('to')), start, end],
  'Return the part FROM up to TO of S, from START up to END, repeated forever both ways.',
  (s, from, to, first, last) => {
    const [low, high] = bounds('xsubstring', s.length, first, last, 4)
    const width = high - low
    if (typeof from !== 'number') return wrongType('xsubstring', 2, from, 'exact integer')
    const stop = to === undefined ? from + width : to
    if (typeof stop !== 'number') return wrongType('xsubstring', 3, to, 'exact integer')
    if (width === 0) return stop === from ? text('') : outOfRange('xsubstring', 3, stop)
    const codes: number[] = []
    for (let i = from; i < stop; i++) codes.push(s.codePoint(low + (((i % width) + width) % width)))
    return fromCodes(codes)
  },
)
for (const [name, fold] of [
  ['string-hash', asIs],
  ['string-hash-ci', foldText],
] satisfies [string, (s: string) => string][])
  guile(
    name,
    [string('s'), optional(exactInteger('bound')), start, end],
    'Return a hash of S below BOUND.',
    (s, bound, from, to) => {
      const hash = structuralHash(text(fold(s.slice(...bounds(name, s.length, from, to, 3)))))
      return bound === undefined || bound === 0 || typeof bound === 'bigint' ? hash : hash % bound
    },
  )
for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
  guile(`string-normalize-${form.toLowerCase()}`, [string('s')], `Return S in normalization form ${form}.`, (s) =>
    text(s.toString().normalize(form)),
  )
guile(
  'string-utf8-length',
  [string('s')],
  'Return how many bytes S takes in UTF-8.',
  (s) => new TextEncoder().encode(s.toString()).length,
)
guile('string-bytes-per-char', [string('s')], 'Return 1 for a string of Latin-1 characters, else 4.', (s) =>
  /^[\0-\xff]*$/.test(s.toString()) ? 1 : 4,
)
guile(
  '%full-case',
  [string('s'), any('upper?')],
  'Return S in upper or lower case by the full rules of Unicode, which may change its length.',
  (s, upper) => new SchemeString(upper === false ? s.toString().toLowerCase() : s.toString().toUpperCase()),
)
