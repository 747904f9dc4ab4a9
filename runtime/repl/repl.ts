/** The read-eval-print loop: on a terminal with an editor for entries, in a pipe one datum or command after the other.
 *  Commands begin with a comma. After an error of the program the loop goes on at a nested prompt, as Guile's does. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { enableFrameInspection, exitWith } from '../../build-side/index.ts'
import type { Interpreter } from '../../lang/index.ts'
import { spanOfSymbol } from '../../lang/modules/index.ts'
import { currentInputPort, Port } from '../../lang/primitives/ports/index.ts'
import { flushAllPorts } from '../../lang/primitives/ports/port.ts'
import { raiseReadError, readDatum } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { makePalette, wantsColor } from './colors.ts'
import { replCommands, schemeCommands, schemeOptions } from './commands/index.ts'
import { complete } from './completion.ts'
import { Entries, historyFile } from './entries.ts'
import { isComplete } from './input.ts'
import { CommandError, Session } from './session.ts'
import { Terminal } from './terminal.ts'

export interface ReplOptions {
  /** Whether the user's file of definitions is loaded first. */
  readonly initFile: boolean
}

/** Run a loop on standard input until its end or `(quit)`. */
export async function runRepl(interpreter: Interpreter, options: ReplOptions = { initFile: true }): Promise<void> {
  const { stdout, stderr } = process
  const interactive = isatty(0) && stdout.isTTY === true
  const session = new Session({
    interpreter,
    palette: makePalette(interactive && wantsColor(stdout)),
    commands: replCommands,
    interactive,
    write: (text) => {
      flushAllPorts()
      stdout.write(text)
    },
    writeError: (text) => {
      flushAllPorts()
      const stream = interactive ? stdout : stderr
      stream.write(text)
    },
  })
  enableFrameInspection()
  if (options.initFile) loadInitFile(session)
  if (interactive) await converse(session)
  else await readPipe(session)
  exitWith(undefined, { program: 'strata', debug: false })
  if (session.status !== undefined) process.exitCode = session.status
}

/** The file of definitions for interactive use, as Guile's `~/.guile`. */
function initFile(): string {
  const config = process.env.XDG_CONFIG_HOME || join(process.env.HOME ?? homedir(), '.config')
  return join(config, 'strata/init.scm')
}

function loadInitFile(session: Session): void {
  const file = initFile()
  if (!existsSync(file)) return
  session.guard(() => session.interpreter.evaluateFile(file))
  session.levels.length = 0
  for (const [name, value] of schemeOptions(session)) {
    const option = session.options.get(name)
    if (option !== undefined) option.value = value
  }
}

async function converse(session: Session): Promise<void> {
  const entries = new Entries(historyFile())
  const terminal = new Terminal({
    input: process.stdin,
    output: process.stdout,
    palette: session.palette,
    complete: (before) => complete(session, before),
  })
  session.write("strata: Scheme as in Guile 3.0.  Type `,help' for help, Ctrl-D to leave.\n")
  while (!session.done) {
    const reading = await terminal.read(session.prompt(), entries.list)
    if (reading.kind === 'end') session.done = session.levels.pop() === undefined
    else if (reading.kind === 'entry') {
      entries.add(reading.text)
      await evaluateAll(session, reading.text)
    }
  }
  terminal.close()
}

/** Evaluate the data and run the commands of a whole text. */
async function evaluateAll(session: Session, text: string): Promise<void> {
  for (let at = 0; !session.done; ) {
    const step = nextStep(session, text, at)
    if (step.kind === 'more') return
    at = step.end
    await step.run()
  }
}

type Step =
  | { readonly kind: 'more' }
  | { readonly kind: 'step'; readonly end: number; readonly run: () => void | Promise<void> }

/** What stands at AT of TEXT: a command, a datum, a mistake; or nothing that is complete. */
function nextStep(session: Session, text: string, start: number): Step {
  const at = start + (/^(?:\s|;[^\n]*(?:\n|$))*/.exec(text.slice(start))?.[0].length ?? 0)
  if (at >= text.length) return { kind: 'more' }
  if (text[at] === ',') {
    const end = commandEnd(text, at)
    if (end === undefined) return { kind: 'more' }
    return { kind: 'step', end, run: () => runCommand(session, text.slice(at + 1, end)) }
  }
  const source = new SourceFile('<input>', text)
  const result = session.interpreter.enter(() => readDatum(source, at, { r7rs: session.interpreter.realm.r7rs }))
  switch (result.kind) {
    case 'datum':
      return {
        kind: 'step',
        end: result.end,
        run: () => session.run(result.datum, spanOfSymbol(result.datum, source, result.end)),
      }
    case 'malformed': {
      const line = text.indexOf('\n', result.span.end)
      const end = line < 0 ? text.length : line + 1
      return {
        kind: 'step',
        end,
        run: () => session.guard(() => session.interpreter.enter(() => raiseReadError(result))),
      }
    }
    default:
      return { kind: 'more' }
  }
}

/** The end of the command at AT: of its line, or of the expression that begins there. */
function commandEnd(text: string, at: number): number | undefined {
  for (let line = text.indexOf('\n', at); line >= 0; line = text.indexOf('\n', line + 1)) {
    if (isComplete(text.slice(at, line))) return line + 1
  }
  return isComplete(text.slice(at)) ? text.length : undefined
}

async function runCommand(session: Session, text: string): Promise<void> {
  const [, name = '', argument = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? []
  const command = session.commands.get(name) ?? schemeCommands(session).find((one) => one.names.includes(name))
  let failure: unknown
  try {
    if (command === undefined) throw new CommandError(`Unknown meta command: ${name}`)
    await session.interpreter.enter(() => command.run(session, argument.trim()))
  } catch (error) {
    failure = error
  }
  session.guard(() => {
    if (failure !== undefined) throw failure
  })
}

/** Read the input port line by line, so that a program at its other end can wait for answers, and programs
 *  evaluated here can read the lines after theirs. */
async function readPipe(session: Session): Promise<void> {
  const port = currentInputPort.value
  let text = ''
  let at = 0
  while (!session.done) {
    const step = nextStep(session, text, at)
    if (step.kind === 'step') {
      at = step.end
      await step.run()
      continue
    }
    const line = port instanceof Port ? port.readLine() : undefined
    if (line === undefined) break
    text += `${line.text}\n`
  }
  const rest = text.slice(at)
  if (!session.done && rest.replace(/;[^\n]*/g, '').trim() !== '') {
    const source = new SourceFile('<input>', text)
    const result = readDatum(source, at)
    if (result.kind === 'incomplete') session.guard(() => session.interpreter.enter(() => raiseReadError(result)))
  }
}
