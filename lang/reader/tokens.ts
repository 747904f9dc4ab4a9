/** The tokens of Guile's reader syntax, as Chevrotain token types.
 *  Not their meaning (see atoms.ts and number.ts): a token here is only a stretch of text.
 *  Every text can be cut into tokens: what is malformed becomes a token of its own (`BadHash`,
 *  `OpenString`, ...), so that the grammar can say what is wrong and where. */
import { type CustomPatternMatcherFunc, createToken, type IToken, Lexer, type TokenType } from 'chevrotain'

/** Characters that end a symbol or number: blanks, parentheses, quotation mark, semicolon. */
const inAtom = '[^\\s()\\[\\]";]'

/** First characters of an atom. Beyond Latin-1, Chevrotain groups 255 code units in a bucket; one hint a bucket will do. */
const atomStarts: (string | number)[] = [...'!$%&*+-./:<=>?@^_{}~\\', ...'0123456789']
for (let code = 0x41; code < 0x5b; code++) atomStarts.push(code, code + 32)
for (let code = 0x7f; code < 0x100; code++) atomStarts.push(code)
for (let code = 0x100; code < 0x10000; code += 64) atomStarts.push(code)
for (let code = 1; code < 9; code++) atomStarts.push(code)

const blanks: number[] = [9, 10, 11, 12, 13, 32, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]
for (let code = 0x2000; code < 0x200b; code++) blanks.push(code)

/** A matcher for what runs on to a closing mark. Where it is missing the parser stops, so that what follows in the
 *  same text need not be searched to its end again: without this `#|#|#|…` would take quadratic time. */
function closed(matcher: (text: string, offset: number) => string | undefined): CustomPatternMatcherFunc {
  let openText: string | undefined
  let openOffset = 0
  return (text, offset) => {
    if (text === openText && offset > openOffset) return null
    const matched = matcher(text, offset)
    if (matched === undefined) return null
    if (matched !== '') return [matched]
    openText = text
    openOffset = offset
    return null
  }
}

/** `#| ... |#`, nested. The empty text says that it is not closed. */
const blockComment = closed((text, offset) => {
  if (text.charCodeAt(offset) !== 35 || text.charCodeAt(offset + 1) !== 124) return undefined
  let depth = 1
  let at = offset + 2
  while (depth > 0) {
    const bar = text.indexOf('|', at)
    if (bar < 0) return ''
    // What begins first counts: `#|#` opens.
    if (bar > at && text.charCodeAt(bar - 1) === 35) {
      depth++
      at = bar + 1
    } else if (text.charCodeAt(bar + 1) === 35) {
      depth--
      at = bar + 2
    } else at = bar + 1
  }
  return text.slice(offset, at)
})

const braceSymbolText = /#\{(?:[^}\\]|\\[\s\S]|\}(?!#))*\}#/y
const braceSymbol = closed((text, offset) => {
  if (!text.startsWith('#{', offset)) return undefined
  braceSymbolText.lastIndex = offset
  return braceSymbolText.exec(text)?.[0] ?? ''
})

const directive = /#!(?:fold-case|no-fold-case|r6rs|r7rs|curly-infix|curly-infix-and-bracket-lists)(?![^\s()[\]";{}])/y
const curlyDirective = /#!curly-infix(?:-and-bracket-lists)?(?![^\s()[\]";{}])/

/** `#! ... !#`, as at the top of a script; not the directives `#!fold-case` and so on. */
const bangComment: CustomPatternMatcherFunc = (text, offset) => {
  if (text.charCodeAt(offset) !== 35 || text.charCodeAt(offset + 1) !== 33) return null
  directive.lastIndex = offset
  if (directive.test(text)) return null
  const end = text.indexOf('!#', offset + 2)
  return end < 0 ? null : [text.slice(offset, end + 2)]
}

/** A datum that is one token. */
export const Atomic = createToken({ name: 'Atomic', pattern: Lexer.NA })

export const Blank = createToken({
  name: 'Blank',
  pattern: /\s+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: blanks,
})
export const LineComment = createToken({
  name: 'LineComment',
  pattern: /;[^\n]*/,
  group: Lexer.SKIPPED,
  start_chars_hint: [';'],
})
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: blockComment,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: ['#'],
})
export const BangComment = createToken({
  name: 'BangComment',
  pattern: bangComment,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: ['#'],
})
export const Directive = createToken({
  name: 'Directive',
  pattern: new RegExp(directive.source),
  start_chars_hint: ['#'],
})
/** `#!r7rs` */
export const StandardDirective = createToken({
  name: 'StandardDirective',
  pattern: /#!r7rs(?![^\s()[\]";{}])/,
  categories: [Directive],
  start_chars_hint: ['#'],
  push_mode: 'standard',
})
/** From here on `{` and `}` are parentheses of infix expressions: SRFI 105. */
export const CurlyDirective = createToken({
  name: 'CurlyDirective',
  pattern: curlyDirective,
  push_mode: 'curly',
  start_chars_hint: ['#'],
})
export const DatumComment = createToken({ name: 'DatumComment', pattern: /#;/, start_chars_hint: ['#'] })
export const Open = createToken({ name: 'Open', pattern: /[([]/, start_chars_hint: ['(', '['] })
export const Close = createToken({ name: 'Close', pattern: /[)\]]/, start_chars_hint: [')', ']'] })
export const VectorOpen = createToken({ name: 'VectorOpen', pattern: /#\(/, start_chars_hint: ['#'] })
export const BytevectorOpen = createToken({ name: 'BytevectorOpen', pattern: /#(?:v?u8)\(/, start_chars_hint: ['#'] })
/** `#2(`, `#f64(`, `#2u32@1@0(`: rank, type, and for each dimension lower bound and length. */
export const ArrayOpen = createToken({
  name: 'ArrayOpen',
  pattern: /#(?:\d+(?:[usfc]\d+|vu8|[ab])?|[usfc](?:8|16|32|64)|(?=[@:]))(?:[@:][+-]?\d+)*\(/,
  start_chars_hint: ['#'],
})
export const BitvectorLiteral = createToken({
  name: 'BitvectorLiteral',
  pattern: /#\*[01]*/,
  categories: [Atomic],
  start_chars_hint: ['#'],
})
export const CurlyOpen = createToken({ name: 'CurlyOpen', pattern: /\{/, start_chars_hint: ['{'] })
export const CurlyClose = createToken({ name: 'CurlyClose', pattern: /\}/, start_chars_hint: ['}'] })
export const Prefix = createToken({
  name: 'Prefix',
  pattern: /'|`|,@?|#'|#`|#,@?|#~|#\$@?|#\+@?/,
  start_chars_hint: ["'", '`', ',', '#'],
})
export const Dot = createToken({ name: 'Dot', pattern: new RegExp(`\\.(?!${inAtom})`), start_chars_hint: ['.'] })
export const LabelDefinition = createToken({ name: 'LabelDefinition', pattern: /#\d+=/, start_chars_hint: ['#'] })
export const LabelReference = createToken({
  name: 'LabelReference',
  pattern: /#\d+#/,
  categories: [Atomic],
  start_chars_hint: ['#'],
})
export const StringLiteral = createToken({
  name: 'StringLiteral',
  pattern: /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/,
  categories: [Atomic],
  line_breaks: true,
  start_chars_hint: ['"'],
})
export const OpenString = createToken({ name: 'OpenString', pattern: /"/, start_chars_hint: ['"'] })
export const CharLiteral = createToken({
  name: 'CharLiteral',
  pattern: new RegExp(`#\\\\(?:${inAtom}+|[\\s\\S])`),
  categories: [Atomic],
  line_breaks: true,
  start_chars_hint: ['#'],
})
export const BraceSymbol = createToken({
  name: 'BraceSymbol',
  pattern: braceSymbol,
  categories: [Atomic],
  line_breaks: true,
  start_chars_hint: ['#'],
})
/** `|a symbol|` of R7RS. */
export const BarSymbol = createToken({
  name: 'BarSymbol',
  pattern: /\|(?:[^|\\]|\\[\s\S])*\|/,
  categories: [Atomic],
  line_breaks: true,
  start_chars_hint: ['|'],
})
export const KeywordLiteral = createToken({
  name: 'KeywordLiteral',
  pattern: new RegExp(
    `#:\\s*(?:\\|(?:[^|\\\\]|\\\\[\\s\\S])*\\||#\\{(?:[^}\\\\]|\\\\[\\s\\S]|\\}(?!#))*\\}#|${inAtom}+)`,
  ),
  categories: [Atomic],
  line_breaks: true,
  start_chars_hint: ['#'],
})
/** Booleans, numbers with a radix or exactness prefix, `#nil`, bit vectors, typed arrays' heads and what is wrong. */
export const HashAtom = createToken({
  name: 'HashAtom',
  pattern: new RegExp(`#(?:[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[tTfF]|[xXbBoOdDeEiI]${inAtom}*|nil(?!${inAtom}))`),
  categories: [Atomic],
  start_chars_hint: ['#'],
})
/** `#` before a character that means nothing here, unless `read-hash-extend` gave it a meaning. */
export const OtherHash = createToken({
  name: 'OtherHash',
  pattern: /#(?:[\s\S])?/,
  line_breaks: true,
  start_chars_hint: ['#'],
})
export const Atom = createToken({
  name: 'Atom',
  pattern: new RegExp(`[^\\s()\\[\\]";#'\`,|]${inAtom}*`),
  categories: [Atomic],
  start_chars_hint: atomStarts,
})
/** Where bars are letters, as Guile has it by default: an atom that begins with one. */
export const BarAtom = createToken({
  name: 'BarAtom',
  pattern: new RegExp(`\\|${inAtom}*`),
  categories: [Atomic],
  start_chars_hint: ['|'],
})
/** An atom where braces are parentheses. */
export const CurlyAtom = createToken({
  name: 'CurlyAtom',
  pattern: /[^\s()[\]{}";#'`,|][^\s()[\]{}";]*/,
  categories: [Atomic],
  start_chars_hint: atomStarts,
})
/** A lone `|`, or a control character: anything no other token takes. */
export const Stray = createToken({
  name: 'Stray',
  pattern: /[\s\S]/,
  line_breaks: true,
  start_chars_hint: ['|', 0, ...Array.from({ length: 32 }, (_, i) => i)],
})
/** Stands for text that a `read-hash-extend` procedure has read; its `payload` is the datum. */
export const Extension = createToken({ name: 'Extension', pattern: Lexer.NA, categories: [Atomic] })

/** In order of preference: the first that matches wins. These are R7RS'. */
const standardTokens: TokenType[] = [
  Blank,
  Open,
  Close,
  Dot,
  Atom,
  LineComment,
  StringLiteral,
  OpenString,
  BlockComment,
  BangComment,
  CurlyDirective,
  StandardDirective,
  Directive,
  DatumComment,
  VectorOpen,
  BytevectorOpen,
  KeywordLiteral,
  Prefix,
  LabelDefinition,
  LabelReference,
  ArrayOpen,
  BitvectorLiteral,
  CharLiteral,
  BraceSymbol,
  BarSymbol,
  HashAtom,
  OtherHash,
  Stray,
  Extension,
  Atomic,
]
const plainTokens = standardTokens.map((type) => (type === BarSymbol ? BarAtom : type))
const curlyTokens = plainTokens.flatMap((type) => (type === Atom ? [CurlyOpen, CurlyClose, CurlyAtom] : [type]))

export const tokenTypes: TokenType[] = [...standardTokens, BarAtom, CurlyOpen, CurlyClose, CurlyAtom]

let lexer: Lexer | undefined

/** The tokens of TEXT, in which bars quote symbols if BARSYMBOLS is true. The lexer is made at its first use: building it
 *  takes milliseconds that `strata --version` need not pay. */
export function tokenize(text: string, barSymbols = false): IToken[] {
  lexer ??= new Lexer(
    { modes: { plain: plainTokens, standard: standardTokens, curly: curlyTokens }, defaultMode: 'plain' },
    {
      positionTracking: 'onlyOffset',
      skipValidations: true,
      ensureOptimizations: true,
    },
  )
  return lexer.tokenize(text, barSymbols ? 'standard' : 'plain').tokens
}
