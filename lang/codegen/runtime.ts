/** The run-time of generated code: every name its text may mention as `R.name`. */
import { nearest, raiseAt, schemeError } from '../conditions/index.ts'
import {
  afterManyTurns,
  allValues,
  machine,
  overflow,
  returnValues,
  save0,
  save1,
  save2,
  save3,
  save4,
  saveMore,
} from '../execution/machine.ts'
import type { Module } from '../modules/module.ts'
import { wrongArgumentCount } from '../primitives/define.ts'
import { isEqual, isEqv } from '../primitives/equality.ts'
import {
  add,
  divide,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  modulo,
  multiply,
  numEqual,
  quotient,
  remainder,
  subtract,
} from '../primitives/numbers/index.ts'
import {
  Char,
  EOF,
  intern,
  Keyword,
  list,
  MultipleValues,
  NIL,
  Pair,
  type Procedure,
  RecordType,
  SchemeRecord,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
  Variable,
} from '../values/index.ts'

/** Holds an assigned variable, so that closures and saved frames share it. */
export class Box {
  v: Value
  constructor(v: Value) {
    this.v = v
  }
}

/** The variable of a reference that may still be unbound: knows where to look again. */
interface Reference {
  readonly module: Module
  readonly name: SchemeSymbol
  readonly public: boolean
}
const references = new WeakMap<Variable, Reference>()

/** The variable that a reference from code denotes; remembers unbound ones, which an import may still provide. */
export function linkGlobal(reference: Reference, definedHere: boolean): Variable {
  const { module, name } = reference
  if (reference.public) {
    const exported = module.publicInterface.lookup(name)
    if (exported !== undefined) return exported
    const pending = new Variable(undefined, name)
    references.set(pending, reference)
    return pending
  }
  const variable = definedHere ? module.awaitDefinition(name) : module.reference(name)
  if (!variable.isBound) references.set(variable, reference)
  return variable
}

function resolve(variable: Variable): Variable {
  if (variable.value !== undefined) return variable
  const reference = references.get(variable)
  if (reference === undefined) return variable
  const { module, name } = reference
  module.start()
  return (reference.public ? module.publicInterface.lookup(name) : module.lookup(name)) ?? variable
}

function unbound(name: SchemeSymbol | undefined): never {
  return schemeError('unbound-variable', undefined, 'Unbound variable: ~S', [name ?? false])
}

function unboundGlobal(variable: Variable): Value {
  const found = resolve(variable)
  return found.value !== undefined ? found.value : unbound(variable.name)
}

function unboundLocal(name: string): never {
  return unbound(intern(name))
}

function globalProcedure(variable: Variable): Procedure {
  const { value } = resolve(variable)
  if (typeof value === 'function') return value
  return value === undefined ? unbound(variable.name) : notProcedure(value)
}

/** The value of a reference, for the evaluator; unbound is an error. */
export function globalValue(reference: Reference): Value {
  return unboundGlobal(linkGlobal(reference, false))
}

/** The procedure that a reference in operator position denotes. */
export function callableGlobal(reference: Reference): Procedure {
  return globalProcedure(linkGlobal(reference, false))
}

/** The procedure a value is, or Guile's error for applying something else. */
export function checkedProcedure(value: Value): Procedure {
  return typeof value === 'function' ? value : notProcedure(value)
}

function notProcedure(value: Value): never {
  return schemeError('wrong-type-arg', undefined, 'Wrong type to apply: ~S', [value], list([value]))
}

function setGlobal(variable: Variable, value: Value): void {
  const found = resolve(variable)
  if (found.value === undefined) unbound(variable.name)
  found.value = value
}

/** What syntax/ supplies to install a macro when a `define-syntax` form runs. */
export type SyntaxDefiner = (module: Module, name: SchemeSymbol, transformer: Value) => void
let defineSyntax: SyntaxDefiner = () => {
  throw new Error('strata bug: define-syntax before the expander was set up')
}
export function installSyntaxDefiner(definer: SyntaxDefiner): void {
  defineSyntax = definer
}

/** Elements of an array from index `start`, as a list. */
function listFrom(items: readonly Value[], start: number): Value {
  let result: Value = NIL
  for (let i = items.length - 1; i >= start; i--) result = new Pair(items[i], result)
  return result
}

function single(value: Value): Value {
  if (!(value instanceof MultipleValues)) return value
  if (value.values.length > 0) return value.values[0]
  return schemeError('misc-error', undefined, 'Zero values returned to single-valued continuation')
}

function exactValues(value: Value, count: number): readonly Value[] {
  const values = value instanceof MultipleValues ? value.values : [value]
  if (values.length !== count) wrongValueCount()
  return values
}

function atLeastValues(value: Value, count: number): readonly Value[] {
  const values = value instanceof MultipleValues ? value.values : [value]
  if (values.length < count) wrongValueCount()
  return values
}

/** Guile names the procedure that receives the values; when it was done in line there is none, so an anonymous one. */
function wrongValueCount(): never {
  return wrongArgumentCount(() => UNSPECIFIED)
}

function keywordError(procedure: Value, message: string, irritant: Value, hint?: string): never {
  return raiseAt(
    undefined,
    hint,
    'keyword-argument-error',
    procedure,
    new SchemeString(message, true),
    NIL,
    list([irritant]),
  )
}

/** The keyword that a misspelt one stands for. */
function keywordHint(keyword: Keyword, known: readonly Value[]): string | undefined {
  const names = known.map((other) => (other instanceof Keyword ? other.name : ''))
  const near = nearest(keyword.name, names)
  if (near !== undefined) return `did you mean \`#:${near}'?`
  return names.length === 0 ? undefined : `the procedure takes ${names.map((name) => `#:${name}`).join(' ')}`
}

/** Whether keywords begin in ARGS at FIRST to LAST. */
function hasKeyword(args: ArrayLike<Value>, first: number, last: number): boolean {
  for (let i = first; i <= last; i++) if (args[i] instanceof Keyword) return true
  return false
}

/** Values of optional and keyword parameters, then the rest list: Guile's rules for `lambda*`. */
function bindKeywords(
  procedure: Value,
  args: readonly Value[],
  keywords: readonly Value[],
  optional: number,
  allowOther: boolean,
  hasRest: boolean,
): Value[] {
  const bound: Value[] = new Array(optional + keywords.length + 1).fill(undefined)
  let i = 0
  while (i < optional && i < args.length && !(args[i] instanceof Keyword)) {
    bound[i] = args[i]
    i++
  }
  bound[optional + keywords.length] = hasRest ? listFrom(args, i) : NIL
  while (i < args.length) {
    const keyword = args[i]
    if (!(keyword instanceof Keyword)) {
      if (!hasRest) keywordError(procedure, 'Invalid keyword', keyword)
      i++
      continue
    }
    const index = keywords.indexOf(keyword)
    if (index < 0 && !allowOther) {
      keywordError(procedure, 'Unrecognized keyword', keyword, keywordHint(keyword, keywords))
    }
    if (i + 1 >= args.length) keywordError(procedure, 'Keyword argument has no value', keyword)
    if (index >= 0) bound[optional + index] = args[i + 1]
    i += 2
  }
  return bound
}

/** The object that generated code receives as `R`. */
export const runtime = {
  machine,
  afterManyTurns,
  overflow,
  save0,
  save1,
  save2,
  save3,
  save4,
  saveMore,
  allValues: () => allValues(undefined),
  returnValues,
  MultipleValues,
  Box,
  Pair,
  NIL,
  UNSPECIFIED,
  EOF,
  SchemeSymbol,
  SchemeString,
  SchemeRecord,
  RecordType,
  Char,
  Keyword,
  isArray: Array.isArray,
  trunc: Math.trunc,
  eqv: isEqv,
  equal: isEqual,
  add,
  subtract,
  multiply,
  divide,
  quotient,
  remainder,
  modulo,
  numEqual,
  lessThan,
  greaterThan,
  lessOrEqual,
  greaterOrEqual,
  wrongArguments: wrongArgumentCount,
  globalProcedure,
  notProcedure,
  unboundGlobal,
  unboundLocal,
  setGlobal,
  linkGlobal: (reference: Reference): Variable => linkGlobal(reference, false),
  defineSyntax: (module: Module, name: SchemeSymbol, transformer: Value): void =>
    defineSyntax(module, name, transformer),
  listFrom,
  single,
  exactValues,
  atLeastValues,
  bindKeywords,
  hasKeyword,
}
