/** Conditions that know where in the source they come from: reading and expanding raise these.
 *  The place travels beside the argument list of the throw, so that handlers see Guile's arguments unchanged. */
import type { Span } from '../source/index.ts'
import { intern, list, type Value } from '../values/index.ts'
import { throwArguments } from './raise.ts'

export interface ConditionLocation {
  readonly span: Span | undefined
  /** Something to type or to check, printed after `hint:`. */
  readonly hint: string | undefined
}

const locations = new WeakMap<object, ConditionLocation>()

/** `(throw 'key args ...)` from a place in the source. */
export function raiseAt(span: Span | undefined, hint: string | undefined, key: string, ...args: Value[]): never {
  const argumentList = list(args)
  if (typeof argumentList === 'object' && argumentList !== null) locations.set(argumentList, { span, hint })
  return throwArguments(intern(key), argumentList)
}

const contexts = new WeakMap<object, string>()

/** Remember that EXCEPTION came up in what was said at PLACE, `file:line:column`; the first, innermost place counts. */
export function noteContext(exception: Value, place: string): void {
  if (typeof exception === 'object' && exception !== null && !contexts.has(exception)) contexts.set(exception, place)
}

/** The place in whose course EXCEPTION came up. */
export function contextOf(exception: Value): string | undefined {
  return typeof exception === 'object' && exception !== null ? contexts.get(exception) : undefined
}

/** Where the throw with this very argument list came from, if it said so. */
export function locationOfArguments(argumentList: Value): ConditionLocation | undefined {
  return typeof argumentList === 'object' && argumentList !== null ? locations.get(argumentList) : undefined
}
