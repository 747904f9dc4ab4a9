/** Calls of the Scheme side of commands, (guix scripts …), with plain data in and out. */
import { flushAllPorts } from '../../lang/primitives/index.ts'
import {
  intern,
  internKeyword,
  Keyword,
  list,
  listToArray,
  Pair,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../../lang/values/index.ts'
import { session, type Thing } from './scheme-session.ts'

/** Scheme data as TypeScript has it: lists are arrays, symbols and strings are strings, all else that is no number or
 *  boolean is null. */
export type Plain = string | number | boolean | null | readonly Plain[]

/** What may be given to Scheme: `undefined` is #f. */
export type Argument = string | number | boolean | undefined | readonly Argument[] | Thing

/** The package collection that a call is about, and its keyword arguments. */
export interface Call {
  readonly loadPath?: readonly string[]
  readonly keywords?: Readonly<Record<string, Argument>>
}

/** Call PROCEDURE of the module (guix scripts SCRIPT); what it prints is printed. */
export function callScript(script: string, procedure: string, args: readonly Argument[], call: Call = {}): Plain {
  const scheme = session(call.loadPath ?? [])
  const keywords = Object.entries(call.keywords ?? {})
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [internKeyword(name), toScheme(value)])
  try {
    return toPlain(
      scheme.call(scheme.lookup(['guix', 'scripts', script], procedure), ...args.map(toScheme), ...keywords),
    )
  } finally {
    flushAllPorts()
  }
}

function toScheme(value: Argument): Value {
  if (value === undefined) return false
  if (typeof value === 'string') return new SchemeString(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (isList(value)) return list(value.map(toScheme))
  return new Pair(intern(value.kind), new SchemeString(value.text))
}

function isList(value: readonly Argument[] | Thing): value is readonly Argument[] {
  return Array.isArray(value)
}

/** VALUE, which Scheme returned, as plain data. */
export function toPlain(value: Value): Plain {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof SchemeString) return value.toString()
  if (value instanceof SchemeSymbol || value instanceof Keyword) return value.name
  const elements = listToArray(value)
  return elements === undefined ? null : elements.map(toPlain)
}

/** The elements of VALUE; none if it is no list. */
export function plainList(value: Plain | undefined): readonly Plain[] {
  return isPlainList(value) ? value : []
}

function isPlainList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value)
}

/** VALUE as text, or null. */
export function plainText(value: Plain | undefined): string | null {
  return typeof value === 'string' ? value : null
}
