/** What a person is told of an uncaught condition: the place, the source line with a caret, Guile's message, hints.
 *  Not the raising (execution/). Imported by entry points, not by the rest of conditions/, which primitives use. */

import { INTERNAL_ERROR } from '../execution/host-errors.ts'
import { type BacktraceFrame, UncaughtCondition } from '../execution/index.ts'
import { displayString, writeString } from '../primitives/print.ts'
import { formatSpan, type SourceFile, type Span } from '../source/index.ts'
import { listToArray, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { callHints } from './call-hints.ts'
import { hintLines } from './hint-markup.ts'
import { contextOf, locationOfArguments } from './located.ts'
import { fieldOf, messageOf, namedComponent } from './message.ts'
import { nearest } from './nearest.ts'
import { StrataError } from './strata-error.ts'

export interface Diagnostic {
  readonly message: string
  readonly span: Span | undefined
  /** `file:line:column` of what the message is about, when it is no place in a source that was read. */
  readonly place?: string
  /** Other places to know: the macro at fault, the import that led to the file. */
  readonly notes?: readonly string[]
  readonly hints: readonly string[]
  /** Scheme calls pending when it was raised, innermost first. */
  readonly backtrace: readonly BacktraceFrame[]
  /** The JavaScript error behind it, when it is a mistake of strata itself. */
  readonly internal?: Error | undefined
}

/** What the entry point knows of modules and names. */
export interface Suggestions {
  /** Modules that export NAME, as `(a b c)`, the likeliest first. */
  modulesExporting(name: string): readonly string[]
  /** Names bound where the error happened: in the module of FILE, else the current one. */
  visibleNames(file: string | undefined): Iterable<string>
  /** How messages name the file that programs call NAME: one of the user's as it can be opened. */
  shownFile(name: string): string
  /** The place of FILE at LINE, from 1, and COLUMN, if there is one. */
  spanAt?(file: string, line: number, column: number): Span | undefined
  /** Whether a file is part of strata: a place in it says less than the call that led there. */
  isOwn(file: string): boolean
  /** Whether the module of FILE has NAME in its list of exports. */
  isExported?(name: string, file: string | undefined): boolean
  /** The module of one of FILES that has NAME in its list of exports. */
  exporterIn?(files: readonly string[], name: string): string | undefined
  /** What a loaded module has of NAME, which it does not export: a definition, or an export of a similar name. */
  inModule?(name: string, module: string): { defined: boolean; near: string | undefined } | undefined
  /** The first of NAMES that means nothing in the module of FILE, but is a keyword of a module that exists. */
  missingKeyword?(names: readonly string[], file: string | undefined): { name: string; module: string } | undefined
  /** Where the macro that NAME stands for in the module of SOURCE is defined, if it is one. */
  macroDefinition?(name: string, source: SourceFile): string | undefined
}

/** The diagnostic of an error that ended a program; undefined for JavaScript errors, which are bugs. */
export function diagnose(error: unknown, suggestions: Suggestions): Diagnostic | undefined {
  if (error instanceof StrataError) {
    return { message: error.message, span: error.span, hints: error.hint ? error.hint.split('\n') : [], backtrace: [] }
  }
  if (!(error instanceof UncaughtCondition)) return undefined
  const location = locationOfArguments(error.args)
  const hints = location?.hint === undefined || location.hint === '' ? [] : location.hint.split('\n')
  const said = location?.span
  const located = locationField(error.exception)
  // What a program reads from a port is no place in its source.
  const where =
    said === undefined || said.source.name.startsWith('#<')
      ? located === undefined
        ? callerSpan(error, suggestions)
        : undefined
      : said
  // Where strata's own code found the mistake says less than what it was at work on.
  const context = where === undefined || suggestions.isOwn(where.source.name) ? contextOf(error.exception) : undefined
  const place = shownPlace(located ?? context, suggestions)
  const placeSpan = place === undefined ? undefined : spanOfPlace(place, suggestions)
  const name = unboundName(error)
  const procedure = procedureName(error)
  let span = context === undefined ? where : undefined
  if (span !== undefined && name !== undefined) span = narrowed(span, name)
  else if (span !== undefined && said === undefined) {
    const call = procedure === undefined ? span : narrowedToCall(span, procedure)
    span = call === span ? narrowedToText(span, error, messageOf(error.raised)) : call
  }
  const mistaken = suggestions.missingKeyword?.(enclosingHeads(span), span?.source.name)
  if (mistaken !== undefined && (name !== undefined || keyName(error) === 'wrong-type-arg')) {
    hints.push(`(use-modules ${mistaken.module}) for \`${mistaken.name}'`)
  } else if (name !== undefined)
    hints.push(
      ...(referenceHints(name, span, suggestions) ??
        unboundHints(name, span?.source.name, error.importedFrom, suggestions)),
    )
  if (location?.hint === undefined) hints.push(...callHints(keyName(error), error.args, span))
  hints.push(...fixHints(error.exception))
  return {
    message: messageOf(error.raised),
    ...(place === undefined || placeSpan !== undefined ? {} : { place }),
    span: placeSpan ?? span,
    notes: [...macroNote(span, suggestions), ...error.importedFrom.map((from) => `imported from ${formatSpan(from)}`)],
    hints,
    backtrace: error.backtrace,
    internal: keyName(error) === INTERNAL_ERROR ? error.raised.origin : undefined,
  }
}

function keyName({ key }: UncaughtCondition): string | undefined {
  return key instanceof SchemeSymbol ? key.name : undefined
}

/** Errors that say that a procedure was called wrongly. */
const argumentErrors: ReadonlySet<string> = new Set(['wrong-type-arg', 'out-of-range'])

/** The innermost pending call in the user's own source. Without one, where it happened, unless strata's own code
 *  raised it on purpose: then the message speaks for itself. */
function callerSpan(error: UncaughtCondition, suggestions: Suggestions): Span | undefined {
  const complainer = argumentErrors.has(keyName(error) ?? '') ? procedureName(error) : undefined
  const own = error.backtrace.find(
    ({ span, procedure }) =>
      span !== undefined &&
      !suggestions.isOwn(span.source.name) &&
      // Who complains of an argument is a record's accessor, say: the mistake is in its call.
      (procedure === undefined || procedure !== complainer),
  )
  if (own !== undefined) return own.span
  const { span } = error
  const key = keyName(error)
  if (key === '%exception' || key === 'quit') return undefined
  const fromOutside = key === 'system-error' || key === 'getaddrinfo-error'
  return fromOutside && span !== undefined && suggestions.isOwn(span.source.name) ? undefined : span
}

/** The first words of the forms around a place, innermost first. A glance that takes no heed of comments. */
function enclosingHeads(span: Span | undefined): string[] {
  if (span === undefined) return []
  const { text } = span.source
  const heads: string[] = []
  let closed = 0
  for (let i = span.start; i >= 0 && heads.length < 20; i--) {
    if (i < span.start && (text[i] === ')' || text[i] === ']')) closed++
    else if (text[i] === '(' || text[i] === '[') {
      if (closed > 0) closed--
      else heads.push(/^[^\s()[\]"';`,#]*/.exec(text.slice(i + 1, i + 60))?.[0] ?? '')
      // The top-level form ends the search.
      if (i > 0 && text[i - 1] === '\n') break
    }
  }
  return heads.filter((head) => head !== '')
}

/** Of a form that is the use of a macro: where that is defined, since the mistake may be there. */
function macroNote(span: Span | undefined, suggestions: Suggestions): string[] {
  if (span === undefined) return []
  const head = /^[([]\s*([^\s()[\]"';`,#]+)/.exec(span.source.text.slice(span.start, span.start + 200))?.[1]
  const defined = head === undefined ? undefined : suggestions.macroDefinition?.(head, span.source)
  return defined === undefined ? [] : [`in the expansion of \`${head}', a macro defined at ${defined}`]
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

/** The only call of PROCEDURE inside SPAN, or SPAN itself: what the compiler expands in place shares a place. */
function narrowedToCall(span: Span, procedure: string): Span {
  const text = span.source.text.slice(span.start, span.end)
  const escaped = procedure.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const calls = [...text.matchAll(new RegExp(`[([]${escaped}(?=[\\s)\\]])`, 'g'))]
  const [only] = calls
  if (only === undefined || calls.length > 1) return span
  return { source: span.source, start: span.start + only.index, end: span.end }
}

/** Keys of errors whose message may name a value of the program. */
const namingErrors: ReadonlySet<string> = new Set(['%exception', 'quit', 'wrong-type-arg', 'out-of-range'])

/** The only string literal inside SPAN that MESSAGE, of ERROR, names, or SPAN itself. */
function narrowedToText(span: Span, error: UncaughtCondition, message: string): Span {
  if (!namingErrors.has(keyName(error) ?? '')) return span
  const text = span.source.text.slice(span.start, span.end)
  // What raises an error has the message itself.
  if (/^[([](?:raise|throw|error|scm-error|leave)/.test(text)) return span
  const named = [...text.matchAll(/"([^"\\\n]{2,})"/g)].filter(([, content = '']) => isWordOf(content, message))
  const [only] = named
  if (only === undefined || only.index <= 1 || named.length > 1) return span
  const start = span.start + only.index
  return { source: span.source, start, end: start + only[0].length }
}

/** Whether MESSAGE has WORD with nothing but space and punctuation around it. */
function isWordOf(word: string, message: string): boolean {
  const around = /[\w@/+-]/
  for (let at = message.indexOf(word); at >= 0; at = message.indexOf(word, at + 1)) {
    if (!around.test(message[at - 1] ?? ' ') && !around.test(message[at + word.length] ?? ' ')) return true
  }
  return false
}

/** `file:line:column: error: message`, the source line with a caret, the hints, and the backtrace when asked for. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  program: string,
  options: { readonly debug: boolean },
): string {
  const { span, place, message, notes = [], hints, backtrace, internal } = diagnostic
  const lines: string[] = []
  lines.push(`${span === undefined ? (place ?? program) : formatSpan(span)}: error: ${message}`)
  if (span !== undefined) lines.push(...sourceExcerpt(span))
  for (const note of notes) lines.push(`note: ${note}`)
  for (const hint of hints) lines.push(`hint: ${hint}`)
  if (internal !== undefined) lines.push('hint: this is a bug in strata; please report it')
  if (options.debug && backtrace.length > 0) lines.push('Backtrace:', ...backtraceLines(backtrace))
  if (options.debug && internal?.stack !== undefined) lines.push('Internals:', internal.stack)
  return lines.join('\n')
}

/** A frame a line, innermost first: number, procedure with arguments, place. */
export function backtraceLines(backtrace: readonly BacktraceFrame[]): string[] {
  const width = String(Math.max(backtrace.length - 1, 0)).length + 2
  return backtrace.map((frame, index) => {
    const place = frame.span === undefined ? '' : ` at ${formatSpan(frame.span)}`
    return `${String(index).padStart(width)} ${frameCall(frame)}${place}`
  })
}

/** `(procedure argument ...)`, as far as they are known. */
export function frameCall({ procedure, variables }: BacktraceFrame): string {
  const name = procedure ?? (variables === undefined ? 'top level' : 'lambda')
  const parameters = variables?.filter(({ parameter }) => parameter) ?? []
  if (parameters.length === 0) return name
  return `(${[name, ...parameters.map(({ value }) => briefly(value))].join(' ')})`
}

/** A value in at most some thirty characters. */
export function briefly(value: Value, most = 30): string {
  const text = value === undefined ? '#<unknown>' : writeString(value)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
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

/** PLACE, `file:line:column`, as messages show it. */
function shownPlace(place: string | undefined, suggestions: Suggestions): string | undefined {
  const [, file, position] = /^(.*?)((?::\d+){2})$/.exec(place ?? '') ?? []
  return file === undefined ? place : `${suggestions.shownFile(file)}${position}`
}

function spanOfPlace(place: string, suggestions: Suggestions): Span | undefined {
  const [, file, line, column] = /^(.*?):(\d+):(\d+)$/.exec(place) ?? []
  return file === undefined ? undefined : suggestions.spanAt?.(file, Number(line), Number(column))
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
  return hints.filter((hint) => hint !== undefined).flatMap((hint) => hintLines(displayString(hint)))
}

/** The procedure that Guile's own errors name. */
function procedureName({ args, key }: UncaughtCondition): string | undefined {
  const [procedure] = key instanceof SchemeSymbol ? (listToArray(args) ?? []) : []
  return procedure instanceof SchemeString ? procedure.toString() : undefined
}

function unboundName(error: UncaughtCondition): string | undefined {
  if (keyName(error) !== 'unbound-variable') return undefined
  const [, , irritants] = listToArray(error.args) ?? []
  const [name] = listToArray(irritants) ?? []
  return name instanceof SchemeSymbol ? name.name : undefined
}

/** Of NAME in `(@ (module) NAME)`, which stands at SPAN. */
function referenceHints(name: string, span: Span | undefined, suggestions: Suggestions): string[] | undefined {
  if (span === undefined) return undefined
  const before = span.source.text.slice(Math.max(0, span.start - 300), span.start)
  const module = /\(@\s+(\([^()]+\))\s+$/.exec(before)?.[1]
  const found = module === undefined ? undefined : suggestions.inModule?.(name, module.replace(/\s+/g, ' '))
  if (found === undefined) return undefined
  if (found.defined) return [`${module} defines \`${name}', but does not export it: (define-public ${name} …)`]
  return found.near === undefined ? undefined : [`did you mean \`${found.near}'?`]
}

function unboundHints(
  name: string,
  file: string | undefined,
  importedFrom: readonly Span[],
  suggestions: Suggestions,
): string[] {
  if (suggestions.isExported?.(name, file) === true) return [`the module exports \`${name}', but does not define it`]
  const loading = suggestions.exporterIn?.(
    importedFrom.map(({ source }) => source.name),
    name,
  )
  if (loading !== undefined) {
    return [`${loading} imports this module, which imports it: \`${name}' is defined only after this`]
  }
  const modules = suggestions.modulesExporting(name)
  if (modules.length > 0) return modules.slice(0, 3).map((module) => `(use-modules ${module})`)
  const near = nearest(name, suggestions.visibleNames(file))
  return near === undefined ? [] : [`did you mean \`${near}'?`]
}
