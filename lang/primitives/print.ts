/** The printer: any value to text, as Guile's `write` and `display` print it.
 *  Cycles end in datum labels, where Guile would not end; `write-shared` labels all sharing.
 *  Record types and procedures may bring their own printers (installPrinters). */

import { denotesNumber } from '../reader/index.ts'
import {
  Char,
  CharSet,
  Compnum,
  EOF,
  Flonum,
  HashTable,
  identityHash,
  Keyword,
  LISP_NIL,
  MultipleValues,
  NIL,
  Pair,
  type Procedure,
  Ratnum,
  RecordType,
  SchemeRecord,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  UniformVector,
  type Value,
  Variable,
} from '../values/index.ts'
import { declarationOf } from './define.ts'
import { numberToString } from './numbers/format.ts'

/** R7RS style differs from Guile's in symbols (`|a b|`) and characters (`\x7f`). */
export interface PrintOptions {
  readonly mode: 'write' | 'display'
  /** Which shared objects get labels: those in cycles (always), or all. */
  readonly shared?: boolean
  readonly r7rs?: boolean
}

/** Objects of other layers that print themselves: `(value, options) => text`, or undefined to pass. */
export type ObjectPrinter = (value: object, options: PrintOptions) => string | undefined
const objectPrinters: ObjectPrinter[] = []
export function addObjectPrinter(printer: ObjectPrinter): void {
  objectPrinters.push(printer)
}

/** How a record's own printer is run: ports/ installs this, which needs string ports and the interpreter. */
let runRecordPrinter: RecordPrinting | undefined
type RecordPrinting = (printer: Procedure, record: SchemeRecord, mode: 'write' | 'display') => string
export function installRecordPrinting(run: RecordPrinting): void {
  runRecordPrinter = run
}

/** The name and parameters of a compiled procedure as text, `f (a b #:optional c)`: procedure-facts.ts installs this. */
let formalsOf: ((procedure: Procedure) => string | undefined) | undefined
export function installProcedureFormals(formals: (procedure: Procedure) => string | undefined): void {
  formalsOf = formals
}

/** How a procedure that says so itself prints, as GOOPS's generic functions do; objects.ts installs this. */
let textOfProcedure: ((procedure: Procedure) => string | undefined) | undefined
export function installProcedureText(text: (procedure: Procedure) => string | undefined): void {
  textOfProcedure = text
}

let r7rsStyle = false
/** Print symbols as R7RS does, for programs that start with `--r7rs`. */
export function setR7rsPrinting(on: boolean): void {
  r7rsStyle = on
}

export function writeString(value: Value): string {
  return print(value, { mode: 'write' })
}
export function displayString(value: Value): string {
  return value instanceof SchemeString ? value.toString() : print(value, { mode: 'display' })
}

export function print(value: Value, options: PrintOptions): string {
  if (!isContainer(value)) return printAtom(value, options)
  const labels = findLabels(value, options.shared === true)
  return new Printer(options, labels).run(value)
}

/** A number that stands for an object's address. */
export function addressOf(value: object): string {
  return (0x7f0000000000 + identityHash(value) * 16).toString(16)
}

function isContainer(value: Value): value is Pair | Value[] | SchemeRecord {
  return typeof value === 'object' && (value instanceof Pair || Array.isArray(value) || value instanceof SchemeRecord)
}

/** The objects that need a label: met again on their own path, or at all when `shared`. */
function findLabels(root: Value, shared: boolean): Set<Value> | undefined {
  if (!shared && isSmallTree(root)) return undefined
  const labelled = new Set<Value>()
  const state = new Map<Value, 'open' | 'closed'>()
  type Step = { readonly leave: Value } | { readonly enter: Value }
  const steps: Step[] = [{ enter: root }]
  while (true) {
    const step = steps.pop()
    if (step === undefined) break
    if ('leave' in step) {
      state.set(step.leave, 'closed')
      continue
    }
    const value = step.enter
    if (!isContainer(value)) continue
    const seen = state.get(value)
    if (seen !== undefined) {
      if (shared || seen === 'open') labelled.add(value)
      continue
    }
    state.set(value, 'open')
    steps.push({ leave: value })
    if (value instanceof Pair) steps.push({ enter: value.cdr }, { enter: value.car })
    else if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) steps.push({ enter: value[i] })
    else if (value.type.printer === undefined)
      for (let i = value.type.fields.length - 1; i >= 0; i--) steps.push({ enter: value[`f${i}`] })
  }
  return labelled.size === 0 ? undefined : labelled
}

/** Whether a walk of bounded length reaches the end: then there is no cycle. */
function isSmallTree(root: Value): boolean {
  let budget = 2000
  const stack: Value[] = [root]
  while (stack.length > 0) {
    const value = stack.pop()
    if (--budget < 0) return false
    if (value instanceof Pair) {
      stack.push(value.cdr)
      if (isContainer(value.car)) stack.push(value.car)
    } else if (Array.isArray(value)) {
      budget -= value.length
      for (const item of value) if (isContainer(item)) stack.push(item)
    } else if (value instanceof SchemeRecord && value.type.printer === undefined) {
      for (let i = 0; i < value.type.fields.length; i++) stack.push(value[`f${i}`])
    }
  }
  return true
}

/** Prints with an explicit stack of what is left to do, so that deep data needs no deep recursion. */
class Printer {
  private readonly options: PrintOptions
  private readonly labels: Set<Value> | undefined
  private readonly numbers = new Map<Value, number>()
  private readonly parts: string[] = []
  private readonly todo: ({ readonly text: string } | { readonly value: Value } | { readonly tail: Value })[] = []

  constructor(options: PrintOptions, labels: Set<Value> | undefined) {
    this.options = options
    this.labels = labels
  }

  run(root: Value): string {
    this.todo.push({ value: root })
    while (true) {
      const item = this.todo.pop()
      if (item === undefined) break
      if ('text' in item) this.parts.push(item.text)
      else if ('tail' in item) this.tail(item.tail)
      else this.value(item.value)
    }
    return this.parts.join('')
  }

  private value(value: Value): void {
    if (!isContainer(value)) {
      this.parts.push(printAtom(value, this.options))
      return
    }
    if (this.labels?.has(value) === true) {
      const known = this.numbers.get(value)
      if (known !== undefined) {
        this.parts.push(`#${known}#`)
        return
      }
      this.numbers.set(value, this.numbers.size)
      this.parts.push(`#${this.numbers.size - 1}=`)
    }
    if (value instanceof Pair) this.pair(value)
    else if (Array.isArray(value)) this.vector(value)
    else this.record(value)
  }

  private pair(pair: Pair): void {
    const prefix = quotePrefix(pair)
    if (prefix !== undefined && pair.cdr instanceof Pair && this.labels?.has(pair.cdr) !== true) {
      this.parts.push(prefix)
      this.todo.push({ value: pair.cdr.car })
      return
    }
    this.parts.push('(')
    this.todo.push({ tail: pair.cdr }, { value: pair.car })
  }

  private tail(rest: Value): void {
    if (rest === NIL) this.parts.push(')')
    else if (rest instanceof Pair && this.labels?.has(rest) !== true) {
      this.parts.push(' ')
      this.todo.push({ tail: rest.cdr }, { value: rest.car })
    } else {
      this.parts.push(' . ')
      this.todo.push({ text: ')' }, { value: rest })
    }
  }

  private vector(items: readonly Value[]): void {
    this.parts.push('#(')
    this.todo.push({ text: ')' })
    for (let i = items.length - 1; i >= 0; i--) {
      this.todo.push({ value: items[i] })
      if (i > 0) this.todo.push({ text: ' ' })
    }
  }

  private record(record: SchemeRecord): void {
    const { type } = record
    if (type.printer !== undefined && runRecordPrinter !== undefined) {
      this.parts.push(runRecordPrinter(type.printer, record, this.options.mode))
      return
    }
    if (type.bareStruct) {
      this.parts.push(`#<${type.name.name} ${addressOf(record)}>`)
      return
    }
    if (type.opaque) {
      this.parts.push(`#<${type.name.name}>`)
      return
    }
    this.parts.push(`#<${type.name.name}`)
    this.todo.push({ text: '>' })
    for (let i = type.fields.length - 1; i >= 0; i--)
      this.todo.push({ value: record[`f${i}`] }, { text: ` ${type.fields[i]?.name}: ` })
  }
}

/** Guile abbreviates the quotation forms when it writes. */
function quotePrefix(pair: Pair): string | undefined {
  if (!(pair.car instanceof SchemeSymbol) || !(pair.cdr instanceof Pair) || pair.cdr.cdr !== NIL) return undefined
  return abbreviations.get(pair.car.name)
}
const abbreviations = new Map<string, string>()
/** Whether `(quote x)` prints as `'x`. */
export function setQuoteAbbreviation(on: boolean): void {
  abbreviations.clear()
  if (on)
    for (const [name, prefix] of [
      ['quote', "'"],
      ['quasiquote', '`'],
      ['unquote', ','],
      ['unquote-splicing', ',@'],
    ] as const)
      abbreviations.set(name, prefix)
}

function printAtom(value: Value, options: PrintOptions): string {
  const write = options.mode === 'write'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof SchemeSymbol) return write ? symbolText(value.name, options.r7rs ?? r7rsStyle) : value.name
  if (value instanceof SchemeString) return write ? stringText(value.toString()) : value.toString()
  if (value === true) return '#t'
  if (value === false) return '#f'
  if (value === NIL) return '()'
  if (value instanceof Char) return write ? charText(value.code, options.r7rs ?? r7rsStyle) : String(value)
  if (value instanceof Flonum || value instanceof Ratnum || value instanceof Compnum) return numberToString(value)
  if (value instanceof Keyword) return `#:${write ? symbolText(value.name, options.r7rs ?? r7rsStyle) : value.name}`
  if (value instanceof Uint8Array && !(value instanceof UniformVector)) return `#vu8(${value.join(' ')})`
  if (value === UNSPECIFIED) return '#<unspecified>'
  if (value === EOF) return '#<eof>'
  if (value === LISP_NIL) return '#nil'
  if (typeof value === 'function') return procedureText(value)
  if (value instanceof RecordType) return `#<record-type ${value.name.name}>`
  if (value instanceof MultipleValues) return `#<values (${value.values.map((v) => print(v, options)).join(' ')})>`
  if (value instanceof HashTable) return hashTableText(value)
  if (value instanceof CharSet) return charSetText(value)
  if (value instanceof Variable)
    return `#<variable ${addressOf(value)} value: ${value.value === undefined ? '#<undefined>' : print(value.value, options)}>`
  if (typeof value === 'object' && value !== null) {
    for (const printer of objectPrinters) {
      const text = printer(value, options)
      if (text !== undefined) return text
    }
    return `#<${value.constructor.name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()} ${addressOf(value)}>`
  }
  return '#<undefined>'
}

/** Ranges of characters; at most so many, as in Guile. */
const MOST_RANGES = 50
function charSetText(set: CharSet): string {
  const { ranges } = set
  const parts: string[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    if (parts.length === MOST_RANGES) {
      parts.push('...')
      break
    }
    const [first = 0, last = 0] = ranges.slice(i, i + 2)
    parts.push(first === last ? charText(first, false) : `${charText(first, false)}..${charText(last, false)}`)
  }
  return `#<charset {${parts.join(' ')}}>`
}

function hashTableText(table: HashTable): string {
  const kind = table.weak === undefined ? 'hash-table' : 'weak-table'
  // Guile's table sizes: primes.
  const buckets = [31, 61, 113, 223, 443, 883, 1759, 3517, 7027, 14051, 28099, 56197, 112363].find(
    (size) => table.size <= (size * 9) / 10,
  )
  return `#<${kind} ${addressOf(table)} ${table.size}/${buckets ?? table.size * 2}>`
}

function procedureText(procedure: Procedure): string {
  const declaration = declarationOf(procedure)
  if (declaration !== undefined) {
    const names: string[] = []
    let optionals = false
    for (const parameter of declaration.params) {
      if (parameter.rest === true) names.push('. _')
      else {
        if (parameter.optional === true && !optionals) {
          names.push('#:optional')
          optionals = true
        }
        names.push('_')
      }
    }
    return `#<procedure ${declaration.name} ${names.length === 1 && names[0] === '. _' ? '_' : `(${names.join(' ')})`}>`
  }
  const own = textOfProcedure?.(procedure)
  if (own !== undefined) return own
  const described = formalsOf?.(procedure)
  if (described !== undefined) return `#<procedure ${described}>`
  return `#<procedure ${procedure.name === '' ? addressOf(procedure) : procedure.name}>`
}

const namedChars = new Map<number, string>([
  [7, 'alarm'],
  [8, 'backspace'],
  [9, 'tab'],
  [10, 'newline'],
  [11, 'vtab'],
  [12, 'page'],
  [13, 'return'],
  [27, 'esc'],
  [32, 'space'],
  [127, 'delete'],
])
const c0 =
  'nul soh stx etx eot enq ack alarm backspace tab newline vtab page return so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us'.split(
    ' ',
  )
const r7rsChars = new Map<number, string>([
  [0, 'null'],
  [7, 'alarm'],
  [8, 'backspace'],
  [9, 'tab'],
  [10, 'newline'],
  [13, 'return'],
  [27, 'escape'],
  [32, 'space'],
  [127, 'delete'],
])
const graphic = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u
const combining = /^\p{M}$/u

function charText(code: number, r7rs: boolean): string {
  if (code > 32 && code < 127) return `#\\${String.fromCharCode(code)}`
  const name = r7rs ? r7rsChars.get(code) : (namedChars.get(code) ?? c0[code])
  if (name !== undefined) return `#\\${name}`
  const text = String.fromCodePoint(code)
  if (combining.test(text)) return `#\\\u25cc${text}`
  if (graphic.test(text)) return `#\\${text}`
  return r7rs ? `#\\x${code.toString(16)}` : `#\\${code.toString(8)}`
}

const stringEscapes: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}
const plainText = /^[ !#-[\]-~]*$/
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

function stringText(text: string): string {
  if (plainText.test(text)) return `"${text}"`
  let result = '"'
  for (const c of text) {
    const known = stringEscapes[c]
    if (known !== undefined) result += known
    else if (printable.test(c)) result += c
    else result += escapeCode(c.codePointAt(0) ?? 0)
  }
  return `${result}"`
}
/** Escape characters in strings as R6RS and R7RS do, for readers that are set to that. */
let hexEscapes = false
export function setHexEscapes(on: boolean): void {
  hexEscapes = on
}
/** A character as strings escape it. */
export function escapeCode(code: number): string {
  const hex = code.toString(16)
  if (hexEscapes) return `\\x${hex};`
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(6, '0')}`
}

const plainSymbol = /^[A-Za-z!$%&*/:<=>?@\\^_|~][A-Za-z0-9!$%&*/:<=>?@\\^_|~.+'`,-]*$/
const quoted = new Map<string, string>()

function symbolText(name: string, r7rs: boolean): string {
  if (plainSymbol.test(name) && !(r7rs && /[|\\'`,]/.test(name))) return name
  const key = r7rs ? `|${name}` : `#${name}`
  let text = quoted.get(key)
  if (text === undefined) {
    text = needsQuotes(name, r7rs) ? (r7rs ? barSymbol(name) : braceSymbol(name)) : name
    quoted.set(key, text)
  }
  return text
}
function needsQuotes(name: string, r7rs: boolean): boolean {
  if (name === '' || name === '.') return true
  if (r7rs)
    return (
      /[\s()[\]{}"#;'`,|\\]/.test(name.slice(1)) ||
      /^[\s()[\]{}"#;'`,|\\]/.test(name) ||
      /[\p{C}]/u.test(name) ||
      /^[0-9]/.test(name) ||
      // Some readers take any token that begins so for a number.
      /^[+-](inf|nan)\.0/i.test(name) ||
      denotesNumber(name)
    )
  if (/^[0-9'`,]/.test(name) || /[\s()[\]{}"#;\p{C}\p{Z}]/u.test(name)) return true
  return denotesNumber(name)
}
function braceSymbol(name: string): string {
  let result = ''
  for (const c of name) result += /[\p{C}()[\]{}\t\n]/u.test(c) ? `\\x${(c.codePointAt(0) ?? 0).toString(16)};` : c
  return `#{${result}}#`
}
const barEscapes: Record<string, string> = {
  '|': '\\|',
  '\\': '\\x5c;',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}
function barSymbol(name: string): string {
  let result = ''
  for (const c of name) {
    const known = barEscapes[c]
    if (known !== undefined) result += known
    else result += /\p{C}/u.test(c) ? `\\x${(c.codePointAt(0) ?? 0).toString(16)};` : c
  }
  return `|${result}|`
}
