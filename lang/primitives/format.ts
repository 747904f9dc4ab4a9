/** The full `format` of (ice-9 format): what each directive of a control string prints.
 *  Parsing control strings is format-control.ts; simple-format is in ports/. Follows the (ice-9 format) chapter of the Guile manual and Common Lisp. */
import { Char, Flonum, listToArray, NIL, Pair, SchemeString, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { type Directive, fail, type Piece, parseControl } from './format-control.ts'
import { cardinal, ordinal, positional, roman, roundDecimal, toScaled } from './format-numerals.ts'
import { elements } from './lists.ts'
import { numberToString } from './numbers/format.ts'
import { type ExactInteger, isExactInteger, isNumber, isReal, toBigInt, toDouble } from './numbers/represent.ts'
import { any, index, string } from './parameters.ts'
import { displayString, writeString } from './print.ts'

/** ~^ leaves the iteration or the whole. */
const UP = { kind: 'up' } as const

class Formatter {
  private readonly control: string
  private args: readonly Value[]
  private at = 0
  private out = ''
  private readonly startColumn: number
  /** Whether an enclosing ~:{ has more sublists. */
  private moreSublists = true

  constructor(control: string, args: readonly Value[], startColumn: number) {
    this.control = control
    this.args = args
    this.startColumn = startColumn
  }

  get text(): string {
    return this.out
  }
  get used(): number {
    return this.at
  }

  private column(): number {
    const newline = this.out.lastIndexOf('\n')
    return newline >= 0 ? this.out.length - newline - 1 : this.startColumn + this.out.length
  }
  private next(): Value {
    if (this.at >= this.args.length) return fail('missing argument', this.control)
    return this.args[this.at++]
  }
  private integer(params: readonly (number | Char | undefined)[], k: number, missing: number): number {
    const value = params[k]
    return typeof value === 'number' ? value : missing
  }
  private character(params: readonly (number | Char | undefined)[], k: number, missing: string): string {
    const value = params[k]
    return value instanceof Char ? value.toString() : typeof value === 'number' ? String.fromCodePoint(value) : missing
  }

  run(pieces: readonly Piece[]): typeof UP | undefined {
    for (const piece of pieces) {
      if (typeof piece === 'string') this.out += piece
      else if (this.directive(piece) === UP) return UP
    }
    return undefined
  }

  private directive(d: Directive): typeof UP | undefined {
    const params = d.params.map((p) => {
      if (p === '#') return this.args.length - this.at
      if (p !== 'v') return p
      const value = this.next()
      return typeof value === 'number' || value instanceof Char ? value : undefined
    })
    switch (d.letter) {
      case 'a':
      case 's':
        this.padded(d, params, d.letter === 'a' ? displayString(this.next()) : writeString(this.next()))
        return undefined
      case 'd':
      case 'x':
      case 'o':
      case 'b':
        this.integerDirective(d, params, { d: 10, x: 16, o: 8, b: 2 }[d.letter])
        return undefined
      case 'r':
        this.radixDirective(d, params)
        return undefined
      case 'f':
        this.out += this.fixed(d, params)
        return undefined
      case 'e':
        this.out += this.exponential(d, params)
        return undefined
      case 'g':
        this.out += this.general(d, params)
        return undefined
      case '$':
        this.out += this.dollars(d, params)
        return undefined
      case 'i': {
        const value = this.next()
        this.out += isNumber(value) ? numberToString(value) : displayString(value)
        return undefined
      }
      case 'c': {
        const value = this.next()
        if (!(value instanceof Char)) return fail('~~c expects a character', this.control)
        this.out += d.at
          ? writeString(value)
          : d.colon && value.code < 32
            ? `^${String.fromCharCode(value.code + 64)}`
            : value.toString()
        return undefined
      }
      case 'p': {
        if (d.colon) this.at = Math.max(0, this.at - 1)
        const one = this.next() === 1
        this.out += d.at ? (one ? 'y' : 'ies') : one ? '' : 's'
        return undefined
      }
      case '%':
        this.out += '\n'.repeat(this.integer(params, 0, 1))
        return undefined
      case '&': {
        const count = this.integer(params, 0, 1)
        if (count > 0) this.out += (this.column() === 0 ? '' : '\n') + '\n'.repeat(count - 1)
        return undefined
      }
      case '_':
        this.out += ' '.repeat(this.integer(params, 0, 1))
        return undefined
      case '/':
        this.out += '\t'.repeat(this.integer(params, 0, 1))
        return undefined
      case '|':
        this.out += '\f'.repeat(this.integer(params, 0, 1))
        return undefined
      case '~':
        this.out += '~'.repeat(this.integer(params, 0, 1))
        return undefined
      case 't':
        this.tabulate(d, params)
        return undefined
      case '*':
        this.move(d, params)
        return undefined
      case '?':
      case 'k':
        this.indirect(d)
        return undefined
      case '(':
        return this.caseConversion(d)
      case '[':
        return this.conditional(d, params)
      case '{':
        this.iterate(d, params)
        return undefined
      case '^':
        return this.escapes(d, params) ? UP : undefined
      case '!':
      case 'q':
        return undefined
      case 'y':
        this.out += `${writeString(this.next())}\n`
        return undefined
      case 'h': {
        if (isNumber(this.args[this.at]) && params[1] !== undefined)
          this.out += this.fixed({ ...d, at: false }, [params[0], params[1], undefined, undefined, params[2]])
        else this.padded({ ...d, at: true }, [params[0], undefined, undefined, params[2]], displayString(this.next()))
        return undefined
      }
      default:
        return fail(`unknown directive ~${d.letter}`, this.control)
    }
  }

  private padded(d: Directive, params: readonly (number | Char | undefined)[], text: string): void {
    const least = this.integer(params, 0, 0)
    const increment = Math.max(1, this.integer(params, 1, 1))
    const minimum = this.integer(params, 2, 0)
    const pad = this.character(params, 3, ' ')
    let width = Array.from(text).length + minimum
    let padding = pad.repeat(minimum)
    while (width < least) {
      padding += pad.repeat(increment)
      width += increment
    }
    this.out += d.at ? padding + text : text + padding
  }

  private integerDirective(d: Directive, params: readonly (number | Char | undefined)[], radix: number): void {
    const value = this.next()
    if (!isExactInteger(value)) {
      this.padded(
        { ...d, at: true },
        [params[0], undefined, undefined, params[1]],
        isNumber(value) ? numberToString(value, radix) : displayString(value),
      )
      return
    }
    this.out += this.integerText(d, params, radix, value)
  }
  private integerText(
    d: Directive,
    params: readonly (number | Char | undefined)[],
    radix: number,
    value: ExactInteger,
  ): string {
    const negative = value < 0
    let digits = (negative ? -toBigInt(value) : value).toString(radix)
    if (d.colon) {
      const comma = this.character(params, 2, ',')
      const interval = this.integer(params, 3, 3)
      digits = digits.replace(new RegExp(`\\B(?=(.{${interval}})+$)`, 'g'), comma)
    }
    const text = (negative ? '-' : d.at ? '+' : '') + digits
    return text.padStart(this.integer(params, 0, 0), this.character(params, 1, ' '))
  }
  private radixDirective(d: Directive, params: readonly (number | Char | undefined)[]): void {
    const radix = params[0]
    if (typeof radix === 'number') {
      this.integerDirective(d, params.slice(1), radix)
      return
    }
    const value = this.next()
    if (!isExactInteger(value)) fail('~~r expects an integer', this.control)
    if (d.at) this.out += roman(Number(value), d.colon)
    else this.out += d.colon ? ordinal(toBigInt(value)) : cardinal(toBigInt(value))
  }

  // Inexact numbers

  private realArgument(): number | undefined {
    const value = this.next()
    if (isReal(value)) return toDouble(value)
    if (value instanceof SchemeString) return Number(value.toString())
    this.out += isNumber(value) ? numberToString(value) : displayString(value)
    return undefined
  }
  private fixed(d: Directive, params: readonly (number | Char | undefined)[]): string {
    const value = this.realArgument()
    if (value === undefined) return ''
    const width = params[0]
    const digits = params[1]
    const scale = this.integer(params, 2, 0)
    const overflow = params[3]
    const pad = this.character(params, 4, ' ')
    if (!Number.isFinite(value))
      return numberToString(new Flonum(value)).padStart(typeof width === 'number' ? width : 0, pad)
    const scaled = scale === 0 ? Math.abs(value) : toScaled(Math.abs(value), scale)
    const sign = value < 0 || Object.is(value, -0) ? '-' : d.at ? '+' : ''
    let text: string
    if (typeof digits === 'number') text = roundDecimal(scaled, digits)
    else {
      text = positional(scaled)
      if (typeof width === 'number') {
        const room = width - sign.length - (text.indexOf('.') + 1)
        const fraction = text.length - text.indexOf('.') - 1
        if (room < fraction) text = roundDecimal(scaled, Math.max(room, 0))
      }
    }
    if (typeof width === 'number' && text.startsWith('0.') && sign.length + text.length > width) text = text.slice(1)
    const all = sign + text
    if (typeof width === 'number') {
      if (all.length > width && overflow !== undefined) return this.character(params, 3, '*').repeat(width)
      return all.padStart(width, pad)
    }
    return all
  }
  private exponential(d: Directive, params: readonly (number | Char | undefined)[]): string {
    const value = this.realArgument()
    if (value === undefined) return ''
    const width = params[0]
    const digits = params[1]
    const exponentDigits = params[2]
    const scale = this.integer(params, 3, 1)
    const overflow = params[4]
    const pad = this.character(params, 5, ' ')
    const marker = this.character(params, 6, 'E')
    if (!Number.isFinite(value))
      return numberToString(new Flonum(value)).padStart(typeof width === 'number' ? width : 0, pad)
    const sign = value < 0 ? '-' : d.at ? '+' : ''
    const significant = typeof digits === 'number' ? (scale > 0 ? digits + 1 : digits + scale) : undefined
    const [mantissa = '0', power = '0'] = (
      significant === undefined
        ? Math.abs(value).toExponential()
        : Math.abs(value).toExponential(Math.max(0, Math.min(100, significant - 1)))
    ).split('e')
    const all = mantissa.replace('.', '')
    let exponent = value === 0 ? 0 : Number(power) + 1 - scale
    let whole: string
    let fraction: string
    if (scale > 0) {
      whole = all.slice(0, scale).padEnd(scale, '0')
      fraction = all.slice(scale)
    } else {
      whole = '0'
      fraction = '0'.repeat(-scale) + all
    }
    if (typeof digits === 'number') fraction = fraction.padEnd(scale > 0 ? digits - scale + 1 : digits, '0')
    else if (fraction === '') fraction = '0'
    const negative = exponent < 0
    exponent = Math.abs(exponent)
    const exponentText = `${marker}${negative ? '-' : '+'}${String(exponent).padStart(typeof exponentDigits === 'number' ? exponentDigits : 1, '0')}`
    let text = `${sign}${whole}.${fraction}${exponentText}`
    if (typeof width === 'number') {
      if (text.length > width && whole === '0') text = `${sign}.${fraction}${exponentText}`
      if (text.length > width && overflow !== undefined) return this.character(params, 4, '*').repeat(width)
      return text.padStart(width, pad)
    }
    return text
  }
  private general(d: Directive, params: readonly (number | Char | undefined)[]): string {
    const value = this.args[this.at]
    if (!isReal(value)) return this.fixed(d, params)
    const magnitude = Math.abs(toDouble(value))
    const n = magnitude === 0 ? 0 : Math.floor(Math.log10(magnitude)) + 1
    const exponentDigits = params[2]
    const after = typeof exponentDigits === 'number' ? exponentDigits + 2 : 4
    const width = params[0]
    const inner = typeof width === 'number' ? width - after : undefined
    const digits = params[1]
    const precise =
      typeof digits === 'number' ? digits : Math.max(positional(magnitude).replace('.', '').length, Math.min(n, 7))
    const left = precise - n
    if (left >= 0 && left <= precise)
      return this.fixed(d, [inner, left, undefined, params[4], params[5]]) + ' '.repeat(after)
    return this.exponential(d, params)
  }
  private dollars(d: Directive, params: readonly (number | Char | undefined)[]): string {
    const value = this.realArgument()
    if (value === undefined) return ''
    const digits = this.integer(params, 0, 2)
    const whole = this.integer(params, 1, 1)
    const width = this.integer(params, 2, 0)
    const pad = this.character(params, 3, ' ')
    const [before = '0', after = ''] = roundDecimal(Math.abs(value), digits).split('.')
    const sign = value < 0 ? '-' : d.at ? '+' : ''
    const body = `${before.padStart(whole, '0')}.${after}`
    return d.colon ? sign + body.padStart(width - sign.length, pad) : (sign + body).padStart(width, pad)
  }

  // Movement and structure

  private tabulate(d: Directive, params: readonly (number | Char | undefined)[]): void {
    const column = this.integer(params, 0, 1)
    const increment = this.integer(params, 1, 1)
    const pad = this.character(params, 2, ' ')
    const here = this.column()
    if (d.at) {
      this.out += pad.repeat(column)
      const after = here + column
      if (increment > 0 && after % increment !== 0) this.out += pad.repeat(increment - (after % increment))
    } else if (here < column) this.out += pad.repeat(column - here)
    else if (increment > 0) this.out += pad.repeat(increment - ((here - column) % increment))
  }
  private move(d: Directive, params: readonly (number | Char | undefined)[]): void {
    const count = this.integer(params, 0, d.at ? 0 : 1)
    const target = d.at ? count : d.colon ? this.at - count : this.at + count
    if (target < 0 || target > this.args.length) fail('argument out of range', this.control)
    this.at = target
  }
  private indirect(d: Directive): void {
    const control = String(this.next())
    if (d.at) {
      const inner = new Formatter(control, this.args.slice(this.at), this.column())
      inner.run(parseControl(control))
      this.at += inner.used
      this.out += inner.text
    } else {
      const inner = new Formatter(control, elements('format', 2, this.next()), this.column())
      inner.run(parseControl(control))
      this.out += inner.text
    }
  }
  private caseConversion(d: Directive): typeof UP | undefined {
    const before = this.out
    this.out = ''
    const result = this.run(d.clauses?.[0] ?? [])
    const lower = this.out.toLowerCase()
    let converted = lower
    if (d.colon && d.at) converted = this.out.toUpperCase()
    else if (d.colon)
      converted = lower.replace(/[\p{L}\p{N}]+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1))
    else if (d.at) converted = lower.replace(/[\p{L}\p{N}]/u, (c) => c.toUpperCase())
    this.out = before + converted
    return result
  }
  private conditional(d: Directive, params: readonly (number | Char | undefined)[]): typeof UP | undefined {
    const clauses = d.clauses ?? []
    if (d.at) {
      if (this.args[this.at] === false) {
        this.next()
        return undefined
      }
      return this.run(clauses[0] ?? [])
    }
    if (d.colon) return this.run(clauses[this.next() === false ? 0 : 1] ?? [])
    const given = params[0]
    const choice = typeof given === 'number' ? given : this.next()
    const chosen = typeof choice === 'number' ? clauses[choice] : undefined
    const last = clauses.length - 1
    if (chosen !== undefined && !(d.defaultClause === true && choice === last)) return this.run(chosen)
    return d.defaultClause === true ? this.run(clauses[last] ?? []) : undefined
  }
  private iterate(d: Directive, params: readonly (number | Char | undefined)[]): void {
    const limit = this.integer(params, 0, Number.POSITIVE_INFINITY)
    let pieces = d.clauses?.[0] ?? []
    let control = this.control
    if (pieces.length === 0) {
      control = String(this.next())
      pieces = parseControl(control)
    }
    const source = d.at
      ? this.args.slice(this.at)
      : (listToArray(this.next()) ?? fail('~~{ expects a list', this.control))
    if (d.at) this.at = this.args.length
    if (d.colon) {
      for (let i = 0; i < source.length && i < limit; i++) {
        const inner = new Formatter(control, elements('format', 2, source[i]), this.column())
        inner.moreSublists = i + 1 < source.length
        const result = inner.run(pieces)
        this.out += inner.text
        if (result === UP && !inner.moreSublists) break
      }
      return
    }
    const inner = new Formatter(control, source, this.column())
    for (let i = 0; i < limit && (inner.at < source.length || (i === 0 && d.once === true)); i++)
      if (inner.run(pieces) === UP) break
    this.out += inner.text
    if (d.at) this.at = this.args.length - (source.length - inner.at)
  }
  private escapes(d: Directive, params: readonly (number | Char | undefined)[]): boolean {
    if (d.colon) return !this.moreSublists
    const numbers = params.filter((p) => typeof p === 'number')
    const [a, b, c] = numbers
    if (a === undefined) return this.at >= this.args.length
    if (b === undefined) return a === 0
    return c === undefined ? a === b : a <= b && b <= c
  }
}

export function formatText(control: string, args: readonly Value[], column = 0): string {
  const formatter = new Formatter(control, args, column)
  formatter.run(parseControl(control))
  return formatter.text
}

primitives('(ice-9 format)')(
  '%format',
  [string('control'), any('args'), index('column')],
  'Return the text of CONTROL with ARGS, starting at COLUMN.',
  (control, args, column) =>
    new SchemeString(
      formatText(control.toString(), args instanceof Pair || args === NIL ? elements('format', 2, args) : [], column),
    ),
)
