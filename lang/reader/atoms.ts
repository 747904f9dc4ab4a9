/** What one-token data mean: symbols, strings, characters, booleans, keywords.
 *  Numbers are in number.ts. Escapes and names follow Guile 3.0's reader and R7RS. */
import { char, intern, internKeyword, LISP_NIL, SchemeString, type Value } from '../values/index.ts'
import { ReadFailure } from './failure.ts'
import { ExponentOutOfRange, parseNumber } from './number.ts'

/** Switches of the syntax; the directives `#!fold-case` and `#!r7rs` change them while reading. */
export interface Dialect {
  foldCase: boolean
  /** R7RS string escapes: `\x41;` with its semicolon, a line continuation that swallows indentation. Guile's differ. */
  r7rs: boolean
  /** Whether `|a symbol|` is one, as in R7RS; else bars are letters. */
  barSymbols: boolean
  /** Whether `:name` or `name:` are keywords, as `(read-set! keywords 'prefix)` asks. */
  keywords?: KeywordStyle | undefined
}
export type KeywordStyle = 'prefix' | 'postfix'

/** A symbol or a number, whichever the text is. */
export function readAtom(text: string, start: number, foldCase: boolean, keywords?: KeywordStyle): Value {
  const first = text.charCodeAt(0)
  // Only digits, signs and dots begin numbers.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    const number = readNumber(text, start)
    if (number !== undefined) return number
  }
  if (keywords !== undefined && text.length > 1) {
    if (keywords === 'prefix' && first === 58) return internKeyword(text.slice(1))
    if (keywords === 'postfix' && text.endsWith(':')) return internKeyword(text.slice(0, -1))
  }
  return intern(foldCase ? text.toLowerCase() : text)
}

function readNumber(text: string, start: number): Value | undefined {
  try {
    return parseNumber(text)
  } catch (thrown) {
    if (!(thrown instanceof ExponentOutOfRange)) throw thrown
    throw new ReadFailure('Exponent of a number out of range: ~S', start, start + text.length, {
      irritants: [thrown.exponent],
    })
  }
}

const hashNames: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['#t', true],
  ['#true', true],
  ['#f', false],
  ['#false', false],
  ['#nil', LISP_NIL],
])

/** `#t`, `#false`, `#xff`, `#e1.5`. */
export function readHashAtom(text: string, start: number): Value {
  const named = hashNames.get(text.toLowerCase())
  if (named !== undefined) return named
  const number = readNumber(text, start)
  if (number !== undefined) return number
  throw new ReadFailure('Unknown # object: ~S', start, start + text.length, {
    irritants: [new SchemeString(text, true)],
  })
}

/** `#:name`, with the symbol's text in any of its spellings. */
export function readKeyword(text: string, start: number, foldCase: boolean): Value {
  const name = text.slice(2).trimStart()
  if (name.startsWith('|')) return internKeyword(unescapeBars(name, start))
  if (name.startsWith('#{')) return internKeyword(unescapeBraces(name, start))
  return internKeyword(foldCase ? name.toLowerCase() : name)
}

/** `|a symbol|` */
export function readBarSymbol(text: string, start: number): Value {
  return intern(unescapeBars(text, start))
}

/** `#{a symbol}#` */
export function readBraceSymbol(text: string, start: number): Value {
  return intern(unescapeBraces(text, start))
}

function unescapeBars(text: string, start: number): string {
  const inside = text.slice(1, -1)
  return inside.includes('\\') ? unescapeText(inside, start + 1, true) : inside
}

function unescapeBraces(text: string, start: number): string {
  const inside = text.slice(2, -2)
  if (!inside.includes('\\')) return inside
  return inside.replace(/\\(?:x([0-9a-fA-F]+);|([\s\S]))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? other : codePoint(hex, start, text.length),
  )
}

/** A string literal, quotation marks included. Those of programs are immutable, those that `read` returns are not. */
export function readString(text: string, start: number, r7rs: boolean, literal: boolean): SchemeString {
  const inside = text.slice(1, -1)
  return new SchemeString(inside.includes('\\') ? unescapeText(inside, start + 1, r7rs) : inside, literal)
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['0', '\0'],
  ['"', '"'],
  ['\\', '\\'],
  ['|', '|'],
  ['/', '/'],
  ['(', '('],
])

const guileHex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6}))/
const standardHex = /^(?:x([0-9a-fA-F]+);|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6}))/

function unescapeText(inside: string, start: number, r7rs: boolean): string {
  let result = ''
  let from = 0
  for (let at = inside.indexOf('\\'); at >= 0; at = inside.indexOf('\\', from)) {
    result += inside.slice(from, at)
    const letter = inside.charAt(at + 1)
    const simple = simpleEscapes.get(letter)
    if (simple !== undefined) {
      result += simple
      from = at + 2
      continue
    }
    const rest = inside.slice(at + 1, at + 16)
    const hex = (r7rs ? standardHex : guileHex).exec(rest)
    if (hex !== null) {
      result += codePoint(hex[1] ?? hex[2] ?? hex[3] ?? '', start + at, hex[0].length + 1)
      from = at + 1 + hex[0].length
      continue
    }
    const continuation = (r7rs ? /^[ \t]*(?:\r\n|\n)[ \t]*/ : /^(?:\r\n|\n)/).exec(inside.slice(at + 1))
    if (continuation === null) {
      throw new ReadFailure('invalid character in escape sequence: ~S', start + at, start + at + 2, {
        irritants: [char(inside.codePointAt(at + 1) ?? 0)],
      })
    }
    from = at + 1 + continuation[0].length
  }
  return result + inside.slice(from)
}

function codePoint(hex: string, start: number, length: number): string {
  const code = Number.parseInt(hex, 16)
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    throw new ReadFailure('character code out of range: ~A', start, start + length, {
      irritants: [new SchemeString(hex, true)],
    })
  }
  return String.fromCodePoint(code)
}

/** Guile's and R7RS's names of characters, C0 control names included. */
const charNames: ReadonlyMap<string, number> = new Map([
  ['space', 32],
  ['newline', 10],
  ['tab', 9],
  ['nul', 0],
  ['null', 0],
  ['return', 13],
  ['linefeed', 10],
  ['altmode', 27],
  ['escape', 27],
  ['backspace', 8],
  ['delete', 127],
  ['rubout', 127],
  ['alarm', 7],
  ['vtab', 11],
  ['page', 12],
  ['esc', 27],
  ['nl', 10],
  ['np', 12],
  ['sp', 32],
  ['del', 127],
  ...[
    'soh stx etx eot enq ack bel bs ht lf vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub'
      .split(' ')
      .map((name, i): [string, number] => [name, i + 1]),
    [
      ['fs', 28],
      ['gs', 29],
      ['rs', 30],
      ['us', 31],
    ] satisfies [string, number][],
  ].flat(),
])

/** `#\a`, `#\space`, `#\x41`, `#\101` (octal). */
export function readChar(text: string, start: number): Value {
  const name = text.slice(2)
  const first = name.codePointAt(0) ?? 0
  if (name.length === (first > 0xffff ? 2 : 1)) return char(first)
  // A base character with combining marks: Guile takes it whole when it normalises to one character.
  const named = charNames.get(name) ?? charNames.get(name.toLowerCase())
  if (named !== undefined) return char(named)
  const hex = /^x([0-9a-fA-F]+)$/.exec(name)
  const octal = /^[0-7]+$/.exec(name)
  const code = hex !== null ? Number.parseInt(hex[1] ?? '', 16) : octal !== null ? Number.parseInt(name, 8) : -1
  if (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return char(code)
  if (/^\u25cc/.test(name)) {
    const mark = name.codePointAt(1)
    if (mark !== undefined && name.length <= 3) return char(mark)
  }
  throw new ReadFailure('unknown character name ~a', start, start + text.length, {
    irritants: [new SchemeString(name, true)],
  })
}
