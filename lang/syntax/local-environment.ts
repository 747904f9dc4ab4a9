/** Lexical environments as values: what `the-environment` of (ice-9 local-eval) returns keeps the wrap of the place where
 *  it stands and a getter and a setter for each variable in scope; expressions are expanded in it later. */
import type { Core } from '../core/index.ts'
import { executeInPlace } from '../execution/execute.ts'
import type { Module } from '../modules/module.ts'
import { currentRealm } from '../modules/realm.ts'
import { any, primitives, rest } from '../primitives/define.ts'
import { list, Pair, type SchemeSymbol, type Value } from '../values/index.ts'
import { Lexical, PatternVariable } from './binding.ts'
import { bind, call, callPrimitive, constant, lambda, local, phase, temporary } from './build.ts'
import { formItems, openSyntax } from './destructure.ts'
import { badSyntax } from './errors.ts'
import { EmbeddedCore, expand } from './expander.ts'
import { isGuileKeyword } from './identifier.ts'
import { Rewriter } from './macro.ts'
import { defineForm } from './native.ts'
import { Syntax, wrapSyntax } from './syntax-object.ts'
import { type Marks, Rib, resolve, type Wrap } from './wrap.ts'

/** The symbols that are bound in the scopes of WRAP, innermost first, each once. */
function boundSymbols(wrap: Wrap): SchemeSymbol[] {
  const found = new Set<SchemeSymbol>()
  let marks: Marks | undefined = wrap.marks
  for (let scope = wrap.scope; scope !== undefined; scope = scope.next) {
    if (scope.rib === undefined) marks = marks?.rest
    else for (const entry of scope.rib.entries()) if (entry.marks === marks) found.add(entry.symbol)
  }
  return [...found]
}

/** What stays the same from one evaluation of a `the-environment` to the next. */
class Place {
  readonly wrap: Wrap
  readonly variables: readonly SchemeSymbol[]
  /** Pattern variables with the depth of their values. */
  readonly patterns: readonly { readonly symbol: SchemeSymbol; readonly depth: number }[]
  constructor(
    wrap: Wrap,
    variables: readonly SchemeSymbol[],
    patterns: readonly { readonly symbol: SchemeSymbol; readonly depth: number }[],
  ) {
    this.wrap = wrap
    this.variables = variables
    this.patterns = patterns
  }
}

export class LocalEnvironment {
  readonly place: Place
  /** Getter and setter of each variable in turn, then the values of the pattern variables. */
  readonly contents: readonly Value[]
  constructor(place: Place, contents: readonly Value[]) {
    this.place = place
    this.contents = contents
  }
}

defineForm(
  '(ice-9 local-eval)',
  'the-environment',
  'Return the lexical environment of this place, for local-eval.',
  (form, wrap) => {
    if (formItems(form)?.length !== 1) return badSyntax(new Syntax(form, wrap))
    const variables: SchemeSymbol[] = []
    const patterns: { symbol: SchemeSymbol; depth: number }[] = []
    const accessors: Core[] = []
    const values: Core[] = []
    for (const symbol of boundSymbols(wrap)) {
      const bound = resolve(symbol, wrap)
      if (bound instanceof Lexical && bound.level === phase.level) {
        const value = temporary('value')
        bound.assigned = true
        variables.push(symbol)
        accessors.push(
          lambda([], local(bound)),
          lambda([value], { kind: 'local-set', variable: bound, value: local(value) }),
        )
      } else if (bound instanceof PatternVariable && bound.variable.level === phase.level) {
        patterns.push({ symbol, depth: bound.depth })
        values.push(local(bound.variable))
      }
    }
    return callPrimitive(
      '%make-local-environment',
      constant(new Place(wrap, variables, patterns)),
      ...accessors,
      ...values,
    )
  },
)

/** A keyword that reads and assigns a variable through procedures. */
function variableOf(symbol: SchemeSymbol, get: Value, set: Value): Rewriter {
  const reference = (): Value => new EmbeddedCore(call(constant(get)))
  return new Rewriter(
    symbol.name,
    (use, wrap) => {
      const opened = openSyntax(use, wrap)
      if (!(opened.value instanceof Pair)) return reference()
      if (isGuileKeyword(opened.value.car, opened.wrap, 'set!')) {
        const [, , value, ...more] = formItems(opened.value) ?? []
        if (value === undefined || more.length > 0) return badSyntax(wrapSyntax(use, wrap))
        return list([new EmbeddedCore(constant(set)), wrapSyntax(value, opened.wrap)])
      }
      return new Pair(reference(), wrapSyntax(opened.value.cdr, opened.wrap))
    },
    { variable: true },
  )
}

/** Expand EXPRESSION, a datum, in ENVIRONMENT. */
function expandIn(environment: LocalEnvironment, expression: Value): Core {
  const { place, contents } = environment
  const rib = new Rib()
  place.variables.forEach((symbol, i) => {
    rib.add(symbol, place.wrap.marks, variableOf(symbol, contents[2 * i], contents[2 * i + 1]))
  })
  const first = 2 * place.variables.length
  const variables = place.patterns.map(({ symbol, depth }) => {
    const variable = temporary(symbol.name)
    rib.add(symbol, place.wrap.marks, new PatternVariable(variable, depth))
    return variable
  })
  const body = expand(expression, place.wrap.within(rib))
  return bind(
    variables,
    variables.map((_, i) => constant(contents[first + i])),
    body,
  )
}

function inModule<T>(module: Module, action: () => T): T {
  const realm = currentRealm()
  const previous = realm.currentModule
  realm.currentModule = module
  try {
    return action()
  } finally {
    realm.currentModule = previous
  }
}

const guile = primitives('(guile)')
guile(
  '%make-local-environment',
  [any('place'), rest(any('contents'))],
  'Return the environment of PLACE with CONTENTS.',
  (place, ...contents) => (place instanceof Place ? new LocalEnvironment(place, contents) : false),
)
const localEval = primitives('(ice-9 local-eval)')
localEval(
  '%local-environment?',
  [any('x')],
  'Return #t when X is what the-environment returns.',
  (x) => x instanceof LocalEnvironment,
)
localEval(
  '%local-eval',
  [any('expression'), any('environment')],
  'Return the value of EXPRESSION in ENVIRONMENT.',
  (expression, environment) => {
    if (!(environment instanceof LocalEnvironment)) return false
    return executeInPlace(inModule(environment.place.wrap.module, () => expandIn(environment, expression)))
  },
)

primitives('(system syntax)')(
  'syntax-locally-bound-identifiers',
  [any('id')],
  'Return the identifiers that are bound in the scopes around ID, innermost first.',
  (id) => {
    if (!(id instanceof Syntax)) return list([])
    const { wrap } = openSyntax(id.expression, id.wrap)
    return list(boundSymbols(wrap).map((symbol) => new Syntax(symbol, wrap)))
  },
)
