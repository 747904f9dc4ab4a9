/** JavaScript functions as Scheme procedures: their arguments are counted, checked and converted, and what they throw
 *  is a condition that Scheme can handle. */
import { StrataError, schemeError, throwArguments } from '../conditions/index.ts'
import { UncaughtCondition } from '../execution/index.ts'
import { makePrimitive, type Parameter, type PrimitiveDeclaration } from '../primitives/define.ts'
import {
  Flonum,
  intern,
  list,
  listToArray,
  type Procedure,
  Ratnum,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'
import type { HostParameter, ParameterType, SchemeValue } from './api.ts'
import type { Converter } from './convert.ts'

const isExactInteger = (value: Value): boolean => typeof value === 'number' || typeof value === 'bigint'

const checks: Readonly<Record<ParameterType, { accepts?: (value: Value) => boolean; expected?: string }>> = {
  any: {},
  integer: { accepts: isExactInteger, expected: 'exact integer' },
  number: {
    accepts: (value) => isExactInteger(value) || value instanceof Flonum || value instanceof Ratnum,
    expected: 'real number',
  },
  string: { accepts: (value) => value instanceof SchemeString, expected: 'string' },
  boolean: { accepts: (value) => typeof value === 'boolean', expected: 'boolean' },
  symbol: { accepts: (value) => value instanceof SchemeSymbol, expected: 'symbol' },
  list: { accepts: (value) => listToArray(value) !== undefined, expected: 'list' },
  procedure: { accepts: (value) => typeof value === 'function', expected: 'procedure' },
  bytevector: { accepts: (value) => value instanceof Uint8Array, expected: 'bytevector' },
}

function parameterOf(parameter: HostParameter, index: number): Parameter {
  if (typeof parameter === 'string') return { name: `${parameter}${index + 1}`, ...checks[parameter] }
  if ('optional' in parameter) {
    return { name: `${parameter.optional}${index + 1}`, ...checks[parameter.optional], optional: true }
  }
  return { name: 'rest', ...checks[parameter.rest], rest: true }
}

/** A ratio has no counterpart: a host procedure that wants a number gets the nearest one. */
function argumentOf(value: Value, parameter: HostParameter | undefined, converter: Converter): SchemeValue {
  if (parameter === 'number' && value instanceof Ratnum) return Number(value.numerator) / Number(value.denominator)
  return converter.toJavaScript(value)
}

export interface HostProcedure {
  readonly name: string
  readonly module: readonly string[]
  readonly parameters: readonly HostParameter[]
  readonly doc: string
  readonly converter: Converter
  /** Gets converted arguments; its result is what Scheme gets. */
  readonly apply: (args: SchemeValue[]) => Value
}

export function makeHostProcedure({ name, module, parameters, doc, converter, apply }: HostProcedure): Procedure {
  const declaration: PrimitiveDeclaration = {
    name,
    module: `(${module.join(' ')})`,
    params: parameters.map(parameterOf),
    doc,
    apply: (...args: Value[]) =>
      guarded(name, () => apply(args.map((value, i) => argumentOf(value, parameters[i], converter)))),
  }
  return makePrimitive(declaration)
}

/** The JavaScript errors behind `host-error` conditions, by argument list. */
const thrown = new WeakMap<object, unknown>()

/** Run host code called NAME; an error of its own is raised as `host-error`. */
export function guarded(name: string, action: () => Value): Value {
  try {
    return action()
  } catch (error) {
    // What is no error of the function itself passes: conditions, and the unwinding of escapes.
    if (!(error instanceof Error) || error instanceof UncaughtCondition || error instanceof StrataError) throw error
    if (error.name === 'SchemeError' || error.name === 'Interrupted' || error.name === 'SchemeExit') throw error
    return raiseHostError(name, error)
  }
}

/** Raise the condition that the JavaScript ERROR of the procedure NAME is to Scheme. */
export function raiseHostError(name: string, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  const args = list([new SchemeString(name), new SchemeString('~A'), list([new SchemeString(message)]), false])
  if (typeof args === 'object' && args !== null) thrown.set(args, error)
  return throwArguments(intern('host-error'), args)
}

/** What a host procedure threw to make this argument list. */
export function thrownBehind(args: Value): unknown {
  return typeof args === 'object' && args !== null ? thrown.get(args) : undefined
}

/** Guile's error for a variable that a module does not have. */
export function noVariable(module: readonly string[], name: string): never {
  return schemeError('unbound-variable', undefined, 'Unbound variable: ~S', [intern(name)], list([module.join(' ')]))
}
