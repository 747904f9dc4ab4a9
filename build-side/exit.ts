/** The end of a Scheme program: output flushed, the exit status Guile would give, an error told to the user. */
import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { diagnose, formatDiagnostic, type Suggestions } from '../lang/conditions/diagnostics.ts'
import { quitCode, StrataError } from '../lang/conditions/index.ts'
import { UncaughtCondition } from '../lang/execution/index.ts'
import type { Interpreter } from '../lang/index.ts'
import { flushAllPorts } from '../lang/primitives/ports/port.ts'

export interface ExitOptions {
  /** What messages without a place begin with. */
  readonly program: string
  /** Show the Scheme backtrace. */
  readonly debug: boolean
  readonly interpreter?: Interpreter | undefined
}

/** End the program, after ERROR unless that is undefined. Returns when the event loop may end by itself. */
export function exitWith(error: unknown, options: ExitOptions): void {
  try {
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
  const diagnostic =
    error instanceof StrataError && error.kind === 'bug'
      ? undefined
      : diagnose(error, suggestionsOf(options.interpreter))
  if (diagnostic !== undefined) {
    writeSync(2, `${formatDiagnostic(diagnostic, options.program, options)}\n`)
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  writeSync(2, `${options.program}: internal error: ${text}\nhint: this is a bug in strata; please report it\n`)
}

/** Suggestions from the modules INTERPRETER has loaded, and from the files on its load path. */
function suggestionsOf(interpreter: Interpreter | undefined): Suggestions {
  return {
    modulesExporting: (name) => {
      const loaded = [...(interpreter?.realm.modules.entries() ?? [])]
        .filter(([, module]) => [...module.exports.keys()].some((symbol) => symbol.name === name))
        .map(([key]) => key)
      const found = loaded.length > 0 ? loaded : filesExporting(name, interpreter?.realm.loadPath ?? [])
      return found.filter((module) => module !== '(guile)').sort((a, b) => a.length - b.length)
    },
    isOwn: (file) => ownRoots(interpreter).some((root) => file.startsWith(`${root}/`)),
    visibleNames: function* () {
      const module = interpreter?.realm.currentModule
      if (module === undefined) return
      for (const symbol of module.bindings.keys()) yield symbol.name
      for (const used of module.uses) for (const symbol of used.names()) yield symbol.name
    },
  }
}

/** The roots of strata's own Scheme: those of the load path that the process did not add. */
function ownRoots(interpreter: Interpreter | undefined): readonly string[] {
  return (interpreter?.realm.loadPath ?? []).filter((root) => /\/(stdlib|build-side|packages)$/.test(root))
}

/** Modules on the load path whose source exports NAME. Only asked when a program has already failed. */
function filesExporting(name: string, loadPath: readonly string[]): string[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const exported = new RegExp(
    `#:(?:re-)?export(?:-syntax)?[\\s(][^#]*?[\\s(]${escaped}[\\s)]|\\(define-public \\(?${escaped}[\\s)]`,
  )
  const found: string[] = []
  for (const root of loadPath) {
    let entries: string[] = []
    try {
      entries = readdirSync(root, { recursive: true, encoding: 'utf8' })
    } catch {
      continue
    }
    for (const entry of entries) {
      if (!entry.endsWith('.scm')) continue
      if (exported.test(readFileSync(join(root, entry), 'utf8')))
        found.push(`(${entry.slice(0, -4).replaceAll('/', ' ')})`)
    }
  }
  return found
}
