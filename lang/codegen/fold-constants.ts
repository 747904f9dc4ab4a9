/** What can be computed before a program runs: variables that stand for a constant or for another variable, calls of
 *  primitives with constant arguments, tests that this decides. Expansions of macros are full of these. */
import { type Call, type Core, type Let, type LocalVariable, mapChildren } from '../core/index.ts'
import { NIL, SchemeSymbol, type Value } from '../values/index.ts'
import type { PrimitiveResolver } from './expand-primitives.ts'
import { primitivePart } from './link.ts'

/** Primitives whose result depends on their arguments alone, and is as good computed early. */
const foldable = new Set(
  (
    '+ - * quotient remainder modulo abs max min 1+ 1- = < > <= >= zero? positive? negative? even? odd? ' +
    'logand logior logxor lognot ash not eq? eqv? null? pair? symbol? string? number? integer? boolean? procedure? char?'
  ).split(' '),
)

/** Larger numbers are no gain as text. */
const largestFolded = 2 ** 53

/** Whether code can hold the value as often as it likes: identity does not matter, nor does size. */
function isSimple(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === NIL || value instanceof SchemeSymbol
}

/** FORM, simplified; PRIMITIVEOF decides which references denote primitives. */
export function foldConstants(form: Core, primitiveOf: PrimitiveResolver): Core {
  /** What a variable stands for. */
  const known = new Map<LocalVariable, Core>()
  const fold = (core: Core): Core => {
    switch (core.kind) {
      case 'local':
        return known.get(core.variable) ?? core
      case 'if': {
        const test = fold(core.test)
        if (test.kind === 'const') return fold(test.value !== false ? core.then : core.else)
        // The test itself is often the value: what is known of it in one branch is not worth the search.
        return { ...core, test, then: fold(core.then), else: fold(core.else) }
      }
      case 'let':
        return foldLet(core, fold, known)
      case 'call':
        return foldCall({ ...core, procedure: fold(core.procedure), arguments: core.arguments.map(fold) }, primitiveOf)
      case 'seq': {
        const body = core.body.map(fold)
        const kept = body.filter((item, i) => i === body.length - 1 || item.kind !== 'const')
        const [only] = kept
        return kept.length === 1 && only !== undefined ? only : { ...core, body: kept }
      }
      default:
        return mapChildren(core, fold)
    }
  }
  return fold(form)
}

function foldLet(core: Let, fold: (form: Core) => Core, known: Map<LocalVariable, Core>): Core {
  const variables: LocalVariable[] = []
  const values: Core[] = []
  core.variables.forEach((variable, i) => {
    const given = core.values[i]
    if (given === undefined) return
    const value = fold(given)
    const stands =
      !variable.assigned &&
      ((value.kind === 'const' && isSimple(value.value)) || (value.kind === 'local' && !value.variable.assigned))
    if (stands) known.set(variable, value)
    else {
      variables.push(variable)
      values.push(value)
    }
  })
  const body = fold(core.body)
  return variables.length === 0 ? body : { ...core, variables, values, body }
}

function foldCall(call: Call, primitiveOf: PrimitiveResolver): Core {
  if (call.procedure.kind !== 'global') return call
  const name = primitiveOf(call.procedure)
  if (name === undefined) return call
  if (name === 'apply') return unfoldApply(call, primitiveOf)
  if (!foldable.has(name)) return call
  const values: Value[] = []
  for (const argument of call.arguments) {
    if (argument.kind !== 'const' || !isSimple(argument.value)) return call
    values.push(argument.value)
  }
  const value = compute(name, values)
  return value === undefined ? call : { kind: 'const', span: call.span, value }
}

/** The value of a primitive, or undefined when it is an error, which has to come when the program runs. */
function compute(name: string, values: readonly Value[]): Value | undefined {
  try {
    const value: Value = primitivePart(name, undefined)(...values)
    if (typeof value === 'boolean') return value
    return typeof value === 'number' && Math.abs(value) < largestFolded ? value : undefined
  } catch {
    return undefined
  }
}

/** `(apply f a (list b c))` is `(f a b c)`. */
function unfoldApply(call: Call, primitiveOf: PrimitiveResolver): Core {
  const [procedure, ...rest] = call.arguments
  const last = rest.at(-1)
  if (procedure === undefined || procedure.kind !== 'global' || last === undefined) return call
  const before = rest.slice(0, -1)
  const isList = last.kind === 'call' && last.procedure.kind === 'global' && primitiveOf(last.procedure) === 'list'
  if (!isList && !(last.kind === 'const' && last.value === NIL)) return call
  const items = last.kind === 'call' ? last.arguments : []
  return foldCall({ ...call, procedure, arguments: [...before, ...items] }, primitiveOf)
}
