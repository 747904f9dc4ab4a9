/** Objects that are not data: procedures' properties, variables, promises, object properties, exit requests. */
import { miscError, wrongType } from '../conditions/index.ts'
import {
  intern,
  internKeyword,
  list,
  NIL,
  Pair,
  type Procedure,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
  Variable,
} from '../values/index.ts'
import { declarationOf, primitives } from './define.ts'
import { isEqv } from './equality.ts'
import { any, parameter, procedure, rest } from './parameters.ts'

const guile = primitives('(guile)')

// Procedures

const procedureProperties = new WeakMap<Procedure, Map<Value, Value>>()

/** What compiled procedures know of themselves; codegen/ installs it. */
export interface ProcedureFacts {
  readonly name: string | undefined
  readonly documentation: string | undefined
  /** Required and optional counts, and whether a rest parameter follows. */
  readonly arity: readonly [number, number, boolean]
  /** The names of the parameters of its first case. */
  readonly parameters: ProcedureParameters | undefined
}
export interface ProcedureParameters {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly keywords: readonly string[]
  readonly allowOtherKeys: boolean
  readonly rest: string | undefined
}
let factsOf: (procedure: Procedure) => ProcedureFacts | undefined = () => undefined
export function installProcedureFacts(facts: (procedure: Procedure) => ProcedureFacts | undefined): void {
  factsOf = facts
}
function arityOf(p: Procedure): readonly [number, number, boolean] {
  const declaration = declarationOf(p)
  if (declaration !== undefined) {
    const required = declaration.params.filter((x) => x.optional !== true && x.rest !== true).length
    const optionals = declaration.params.filter((x) => x.optional === true).length
    return [required, optionals, declaration.params.at(-1)?.rest === true]
  }
  return factsOf(p)?.arity ?? [p.length, 0, false]
}
/** How many arguments P requires, how many more it takes, and whether others may follow. */
export function procedureArity(p: Procedure): readonly [number, number, boolean] {
  return arityOf(p)
}
/** The name of P in the source; undefined when it has none. */
export function procedureLabel(p: Procedure): string | undefined {
  const name = nameOf(p)
  return name === false ? undefined : name.name
}
function propertiesOf(p: Procedure): Map<Value, Value> {
  let properties = procedureProperties.get(p)
  if (properties === undefined) {
    properties = new Map()
    procedureProperties.set(p, properties)
  }
  return properties
}
/** A compiled procedure's JavaScript name is its template's: only facts know what the source calls it. */
function nameOf(p: Procedure): SchemeSymbol | false {
  const facts = factsOf(p)
  const name = declarationOf(p)?.name ?? (facts === undefined ? p.name : facts.name)
  return name === undefined || name === '' ? false : intern(name)
}
const NAME = intern('name')
/** A property set with `set-procedure-property!`; undefined when there is none. */
export function procedureProperty(p: Procedure, name: string): Value {
  return procedureProperties.get(p)?.get(intern(name))
}
const DOCUMENTATION = intern('documentation')

guile('procedure?', [any('x')], 'Return #t when X is a procedure.', (x) => typeof x === 'function')
guile(
  'thunk?',
  [any('x')],
  'Return #t when X is a procedure that takes no argument.',
  (x) => typeof x === 'function' && arityOf(x)[0] === 0,
)
guile('procedure-name', [procedure('proc')], 'Return the name of PROC, a symbol, or #f.', (p) => {
  const set = procedureProperties.get(p)?.get(NAME)
  if (set !== undefined) return set
  return nameOf(p)
})
guile('procedure-documentation', [procedure('proc')], 'Return the docstring of PROC, or #f.', (p) => {
  const set = procedureProperties.get(p)?.get(DOCUMENTATION)
  if (set !== undefined) return set
  const doc = declarationOf(p)?.doc ?? factsOf(p)?.documentation
  return doc === undefined ? false : new SchemeString(doc)
})
guile(
  'procedure-minimum-arity',
  [procedure('proc')],
  'Return the required and optional counts of PROC, and whether more may follow.',
  (p) => list(arityOf(p)),
)
guile(
  '%procedure-parameters',
  [procedure('proc')],
  'Return the required, optional and keyword parameters of PROC, whether others are allowed and the rest parameter; #f when they are not known.',
  (p) => {
    const parameters = declarationOf(p) === undefined ? factsOf(p)?.parameters : undefined
    if (parameters === undefined) return false
    const symbols = (names: readonly string[]): Value => list(names.map((name) => intern(name)))
    return list([
      symbols(parameters.required),
      symbols(parameters.optional),
      list(parameters.keywords.map((name) => internKeyword(name))),
      parameters.allowOtherKeys,
      parameters.rest === undefined ? false : intern(parameters.rest),
    ])
  },
)
guile('procedure-property', [procedure('proc'), any('key')], 'Return the property KEY of PROC, or #f.', (p, key) => {
  const set = procedureProperties.get(p)?.get(key)
  if (set !== undefined) return set
  if (key === NAME) return nameOf(p)
  const doc = key === DOCUMENTATION ? (declarationOf(p)?.doc ?? factsOf(p)?.documentation) : undefined
  return doc === undefined ? false : new SchemeString(doc)
})
guile(
  'set-procedure-property!',
  [procedure('proc'), any('key'), any('value')],
  'Set the property KEY of PROC.',
  (p, key, value) => {
    propertiesOf(p).set(key, value)
    return UNSPECIFIED
  },
)
guile('procedure-properties', [procedure('proc')], 'Return the properties of PROC as an association list.', (p) => {
  const entries = [...(procedureProperties.get(p) ?? [])].map(([key, value]) => new Pair(key, value))
  const name = nameOf(p)
  const doc = declarationOf(p)?.doc ?? factsOf(p)?.documentation
  if (procedureProperties.get(p)?.has(DOCUMENTATION) !== true && doc !== undefined)
    entries.unshift(new Pair(DOCUMENTATION, new SchemeString(doc)))
  if (procedureProperties.get(p)?.has(NAME) !== true && name !== false) entries.unshift(new Pair(NAME, name))
  return list(entries)
})
guile('set-procedure-properties!', [procedure('proc'), any('alist')], 'Replace the properties of PROC.', (p, alist) => {
  const properties = propertiesOf(p)
  properties.clear()
  for (let rest = alist; rest instanceof Pair; rest = rest.cdr)
    if (rest.car instanceof Pair) properties.set(rest.car.car, rest.car.cdr)
  return UNSPECIFIED
})
guile(
  'primitive?',
  [any('x')],
  'Return #t when X is a primitive procedure.',
  (x) => typeof x === 'function' && declarationOf(x) !== undefined,
)

// Variables

function isVariable(value: Value): value is Variable {
  return value instanceof Variable
}
const variable = (name: string) => parameter(name, isVariable, 'variable')
guile('variable?', [any('x')], 'Return #t when X is a variable.', isVariable)
guile('make-variable', [any('value')], 'Return a variable bound to VALUE.', (value) => new Variable(value))
guile('make-undefined-variable', [], 'Return an unbound variable.', () => new Variable(undefined))
guile('variable-ref', [variable('var')], 'Return the value of VAR.', (v) =>
  v.value === undefined ? miscError('variable-ref', 'variable is unbound: ~S', v) : v.value,
)
guile('variable-set!', [variable('var'), any('value')], 'Bind VAR to VALUE.', (v, value) => {
  v.value = value
  return UNSPECIFIED
})
guile('variable-bound?', [variable('var')], 'Return #t when VAR is bound.', (v) => v.value !== undefined)
guile('variable-unset!', [variable('var')], 'Make VAR unbound.', (v) => {
  v.value = undefined
  return UNSPECIFIED
})

// Promises: `force` is Scheme, since it calls the thunk.

/** A promise: its value, or the thunk that gives it. Chains share a box, so that iterative forcing is bounded (SRFI 45). */
export class Promise_ {
  box: { done: boolean; value: Value }
  constructor(done: boolean, value: Value) {
    this.box = { done, value }
  }
}
function isPromise(value: Value): value is Promise_ {
  return value instanceof Promise_
}
const promise = (name: string) => parameter(name, isPromise, 'promise')
guile('promise?', [any('x')], 'Return #t when X is a promise.', isPromise)
guile(
  '%make-promise',
  [any('done?'), any('value')],
  'Return a promise of VALUE, or of what the thunk VALUE gives.',
  (done, value) => new Promise_(done !== false, value),
)
guile('%promise-done?', [promise('p')], 'Return #t when P has its value.', (p) => p.box.done)
guile('%promise-value', [promise('p')], 'Return the value or thunk of P.', (p) => p.box.value)
guile('%promise-resolve!', [promise('p'), any('value')], 'Give P its value.', (p, value) => {
  p.box.done = true
  p.box.value = value
  return UNSPECIFIED
})
guile('%promise-share!', [promise('p'), promise('q')], 'Let P become what Q is.', (p, q) => {
  p.box.done = q.box.done
  p.box.value = q.box.value
  q.box = p.box
  return UNSPECIFIED
})

// Object properties

const objectProperties = new WeakMap<object, Pair | Value>()
const propertiesOfAtoms = new Map<Value, Value>()
function getObjectProperties(x: Value): Value {
  const known =
    typeof x === 'object' && x !== null
      ? objectProperties.get(x)
      : typeof x === 'function'
        ? objectProperties.get(x)
        : propertiesOfAtoms.get(x)
  return known ?? NIL
}
function setObjectProperties(x: Value, alist: Value): void {
  if ((typeof x === 'object' && x !== null) || typeof x === 'function') objectProperties.set(x, alist)
  else propertiesOfAtoms.set(x, alist)
}
guile('object-properties', [any('x')], 'Return the property list of X.', getObjectProperties)
guile('set-object-properties!', [any('x'), any('alist')], 'Replace the property list of X.', (x, alist) => {
  setObjectProperties(x, alist)
  return alist
})
guile('object-property', [any('x'), any('key')], 'Return the property KEY of X, or #f.', (x, key) => {
  for (let rest = getObjectProperties(x); rest instanceof Pair; rest = rest.cdr)
    if (rest.car instanceof Pair && isEqv(rest.car.car, key)) return rest.car.cdr
  return false
})
guile('set-object-property!', [any('x'), any('key'), any('value')], 'Set the property KEY of X.', (x, key, value) => {
  for (let rest = getObjectProperties(x); rest instanceof Pair; rest = rest.cdr)
    if (rest.car instanceof Pair && isEqv(rest.car.car, key)) {
      rest.car.cdr = value
      return value
    }
  setObjectProperties(x, new Pair(new Pair(key, value), getObjectProperties(x)))
  return value
})
// Odds and ends

guile('unspecified?', [any('x')], 'Return #t when X is the unspecified value.', (x) => x === UNSPECIFIED)
guile('%unspecified', [], 'Return the unspecified value.', () => UNSPECIFIED)
guile('noop', [rest(any('x'))], 'Return the first argument, or #f when there is none.', (...xs) => xs[0] ?? false)
guile('version', [], 'Return the version of Guile this language follows.', () => new SchemeString('3.0.8'))
guile('effective-version', [], 'Return the major and minor version.', () => new SchemeString('3.0'))
guile('major-version', [], 'Return the major version.', () => new SchemeString('3'))
guile('minor-version', [], 'Return the minor version.', () => new SchemeString('0'))
guile('micro-version', [], 'Return the micro version.', () => new SchemeString('8'))
guile('gc', [], 'Collect garbage when the host thinks fit.', () => UNSPECIFIED)
guile('gc-stats', [], 'Return statistics of the collector: none here.', () => NIL)
guile(
  '%check-type',
  [any('ok?'), any('name'), any('position'), any('value')],
  'Raise a wrong-type error for VALUE unless OK?.',
  (ok, name, position, value) =>
    ok !== false
      ? UNSPECIFIED
      : wrongType(String(name instanceof SchemeSymbol ? name.name : name), Number(position), value),
)
