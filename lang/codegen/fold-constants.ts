/** What can be computed before a program runs: variables that stand for a constant or for another variable, calls of
 *  primitives with constant arguments, tests that this decides. Expansions of macros are full of these. */
import { type Call, type Core, type Let, type LocalVariable, mapChildren } from '../core/index.ts'
import { NIL, SchemeSymbol, type Value } from '../values/index.ts'
import type { PrimitiveResolver } from './expand-primitives.ts'

/** Larger numbers are not exact here. */
const largestFolded = 2 ** 53

type Numeric = (values: readonly number[]) => Value
/** A step that leaves what JavaScript's numbers hold exactly makes the whole unknown. */
function exactly(combine: (a: number, b: number) => number): Numeric {
  const step = (a: number, b: number): number => {
    const result = combine(a, b)
    return Math.abs(result) < largestFolded ? result : Number.NaN
  }
  return (values) => values.reduce(step)
}
const chain =
  (holds: (a: number, b: number) => boolean): Numeric =>
  (values) =>
    values.every((value, i) => i === 0 || holds(values[i - 1] ?? 0, value))

/** Primitives on exact integers, which are given at least one. The primitives themselves are not called: an error has
 *  to come when the program runs, and would look for its handlers now. */
const onNumbers: Readonly<Record<string, Numeric>> = {
  '+': exactly((a, b) => a + b),
  '*': exactly((a, b) => a * b + 0),
  '-': (values) => (values.length === 1 ? 0 - (values[0] ?? 0) : exactly((a, b) => a - b)(values)),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  '=': chain((a, b) => a === b),
  '<': chain((a, b) => a < b),
  '>': chain((a, b) => a > b),
  '<=': chain((a, b) => a <= b),
  '>=': chain((a, b) => a >= b),
}
const onOneNumber: Readonly<Record<string, (value: number) => Value>> = {
  '1+': (value) => value + 1,
  '1-': (value) => value - 1,
  'zero?': (value) => value === 0,
  'positive?': (value) => value > 0,
  'negative?': (value) => value < 0,
  'even?': (value) => value % 2 === 0,
  'odd?': (value) => value % 2 !== 0,
}
const onOneValue: Readonly<Record<string, (value: Value) => boolean>> = {
  not: (value) => value === false,
  'null?': (value) => value === NIL,
  'pair?': () => false,
  'symbol?': (value) => value instanceof SchemeSymbol,
  'string?': () => false,
  'number?': (value) => typeof value === 'number',
  'integer?': (value) => typeof value === 'number',
  'boolean?': (value) => typeof value === 'boolean',
  'procedure?': () => false,
  'char?': () => false,
}

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
  const values: Value[] = []
  for (const argument of call.arguments) {
    if (argument.kind !== 'const' || !isSimple(argument.value)) return call
    values.push(argument.value)
  }
  const value = compute(name, values)
  return value === undefined ? call : { kind: 'const', span: call.span, value }
}

/** The value of a primitive for simple arguments, or undefined when it is not known, or an error. */
function compute(name: string, values: readonly Value[]): Value | undefined {
  const [first, second] = values
  if (values.length === 1) {
    const predicate = onOneValue[name]
    if (predicate !== undefined) return predicate(first)
    const unary = onOneNumber[name]
    if (unary !== undefined) return typeof first === 'number' ? small(unary(first)) : undefined
  }
  if (values.length === 2 && (name === 'eq?' || name === 'eqv?')) return first === second
  const numeric = onNumbers[name]
  const numbers = values.filter((value) => typeof value === 'number')
  if (numeric === undefined || numbers.length === 0 || numbers.length < values.length) return undefined
  return small(numeric(numbers))
}

function small(value: Value): Value | undefined {
  return typeof value !== 'number' || Math.abs(value) < largestFolded ? value : undefined
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
