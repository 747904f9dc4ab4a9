/** Guile's command line: `[-L DIR] [-l FILE] [-e PROC] [-c EXPR | [-s] FILE] [--] ARG...`.
 *  The same for `strata FILE` on the host and for the runtime's bin/guile inside builds. */
import type { Interpreter } from '../lang/index.ts'
import { exitWith } from './exit.ts'
import { enableFrameInspection } from './frame-inspector.ts'
import { setCommandLine } from './posix/index.ts'

/** What a command line asks for. */
export interface Invocation {
  readonly loadPath: readonly string[]
  /** Files to load before the script. */
  readonly load: readonly string[]
  readonly action:
    | { readonly kind: 'expression'; readonly text: string }
    | { readonly kind: 'script'; readonly file: string }
    | { readonly kind: 'interactive' }
  /** `-e`: applied to the command line after the script. */
  readonly entry: string | undefined
  readonly r7rs: boolean
  readonly debug: boolean
  /** Whether the user's file of definitions is loaded before the prompt; `-q` says no. */
  readonly initFile: boolean
  /** As `(command-line)` returns it. */
  readonly commandLine: readonly string[]
}

/** Options that Guile takes and that change nothing here: there is one compiler, and no .go files. */
const ignored = new Set([
  '--no-auto-compile',
  '--auto-compile',
  '--fresh-auto-compile',
  '-ds',
  '--no-debug',
  '--language=scheme',
])

/** The meaning of ARGS. @throws UsageError for an option that does not exist or lacks its argument. */
export function parseCommandLine(args: readonly string[], program: string): Invocation {
  const loadPath: string[] = []
  const load: string[] = []
  let entry: string | undefined
  let r7rs = false
  let debug = false
  let initFile = true
  let at = 0
  const invocation = (action: Invocation['action'], commandLine: readonly string[]): Invocation => ({
    loadPath,
    load,
    action,
    entry,
    r7rs,
    debug,
    initFile,
    commandLine,
  })
  const operand = (option: string): string => {
    at++
    const value = args[at]
    if (value === undefined) throw new UsageError(`option ${option} needs an argument`)
    return value
  }
  for (; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '-c') {
      const text = operand(arg)
      return invocation({ kind: 'expression', text }, [program, ...args.slice(at + 1)])
    }
    if (arg === '-s') {
      const file = operand(arg)
      return invocation({ kind: 'script', file }, [file, ...args.slice(at + 1)])
    }
    if (arg === '-L') loadPath.push(operand(arg))
    else if (arg === '-C' || arg === '-x') operand(arg)
    else if (arg === '-l') load.push(operand(arg))
    else if (arg === '-e') entry = operand(arg)
    else if (arg === '--r7rs' || arg === '--r6rs') r7rs = true
    else if (arg === '--debug') debug = true
    else if (arg === '-q') initFile = false
    else if (arg === '--') {
      return invocation({ kind: 'interactive' }, [program, ...args.slice(at + 1)])
    } else if (ignored.has(arg)) continue
    else if (arg.startsWith('-') && arg !== '-') throw new UsageError(`unknown option ${arg}`)
    else return invocation({ kind: 'script', file: arg }, args.slice(at))
  }
  return invocation({ kind: 'interactive' }, [program])
}

export class UsageError extends Error {}

/** Do what INVOCATION says in INTERPRETER; errors of the program are thrown as the interpreter throws them. */
export function runInvocation(invocation: Invocation, interpreter: Interpreter): void {
  setCommandLine(invocation.commandLine)
  for (const file of invocation.load) interpreter.evaluateFile(file)
  if (invocation.action.kind === 'expression') interpreter.evaluateText(invocation.action.text, '<command line>')
  else if (invocation.action.kind === 'script') interpreter.evaluateFile(invocation.action.file)
  if (invocation.entry !== undefined) {
    interpreter.evaluateText(`(${entryExpression(invocation.entry)} (command-line))`, '<entry point>')
  }
}

/** The whole life of a Scheme program: parse ARGS, run, report, set the exit status. */
export function runProgram(
  args: readonly string[],
  program: string,
  makeInterpreter: (invocation: Invocation) => Interpreter,
  interact?: (interpreter: Interpreter, invocation: Invocation) => Promise<void>,
): void {
  let interpreter: Interpreter | undefined
  let debug = false
  try {
    const invocation = parseCommandLine(args, program)
    debug = invocation.debug
    if (debug) enableFrameInspection()
    interpreter = makeInterpreter(invocation)
    runInvocation(invocation, interpreter)
    if (invocation.action.kind === 'interactive' && interact !== undefined) {
      void interact(interpreter, invocation)
      return
    }
    exitWith(undefined, { program, debug, interpreter })
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${program}: error: ${error.message}\n`)
      process.exitCode = 1
    } else exitWith(error, { program, debug, interpreter })
  }
}

/** `-e` takes a procedure's name, `(module name)` whose `main` is meant, or `(@ (module) name)`. */
function entryExpression(entry: string): string {
  return entry.startsWith('(') && !/^\((@|@@|lambda)\s/.test(entry) ? `(@@ ${entry} main)` : entry
}
