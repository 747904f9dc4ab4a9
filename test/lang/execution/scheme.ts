/** A tiny way from text to core forms for the back end's own tests: a few special forms, no macros, no hygiene.
 *  The real one is lang/syntax. */
import type { Core, LambdaCase, LocalVariable } from '../../../lang/core/index.ts'
import { execute } from '../../../lang/execution/index.ts'
import { Module } from '../../../lang/modules/module.ts'
import '../../../lang/primitives/bytevectors.ts'
import '../../../lang/primitives/chars.ts'
import { makePrimitive, primitivesOf } from '../../../lang/primitives/define.ts'
import '../../../lang/primitives/equality.ts'
import '../../../lang/primitives/hash-tables.ts'
import '../../../lang/primitives/lists.ts'
import '../../../lang/primitives/numbers/declare.ts'
import '../../../lang/primitives/pairs.ts'
import '../../../lang/primitives/strings.ts'
import '../../../lang/primitives/symbols.ts'
import '../../../lang/primitives/vectors.ts'
import { readAll } from '../../../lang/reader/index.ts'
import { SourceFile, type Span } from '../../../lang/source/index.ts'
import {
  intern,
  Keyword,
  list,
  listToArray,
  Pair,
  SchemeSymbol,
  SourcePair,
  UNSPECIFIED,
  type Value,
} from '../../../lang/values/index.ts'

/** A module that sees every primitive of (guile). */
export function testModule(): Module {
  const guile = new Module(['guile'])
  for (const declaration of primitivesOf('(guile)')) {
    const name = intern(declaration.name)
    guile.exports.set(name, guile.define(name, makePrimitive(declaration)))
  }
  const module = new Module(['test'])
  module.use(guile.publicInterface)
  return module
}

/** Run the forms of `text`; the value of the last. */
export function run(text: string, module: Module = testModule()): Value {
  let result: Value = UNSPECIFIED
  for (const core of toCore(text, module)) result = execute(core)
  return result
}

export function toCore(text: string, module: Module): Core[] {
  const source = new SourceFile('test.scm', text)
  return readAll(source).map((datum) => convert(datum, new Map(), module))
}

type Scope = ReadonlyMap<string, LocalVariable>
type Converter = (form: readonly Value[], scope: Scope, module: Module, span: Span | undefined) => Core

const UNSPECIFIED_CONST: Core = { kind: 'const', value: UNSPECIFIED }

function convert(datum: Value, scope: Scope, module: Module): Core {
  const span = datum instanceof SourcePair ? datum.span : undefined
  if (datum instanceof SchemeSymbol) {
    const variable = scope.get(datum.name)
    if (variable !== undefined) return { kind: 'local', variable }
    return { kind: 'global', module, name: datum, public: false }
  }
  if (!(datum instanceof Pair)) return { kind: 'const', value: datum }
  const form = items(datum)
  const [head] = form
  if (head instanceof SchemeSymbol && !scope.has(head.name)) {
    const converter = converters.get(head.name)
    if (converter !== undefined) return converter(form, scope, module, span)
  }
  const [procedure, ...args] = form.map((f) => convert(f, scope, module))
  if (procedure === undefined) throw new Error('empty combination')
  return { kind: 'call', span, procedure, arguments: args }
}

function items(value: Value): Value[] {
  const array = listToArray(value)
  if (array === undefined) throw new Error('expected a list')
  return array
}

function nameOf(value: Value): string {
  if (value instanceof SchemeSymbol) return value.name
  throw new Error('expected a symbol')
}

function plain(value: Value): Value {
  return value instanceof Pair ? new Pair(plain(value.car), plain(value.cdr)) : value
}

function fresh(name: string): LocalVariable {
  return { name, assigned: false }
}

function extend(scope: Scope, variables: readonly LocalVariable[]): Scope {
  const inner = new Map(scope)
  for (const variable of variables) inner.set(variable.name, variable)
  return inner
}

/** A body with internal definitions. */
function body(forms: readonly Value[], scope: Scope, module: Module): Core {
  const defines = forms.filter((f) => f instanceof Pair && f.car === intern('define')).map(items)
  if (defines.length === 0) return seq(forms.map((f) => convert(f, scope, module)))
  const bindings = defines.map(([, target, ...rest]): [Value, Value] =>
    target instanceof Pair ? [target.car, list([intern('lambda'), target.cdr, ...rest])] : [target, rest[0]],
  )
  const rest = forms.filter((f) => !(f instanceof Pair && f.car === intern('define')))
  return letrec(bindings, rest, scope, module, true)
}

function letrec(
  bindings: readonly (readonly [Value, Value])[],
  forms: readonly Value[],
  scope: Scope,
  module: Module,
  sequential: boolean,
): Core {
  const variables = bindings.map(([name]) => fresh(nameOf(name)))
  const inner = extend(scope, variables)
  const values = bindings.map(([, value]) => convert(value, inner, module))
  return { kind: 'letrec', sequential, variables, values, body: body(forms, inner, module) }
}

function seq(forms: readonly Core[]): Core {
  const [only] = forms
  if (only === undefined) return UNSPECIFIED_CONST
  return forms.length === 1 ? only : { kind: 'seq', body: forms }
}

function lambdaCase(formals: Value, forms: readonly Value[], outer: Scope, module: Module): LambdaCase {
  let scope = outer
  const required: LocalVariable[] = []
  const optional: { variable: LocalVariable; default: Core }[] = []
  const keywords: { keyword: Keyword; variable: LocalVariable; default: Core }[] = []
  let rest: LocalVariable | undefined
  let allowOtherKeys = false
  let mode = 'required'
  let left = formals
  while (left instanceof Pair) {
    const item = left.car
    left = left.cdr
    if (item instanceof Keyword) {
      if (item.name === 'allow-other-keys') allowOtherKeys = true
      else mode = item.name
      continue
    }
    const name = item instanceof Pair ? item.car : item
    const variable = fresh(nameOf(name))
    const init: Core = item instanceof Pair ? convert(items(item)[1], scope, module) : { kind: 'const', value: false }
    if (mode === 'required') required.push(variable)
    else if (mode === 'optional') optional.push({ variable, default: init })
    else if (mode === 'rest') rest = variable
    else keywords.push({ keyword: keywordNamed(variable.name), variable, default: init })
    scope = extend(scope, [variable])
  }
  if (left instanceof SchemeSymbol) {
    rest = fresh(left.name)
    scope = extend(scope, [rest])
  }
  return { required, optional, rest, keywords, allowOtherKeys, body: body(forms, scope, module) }
}

function keywordNamed(name: string): Keyword {
  const datum = readAll(new SourceFile('keyword', `#:${name}`))[0]
  if (datum instanceof Keyword) return datum
  throw new Error('no keyword')
}

function lambda(cases: readonly LambdaCase[], name: string | undefined, span: Span | undefined): Core {
  return { kind: 'lambda', span, name, documentation: undefined, cases }
}

const converters = new Map<string, Converter>([
  ['quote', ([, datum]) => ({ kind: 'const', value: plain(datum) })],
  ['begin', ([, ...forms], scope, module) => seq(forms.map((f) => convert(f, scope, module)))],
  [
    'if',
    ([, test, then, otherwise], scope, module, span) => ({
      kind: 'if',
      span,
      test: convert(test, scope, module),
      then: convert(then, scope, module),
      else: otherwise === undefined ? UNSPECIFIED_CONST : convert(otherwise, scope, module),
    }),
  ],
  [
    'lambda',
    ([, formals, ...forms], scope, module, span) =>
      lambda([lambdaCase(formals, forms, scope, module)], undefined, span),
  ],
  [
    'lambda*',
    ([, formals, ...forms], scope, module, span) =>
      lambda([lambdaCase(formals, forms, scope, module)], undefined, span),
  ],
  [
    'case-lambda',
    ([, ...clauses], scope, module, span) =>
      lambda(
        clauses.map((clause) => {
          const [formals, ...forms] = items(clause)
          return lambdaCase(formals, forms, scope, module)
        }),
        undefined,
        span,
      ),
  ],
  [
    'define',
    ([, target, ...forms], scope, module, span) => {
      if (target instanceof Pair) {
        const name = nameOf(target.car)
        const value = lambda([lambdaCase(target.cdr, forms, scope, module)], name, span)
        return { kind: 'define', span, module, name: intern(name), value }
      }
      return { kind: 'define', span, module, name: intern(nameOf(target)), value: convert(forms[0], scope, module) }
    },
  ],
  [
    'set!',
    ([, name, value], scope, module, span) => {
      const variable = scope.get(nameOf(name))
      const core = convert(value, scope, module)
      if (variable === undefined) {
        return { kind: 'global-set', span, module, name: intern(nameOf(name)), public: false, value: core }
      }
      variable.assigned = true
      return { kind: 'local-set', span, variable, value: core }
    },
  ],
  [
    'let',
    ([, bindings, ...forms], scope, module, span) => {
      if (bindings instanceof SchemeSymbol) {
        const [inits, ...rest] = forms
        const pairs = items(inits).map(items)
        const loop = fresh(bindings.name)
        const inner = extend(scope, [loop])
        const value = lambda([lambdaCase(list(pairs.map((p) => p[0])), rest, inner, module)], bindings.name, span)
        const call: Core = {
          kind: 'call',
          span,
          procedure: { kind: 'local', variable: loop },
          arguments: pairs.map((p) => convert(p[1], scope, module)),
        }
        return { kind: 'letrec', span, sequential: false, variables: [loop], values: [value], body: call }
      }
      const pairs = items(bindings).map(items)
      const variables = pairs.map((p) => fresh(nameOf(p[0])))
      return {
        kind: 'let',
        span,
        variables,
        values: pairs.map((p) => convert(p[1], scope, module)),
        body: body(forms, extend(scope, variables), module),
      }
    },
  ],
  [
    'let*',
    ([, bindings, ...forms], scope, module) => {
      const [first, ...others] = items(bindings)
      if (first === undefined) return body(forms, scope, module)
      const inner = others.length === 0 ? forms : [list([intern('let*'), list(others), ...forms])]
      return convert(list([intern('let'), list([first]), ...inner]), scope, module)
    },
  ],
  ['letrec', ([, bindings, ...forms], scope, module) => letrec(pairsOf(bindings), forms, scope, module, false)],
  ['letrec*', ([, bindings, ...forms], scope, module) => letrec(pairsOf(bindings), forms, scope, module, true)],
  [
    'cond',
    ([, ...clauses], scope, module) => {
      const [first, ...others] = clauses
      if (first === undefined) return UNSPECIFIED_CONST
      const [test, ...forms] = items(first)
      if (test === intern('else')) return body(forms, scope, module)
      const rest = list([intern('cond'), ...others])
      if (forms.length === 0) return convert(list([intern('or'), test, rest]), scope, module)
      return convert(list([intern('if'), test, list([intern('begin'), ...forms]), rest]), scope, module)
    },
  ],
  [
    'and',
    ([, first, ...others], scope, module) => {
      if (first === undefined) return { kind: 'const', value: true }
      const test = convert(first, scope, module)
      if (others.length === 0) return test
      const then = convert(list([intern('and'), ...others]), scope, module)
      return { kind: 'if', test, then, else: { kind: 'const', value: false } }
    },
  ],
  [
    'or',
    ([, first, ...others], scope, module) => {
      if (first === undefined) return { kind: 'const', value: false }
      const value = convert(first, scope, module)
      if (others.length === 0) return value
      const variable = fresh('or')
      const local: Core = { kind: 'local', variable }
      const otherwise = convert(list([intern('or'), ...others]), scope, module)
      return {
        kind: 'let',
        variables: [variable],
        values: [value],
        body: { kind: 'if', test: local, then: local, else: otherwise },
      }
    },
  ],
])

function pairsOf(bindings: Value): [Value, Value][] {
  return items(bindings).map((binding): [Value, Value] => {
    const [name, value] = items(binding)
    return [name, value]
  })
}
