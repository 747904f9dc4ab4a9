/** Guile's command line: `[-L DIR] [-l FILE] [-e PROC] [-c EXPR | [-s] FILE] [--] ARG...`.
 *  The same for `strata FILE` on the host and for the runtime's bin/guile inside builds. */
import { readFileSync } from 'node:fs'
import type { Interpreter } from '../lang/index.ts'
import { exitWith } from './exit.ts'
import { enableFrameInspection } from './frame-inspector.ts'
import { finishDeferredWork, setCommandLine } from './posix/index.ts'

/** What a command line asks for. */
export interface Invocation {
  readonly loadPath: readonly string[]
  readonly loadCompiledPath: readonly string[]
  /** Numbers of SRFIs to use: `--use-srfi`. */
  readonly srfis: readonly string[]
  /** Files to load before the script. */
  readonly load: readonly string[]
  readonly action:
    | { readonly kind: 'expression'; readonly text: string }
    | { readonly kind: 'script'; readonly file: string }
    | { readonly kind: 'interactive' }
    | { readonly kind: 'version' }
    | { readonly kind: 'help' }
  /** `-e`: applied to the command line after the script. */
  readonly entry: string | undefined
  readonly r7rs: boolean
  readonly debug: boolean
  /** Whether the user's file of definitions is loaded before the prompt; `-q` says no. */
  readonly initFile: boolean
  /** As `(command-line)` returns it. */
  readonly commandLine: readonly string[]
}

/** Options that Guile takes and that change nothing here: files are compiled when they are loaded first. */
const ignored = new Set([
  '--no-auto-compile',
  '--auto-compile',
  '--fresh-auto-compile',
  '-ds',
  '--no-debug',
  '--language=scheme',
  '--r6rs',
])

/** The meaning of ARGS. @throws UsageError for an option that does not exist or lacks its argument. */
export function parseCommandLine(given: readonly string[], program: string): Invocation {
  const args = expandMetaSwitch(given)
  const loadPath: string[] = []
  const loadCompiledPath: string[] = []
  const load: string[] = []
  const srfis: string[] = []
  let entry: string | undefined
  let r7rs = false
  let debug = false
  let initFile = true
  let at = 0
  const invocation = (action: Invocation['action'], commandLine: readonly string[]): Invocation => ({
    loadPath,
    loadCompiledPath,
    load,
    srfis,
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
    else if (arg === '-C') loadCompiledPath.push(operand(arg))
    else if (arg === '-x') operand(arg)
    else if (arg === '-l') load.push(operand(arg))
    else if (arg === '-e') entry = operand(arg)
    else if (arg.startsWith('--use-srfi=')) {
      for (const number of arg.slice('--use-srfi='.length).split(',')) srfis.push(number)
    } else if (arg === '-v' || arg === '--version') return invocation({ kind: 'version' }, [program])
    else if (arg === '-h' || arg === '--help') return invocation({ kind: 'help' }, [program])
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

/** `#!/usr/bin/guile \` hands over a backslash and the script: the options are on the script's second line. */
function expandMetaSwitch(args: readonly string[]): readonly string[] {
  const [first, script] = args
  if (first !== '\\' || script === undefined) return args
  let text: string
  try {
    text = readFileSync(script, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${script}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const second = text.split('\n', 2)[1] ?? ''
  // A backslash keeps the next character, or is a character's code in octal, \n and \t.
  const words = second.match(/(?:\\.|[^\s\\])+/g) ?? []
  const unescaped = words.map((word) =>
    word.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3
        ? String.fromCharCode(Number.parseInt(code, 8))
        : code === 'n'
          ? '\n'
          : code === 't'
            ? '\t'
            : code,
    ),
  )
  return [...unescaped, ...args.slice(1)]
}

const usage = `options, as guile's:
  [-s] FILE ARG...   load FILE, a script; the default
  -c EXPR ARG...     evaluate EXPR
  -e PROC            after the script, call PROC on the command line: a name, (module) whose main is meant,
                     or (@ (module) name)
  -l FILE            load FILE first
  -L DIR             look for modules in DIR first
  -C DIR             look for compiled modules in DIR first
  --use-srfi=N,...   use these SRFIs
  --r7rs             print as R7RS does
  --debug            show backtraces
  -v, --version      say which version this is
  -h, --help         say this
  \\                  read options from the second line of the script that follows
`

/** The directories that the variable NAME of the environment lists. They come last, not first as with Guile, since a
 *  profile of another Guix would hide strata's own modules. */
function directoriesNamedBy(name: string): string[] {
  return (process.env[name] ?? '').split(':').filter((directory) => directory !== '' && directory !== '...')
}

/** Do what INVOCATION says in INTERPRETER; errors of the program are thrown as the interpreter throws them. */
export function runInvocation(invocation: Invocation, interpreter: Interpreter): void {
  setCommandLine(invocation.commandLine)
  const { realm } = interpreter
  realm.loadPath = [...realm.loadPath, ...directoriesNamedBy('GUILE_LOAD_PATH')]
  const compiled = directoriesNamedBy('GUILE_LOAD_COMPILED_PATH')
  realm.loadCompiledPath = [...invocation.loadCompiledPath, ...realm.loadCompiledPath, ...compiled]
  if (invocation.srfis.length > 0)
    interpreter.evaluateText(
      `(use-modules ${invocation.srfis.map((number) => `(srfi srfi-${number})`).join(' ')})`,
      '<command line>',
    )
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
    if (invocation.action.kind === 'help') {
      process.stdout.write(`usage: ${program} [OPTION]... [FILE [ARG]...]\n${usage}`)
      return
    }
    if (debug) enableFrameInspection()
    interpreter = makeInterpreter(invocation)
    if (invocation.action.kind === 'version') {
      interpreter.evaluateText(`(begin (display "${program} (strata, as GNU Guile) ") (display (version)) (newline))`)
      exitWith(undefined, { program, debug, interpreter })
      return
    }
    runInvocation(invocation, interpreter)
    finishDeferredWork()
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
