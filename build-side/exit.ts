/** The end of a Scheme program: output flushed, the exit status Guile would give, an error told to the user. */
import { writeSync } from 'node:fs'
import { type Diagnostic, diagnose, formatDiagnostic } from '../lang/conditions/diagnostics.ts'
import { quitCode, StrataError } from '../lang/conditions/index.ts'
import type { Interpreter } from '../lang/conditions/suggestions.ts'
import { UncaughtCondition } from '../lang/execution/index.ts'
import { flushAllPorts } from '../lang/primitives/ports/port.ts'
import { finishDeferredWork } from './posix/deferred-work.ts'
import { isCopy } from './posix/fork.ts'
import { recipePlace } from './recipe-places.ts'
import { suggestionsOf } from './suggestions.ts'

export interface ExitOptions {
  /** What messages without a place begin with. */
  readonly program: string
  /** Show the Scheme backtrace. */
  readonly debug: boolean
  readonly interpreter?: Interpreter | undefined
}

/** End the program, after ERROR unless that is undefined. Returns when the event loop may end by itself. */
export function exitWith(error: unknown, options: ExitOptions): void {
  finish(error, options)
  // The event loop is not the copy's.
  if (isCopy()) process.exit()
}

function finish(error: unknown, options: ExitOptions): void {
  try {
    finishDeferredWork()
    flushAllPorts()
  } catch {
    // The reader of our output is gone.
  }
  if (error === undefined) return
  const status = quitStatus(error)
  if (status !== undefined) {
    process.exitCode = status
    return
  }
  process.exitCode = 1
  printError(error, options)
}

/** DIAGNOSTIC, with a note of where a script in the store was written, if that is known. */
function withRecipePlace(diagnostic: Diagnostic): Diagnostic {
  const { span, notes = [] } = diagnostic
  if (span?.source.name.includes('/gnu/store/') !== true) return diagnostic
  const place = recipePlace({ file: span.source.name, ...span.source.position(span.start) })
  if (place === undefined) return diagnostic
  return { ...diagnostic, notes: [`lowered from ${place.file}:${place.line}:${place.column}`, ...notes] }
}

/** The status that a `quit` asks for: Guile's (exit), (exit #t), (exit #f), (exit N). */
export function quitStatus(error: unknown): number | undefined {
  if (!(error instanceof UncaughtCondition)) return undefined
  const code = quitCode(error.exception)
  if (code === undefined) return undefined
  if (code === true) return 0
  if (code === false) return 1
  return typeof code === 'number' ? code & 255 : 0
}

/** Print what a person should know of ERROR on standard error. */
export function printError(error: unknown, options: ExitOptions): void {
  writeSync(2, `${describeError(error, options)}\n`)
}

/** What a person should know of ERROR. Of a mistake of strata's own, the internals only when debugging. */
export function describeError(error: unknown, options: ExitOptions): string {
  // Places in compiled modules are looked up in their sources, through the interpreter's host.
  const { interpreter } = options
  return interpreter === undefined ? description(error, options) : interpreter.enter(() => description(error, options))
}

function description(error: unknown, options: ExitOptions): string {
  const isBug = error instanceof StrataError && error.kind === 'bug'
  const diagnostic = isBug ? undefined : diagnose(error, suggestionsOf(options.interpreter))
  if (diagnostic !== undefined) return formatDiagnostic(withRecipePlace(diagnostic), options.program, options)
  const message = error instanceof Error ? error.message : String(error)
  return [
    `${options.program}: error: internal error: ${message}`,
    'hint: this is a bug in strata; please report it',
    ...(options.debug && error instanceof Error && error.stack !== undefined ? ['Internals:', error.stack] : []),
  ].join('\n')
}
