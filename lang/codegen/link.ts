/** Linking: the objects behind the constants of generated code, and which references denote primitives. */
import { type Core, children } from '../core/index.ts'
import type { Module } from '../modules/module.ts'
import { declarationOf, makePrimitive, type Parameter, primitivesOf } from '../primitives/define.ts'
import type { Procedure, SchemeSymbol } from '../values/index.ts'
import type { GlobalLink } from './ir.ts'

/** The names that code defines in each module: they do not denote imports, though they may until it runs. */
export type Definitions = ReadonlyMap<Module, ReadonlySet<SchemeSymbol>>
export const NO_DEFINITIONS: Definitions = new Map()

export function definitionsIn(cores: readonly Core[]): Definitions {
  const found = new Map<Module, Set<SchemeSymbol>>()
  const visit = (form: Core): void => {
    if (form.kind === 'define') {
      const names = found.get(form.module)
      if (names === undefined) found.set(form.module, new Set([form.name]))
      else names.add(form.name)
    } else if (form.kind === 'seq' || form.kind === 'if' || form.kind === 'let') children(form).forEach(visit)
  }
  cores.forEach(visit)
  return found
}

export function isDefined(link: GlobalLink, defined: Definitions): boolean {
  if (link.public) return false
  return defined.get(link.module)?.has(link.name) === true || link.module.announced?.has(link.name) === true
}

/** The name of the primitive of (guile) that a reference denotes, while it is unmodified. */
export function primitiveName(reference: GlobalLink, defined: Definitions): string | undefined {
  if (isDefined(reference, defined)) return undefined
  const { module, name } = reference
  const variable = reference.public ? module.publicInterface.lookup(name) : module.lookup(name)
  const value = variable?.settled
  if (typeof value !== 'function') return undefined
  const declaration = declarationOf(value)
  return declaration?.module === '(guile)' ? declaration.name : undefined
}

/** Whether a reference has no variable yet, nor will have one by a definition in the code at hand. */
export function isUnbound(reference: GlobalLink, defined: Definitions): boolean {
  if (isDefined(reference, defined)) return false
  const { module, name } = reference
  return (reference.public ? module.exports.get(name) : module.lookup(name)) === undefined
}

const byName = new Map<string, Procedure>()

/** One of: a primitive (part undefined), its unchecked implementation (-1), the check of a parameter. */
export function primitivePart(name: string, part: number | undefined): Procedure {
  const procedure = primitiveProcedure(name)
  if (part === undefined) return procedure
  const declaration = declarationOf(procedure)
  const found = part < 0 ? declaration?.apply : declaration?.params[part]?.accepts
  if (found === undefined) throw new Error(`strata bug: primitive ${name} has no part ${part}`)
  return found
}

/** The parameters of a primitive of (guile), if there is one of that name. */
export function parametersOf(name: string): readonly Parameter[] | undefined {
  return primitivesOf('(guile)').some((d) => d.name === name)
    ? declarationOf(primitiveProcedure(name))?.params
    : undefined
}

/** The primitive of (guile) called NAME. */
function primitiveProcedure(name: string): Procedure {
  let procedure = byName.get(name)
  if (procedure === undefined) {
    for (const declaration of primitivesOf('(guile)')) byName.set(declaration.name, makePrimitive(declaration))
    procedure = byName.get(name)
    if (procedure === undefined) throw new Error(`strata bug: no primitive called ${name}`)
  }
  return procedure
}
