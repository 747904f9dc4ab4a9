/** Commands that look at values. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NIL, Pair, RecordType, SchemeString, type Value } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'

/** Print VALUE over several lines. */
export function prettyPrint(session: Session, value: Value): void {
  const procedure = session.interpreter.lookup(['ice-9', 'pretty-print'], 'pretty-print')
  session.during(() => session.interpreter.call(procedure, value))
}

const pretty: ReplCommand = {
  names: ['pretty-print', 'pp'],
  group: 'inspect',
  usage: 'OBJ',
  doc: 'Print the value of an expression over several lines.',
  completes: 'binding',
  run(session, argument) {
    for (const value of session.evaluateText(argument)) prettyPrint(session, value)
  },
}

const inspect: ReplCommand = {
  names: ['inspect', 'i'],
  group: 'inspect',
  usage: 'EXP',
  doc: 'Show the parts of the value of an expression; each gets a name, to go on with.',
  completes: 'binding',
  run(session, argument) {
    if (argument === '') throw new CommandError('usage: ,inspect EXP')
    for (const value of session.evaluateText(argument)) {
      session.write(`${session.written(value)}\n`)
      for (const [label, part] of parts(value)) {
        const name = session.keep(part)
        session.write(
          `  ${name === undefined ? '' : `${session.palette.history(name)} = `}${label}: ${session.written(part)}\n`,
        )
      }
    }
  },
}

const MOST = 100

/** The parts of a value with what they are called. */
function* parts(value: Value): Iterable<readonly [string, Value]> {
  if (value instanceof Pair) {
    let rest: Value = value
    let index = 0
    for (; rest instanceof Pair && index < MOST; rest = rest.cdr) yield [String(index++), rest.car]
    if (rest !== NIL && !(rest instanceof Pair)) yield ['tail', rest]
  } else if (Array.isArray(value)) {
    for (const [index, part] of value.slice(0, MOST).entries()) yield [String(index), part]
  } else if (typeof value === 'object' && value !== null && !(value instanceof SchemeString) && 'type' in value) {
    const { type } = value
    if (!(type instanceof RecordType)) return
    for (const [index, field] of type.fields.entries()) yield [field.name, Reflect.get(value, `f${index}`)]
  }
}

const gc: ReplCommand = {
  names: ['gc'],
  group: 'system',
  usage: '',
  doc: 'Collect garbage.',
  run(session) {
    const before = process.memoryUsage().heapUsed
    setFlagsFromString('--expose-gc')
    const collect: unknown = runInNewContext('gc')
    if (typeof collect === 'function') collect()
    session.write(`;; ${megabytes(before)} before, ${megabytes(process.memoryUsage().heapUsed)} after\n`)
  },
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

const statistics: ReplCommand = {
  names: ['statistics', 'stat'],
  group: 'system',
  usage: '',
  doc: 'Show statistics of the process: time and memory used, modules loaded.',
  run(session) {
    const { user, system } = process.cpuUsage()
    const { heapUsed, heapTotal, rss } = process.memoryUsage()
    const rows: [string, string][] = [
      ['time used', `${((user + system) / 1e6).toFixed(2)} s`],
      ['time since start', `${process.uptime().toFixed(2)} s`],
      ['heap in use', megabytes(heapUsed)],
      ['heap', megabytes(heapTotal)],
      ['memory of the process', megabytes(rss)],
      ['modules', String(session.interpreter.realm.modules.size)],
    ]
    for (const [label, value] of rows) session.write(`${`${label}:`.padEnd(24)}${value}\n`)
  },
}

const option: ReplCommand = {
  names: ['option', 'o'],
  group: 'system',
  usage: '[NAME] [VALUE]',
  doc: 'List, show or set the options of the loop.',
  completes: 'option',
  run(session, argument) {
    const [name = '', ...rest] = argument.split(/\s+/)
    if (name === '') {
      for (const [key, { value }] of session.options) session.write(`  ${key.padEnd(21)} ${optionText(value)}\n`)
      return
    }
    const known = session.options.get(name)
    if (known === undefined) throw new CommandError(`Unknown option: ${name}`)
    if (rest.length === 0) return session.write(`${name} ${optionText(known.value)}\n;; ${known.doc}\n`)
    const text = rest.join(' ').replace(/^"(.*)"$/, '$1')
    const value = text === '#t' ? true : text === '#f' ? false : text
    if (known.choices !== undefined && !known.choices.includes(value)) {
      throw new CommandError(`${name} is one of ${known.choices.map(optionText).join(', ')}`)
    }
    known.value = value
  },
}

function optionText(value: string | boolean): string {
  return typeof value === 'string' ? value : value ? '#t' : '#f'
}

const quit: ReplCommand = {
  names: ['quit', 'q', 'continue', 'cont'],
  group: 'system',
  usage: '',
  doc: 'Leave the nested prompt of an error, a way of evaluating that was entered, or the loop.',
  run(session) {
    if (session.levels.pop() === undefined && session.modes.pop() === undefined) session.done = true
  },
}

export const inspectCommands: readonly ReplCommand[] = [inspect, pretty]
export const systemCommands: readonly ReplCommand[] = [gc, statistics, option, quit]
