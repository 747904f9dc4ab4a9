/** Raising Scheme conditions from TypeScript, with Guile's keys and argument lists.
 *  Primitives call these; the handlers run on top of the stack, as in Guile, because execution/
 *  installs itself here (conditions/ may not import it). Guile's keys: libguile/error.c. */

import { intern, list, SchemeString, type SchemeSymbol, type Value } from '../values/index.ts'
import { raiseAt } from './located.ts'

/** What execution/ provides: run the current handlers on a thrown key and its arguments. */
export type Thrower = (key: SchemeSymbol, args: Value) => never

let thrower: Thrower = (key, args) => {
  throw new Error(`scheme error before the interpreter was set up: ${key.name} ${String(args)}`)
}

export function installThrower(throwToHandlers: Thrower): void {
  thrower = throwToHandlers
}

/** `(throw 'key args ...)`. */
export function throwKey(key: string, ...args: Value[]): never {
  return thrower(intern(key), list(args))
}

/** `(apply throw KEY ARGS)`: the handlers get this very argument list. */
export function throwArguments(key: SchemeSymbol, args: Value): never {
  return thrower(key, args)
}

/** Guile's `scm-error`: KEY, the procedure's name or #f, a message with ~A and ~S directives, its arguments, data or #f. */
export function schemeError(
  key: string,
  procedure: string | undefined,
  message: string,
  args: readonly Value[] = [],
  data: Value = false,
): never {
  return throwKey(
    key,
    procedure === undefined ? false : new SchemeString(procedure, true),
    new SchemeString(message, true),
    list(args),
    data,
  )
}

/** Argument POSITION (from 1) of PROCEDURE has the wrong type. */
export function wrongType(procedure: string, position: number, value: Value, expected?: string): never {
  return schemeError(
    'wrong-type-arg',
    procedure,
    `Wrong type argument in position ~A${expected === undefined ? '' : ' (expecting ~A)'}: ~S`,
    expected === undefined ? [position, value] : [position, new SchemeString(expected, true), value],
    list([value]),
  )
}

export function outOfRange(procedure: string, position: number, value: Value): never {
  return schemeError('out-of-range', procedure, 'Argument ~A out of range: ~S', [position, value], list([value]))
}

/** An index past the end of what has LENGTH elements, called KIND. */
export function outOfBounds(procedure: string, position: number, index: Value, length: number, kind: string): never {
  const elements = kind === 'string' ? 'character' : kind === 'bytevector' ? 'byte' : 'element'
  const size = `${length} ${elements}${length === 1 ? '' : 's'}`
  const hint = length === 0 ? `the ${kind} is empty` : `the ${kind} has ${size}: the last index is ${length - 1}`
  const message = new SchemeString('Argument ~A out of range: ~S', true)
  const who = new SchemeString(procedure, true)
  return raiseAt(undefined, hint, 'out-of-range', who, message, list([position, index]), list([index]))
}

/** `(error message irritants ...)` with a procedure's name. */
export function miscError(procedure: string | undefined, message: string, ...args: Value[]): never {
  return schemeError('misc-error', procedure, message, args)
}
