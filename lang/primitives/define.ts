/** Declaring primitives: one record gives the name, module, parameters, documentation and implementation.
 *  The arity and type checks, their messages, `,describe`, completion and the reference come from it. */
import { outOfRange, schemeError, wrongType } from '../conditions/index.ts'
import type { Procedure, Value } from '../values/index.ts'

/** One parameter. `T` is what `apply` receives once `accepts` has passed. */
export interface Parameter<T = Value> {
  readonly name: string
  /** Accepts every value when absent. */
  readonly accepts?: ((value: Value) => boolean) | undefined
  /** Whether a value that `accepts` refuses is of the right type, only out of range. */
  readonly ofType?: (value: Value) => boolean
  /** What `accepts` wants, for messages: "string", "exact integer". */
  readonly expected?: string | undefined
  readonly optional?: boolean
  readonly rest?: boolean
  /** Never present: carries T for the type checker. */
  readonly type?: T
}

export interface OptionalParameter<T = Value> extends Parameter<T> {
  readonly optional: true
}

/** The last parameter may take all remaining arguments (spread to `apply`). */
export interface RestParameter<T = Value> extends Parameter<T> {
  readonly rest: true
}

/** The argument types `apply` receives for a parameter list. */
export type Arguments<P extends readonly Parameter[]> = P extends readonly [infer Head, ...infer Tail]
  ? Tail extends readonly Parameter[]
    ? Head extends RestParameter<infer T>
      ? T[]
      : Head extends OptionalParameter<infer T>
        ? [argument?: T, ...Arguments<Tail>]
        : Head extends Parameter<infer T>
          ? [argument: T, ...Arguments<Tail>]
          : never
    : never
  : []

export interface PrimitiveDeclaration {
  readonly name: string
  /** The module that exports it, as text: "(guile)", "(srfi srfi-1)". */
  readonly module: string
  readonly params: readonly Parameter[]
  /** Imperative sentence, parameters in CAPITALS. */
  readonly doc: string
  // biome-ignore lint/suspicious/noExplicitAny: arguments were checked against `params` before the call
  readonly apply: (...args: any[]) => Value
}

const declarations = new Map<string, PrimitiveDeclaration[]>()
const declarationOfProcedure = new WeakMap<Procedure, PrimitiveDeclaration>()
const procedureOfDeclaration = new WeakMap<PrimitiveDeclaration, Procedure>()

/** Register a primitive in its module; the module gets it when it is first created. */
export function definePrimitive(declaration: PrimitiveDeclaration): void {
  const known = declarations.get(declaration.module)
  if (known === undefined) declarations.set(declaration.module, [declaration])
  else known.push(declaration)
}

/** What `primitives(module)` returns: declares one primitive of that module. */
export type Definer = <const P extends readonly Parameter[]>(
  name: string,
  params: P,
  doc: string,
  apply: (...args: Arguments<P>) => Value,
) => void

/** The short form for files that declare many primitives of one module. */
export function primitives(module: string): Definer {
  return (name, params, doc, apply) => definePrimitive({ name, module, params, doc, apply })
}

export function primitivesOf(module: string): readonly PrimitiveDeclaration[] {
  return declarations.get(module) ?? []
}

/** The modules that have primitives. */
export function primitiveModules(): readonly string[] {
  return [...declarations.keys()]
}

export function declarationOf(procedure: Procedure): PrimitiveDeclaration | undefined {
  return declarationOfProcedure.get(procedure)
}

/** A parameter called NAME that GUARD must accept. */
export function parameter<T>(name: string, guard: (value: Value) => value is T, expected?: string): Parameter<T> {
  return { name, accepts: guard, expected }
}
/** A parameter that accepts anything. */
export function any(name: string): Parameter {
  return { name }
}
export function optional<T>(parameter: Parameter<T>): OptionalParameter<T> {
  return { ...parameter, optional: true }
}
export function rest<T>(parameter: Parameter<T>): RestParameter<T> {
  return { ...parameter, rest: true }
}

/** The Scheme procedure of a declaration: checks the number and types of its arguments, then applies.
 *  One procedure a declaration, however often it is asked for: `eq?` must hold between modules. */
export function makePrimitive(declaration: PrimitiveDeclaration): Procedure {
  const known = procedureOfDeclaration.get(declaration)
  if (known !== undefined) return known
  const procedure = wrap(declaration)
  declarationOfProcedure.set(procedure, declaration)
  procedureOfDeclaration.set(declaration, procedure)
  Object.defineProperty(procedure, 'name', { value: declaration.name })
  return procedure
}

function wrap(declaration: PrimitiveDeclaration): Procedure {
  const { name, params, apply } = declaration
  const variadic = params.at(-1)?.rest === true
  const positional = variadic ? params.length - 1 : params.length
  let required = 0
  let checked = false
  for (const parameter of params) {
    if (parameter.optional !== true && parameter.rest !== true) required++
    if (parameter.accepts !== undefined) checked = true
  }
  const [first, second, third] = params
  if (!variadic && required === positional) {
    const one = first?.accepts
    const two = second?.accepts
    const three = third?.accepts
    switch (positional) {
      case 0: {
        const procedure = function (this: unknown): Value {
          if (arguments.length !== 0) wrongArgumentCount(procedure)
          return apply()
        }
        return procedure
      }
      case 1: {
        const procedure = function (this: unknown, a: Value): Value {
          if (arguments.length !== 1) wrongArgumentCount(procedure)
          if (one !== undefined && !one(a)) refuse(name, 1, a, first)
          return apply(a)
        }
        return procedure
      }
      case 2: {
        const procedure = function (this: unknown, a: Value, b: Value): Value {
          if (arguments.length !== 2) wrongArgumentCount(procedure)
          if (one !== undefined && !one(a)) refuse(name, 1, a, first)
          if (two !== undefined && !two(b)) refuse(name, 2, b, second)
          return apply(a, b)
        }
        return procedure
      }
      case 3: {
        const procedure = function (this: unknown, a: Value, b: Value, c: Value): Value {
          if (arguments.length !== 3) wrongArgumentCount(procedure)
          if (one !== undefined && !one(a)) refuse(name, 1, a, first)
          if (two !== undefined && !two(b)) refuse(name, 2, b, second)
          if (three !== undefined && !three(c)) refuse(name, 3, c, third)
          return apply(a, b, c)
        }
        return procedure
      }
    }
  }
  const most = variadic ? Number.POSITIVE_INFINITY : positional
  const restParameter = variadic ? params[positional] : undefined
  const procedure = (...args: Value[]): Value => {
    if (args.length < required || args.length > most) wrongArgumentCount(procedure)
    if (checked) {
      for (let i = 0; i < args.length; i++) {
        const parameter = i < positional ? params[i] : restParameter
        if (parameter?.accepts?.(args[i]) === false) refuse(name, i + 1, args[i], parameter)
      }
    }
    return apply(...args)
  }
  return procedure
}

function refuse(name: string, position: number, value: Value, parameter: Parameter | undefined): never {
  if (parameter?.ofType?.(value) === true) return outOfRange(name, position, value)
  return wrongType(name, position, value, parameter?.expected)
}

/** Guile's error for a call with too few or too many arguments. */
export function wrongArgumentCount(procedure: Procedure): never {
  return schemeError('wrong-number-of-args', undefined, 'Wrong number of arguments to ~A', [procedure])
}
