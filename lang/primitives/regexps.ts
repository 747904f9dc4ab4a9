/** POSIX regular expressions, extended and basic, on top of JavaScript's.
 *  Not (ice-9 regex), which is Scheme. As POSIX asks, the longest of the matches at the leftmost place is taken:
 *  JavaScript's first match is replaced by longer ones while there are any. Syntax: POSIX chapter 9, GNU's extensions. */
import { outOfRange, throwKey } from '../conditions/index.ts'
import { list, Pair, SchemeString, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { any, index, optional, parameter, rest, string } from './parameters.ts'

const EXTENDED = 1
const ICASE = 2
const NEWLINE = 4
const NOSUB = 8
const NOTBOL = 1
const NOTEOL = 2

export class Regexp {
  readonly source: string
  readonly flags: number
  readonly #compiled: (Compiled | undefined)[] = []
  constructor(source: string, flags: number) {
    this.source = source
    this.flags = flags
    this.#compile(0)
  }
  /** The JavaScript expression for execution flags: whether ^ and $ may match at the ends. */
  #compile(execution: number): Compiled {
    let known = this.#compiled[execution]
    if (known === undefined) {
      const text = new Translation(this.source, this.flags, execution).run()
      const letters = `du${(this.flags & ICASE) !== 0 ? 'i' : ''}${(this.flags & NEWLINE) !== 0 ? 'm' : 's'}`
      // Only where there is a choice can the first match be shorter than another.
      const choice = /[|?]|[*+}].*[*+}]/s.test(text)
      known = { first: new RegExp(text, letters), text, letters, choice, longer: new Map() }
      this.#compiled[execution] = known
    }
    return known
  }

  /** The leftmost match in SUBJECT, the longest there. */
  match(subject: string, execution: number): RegExpExecArray | undefined {
    const compiled = this.#compile(execution)
    let best = compiled.first.exec(subject)
    if (best === null) return undefined
    while (compiled.choice) {
      const end = best.index + best[0].length
      if (end >= subject.length) break
      const points = /[\ud800-\udfff]/.test(subject) ? Array.from(subject.slice(0, end)).length : end
      const longer = longerThan(compiled, points)
      longer.lastIndex = best.index
      const found = longer.exec(subject)
      if (found === null) break
      best = found
    }
    return best
  }
}

interface Compiled {
  readonly first: RegExp
  readonly text: string
  readonly letters: string
  readonly choice: boolean
  /** Expressions for a match that ends behind so many characters of the subject. */
  readonly longer: Map<number, RegExp>
}

function longerThan(compiled: Compiled, points: number): RegExp {
  let made = compiled.longer.get(points)
  if (made === undefined) {
    made = new RegExp(`(?:${compiled.text})(?<=[\\s\\S]{${points + 1}})`, `${compiled.letters}y`)
    if (compiled.longer.size > 100) compiled.longer.clear()
    compiled.longer.set(points, made)
  }
  return made
}

const classes: Record<string, string> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '\\p{P}\\p{S}',
  print: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}',
  graph: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}',
  cntrl: '\\p{Cc}',
  xdigit: '0-9A-Fa-f',
}

const NOTHING_TO_REPEAT = 'Invalid preceding regular expression'

/** Thrown inside the translation only, with the message regcomp gives. */
class BadPattern extends Error {}

class Translation {
  private readonly source: string
  private readonly extended: boolean
  private readonly newline: boolean
  private readonly start: string
  private readonly end: string
  private at = 0

  constructor(source: string, flags: number, execution: number) {
    this.source = source
    this.extended = (flags & EXTENDED) !== 0
    this.newline = (flags & NEWLINE) !== 0
    this.start = (execution & NOTBOL) === 0 ? '^' : this.newline ? '(?<=\\n)' : '(?!)'
    this.end = (execution & NOTEOL) === 0 ? '$' : this.newline ? '(?=\\n)' : '(?!)'
  }

  run(): string {
    let result = ''
    let depth = 0
    /** Whether a repetition may follow: not at the start of an expression. */
    let repeatable = false
    let atStart = true
    const source = this.source
    while (this.at < source.length) {
      const c = this.next()
      if (c === '\\') {
        if (this.at >= source.length) throw new BadPattern('Trailing backslash')
        const escaped = this.next()
        if (!this.extended && escaped === '(') {
          result += '('
          depth++
          repeatable = false
          atStart = true
          continue
        }
        if (!this.extended && escaped === ')') {
          if (depth-- === 0) throw new BadPattern('Unmatched ) or \\)')
          result += ')'
          repeatable = true
          atStart = false
          continue
        }
        if (!this.extended && escaped === '|') {
          result += '|'
          repeatable = false
          atStart = true
          continue
        }
        if (!this.extended && escaped === '{') {
          result += this.interval()
          continue
        }
        if (!this.extended && (escaped === '+' || escaped === '?') && repeatable) {
          result += escaped
          continue
        }
        result += this.escape(escaped)
        repeatable = true
        atStart = false
        continue
      }
      if (c === '[') {
        result += this.bracket()
      } else if (c === '.') {
        result += this.newline ? '[^\\n]' : '[\\s\\S]'
      } else if (c === '*' && (repeatable || this.extended)) {
        if (!repeatable) throw new BadPattern(NOTHING_TO_REPEAT)
        result = repeat(result, '*')
        continue
      } else if (this.extended && (c === '+' || c === '?')) {
        if (!repeatable) throw new BadPattern(NOTHING_TO_REPEAT)
        result = repeat(result, c)
        continue
      } else if (this.extended && c === '{') {
        if (!repeatable) throw new BadPattern(NOTHING_TO_REPEAT)
        result += this.interval()
        continue
      } else if (this.extended && c === '(') {
        result += '('
        depth++
        repeatable = false
        atStart = true
        continue
      } else if (this.extended && c === ')' && depth > 0) {
        result += ')'
        depth--
      } else if (this.extended && c === '|') {
        result += '|'
        repeatable = false
        atStart = true
        continue
      } else if (c === '^' && (this.extended || atStart)) {
        result += this.start
        repeatable = false
        continue
      } else if (c === '$' && (this.extended || this.at >= source.length || /^\\[)|]/.test(source.slice(this.at)))) {
        result += this.end
        repeatable = false
        atStart = false
        continue
      } else {
        result += literal(c)
      }
      repeatable = true
      atStart = false
    }
    if (depth > 0) throw new BadPattern('Unmatched ( or \\(')
    return result
  }

  private next(): string {
    const c = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0)
    this.at += c.length
    return c
  }

  private escape(c: string): string {
    switch (c) {
      case '<':
        return '\\b(?=\\w)'
      case '>':
        return '\\b(?<=\\w)'
      case 'b':
      case 'B':
      case 'w':
      case 'W':
      case 's':
      case 'S':
        return `\\${c}`
      case '`':
        return '(?<![\\s\\S])'
      case "'":
        return '(?![\\s\\S])'
      default:
        if (c >= '1' && c <= '9') return `\\${c}(?:)`
        return literal(c)
    }
  }

  private interval(): string {
    const close = this.source.indexOf(this.extended ? '}' : '\\}', this.at)
    if (close < 0) throw new BadPattern('Unmatched \\{')
    const body = this.source.slice(this.at, close)
    this.at = close + (this.extended ? 1 : 2)
    const match = /^(\d*)(,?)(\d*)$/.exec(body)
    if (
      match === null ||
      match[0] === '' ||
      (match[1] !== '' && match[3] !== '' && Number(match[1]) > Number(match[3]))
    )
      throw new BadPattern('Invalid content of \\{\\}')
    const [, low = '', comma = '', high = ''] = match
    return `{${low === '' ? '0' : low}${comma}${high}}`
  }

  private bracket(): string {
    const source = this.source
    let result = '['
    if (source[this.at] === '^') {
      this.at++
      result += this.newline ? '^\\n' : '^'
    }
    let first = true
    for (;;) {
      if (this.at >= source.length) throw new BadPattern('Unmatched [, [^, [:, [., or [=')
      const special = /^\[([:.=])(.*?)\1\]/.exec(source.slice(this.at))
      if (special !== null) {
        const [whole, kind, name = ''] = special
        this.at += whole.length
        if (kind === ':') {
          const members = classes[name]
          if (members === undefined) throw new BadPattern('Invalid character class name')
          result += members
        } else result += inClass(name)
        first = false
        continue
      }
      const c = this.next()
      if (c === ']' && !first) break
      first = false
      if (source[this.at] === '-' && source[this.at + 1] !== ']' && this.at + 1 < source.length) {
        this.at++
        const high = source.startsWith('[.', this.at) ? this.collating() : this.next()
        if ((high.codePointAt(0) ?? 0) < (c.codePointAt(0) ?? 0)) throw new BadPattern('Invalid range end')
        result += `${inClass(c)}-${inClass(high)}`
      } else result += inClass(c)
    }
    return `${result}]`
  }
  private collating(): string {
    const close = this.source.indexOf('.]', this.at)
    const name = this.source.slice(this.at + 2, close)
    this.at = close + 2
    return name
  }
}

/** Repetitions may pile up (`a+*`), which JavaScript would read as laziness: two different ones make a star. */
function repeat(result: string, operator: string): string {
  if (!/(^|[^\\])(\\\\)*[*+?]$/.test(result)) return result + operator
  return result.endsWith(operator) ? result : `${result.slice(0, -1)}*`
}

function literal(c: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c
}
function inClass(c: string): string {
  return /[\\\]^[-]/.test(c) ? `\\${c}` : c
}

const guile = primitives('(guile)')
function isRegexp(value: Value): value is Regexp {
  return value instanceof Regexp
}

/** Patterns come back often, `string-match` compiles each time: keep the last ones. */
const cache = new Map<string, Regexp>()
export function makeRegexp(source: string, flags: number): Regexp {
  const key = `${flags}:${source}`
  let known = cache.get(key)
  if (known === undefined) {
    try {
      known = new Regexp(source, flags)
    } catch (error) {
      if (error instanceof BadPattern || error instanceof SyntaxError) {
        const message = error instanceof BadPattern ? error.message : 'Invalid regular expression'
        const place = [new SchemeString('make-regexp', true), new SchemeString(message, true)]
        return throwKey('regular-expression-syntax', ...place, false, list([new SchemeString(source)]))
      }
      throw error
    }
    if (cache.size > 500) cache.clear()
    cache.set(key, known)
  }
  return known
}

guile('regexp?', [any('x')], 'Return #t when X is a compiled regular expression.', isRegexp)
guile(
  'make-regexp',
  [string('pattern'), rest(index('flag'))],
  'Compile the regular expression PATTERN.',
  (pattern, ...flags) => {
    let all = EXTENDED
    for (const flag of flags) all = flag === 0 ? all & ~EXTENDED : all | flag
    return makeRegexp(pattern.toString(), all)
  },
)
guile(
  'regexp-exec',
  [parameter('rx', isRegexp, 'regexp'), string('s'), optional(index('start')), optional(index('flags'))],
  'Return the match structure of the first match of RX in S from START on, or #f.',
  (rx, s, start = 0, flags = 0) => {
    if (start > s.length) return outOfRange('regexp-exec', 3, start)
    const subject = s.slice(start, s.length)
    const match = rx.match(subject, flags & (NOTBOL | NOTEOL))
    if (match === undefined) return false
    // Positions are counted in code points; JavaScript counts code units.
    const plain = subject.length === s.length - start
    const point = (unit: number) => start + (plain ? unit : Array.from(subject.slice(0, unit)).length)
    const result: Value[] = [s]
    for (const range of (rx.flags & NOSUB) !== 0 ? (match.indices?.slice(0, 1) ?? []) : (match.indices ?? []))
      result.push(range === undefined ? new Pair(-1, -1) : new Pair(point(range[0]), point(range[1])))
    return result
  },
)
for (const [name, value] of [
  ['extended', EXTENDED],
  ['basic', 0],
  ['icase', ICASE],
  ['newline', NEWLINE],
  ['notbol', NOTBOL],
  ['noteol', NOTEOL],
] satisfies [string, number][])
  guile(`%regexp/${name}`, [], `Return the flag regexp/${name}.`, () => value)
