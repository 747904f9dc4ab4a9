/** What a person is told of an uncaught condition: the place, the source line with a caret, Guile's message, hints.
 *  Not the raising (execution/). Imported by entry points, not by the rest of conditions/, which primitives use. */
import { type BacktraceFrame, UncaughtCondition } from '../execution/index.ts'
import { formatMessage } from '../primitives/ports/simple-format.ts'
import { displayString, writeString } from '../primitives/print.ts'
import { formatSpan, type Span } from '../source/index.ts'
import {
  isInstance,
  listToArray,
  RecordType,
  type SchemeRecord,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'
import { component, IRRITANTS, isException, MESSAGE, simpleExceptions } from './exceptions.ts'
import { locationOfArguments } from './located.ts'
import { StrataError } from './strata-error.ts'

export interface Diagnostic {
  readonly message: string
  readonly span: Span | undefined
  /** `file:line:column` of what the message is about, when it is no place in a source that was read. */
  readonly place?: string
  readonly hints: readonly string[]
  /** Scheme calls pending when it was raised, innermost first. */
  readonly backtrace: readonly BacktraceFrame[]
}

/** Names the modules that could help with an unbound variable; the entry point knows where modules are. */
export interface Suggestions {
  /** Modules that export NAME, as `(a b c)`. */
  modulesExporting(name: string): readonly string[]
  /** Names bound where the error happened. */
  visibleNames(): Iterable<string>
  /** Whether a file is part of strata: a place in it says less than the call that led there. */
  isOwn(file: string): boolean
}

/** The diagnostic of an error that ended a program; undefined for JavaScript errors, which are bugs. */
export function diagnose(error: unknown, suggestions: Suggestions): Diagnostic | undefined {
  if (error instanceof StrataError) {
    return { message: error.message, span: error.span, hints: error.hint?.split('\n') ?? [], backtrace: [] }
  }
  if (!(error instanceof UncaughtCondition)) return undefined
  const location = locationOfArguments(error.args)
  const hints = location?.hint === undefined ? [] : [location.hint]
  const name = unboundName(error)
  if (name !== undefined) hints.push(...unboundHints(name, suggestions))
  hints.push(...fixHints(error.exception))
  const place = locationField(error.exception)
  const span = location?.span ?? (place === undefined ? callerSpan(error, suggestions) : undefined)
  return {
    message: messageOf(error),
    ...(place === undefined ? {} : { place }),
    span: span === undefined || name === undefined ? span : narrowed(span, name),
    hints,
    backtrace: error.backtrace,
  }
}

/** The innermost pending call in the user's own source. Without one, where it happened, unless strata's own code
 *  raised it on purpose: then the message speaks for itself. */
function callerSpan(error: UncaughtCondition, suggestions: Suggestions): Span | undefined {
  const own = error.backtrace.find((frame) => frame.span !== undefined && !suggestions.isOwn(frame.span.source.name))
  if (own !== undefined) return own.span
  const deliberate = error.key instanceof SchemeSymbol && error.key.name === '%exception'
  return deliberate ? undefined : error.span
}

/** The first mention of the variable NAME inside SPAN, or SPAN itself. */
function narrowed(span: Span, name: string): Span {
  const text = span.source.text.slice(span.start, span.end)
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = new RegExp(`(?<![^\\s()[\\]'\`,@"])${escaped}(?![^\\s()[\\]"';])`).exec(text)
  if (found === null) return span
  const start = span.start + found.index
  return { source: span.source, start, end: start + name.length }
}

/** `file:line:column: error: message`, the source line with a caret, the hints, and the backtrace when asked for. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  program: string,
  options: { readonly debug: boolean },
): string {
  const { span, place, message, hints, backtrace } = diagnostic
  const lines: string[] = []
  lines.push(`${span === undefined ? (place ?? program) : formatSpan(span)}: error: ${message}`)
  if (span !== undefined) lines.push(...sourceExcerpt(span))
  for (const hint of hints) lines.push(`hint: ${hint}`)
  if (options.debug && backtrace.length > 0) {
    lines.push('Backtrace:')
    backtrace.forEach((frame, index) => {
      const place = frame.span === undefined ? '' : ` at ${formatSpan(frame.span)}`
      lines.push(`  ${index} ${frame.procedure ?? 'top level'}${place}`)
    })
  }
  return lines.join('\n')
}

/** Lines of builder scripts are thousands of characters long: this many around the place are shown. */
const EXCERPT = 120

function sourceExcerpt(span: Span): string[] {
  const { line, column } = span.source.position(span.start)
  const whole = span.source.line(line)
  if (whole.trim() === '') return []
  const isLong = whole.length > EXCERPT + EXCERPT / 2
  const start = isLong ? Math.max(0, Math.min(column - EXCERPT / 2, whole.length - EXCERPT)) : 0
  const end = isLong ? start + EXCERPT : whole.length
  const before = start > 0 ? '…' : ''
  const margin = `${String(line).padStart(5)} | `
  const indent = `${before}${whole.slice(start, column)}`.replace(/[^\t]/g, ' ')
  return [
    `${margin}${before}${whole.slice(start, end)}${end < whole.length ? '…' : ''}`,
    `${' '.repeat(margin.length)}${indent}^`,
  ]
}

/** Guile's words for the condition, without its `In procedure` when there is no procedure. */
function messageOf(error: UncaughtCondition): string {
  const { key, args, exception } = error
  const name = key instanceof SchemeSymbol ? key.name : ''
  const items = listToArray(args) ?? []
  if (name === 'syntax-error') return syntaxMessage(items)
  if (name === 'read-error') {
    // Guile's reader puts the place into the message; here it stands before it.
    const [, message, irritants] = items
    return formatMessage(displayString(message), listToArray(irritants) ?? []).replace(/^\S+:\d+:\d+: /, '')
  }
  if (name === '%exception' || items.length === 0) return exceptionMessage(items[0] ?? exception, name)
  const [procedure, message, irritants] = items
  if (message instanceof SchemeString && (listToArray(irritants) !== undefined || irritants === false)) {
    const text = formatMessage(message.toString(), listToArray(irritants) ?? [])
    return procedure === false ? text : `In procedure ${displayString(procedure)}: ${text}`
  }
  return `Throw to key \`${name}' with args \`${writeString(args)}'.`
}

function syntaxMessage([who, message, , form, subform]: readonly Value[]): string {
  const subject = who === false || who === undefined ? '' : `${displayString(who)}: `
  const inner = subform === false || subform === undefined ? '' : ` in subform ${shortened(subform)} of`
  const outer =
    form === false || form === undefined ? '' : `${inner === '' ? ' in form' : ''}${inner} ${shortened(form)}`
  return `${subject}${displayString(message)}${outer}`
}

function shortened(form: Value): string {
  const text = writeString(form)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function exceptionMessage(exception: Value, key: string): string {
  if (!isException(exception)) return key === '%exception' || key === '' ? `uncaught: ${writeString(exception)}` : key
  const message = component(exception, MESSAGE)?.f0
  const irritants = component(exception, IRRITANTS)?.f0
  const formatted = formattedMessage(exception)
  if (formatted !== undefined) return formatted
  if (message !== undefined) {
    const extra = listToArray(irritants)?.map(writeString) ?? []
    return [displayString(message), ...extra].join(' ')
  }
  return describeException(exception)
}

/** The condition types of an exception and their fields: what Guile prints when there is no message. */
function describeException(exception: Value): string {
  return simpleExceptions(exception)
    .map((simple) => {
      const type = typeOf(simple)
      if (type === undefined) return writeString(simple)
      const fields = type.fields.map((field, i) => `${field.name}: ${shortened(fieldOf(simple, i))}`)
      return [type.name.name, ...fields].join(' ')
    })
    .join(', ')
}

function typeOf(value: Value): RecordType | undefined {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  return type instanceof RecordType ? type : undefined
}

function fieldOf(record: Value, index: number): Value {
  const type = typeOf(record)
  return type !== undefined && isInstance(record, type) ? record[`f${index}`] : undefined
}

/** A component whose type has this name, with its fields by name. */
function namedComponent(exception: Value, name: string): ((field: string) => Value) | undefined {
  for (const simple of simpleExceptions(exception)) {
    const type = typeOf(simple)
    if (type?.name.name === name && isInstance(simple, type)) {
      const record: SchemeRecord = simple
      return (field) => record[`f${type.fields.findIndex((f) => f.name === field)}`]
    }
  }
  return undefined
}

/** Guix's `&formatted-message`. */
function formattedMessage(exception: Value): string | undefined {
  const field = namedComponent(exception, '&formatted-message')
  const format = field?.('format')
  if (!(format instanceof SchemeString)) return undefined
  return formatMessage(format.toString(), listToArray(field?.('arguments')) ?? [])
}

/** The place in Guix's `&error-location`, a record of file, line and column. */
function locationField(exception: Value): string | undefined {
  const location = namedComponent(exception, '&error-location')?.('location')
  return location === undefined || location === false
    ? undefined
    : [0, 1, 2].map((index) => displayString(fieldOf(location, index))).join(':')
}

/** Guix's `&fix-hint`, and the hints of the store. */
function fixHints(exception: Value): string[] {
  const hints = ['&fix-hint', '&store-hint'].map((name) => namedComponent(exception, name)?.('hint'))
  return hints.filter((hint) => hint !== undefined).flatMap((hint) => displayString(hint).split('\n'))
}

function unboundName(error: UncaughtCondition): string | undefined {
  if (!(error.key instanceof SchemeSymbol) || error.key.name !== 'unbound-variable') return undefined
  const [, , irritants] = listToArray(error.args) ?? []
  const [name] = listToArray(irritants) ?? []
  return name instanceof SchemeSymbol ? name.name : undefined
}

function unboundHints(name: string, suggestions: Suggestions): string[] {
  const modules = suggestions.modulesExporting(name)
  if (modules.length > 0) return modules.slice(0, 3).map((module) => `(use-modules ${module})`)
  const near = nearest(name, suggestions.visibleNames())
  return near === undefined ? [] : [`did you mean \`${near}'?`]
}

/** The name nearest to NAME, if any is near: at most a third of its letters differ. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least || candidate === name) continue
    const distance = editDistance(name, candidate, least)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Levenshtein's distance, or LIMIT when it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const value = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost)
      row.push(value)
      least = Math.min(least, value)
    }
    if (least >= limit) return limit
    previous = row
  }
  return previous[b.length] ?? limit
}
