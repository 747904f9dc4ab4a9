/** Character sets (SRFI 14): the standard sets, set algebra, cursors. Folds and maps are Scheme.
 *  Standard sets are made when first used: scanning Unicode takes milliseconds. */
import { wrongType } from '../conditions/index.ts'
import { returnValues } from '../execution/machine.ts'
import { Char, CharSet, char, charSetOfRanges, list, SchemeString, UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { any, character, index, optional, parameter, rest, string } from './parameters.ts'

const guile = primitives('(guile)')

export function isCharSet(value: Value): value is CharSet {
  return value instanceof CharSet
}
const charSet = (name: string) => parameter(name, isCharSet, 'charset')

const LAST = 0x10ffff
const FULL = new CharSet([0, 0xd7ff, 0xe000, LAST])
const EMPTY = new CharSet([])

function ofPattern(pattern: RegExp): CharSet {
  return new CharSet(() => rangesOf(pattern))
}

function rangesOf(pattern: RegExp): number[] {
  const ranges: number[] = []
  let start = -1
  for (let code = 0; code <= LAST; code++) {
    if (code === 0xd800) code = 0xe000
    if (pattern.test(String.fromCodePoint(code))) {
      if (start < 0) start = code
    } else if (start >= 0) {
      ranges.push(start, code - 1)
      start = -1
    }
    // No assigned characters here; private use and noncharacters match only the control classes.
    if (code === 0x33000) {
      if (start >= 0) ranges.push(start, code)
      start = -1
      code = 0xe0000 - 1
    }
    if (code === 0xe0200) {
      if (start >= 0) ranges.push(start, code)
      start = -1
      break
    }
  }
  return ranges
}
const ofText = (text: string) => charSetOfRanges([...text].map((c) => [c.codePointAt(0) ?? 0, c.codePointAt(0) ?? 0]))

const standard: Record<string, () => CharSet> = {
  'char-set:empty': () => EMPTY,
  'char-set:full': () => FULL,
  'char-set:lower-case': () => ofPattern(/^\p{Lowercase}$/u),
  'char-set:upper-case': () => ofPattern(/^\p{Uppercase}$/u),
  'char-set:title-case': () => ofPattern(/^\p{Lt}$/u),
  'char-set:letter': () => ofPattern(/^\p{L}$/u),
  'char-set:digit': () => ofPattern(/^\p{Nd}$/u),
  'char-set:letter+digit': () => ofPattern(/^[\p{L}\p{Nd}]$/u),
  'char-set:graphic': () => ofPattern(/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u),
  'char-set:printing': () => ofPattern(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\t\n\v\f\r]$/u),
  'char-set:whitespace': () => ofPattern(/^[\p{Z}\t\n\v\f\r]$/u),
  'char-set:iso-control': () => new CharSet([0, 31, 127, 159]),
  'char-set:punctuation': () => ofPattern(/^\p{P}$/u),
  'char-set:symbol': () => ofPattern(/^\p{S}$/u),
  'char-set:hex-digit': () => ofText('0123456789abcdefABCDEF'),
  'char-set:blank': () => ofPattern(/^[\p{Zs}\t]$/u),
  'char-set:ascii': () => new CharSet([0, 127]),
  'char-set:designated': () => ofPattern(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}]$/u),
}
const made = new Map<string, CharSet>()

/** A standard set by name; these are the values of the variables of the same names. */
export function standardCharSet(name: string): CharSet {
  let set = made.get(name)
  if (set === undefined) {
    set = standard[name]?.() ?? EMPTY
    made.set(name, set)
  }
  return set
}
export const standardCharSetNames: readonly string[] = Object.keys(standard)

export function union(sets: readonly CharSet[]): CharSet {
  const pairs: [number, number][] = []
  for (const { ranges } of sets)
    for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, ranges[i + 1] ?? 0])
  return charSetOfRanges(pairs)
}
export function complement(set: CharSet): CharSet {
  const ranges: number[] = []
  let next = 0
  for (let i = 0; i < set.ranges.length; i += 2) {
    const start = set.ranges[i] ?? 0
    if (start > next) ranges.push(next, start - 1)
    next = (set.ranges[i + 1] ?? 0) + 1
  }
  if (next <= LAST) ranges.push(next, LAST)
  return withoutSurrogates(new CharSet(ranges))
}
function withoutSurrogates(set: CharSet): CharSet {
  const ranges: number[] = []
  for (let i = 0; i < set.ranges.length; i += 2) {
    const start = set.ranges[i] ?? 0
    const end = set.ranges[i + 1] ?? 0
    if (end < 0xd800 || start > 0xdfff) ranges.push(start, end)
    else {
      if (start < 0xd800) ranges.push(start, 0xd7ff)
      if (end > 0xdfff) ranges.push(0xe000, end)
    }
  }
  return new CharSet(ranges)
}
export function intersection(a: CharSet, b: CharSet): CharSet {
  const ranges: number[] = []
  let i = 0
  let j = 0
  while (i < a.ranges.length && j < b.ranges.length) {
    const start = Math.max(a.ranges[i] ?? 0, b.ranges[j] ?? 0)
    const endA = a.ranges[i + 1] ?? 0
    const endB = b.ranges[j + 1] ?? 0
    const end = Math.min(endA, endB)
    if (start <= end) ranges.push(start, end)
    if (endA < endB) i += 2
    else j += 2
  }
  return new CharSet(ranges)
}
function sameSet(a: CharSet, b: CharSet): boolean {
  return a.ranges.length === b.ranges.length && a.ranges.every((code, i) => code === b.ranges[i])
}
const ofChars = (chars: readonly Char[]) => charSetOfRanges(chars.map((c) => [c.code, c.code]))

guile('%standard-char-set', [string('name')], 'Return the standard character set called NAME.', (name) =>
  standardCharSet(name.toString()),
)
guile('char-set?', [any('x')], 'Return #t when X is a character set.', isCharSet)
guile('char-set', [rest(character('char'))], 'Return the set of the characters given.', (...chars) => ofChars(chars))
const asChars = (name: string, value: Value) =>
  elements(name, 1, value).map((c) => (c instanceof Char ? c : wrongType(name, 1, value, 'list of characters')))
/** BASE with what ADDED has; in place when the procedure called NAME says so. */
function extend(name: string, base: CharSet | undefined, added: CharSet): CharSet {
  const result = union([base ?? EMPTY, added])
  return name.endsWith('!') && base !== undefined ? base.become(result) : result
}
for (const name of ['list->char-set', 'list->char-set!'])
  guile(name, [any('list'), optional(charSet('base'))], 'Return BASE with the characters of LIST.', (chars, base) =>
    extend(name, base, ofChars(asChars(name, chars))),
  )
for (const name of ['string->char-set', 'string->char-set!'])
  guile(
    name,
    [string('string'), optional(charSet('base'))],
    'Return BASE with the characters of STRING.',
    (text, base) => extend(name, base, ofText(text.toString())),
  )
for (const name of ['ucs-range->char-set', 'ucs-range->char-set!'])
  guile(
    name,
    [index('lower'), index('upper'), optional(any('error')), optional(charSet('base'))],
    'Return BASE with code points LOWER up to UPPER.',
    (lower, upper, _error, base) => extend(name, base, withoutSurrogates(charSetOfRanges([[lower, upper - 1]]))),
  )
guile('->char-set', [any('x')], 'Return the character set X stands for: a string, a character or a set.', (x) => {
  if (x instanceof CharSet) return x
  if (x instanceof SchemeString) return ofText(x.toString())
  if (x instanceof Char) return ofChars([x])
  return wrongType('->char-set', 1, x)
})
guile('char-set-contains?', [charSet('set'), character('char')], 'Return #t when CHAR is in SET.', (set, c) =>
  set.contains(c.code),
)
guile('char-set-size', [charSet('set')], 'Return the number of characters of SET.', (set) => set.size)
guile('char-set->list', [charSet('set')], 'Return the characters of SET.', (set) => list([...set.codes()].map(char)))
guile(
  'char-set->string',
  [charSet('set')],
  'Return a string of the characters of SET.',
  (set) => new SchemeString([...set.codes()].map((c) => String.fromCodePoint(c)).join('')),
)
guile(
  'char-set-hash',
  [charSet('set'), optional(index('bound'))],
  'Return a hash of SET below BOUND.',
  (set, bound) => {
    let hash = 0
    for (const code of set.ranges) hash = (Math.imul(hash, 31) + code) >>> 0
    return hash % (bound === undefined || bound === 0 ? 8388593 : bound)
  },
)
guile('char-set=', [rest(charSet('set'))], 'Return #t when all sets are equal.', (...sets) =>
  sets.every((set, i) => i === 0 || sameSet(sets[i - 1] ?? set, set)),
)
guile('char-set<=', [rest(charSet('set'))], 'Return #t when each set is a subset of the next.', (...sets) =>
  sets.every((set, i) => i === 0 || sameSet(intersection(sets[i - 1] ?? set, set), sets[i - 1] ?? set)),
)
for (const suffix of ['', '!']) {
  const into = (set: CharSet | undefined, result: CharSet): CharSet =>
    suffix === '!' && set !== undefined ? set.become(result) : result
  guile(
    `char-set-adjoin${suffix}`,
    [charSet('set'), rest(character('char'))],
    'Return SET with the characters added.',
    (set, ...chars) => into(set, union([set, ofChars(chars)])),
  )
  guile(
    `char-set-delete${suffix}`,
    [charSet('set'), rest(character('char'))],
    'Return SET without the characters.',
    (set, ...chars) => into(set, intersection(set, complement(ofChars(chars)))),
  )
  guile(`char-set-complement${suffix}`, [charSet('set')], 'Return the characters not in SET.', (set) =>
    into(set, complement(set)),
  )
  guile(`char-set-union${suffix}`, [rest(charSet('set'))], 'Return the union of the sets.', (...sets) =>
    into(sets[0], union(sets)),
  )
  guile(`char-set-intersection${suffix}`, [rest(charSet('set'))], 'Return the intersection of the sets.', (...sets) =>
    into(sets[0], sets.reduce(intersection, FULL)),
  )
  guile(
    `char-set-difference${suffix}`,
    [charSet('set'), rest(charSet('other'))],
    'Return SET without the characters of the others.',
    (set, ...others) => into(set, intersection(set, complement(union(others)))),
  )
  guile(`char-set-xor${suffix}`, [rest(charSet('set'))], 'Return the characters in an odd number of sets.', (...sets) =>
    into(
      sets[0],
      sets.reduce((a, b) => union([intersection(a, complement(b)), intersection(b, complement(a))]), EMPTY),
    ),
  )
  guile(
    `char-set-diff+intersection${suffix}`,
    [charSet('set'), rest(charSet('other'))],
    'Return SET without the others, and their intersection.',
    (set, ...others) => {
      const all = union(others)
      const both = intersection(set, all)
      return returnValues([into(set, intersection(set, complement(all))), both])
    },
  )
}
guile('char-set-copy', [charSet('set')], 'Return a copy of SET.', (set) => new CharSet(set.ranges))
guile(
  'char-set-cursor',
  [charSet('set')],
  'Return a cursor to the first character of SET.',
  (set) => set.ranges[0] ?? UNSPECIFIED,
)
guile('char-set-ref', [charSet('set'), index('cursor')], 'Return the character of SET at CURSOR.', (set, cursor) =>
  set.contains(cursor) ? char(cursor) : wrongType('char-set-ref', 2, cursor),
)
guile('char-set-cursor-next', [charSet('set'), index('cursor')], 'Return the cursor after CURSOR.', (set, cursor) => {
  if (set.contains(cursor + 1)) return cursor + 1
  for (let i = 0; i < set.ranges.length; i += 2) if ((set.ranges[i] ?? 0) > cursor) return set.ranges[i] ?? UNSPECIFIED
  return UNSPECIFIED
})
guile(
  'end-of-char-set?',
  [any('cursor')],
  'Return #t when CURSOR is past the end of its set.',
  (cursor) => typeof cursor !== 'number',
)
