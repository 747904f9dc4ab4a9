/** The evaluator for code that runs once: top-level forms are walked directly, and their lambdas are compiled when
 *  first called. Same calling convention as compiled code, so that continuations pass through.
 *  Loops and assigned variables are left to the compiler (see `isWalkable`). */
import { compile } from '../codegen/compile.ts'
import { callableGlobal, checkedProcedure, globalValue, runtime } from '../codegen/runtime.ts'
import { registerLazyProcedure } from '../codegen/units.ts'
import {
  type Call,
  type Core,
  children,
  type GlobalRef,
  type GlobalSet,
  type Lambda,
  type Let,
  type LocalVariable,
} from '../core/index.ts'
import type { Span } from '../source/index.ts'
import { type Procedure, UNSPECIFIED, type Value } from '../values/index.ts'
import { type Frame, type FrameCode, machine, save2, save3, save4, type Wants } from './machine.ts'

/** Variables of the form's own `let`s. */
interface Environment {
  readonly variables: readonly LocalVariable[]
  readonly values: readonly Value[]
  readonly outer: Environment | undefined
}

/** Whether walking the form is right and not slower than compiling it. */
export function isWalkable(core: Core): boolean {
  switch (core.kind) {
    case 'lambda':
      return true
    case 'fix':
    case 'letrec':
    case 'local-set':
      return false
    case 'define':
      return core.value.kind !== 'lambda' && isWalkable(core.value)
    case 'let':
      return !core.variables.some((v) => v.assigned) && core.values.every(isWalkable) && isWalkable(core.body)
    default:
      return children(core).every(isWalkable)
  }
}

/** The value of a walkable top-level form. */
export function walkForm(core: Core): Value {
  const length = calls.length
  try {
    return walk(core, undefined)
  } catch (error) {
    if (error instanceof Error && !leftCalls.has(error)) leftCalls.set(error, [...calls])
    throw error
  } finally {
    calls.length = length
  }
}

/** Where the calls are that walked forms have made and that are on the stack, for backtraces; and a reference. */
const calls: (Span | undefined)[] = []

/** Those that were pending when a JavaScript error left them. */
const leftCalls = new WeakMap<Error, readonly (Span | undefined)[]>()

/** The place of the COUNTth of those calls, counting from the innermost; of those that ERROR left, if given. */
export function walkedCallSpan(count: number, error?: Error): Span | undefined {
  return (error === undefined ? calls : (leftCalls.get(error) ?? [])).at(-1 - count)
}

/** Words of native stack that a level of nesting takes. */
const WEIGHT = 60

function walk(core: Core, env: Environment | undefined): Value {
  switch (core.kind) {
    case 'const':
      return core.value
    case 'local':
      return lookup(core.variable, env)
    case 'global':
      return walkReference(core)
    case 'lambda':
      return closure(core, env)
    case 'if': {
      const test = inside(core.test, env)
      if (test === undefined) return save2(ifCode, 0, core, env)
      return walk(test !== false ? core.then : core.else, env)
    }
    case 'seq':
      return walkSequence(core.body, 0, env)
    case 'let':
      return walkLet(core, [], env)
    case 'call':
      return walkCall(core, [], env)
    case 'define':
    case 'global-set':
    case 'define-syntax': {
      const value = inside(core.kind === 'define-syntax' ? core.transformer : core.value, env)
      return value === undefined ? save2(storeCode, 0, core, env) : store(core, value)
    }
    default:
      throw new Error(`strata bug: cannot walk a ${core.kind} form`)
  }
}

/** Walk a form whose value is needed here. */
function inside(core: Core, env: Environment | undefined): Value {
  const { depth } = machine
  machine.depth = depth + WEIGHT
  const value = walk(core, env)
  machine.depth = depth
  return value
}

function walkSequence(body: readonly Core[], start: number, env: Environment | undefined): Value {
  const last = body.length - 1
  for (let i = start; i < last; i++) {
    const form = body[i]
    if (form !== undefined && inside(form, env) === undefined) return save3(sequenceCode, i, body, env, undefined)
  }
  const form = body[last]
  return form === undefined ? UNSPECIFIED : walk(form, env)
}

function walkLet(core: Let, known: readonly Value[], env: Environment | undefined): Value {
  const values = [...known]
  for (let i = values.length; i < core.values.length; i++) {
    const form = core.values[i]
    const value = form === undefined ? UNSPECIFIED : inside(form, env)
    if (value === undefined) return save4(letCode, 0, core, values, env, undefined)
    values.push(value)
  }
  return walk(core.body, { variables: core.variables, values, outer: env })
}

/** Operands from left to right, then the operator unless it is a variable, as compiled code does. */
function walkCall(core: Call, known: readonly Value[], env: Environment | undefined): Value {
  const values = [...known]
  const { procedure } = core
  if (values.length === 0 && procedure.kind === 'global' && core.arguments.length > 0) walkReference(procedure)
  const operators = procedure.kind === 'global' || procedure.kind === 'local' ? 0 : 1
  for (let i = values.length; i < core.arguments.length + operators; i++) {
    const form = i < operators ? procedure : core.arguments[i - operators]
    const value = form === undefined ? UNSPECIFIED : inside(form, env)
    if (value === undefined) return save4(callCode, 0, core, values, env, undefined)
    values.push(value)
  }
  const index = calls.length
  calls.push(core.span)
  const operator = operators === 1 ? values.shift() : undefined
  const result =
    procedure.kind === 'global'
      ? callableGlobal(procedure)(...values)
      : checkedProcedure(operators === 1 ? operator : lookup(walkedVariable(procedure), env))(...values)
  calls.length = index
  return result
}

/** A module variable's value; its place is known should it be unbound. */
function walkReference(core: GlobalRef): Value {
  const index = calls.length
  calls.push(core.span)
  const value = globalValue(core)
  calls.length = index
  return value
}

/** Likewise where an assignment finds its variable unbound. */
function walkAssignment(core: GlobalSet, value: Value): void {
  const index = calls.length
  calls.push(core.span)
  runtime.setGlobal(runtime.linkGlobal(core), value)
  calls.length = index
}

function walkedVariable(core: Core): LocalVariable {
  if (core.kind === 'local') return core.variable
  throw new Error('strata bug: an operator is no variable')
}

function store(core: Core, value: Value): Value {
  if (core.kind === 'define') core.module.define(core.name, value)
  else if (core.kind === 'global-set') walkAssignment(core, value)
  else if (core.kind === 'define-syntax') runtime.defineSyntax(core.module, core.name, value)
  return UNSPECIFIED
}

function lookup(variable: LocalVariable, env: Environment | undefined): Value {
  for (let scope = env; scope !== undefined; scope = scope.outer) {
    const index = scope.variables.indexOf(variable)
    if (index >= 0) return scope.values[index]
  }
  throw new Error(`strata bug: variable ${variable.name} is not in scope`)
}

// Frames: pending parts of walked forms. Their fields are what the functions above saved.

function frameCode(resume: (frame: Frame, value: Value) => Value, wants: Wants = 'first'): FrameCode {
  return { resume, wants: () => wants }
}
const ifCode = frameCode(({ a, b }, value) => {
  const core = a as Core & { kind: 'if' }
  return walk(value !== false ? core.then : core.else, b as Environment | undefined)
})
const sequenceCode = frameCode(
  ({ a, b, site }) => walkSequence(a as readonly Core[], site + 1, b as Environment | undefined),
  'nothing',
)
const letCode = frameCode(({ a, b, c }, value) =>
  walkLet(a as Let, [...(b as readonly Value[]), value], c as Environment | undefined),
)
const callCode = frameCode(({ a, b, c }, value) =>
  walkCall(a as Call, [...(b as readonly Value[]), value], c as Environment | undefined),
)
const storeCode = frameCode(({ a }, value) => store(a as Core, value))

// Closures

function closure(lambda: Lambda, env: Environment | undefined): Procedure {
  const free = freeVariables(lambda)
  let pending: { readonly lambda: Lambda; readonly values: Value[] } | undefined = {
    lambda,
    values: free.map((variable) => lookup(variable, env)),
  }
  let compiled: Procedure | undefined
  const procedure = (...args: Value[]): Value => {
    if (compiled === undefined && pending !== undefined) {
      compiled = compileClosure(pending.lambda, free, pending.values)
      pending = undefined
    }
    return compiled?.(...args)
  }
  registerLazyProcedure(procedure, lambda)
  return procedure
}

/** The procedure of a lambda whose free variables have these values. */
function compileClosure(lambda: Lambda, free: readonly LocalVariable[], values: readonly Value[]): Procedure {
  const outer: Lambda = {
    kind: 'lambda',
    name: undefined,
    documentation: undefined,
    cases: [{ required: free, optional: [], rest: undefined, keywords: [], allowOtherKeys: false, body: lambda }],
  }
  const made = free.length === 0 ? compile(lambda)() : checkedProcedure(compile(outer)())(...values)
  return checkedProcedure(made)
}

function freeVariables(lambda: Lambda): LocalVariable[] {
  const bound = new Set<LocalVariable>()
  const used = new Set<LocalVariable>()
  const visit = (core: Core): void => {
    if (core.kind === 'local' || core.kind === 'local-set') used.add(core.variable)
    else if (core.kind === 'let' || core.kind === 'letrec' || core.kind === 'fix') {
      for (const variable of core.variables) bound.add(variable)
    } else if (core.kind === 'lambda') {
      for (const c of core.cases) {
        for (const variable of c.required) bound.add(variable)
        for (const { variable } of [...c.optional, ...c.keywords]) bound.add(variable)
        if (c.rest !== undefined) bound.add(c.rest)
      }
    }
    children(core).forEach(visit)
  }
  visit(lambda)
  return [...used].filter((variable) => !bound.has(variable))
}
