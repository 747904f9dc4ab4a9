/** Commands that look at an error: the message, the pending calls, their variables. */
import { backtraceLines } from '../../../lang/conditions/diagnostics.ts'
import { colorDiagnostic } from '../colors.ts'
import { CommandError, type Level, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'

function level(session: Session): Level {
  const found = session.level
  if (found === undefined) throw new CommandError('Nothing to debug.')
  return found
}

function count(argument: string, otherwise: number): number {
  if (argument === '') return otherwise
  if (!/^\d+$/.test(argument)) throw new CommandError(`not a number: ${argument}`)
  return Number(argument)
}

function printFrame(session: Session, { frames, frame }: Level): void {
  const line = backtraceLines(frames)[frame]
  session.write(line === undefined ? 'No frames.\n' : `${line}\n`)
}

const backtrace: ReplCommand = {
  names: ['backtrace', 'bt'],
  group: 'debug',
  usage: '[COUNT]',
  doc: 'Print the pending calls, innermost first; only the COUNT innermost if given.',
  run(session, argument) {
    const { frames } = level(session)
    const lines = backtraceLines(frames).slice(0, count(argument, frames.length))
    session.write(lines.length === 0 ? 'No frames.\n' : `${lines.join('\n')}\n`)
  },
}

function select(session: Session, index: number): void {
  const found = level(session)
  if (index < 0) throw new CommandError('Already at innermost frame.')
  if (index >= found.frames.length) throw new CommandError('Already at outermost frame.')
  found.frame = index
  printFrame(session, found)
}

const frame: ReplCommand = {
  names: ['frame', 'fr'],
  group: 'debug',
  usage: '[IDX]',
  doc: 'Show the selected frame, or select one by its number.',
  run(session, argument) {
    const found = level(session)
    if (argument === '') return printFrame(session, found)
    const index = count(argument, 0)
    if (index >= found.frames.length) throw new CommandError('No such frame.')
    select(session, index)
  },
}

const up: ReplCommand = {
  names: ['up'],
  group: 'debug',
  usage: '[COUNT]',
  doc: 'Select the frame of the caller, or one COUNT calls further out.',
  run(session, argument) {
    select(session, level(session).frame + count(argument, 1))
  },
}

const down: ReplCommand = {
  names: ['down'],
  group: 'debug',
  usage: '[COUNT]',
  doc: 'Select the frame that was called, or one COUNT calls further in.',
  run(session, argument) {
    select(session, level(session).frame - count(argument, 1))
  },
}

const locals: ReplCommand = {
  names: ['locals'],
  group: 'debug',
  usage: '',
  doc: 'Show the local variables of the selected frame, as far as they are known.',
  run(session) {
    const found = level(session)
    const variables = found.frames[found.frame]?.variables ?? []
    if (variables.length === 0) return session.write('  No local variables.\n')
    session.write('  Local variables:\n')
    for (const { name, value } of variables) {
      const kept = session.keep(value)
      session.write(
        `  ${kept === undefined ? '' : `${session.palette.history(kept)} = `}${name} = ${session.written(value)}\n`,
      )
    }
  },
}

const errorMessage: ReplCommand = {
  names: ['error-message', 'error'],
  group: 'debug',
  usage: '',
  doc: 'Show the message of the error that opened this prompt.',
  run(session) {
    session.write(`${colorDiagnostic(level(session).message, session.palette)}\n`)
  },
}

export const debugCommands: readonly ReplCommand[] = [backtrace, up, down, frame, locals, errorMessage]
