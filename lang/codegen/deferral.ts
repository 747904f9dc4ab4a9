/** Definitions that need not be evaluated when a module is loaded: those of a package collection are thousands, and a
 *  program looks at a few. Such a definition is made of constants, procedures, variables that are never assigned and
 *  calls of pure procedures; its variable gets its value when that is first asked for. Only files that have run before
 *  are loaded so: an error in a definition has shown itself then. */
import {
  type Core,
  children,
  type Define,
  type GlobalRef,
  type GlobalSet,
  type Lambda,
  type LocalVariable,
} from '../core/index.ts'
import type { Module } from '../modules/module.ts'
import { declarePure, isPure } from '../primitives/pure-procedures.ts'
import type { SchemeSymbol, Variable } from '../values/index.ts'
import { type Definitions, isDefined, primitiveName } from './link.ts'

/** Primitives that are pure and that definitions of packages use. Not those that read pairs, which others may change. */
const purePrimitives = new Set(
  `string-append list cons cons* vector %make-promise string->symbol symbol->string number->string not eq? null? pair?
   string? string=? string-join string-split string-take string-drop string-take-right string-drop-right substring
   string-length string-index string-rindex string-prefix? string-suffix? string-map string-downcase string-upcase
   string->number + - * = < > <= >=`.split(/\s+/),
)

/** What may wait among the forms of a file. */
export class Deferral {
  /** The procedures of the file that are pure: calls of them may wait too, in this file and in others. */
  readonly pureProcedures: readonly Define[]
  /** Assignments of variables, the file's own and others. */
  readonly assignments: readonly GlobalSet[]
  readonly #defined: Definitions
  /** The definitions of what is defined once and not assigned. */
  readonly #constants = new Map<Module, Map<SchemeSymbol, Define>>()
  readonly #procedures = new Map<Define, boolean>()
  /** The procedures of named lets. */
  readonly #loops = new Map<LocalVariable, Lambda>()

  /** CORES were run: what their names mean is known. */
  constructor(cores: readonly Core[], defined: Definitions) {
    this.#defined = defined
    const assignments: GlobalSet[] = []
    const definitions: Define[] = []
    const visit = (core: Core): void => {
      if (core.kind === 'global-set') assignments.push(core)
      if (core.kind === 'define') definitions.push(core)
      children(core).forEach(visit)
    }
    cores.forEach(visit)
    this.assignments = assignments
    const changing = new Set<Define>()
    for (const form of definitions) {
      const own = this.#constants.get(form.module) ?? new Map<SchemeSymbol, Define>()
      this.#constants.set(form.module, own)
      const first = own.get(form.name)
      if (first === undefined) own.set(form.name, form)
      else changing.add(first)
    }
    for (const { module, name } of changing) this.#constants.get(module)?.delete(name)
    for (const set of assignments) {
      if (isDefined(set, defined)) this.#constants.get(set.module)?.delete(set.name)
      const variable = variableOf(set)
      if (variable !== undefined) variable.assigned = true
    }
    this.pureProcedures = definitions.filter((form) => this.#isConstant(form) && this.#isPureProcedure(form))
    for (const { module, name } of this.pureProcedures) {
      const value = module.bindings.get(name)?.settled
      if (typeof value === 'function') declarePure(value)
    }
  }

  /** Whether FORM is a definition that may wait. Constants and procedures are as quickly made as remembered. Programs
   *  change their variables as they like; those of a module are constant when no code assigns them. */
  mayWait(form: Core): form is Define {
    return (
      form.kind === 'define' &&
      form.module.filename !== undefined &&
      this.#isConstant(form) &&
      hasCall(form.value) &&
      this.#isPure(form.value)
    )
  }

  #isConstant(form: Define): boolean {
    return this.#constants.get(form.module)?.get(form.name) === form
  }

  #isPure(form: Core): boolean {
    switch (form.kind) {
      case 'const':
      case 'local':
      case 'lambda':
        return true
      case 'global':
        if (isDefined(form, this.#defined)) return this.#constants.get(form.module)?.has(form.name) === true
        return variableOf(form)?.assigned === false
      case 'if':
      case 'let':
      case 'seq':
        return children(form).every((part) => this.#isPure(part))
      case 'letrec':
        // A loop: calls of its procedure are as pure as that.
        form.variables.forEach((variable, i) => {
          const value = form.values[i]
          if (value?.kind === 'lambda') this.#loops.set(variable, value)
        })
        return form.values.every((value) => value.kind === 'lambda') && this.#isPure(form.body)
      case 'call':
        return this.#hasPureCalls(form.procedure) && form.arguments.every((part) => this.#isPure(part))
      default:
        return false
    }
  }

  #hasPureCalls(procedure: Core): boolean {
    if (procedure.kind === 'local') {
      const loop = this.#loops.get(procedure.variable)
      // One that calls itself might never return.
      this.#loops.delete(procedure.variable)
      return loop !== undefined && this.#isPureBody(loop)
    }
    if (procedure.kind !== 'global') return false
    const primitive = primitiveName(procedure, this.#defined)
    if (primitive !== undefined) return purePrimitives.has(primitive)
    if (!isDefined(procedure, this.#defined)) return isPure(variableOf(procedure)?.settled)
    const definition = this.#constants.get(procedure.module)?.get(procedure.name)
    return definition !== undefined && (this.#isPureProcedure(definition) || isPure(variableOf(procedure)?.settled))
  }

  #isPureProcedure(form: Define): boolean {
    if (form.value.kind !== 'lambda') return false
    let pure = this.#procedures.get(form)
    if (pure === undefined) {
      // One that calls itself might never return.
      this.#procedures.set(form, false)
      pure = this.#isPureBody(form.value)
      this.#procedures.set(form, pure)
    }
    return pure
  }

  #isPureBody({ cases }: Lambda): boolean {
    return cases.every(({ optional, keywords, body }) =>
      [...[...optional, ...keywords].map((parameter) => parameter.default), body].every((part) => this.#isPure(part)),
    )
  }
}

function variableOf({ module, name, public: isPublic }: GlobalRef | GlobalSet): Variable | undefined {
  return isPublic ? module.publicInterface.lookup(name) : module.lookup(name)
}

function hasCall(form: Core): boolean {
  return form.kind === 'call' || (form.kind !== 'lambda' && children(form).some(hasCall))
}
