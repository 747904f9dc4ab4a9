/** The control strings of `format`: directives, their parameters and clauses, each string parsed once.
 *  What the directives print is format.ts. */
import { schemeError } from '../conditions/index.ts'
import { Char, SchemeString } from '../values/index.ts'

type ParameterValue = number | Char | 'v' | '#' | undefined

export interface Directive {
  readonly kind: 'directive'
  readonly letter: string
  readonly params: readonly ParameterValue[]
  readonly colon: boolean
  readonly at: boolean
  /** The clauses of ~[ ~{ ~(, between ~; and the end. */
  readonly clauses?: readonly (readonly Piece[])[]
  /** ~:; was seen: the last clause is the default. */
  readonly defaultClause?: boolean
  /** ~:} was seen: run at least once. */
  readonly once?: boolean
}
export type Piece = string | Directive

const parsed = new Map<string, readonly Piece[]>()

export function fail(message: string, control: string): never {
  return schemeError('misc-error', 'format', `~A in control string ~S`, [
    new SchemeString(message),
    new SchemeString(control),
  ])
}

class Parser {
  private readonly source: string
  private at = 0
  constructor(source: string) {
    this.source = source
  }

  all(): readonly Piece[] {
    const { pieces, terminator } = this.until('')
    if (terminator !== undefined) fail(`unmatched ~~${terminator.letter}`, this.source)
    return pieces
  }

  private until(closing: string): { pieces: Piece[]; terminator: Directive | undefined } {
    const pieces: Piece[] = []
    for (;;) {
      const tilde = this.source.indexOf('~', this.at)
      if (tilde < 0) {
        if (this.at < this.source.length) pieces.push(this.source.slice(this.at))
        this.at = this.source.length
        if (closing !== '') fail(`missing ~~${closing}`, this.source)
        return { pieces, terminator: undefined }
      }
      if (tilde > this.at) pieces.push(this.source.slice(this.at, tilde))
      this.at = tilde + 1
      const directive = this.directive()
      if (directive.letter === closing || directive.letter === ';' || /[\]})]/.test(directive.letter))
        return { pieces, terminator: directive }
      if (directive.letter === '\n') {
        // A tilde before a newline swallows it and the blanks after; the modifiers keep the one or the other.
        if (directive.at) pieces.push('\n')
        if (!directive.colon) while (/[ \t]/.test(this.source.charAt(this.at))) this.at++
        continue
      }
      const open = '[{('.indexOf(directive.letter)
      if (open < 0) pieces.push(directive)
      else pieces.push(this.block(directive, ']})'.charAt(open)))
    }
  }

  private block(directive: Directive, closing: string): Directive {
    const clauses: (readonly Piece[])[] = []
    let defaultClause = false
    for (;;) {
      const { pieces, terminator } = this.until(closing)
      clauses.push(pieces)
      if (terminator === undefined || (terminator.letter !== ';' && terminator.letter !== closing))
        return fail(`missing ~~${closing}`, this.source)
      if (terminator.letter === closing) return { ...directive, clauses, defaultClause, once: terminator.colon }
      if (terminator.colon) defaultClause = true
    }
  }

  private directive(): Directive {
    const params: ParameterValue[] = []
    let colon = false
    let at = false
    for (;;) {
      const rest = this.source.slice(this.at)
      const number = /^[+-]?\d+/.exec(rest)
      if (number !== null) {
        params.push(Number(number[0]))
        this.at += number[0].length
        this.comma()
      } else if (rest.startsWith("'")) {
        params.push(new Char(rest.codePointAt(1) ?? 32))
        this.at += 1 + String.fromCodePoint(rest.codePointAt(1) ?? 32).length
        this.comma()
      } else if (/^[vV#](?=[,\d'vV#a-zA-Z~%&@:?*[\]{}()|$/_!])/.test(rest) && /^[vV#]/.test(rest)) {
        params.push(rest.startsWith('#') ? '#' : 'v')
        this.at++
        this.comma()
      } else if (rest.startsWith(',')) {
        params.push(undefined)
        this.at++
      } else break
    }
    for (;;) {
      const c = this.source.charAt(this.at)
      if (c === ':') colon = true
      else if (c === '@') at = true
      else break
      this.at++
    }
    const letter = this.source.charAt(this.at++)
    if (letter === '') fail('tilde at the end', this.source)
    return { kind: 'directive', letter: letter.toLowerCase(), params, colon, at }
  }
  private comma(): void {
    if (this.source.charAt(this.at) === ',') this.at++
  }
}

export function parseControl(control: string): readonly Piece[] {
  let pieces = parsed.get(control)
  if (pieces === undefined) {
    pieces = new Parser(control).all()
    if (parsed.size > 1000) parsed.clear()
    parsed.set(control, pieces)
  }
  return pieces
}
