/** Tracepoints: procedures whose calls are printed until told otherwise. A call cannot be stopped in the middle and
 *  gone on with, so that there are no breakpoints. */
import { writeString } from '../../../lang/primitives/print.ts'
import { intern, type Procedure, type Variable } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'

interface Trap {
  readonly name: string
  readonly variable: Variable
  readonly original: Procedure
  readonly traced: Procedure
}
/** By session and number, as `,delete' takes it. */
const traps = new WeakMap<Session, Map<number, Trap>>()
function trapsOf(session: Session): Map<number, Trap> {
  let own = traps.get(session)
  if (own === undefined) {
    own = new Map()
    traps.set(session, own)
  }
  return own
}

function describe(session: Session, number: number, { original }: Trap): string {
  return `Trap ${number}: Tracepoint at ${session.interpreter.enter(() => writeString(original))}.`
}

const tracepoint: ReplCommand = {
  names: ['tracepoint', 'tp'],
  group: 'debug',
  usage: 'PROCEDURE',
  doc: 'Print the calls of the procedure of this name and what they return, until `,delete`.',
  completes: 'binding',
  run(session, argument) {
    const symbol = intern(argument)
    const variable = argument === '' ? undefined : session.module.lookup(symbol)
    const original = variable?.value
    if (variable === undefined || typeof original !== 'function')
      throw new CommandError(argument === '' ? 'the name of a procedure is needed' : `${argument} is no procedure here`)
    const { interpreter } = session
    const traced = interpreter.call(interpreter.lookup(['system', 'vm', 'trace'], 'traced-procedure'), symbol, original)
    if (typeof traced !== 'function') throw new CommandError(`${argument} cannot be traced`)
    const all = trapsOf(session)
    const number = Math.max(-1, ...all.keys()) + 1
    const trap: Trap = { name: argument, variable, original, traced }
    variable.value = traced
    all.set(number, trap)
    session.write(`${describe(session, number, trap)}\n`)
  },
}

const list: ReplCommand = {
  names: ['traps'],
  group: 'debug',
  usage: '',
  doc: 'List the tracepoints.',
  run(session) {
    const all = [...trapsOf(session)]
    session.write(
      all.length === 0 ? 'No traps set.\n' : `${all.map(([n, trap]) => describe(session, n, trap)).join('\n')}\n`,
    )
  },
}

const remove: ReplCommand = {
  names: ['delete', 'del'],
  group: 'debug',
  usage: 'NUMBER',
  doc: 'Delete a tracepoint.',
  run(session, argument) {
    const all = trapsOf(session)
    const trap = all.get(Number(argument))
    if (argument === '' || trap === undefined) throw new CommandError(`no trap of number ${argument || 'none'}`)
    all.delete(Number(argument))
    // A definition since then stays.
    if (trap.variable.value === trap.traced) trap.variable.value = trap.original
  },
}

export const trapCommands: readonly ReplCommand[] = [tracepoint, list, remove]
