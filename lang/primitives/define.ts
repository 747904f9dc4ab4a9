/** Declaring primitives: one record gives the name, module, parameters, documentation and implementation.
 *  The arity and type checks, their messages, `,describe`, completion and the reference come from it. */
import { schemeError, wrongType } from '../conditions/index.ts'
import type { Procedure, Value } from '../values/index.ts'

export interface Parameter {
  readonly name: string
  /** Accepts every value when absent. */
  readonly accepts?: ((value: Value) => boolean) | undefined
  /** What `accepts` wants, for messages: "string", "exact integer". */
  readonly expected?: string | undefined
  readonly optional?: boolean
  /** The last parameter may take all remaining arguments (spread to `apply`). */
  readonly rest?: boolean
}

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

/** Register a primitive in its module; the module gets it when it is first created. */
export function definePrimitive(declaration: PrimitiveDeclaration): void {
  const known = declarations.get(declaration.module)
  if (known === undefined) declarations.set(declaration.module, [declaration])
  else known.push(declaration)
}

export function primitivesOf(module: string): readonly PrimitiveDeclaration[] {
  return declarations.get(module) ?? []
}

export function declarationOf(procedure: Procedure): PrimitiveDeclaration | undefined {
  return declarationOfProcedure.get(procedure)
}

/** A parameter that accepts anything. */
export function any(name: string): Parameter {
  return { name }
}
export function optional(parameter: Parameter): Parameter {
  return { ...parameter, optional: true }
}
export function rest(parameter: Parameter): Parameter {
  return { ...parameter, rest: true }
}

/** The Scheme procedure of a declaration: checks the number and types of its arguments, then applies. */
export function makePrimitive(declaration: PrimitiveDeclaration): Procedure {
  const { name, params, apply } = declaration
  const variadic = params.at(-1)?.rest === true
  const positional = variadic ? params.length - 1 : params.length
  const required = params.filter((p) => p.optional !== true && p.rest !== true).length
  const most = variadic ? Number.POSITIVE_INFINITY : positional
  const restParameter = variadic ? params[positional] : undefined
  const checked = params.some((p) => p.accepts !== undefined)

  function check(args: ArrayLike<Value>): void {
    for (let i = 0; i < args.length; i++) {
      const parameter = i < positional ? params[i] : restParameter
      if (parameter?.accepts?.(args[i]) === false) wrongType(name, i + 1, args[i], parameter.expected)
    }
  }

  let procedure: Procedure
  if (!variadic && required === positional && positional === 1) {
    const accepts = params[0]?.accepts
    const expected = params[0]?.expected
    procedure = function (this: unknown, a: Value): Value {
      if (arguments.length !== 1) wrongArgumentCount(procedure)
      if (accepts !== undefined && !accepts(a)) wrongType(name, 1, a, expected)
      return apply(a)
    }
  } else if (!variadic && required === positional && positional === 2) {
    procedure = function (this: unknown, a: Value, b: Value): Value {
      if (arguments.length !== 2) wrongArgumentCount(procedure)
      if (checked) check(arguments)
      return apply(a, b)
    }
  } else {
    procedure = (...args: Value[]): Value => {
      if (args.length < required || args.length > most) wrongArgumentCount(procedure)
      if (checked) check(args)
      return apply(...args)
    }
  }
  declarationOfProcedure.set(procedure, declaration)
  Object.defineProperty(procedure, 'name', { value: name })
  return procedure
}

/** Guile's error for a call with too few or too many arguments. */
export function wrongArgumentCount(procedure: Procedure): never {
  return schemeError('wrong-number-of-args', undefined, 'Wrong number of arguments to ~A', [procedure])
}
