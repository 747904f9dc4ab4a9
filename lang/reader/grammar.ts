/** The grammar of data, as a Chevrotain parser with embedded actions: tokens to pairs, vectors and atoms.
 *  Not the cutting into tokens (tokens.ts) and not windows, ports or error reports (read.ts). */
import { EmbeddedActionsParser, EOF as END_OF_INPUT, type IToken } from 'chevrotain'
import type { SourceFile } from '../source/index.ts'
import {
  Bitvector,
  char,
  intern,
  type Keyword,
  NIL,
  Pair,
  SchemeString,
  SchemeSymbol,
  SourcePair,
  UniformVector,
  type Value,
} from '../values/index.ts'
import { readArray } from './array-literal.ts'
import {
  type Dialect,
  readAtom,
  readBarSymbol,
  readBraceSymbol,
  readChar,
  readHashAtom,
  readKeyword,
  readString,
} from './atoms.ts'
import { infixToPrefix } from './curly-infix.ts'
import { ReadFailure } from './failure.ts'
import {
  ArrayOpen,
  Atom,
  Atomic,
  BarAtom,
  BarSymbol,
  BitvectorLiteral,
  BraceSymbol,
  BytevectorOpen,
  CharLiteral,
  Close,
  CurlyAtom,
  CurlyClose,
  CurlyDirective,
  CurlyOpen,
  DatumComment,
  Directive,
  Dot,
  Extension,
  HashAtom,
  KeywordLiteral,
  LabelDefinition,
  LabelReference,
  Open,
  OpenString,
  Prefix,
  StringLiteral,
  tokenTypes,
  VectorOpen,
} from './tokens.ts'

/** What one text is parsed with. */
export interface ParseContext {
  readonly source: SourceFile
  /** Added to token offsets: the window's place in the source. */
  readonly base: number
  readonly dialect: Dialect
  /** Whether pairs carry spans. */
  readonly located: boolean
  /** Whether strings can be changed. */
  readonly forPrograms: boolean
}

/** A datum and where it ends. */
export interface ParsedDatum {
  readonly datum: Value
  readonly end: number
}

const prefixSymbols: ReadonlyMap<string, SchemeSymbol> = new Map(
  (
    [
      ["'", 'quote'],
      ['`', 'quasiquote'],
      [',', 'unquote'],
      [',@', 'unquote-splicing'],
      ["#'", 'syntax'],
      ['#`', 'quasisyntax'],
      ['#,', 'unsyntax'],
      ['#,@', 'unsyntax-splicing'],
      ['#~', 'gexp'],
      ['#$', 'ungexp'],
      ['#$@', 'ungexp-splicing'],
      ['#+', 'ungexp-native'],
      ['#+@', 'ungexp-native-splicing'],
    ] satisfies [string, string][]
  ).map(([text, name]) => [text, intern(name)]),
)

/** A datum label whose datum is still being read. */
class Placeholder {
  value: Value = undefined
}

class DatumParser extends EmbeddedActionsParser {
  context: ParseContext | undefined
  /** Opening tokens not yet closed, innermost last. */
  readonly opened: IToken[] = []
  private labels: Map<string, Placeholder> | undefined
  private lastEnd = 0
  /** Whether `[a]` reads as `($bracket-list$ a)`. */
  private brackets = false
  /** Whether the list to come is the operands of a call, `f[x]`. */
  private calling = false
  /** Curly expressions around: in them an argument list that directly follows a datum makes it a call. */
  private curlies = 0

  constructor() {
    // Chevrotain's checks of the grammar itself are for its author: test/lang/reader runs them.
    super(tokenTypes, { skipValidations: true, maxLookahead: 1 })
    this.performSelfAnalysis()
  }

  begin(tokens: IToken[], context: ParseContext): void {
    this.input = tokens
    this.context = context
    this.opened.length = 0
    this.labels = undefined
    this.brackets = false
    this.calling = false
    this.curlies = 0
  }

  private takesCalls(): boolean {
    return this.curlies > 0 || this.RECORDING_PHASE
  }

  /** All data up to the end or the first mistake; the data before a mistake are in `into`. */
  readonly data = this.RULE('data', (into: ParsedDatum[]) => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.ignored) },
        {
          ALT: () => {
            const datum = this.SUBRULE(this.datum)
            this.ACTION(() => {
              into.push({ datum: this.finish(datum), end: this.lastEnd })
            })
          },
        },
      ])
    })
  })

  /** The first datum; undefined at the end of the text. */
  readonly first = this.RULE('first', (into: ParsedDatum[]) => {
    this.MANY(() => this.SUBRULE(this.ignored))
    this.OPTION(() => {
      const datum = this.SUBRULE(this.datum)
      this.ACTION(() => {
        into.push({ datum: this.finish(datum), end: this.lastEnd })
      })
    })
  })

  private readonly ignored = this.RULE('ignored', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(DatumComment)
          this.SUBRULE(this.operand)
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(Directive)
          this.ACTION(() => this.obey(token))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(CurlyDirective)
          this.ACTION(() => {
            this.brackets = token.image.endsWith('lists')
          })
        },
      },
    ])
  })

  /** A datum after a prefix: comments may stand between. */
  private readonly operand = this.RULE('operand', (): Value => {
    this.MANY(() => this.SUBRULE(this.ignored))
    const datum = this.SUBRULE(this.datum)
    return this.takesCalls() ? this.SUBRULE(this.calls, { ARGS: [datum] }) : datum
  })

  private readonly datum = this.RULE('datum', (): Value => {
    return this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(Atomic)
          return this.ACTION(() => this.atomic(token))
        },
      },
      { ALT: () => this.SUBRULE(this.list) },
      {
        ALT: () => {
          const token = this.CONSUME(Prefix)
          const operand = this.SUBRULE(this.operand)
          return this.ACTION(() => {
            const rest = this.prefixed(token, operand)
            return this.pair(prefixSymbols.get(token.image), rest, token.startOffset, this.lastEnd)
          })
        },
      },
      { ALT: () => this.SUBRULE(this.vector) },
      { ALT: () => this.SUBRULE(this.bytevector) },
      { ALT: () => this.SUBRULE(this.labelled) },
      { ALT: () => this.SUBRULE(this.array) },
      { ALT: () => this.SUBRULE(this.curly) },
    ])
  })

  private readonly array = this.RULE('array', (): Value => {
    const open = this.CONSUME(ArrayOpen)
    const items = this.SUBRULE(this.elements, { ARGS: [open] })
    return this.ACTION(() => readArray(open.image, items, open.startOffset))
  })

  /** `{a + b}`; inside, `f(x)`, `f{x}` and `f[x]` are calls. */
  private readonly curly = this.RULE('curly', (): Value => {
    const open = this.CONSUME(CurlyOpen)
    const items: Value[] = []
    let tail: Value = NIL
    this.ACTION(() => {
      this.opened.push(open)
      this.curlies++
    })
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.ignored) },
        {
          ALT: () => {
            const head = this.SUBRULE(this.datum)
            const whole = this.SUBRULE(this.calls, { ARGS: [head] })
            this.ACTION(() => items.push(whole))
          },
        },
      ])
    })
    this.OPTION(() => {
      this.CONSUME(Dot)
      tail = this.SUBRULE(this.operand)
      this.MANY1(() => this.SUBRULE1(this.ignored))
    })
    const close = this.CONSUME(CurlyClose)
    return this.ACTION(() => {
      this.opened.pop()
      this.curlies--
      this.lastEnd = close.startOffset + 1
      const located = (rest: Value, head: Value) => this.pair(head, rest, open.startOffset, this.lastEnd)
      return infixToPrefix(items, tail, located)
    })
  })

  /** The argument lists that directly follow a datum. */
  private readonly calls = this.RULE('calls', (head: Value): Value => {
    let result = head
    this.MANY({
      GATE: () => this.LA(1).startOffset === this.lastEnd,
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              const bracket = this.LA(1).image === '['
              this.ACTION(() => {
                this.calling = true
              })
              const operands = this.SUBRULE(this.list)
              this.ACTION(() => {
                const call = this.pair(result, operands, this.lastEnd - 1, this.lastEnd)
                result = bracket ? new Pair(intern('$bracket-apply$'), call) : call
              })
            },
          },
          {
            ALT: () => {
              const operand = this.SUBRULE(this.curly)
              this.ACTION(() => {
                result = new Pair(result, operand === NIL ? NIL : new Pair(operand, NIL))
              })
            },
          },
        ])
      },
    })
    return result
  })

  /** The operand of a prefix as a list. `#$package:output` names an output after the last colon. */
  private prefixed(token: IToken, operand: Value): Value {
    const colon = /^#[$+]/.test(token.image) && operand instanceof SchemeSymbol ? operand.name.lastIndexOf(':') : -1
    if (!(operand instanceof SchemeSymbol) || colon <= 0 || colon === operand.name.length - 1) {
      return this.pair(operand, NIL, token.startOffset, this.lastEnd)
    }
    const output = new SchemeString(operand.name.slice(colon + 1), true)
    const rest = this.pair(output, NIL, token.startOffset, this.lastEnd)
    return this.pair(intern(operand.name.slice(0, colon)), rest, token.startOffset, this.lastEnd)
  }

  private readonly list = this.RULE('list', (): Value => {
    const open = this.CONSUME(Open)
    const call = this.calling
    this.calling = false
    const items: Value[] = []
    const starts: number[] = []
    let tail: Value = NIL
    this.ACTION(() => this.opened.push(open))
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.ignored) },
        {
          ALT: () => {
            starts.push(this.LA(1).startOffset)
            const item = this.SUBRULE(this.datum)
            items.push(this.takesCalls() ? this.SUBRULE(this.calls, { ARGS: [item] }) : item)
          },
        },
      ])
    })
    this.OPTION(() => {
      const dot = this.CONSUME(Dot)
      this.ACTION(() => this.checkDot(dot, open, items))
      tail = this.SUBRULE(this.operand)
      this.MANY1(() => this.SUBRULE1(this.ignored))
    })
    const close = this.CONSUME(Close)
    return this.ACTION(() => {
      this.close(open, close)
      const built = this.build(items, starts, tail, open.startOffset, close.startOffset + 1)
      return this.brackets && open.image === '[' && !call ? new Pair(intern('$bracket-list$'), built) : built
    })
  })

  private readonly vector = this.RULE('vector', (): Value => {
    const open = this.CONSUME(VectorOpen)
    return this.SUBRULE(this.elements, { ARGS: [open] })
  })

  private readonly bytevector = this.RULE('bytevector', (): Value => {
    const open = this.CONSUME(BytevectorOpen)
    const items = this.SUBRULE(this.elements, { ARGS: [open] })
    return this.ACTION(() => {
      for (const item of items) {
        if (typeof item !== 'number' || item < 0 || item > 255) {
          throw this.failure('Value out of range: ~S', open, [item])
        }
      }
      if (open.image === '#vu8(') return Uint8Array.from(items, Number)
      const made = new UniformVector('u8', items.length)
      made.set(items.map(Number))
      return made
    })
  })

  private readonly elements = this.RULE('elements', (open: IToken): Value[] => {
    const items: Value[] = []
    this.ACTION(() => this.opened.push(open))
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.ignored) },
        {
          ALT: () => {
            const datum = this.SUBRULE(this.datum)
            const item = this.takesCalls() ? this.SUBRULE(this.calls, { ARGS: [datum] }) : datum
            this.ACTION(() => items.push(item))
          },
        },
      ])
    })
    const close = this.CONSUME(Close)
    this.ACTION(() => this.close(open, close))
    return items
  })

  private readonly labelled = this.RULE('labelled', (): Value => {
    const token = this.CONSUME(LabelDefinition)
    const placeholder = this.ACTION(() => {
      const made = new Placeholder()
      this.labels ??= new Map()
      this.labels.set(token.image.slice(1, -1), made)
      return made
    })
    const datum = this.SUBRULE(this.operand)
    return this.ACTION(() => {
      if (datum === placeholder)
        throw this.failure('datum label names nothing but itself: ~A', token, [intern(token.image)])
      placeholder.value = datum
      return datum
    })
  })

  /** R7RS takes no dot after nothing but comments; Guile reads `(. a)` and `(#;b . a)` as `a`. */
  private checkDot(dot: IToken, open: IToken, items: readonly Value[]): void {
    if (items.length > 0 || this.context?.dialect.r7rs !== true) return
    const commented = this.LA(0) === dot && this.LA(-1) !== open
    if (commented) throw this.failure('unexpected ~A', dot, [intern('.')])
  }

  private build(items: Value[], starts: number[], tail: Value, start: number, end: number): Value {
    let result = tail
    for (let i = items.length - 1; i > 0; i--) result = this.pair(items[i], result, starts[i] ?? start, end)
    return items.length === 0 ? tail : this.pair(items[0], result, start, end)
  }

  private pair(car: Value, cdr: Value, start: number, end: number): Pair {
    const context = this.context
    if (context === undefined || !context.located) return new Pair(car, cdr)
    const { base, source } = context
    return new SourcePair(car, cdr, { source, start: base + start, end: base + end })
  }

  private close(open: IToken, close: IToken): void {
    this.opened.pop()
    this.lastEnd = close.startOffset + 1
    const expected = open.image === '[' ? ']' : ')'
    if (close.image !== expected)
      throw this.failure('mismatched close paren: ~A', close, [char(close.image.charCodeAt(0))])
  }

  private atomic(token: IToken): Value {
    const { image, startOffset } = token
    this.lastEnd = startOffset + image.length
    const dialect = this.context?.dialect
    const foldCase = dialect?.foldCase === true
    switch (token.tokenType) {
      case Atom:
      case BarAtom:
      case CurlyAtom:
        return readAtom(image, startOffset, foldCase, dialect?.keywords)
      case BitvectorLiteral:
        return new Bitvector(Uint8Array.from(image.slice(2), Number))
      case StringLiteral:
        return readString(image, startOffset, dialect?.r7rs === true, this.context?.forPrograms !== true)
      case KeywordLiteral:
        return readKeyword(image, startOffset, foldCase)
      case HashAtom:
        return readHashAtom(image, startOffset)
      case CharLiteral:
        return readChar(image, startOffset)
      case BarSymbol:
        return readBarSymbol(image, startOffset)
      case BraceSymbol:
        return readBraceSymbol(image, startOffset)
      case Extension:
        return token.payload
      case LabelReference: {
        const placeholder = this.labels?.get(image.slice(1, -1))
        if (placeholder === undefined) throw this.failure('undefined datum label: ~A', token, [intern(image)])
        return placeholder.value === undefined ? placeholder : placeholder.value
      }
      default:
        throw this.failure('unexpected ~A', token, [intern(image)])
    }
  }

  private obey(token: IToken): void {
    const dialect = this.context?.dialect
    if (dialect === undefined) return
    if (token.image === '#!fold-case') dialect.foldCase = true
    else if (token.image === '#!no-fold-case') dialect.foldCase = false
    else if (token.image === '#!r6rs' || token.image === '#!r7rs') dialect.r7rs = true
  }

  /** Replace the placeholders of datum labels, once the datum is complete. */
  private finish(datum: Value): Value {
    if (this.labels === undefined) return datum
    this.labels = undefined
    const seen = new Set<Value>()
    const pending: Value[] = [datum]
    const resolve = (value: Value): Value => {
      if (value instanceof Placeholder) return value.value
      if ((value instanceof Pair || Array.isArray(value)) && !seen.has(value)) {
        seen.add(value)
        pending.push(value)
      }
      return value
    }
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (value instanceof Pair) {
        value.car = resolve(value.car)
        value.cdr = resolve(value.cdr)
      } else if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) value[i] = resolve(value[i])
      }
    }
    return datum
  }

  private failure(message: string, token: IToken, irritants: (Value | Keyword)[]): ReadFailure {
    return new ReadFailure(message, token.startOffset, token.startOffset + token.image.length, { irritants })
  }

  /** The text ended before what OPENING opens was closed. */
  unclosed(opening: IToken, textEnd: number): ReadFailure {
    return new ReadFailure('unexpected end of input while searching for: ~A', textEnd, textEnd, {
      incomplete: true,
      irritants: [char(opening.image === '[' ? 93 : 41)],
      opening: opening.startOffset,
    })
  }

  /** Why the parse stopped: from the token Chevrotain could not use. */
  explain(token: IToken, textEnd: number): ReadFailure {
    if (token.tokenType === END_OF_INPUT) {
      const opening = this.opened.at(-1)
      return opening === undefined
        ? new ReadFailure('unexpected end of input while reading expression', textEnd, textEnd, { incomplete: true })
        : this.unclosed(opening, textEnd)
    }
    if (token.tokenType === OpenString) {
      return new ReadFailure('unexpected end of input while reading string', token.startOffset, textEnd, {
        incomplete: true,
        opening: token.startOffset,
      })
    }
    if (token.image === '#|' || token.image === '#!') {
      return new ReadFailure("unterminated `#| ... |#' comment", token.startOffset, textEnd, {
        incomplete: true,
        opening: token.startOffset,
      })
    }
    if (token.tokenType === Close) return this.failure(`unexpected "${token.image}"`, token, [])
    if (token.tokenType === Dot) return this.failure('unexpected "."', token, [])
    if (token.image === '#{')
      return new ReadFailure('end of input while reading symbol', token.startOffset, textEnd, {
        incomplete: true,
        opening: token.startOffset,
      })
    if (token.image.startsWith('#')) return this.failure('Unknown # object: ~S', token, [new SchemeString(token.image)])
    return this.failure('missing close paren: ~A', token, [intern(token.image)])
  }
}

let parser: DatumParser | undefined

/** The parser, made at its first use and shared: no action of the grammar calls out, so no one re-enters it. */
export function datumParser(): DatumParser {
  parser ??= new DatumParser()
  return parser
}
