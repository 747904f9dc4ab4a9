/** Identifiers: what they denote and when two are the same. */
import { currentRealm } from '../modules/realm.ts'
import { intern, SchemeSymbol, type Value, Variable } from '../values/index.ts'
import type { Binding } from './binding.ts'
import { GlobalAlias } from './binding.ts'
import { openSyntax } from './destructure.ts'
import { Macro } from './macro.ts'
import { Syntax } from './syntax-object.ts'
import { emptyWrap, joinWraps, type Marks, NATIVE_MARK, NO_MARKS, resolve, Scope, Wrap } from './wrap.ts'

/** An identifier in the form that scopes store: a symbol and its marks. */
export interface Identifier {
  readonly symbol: SchemeSymbol
  readonly marks: Marks
  /** To be looked up under this. */
  readonly wrap: Wrap
}

/** VALUE under WRAP as an identifier, or undefined when it is none. */
export function asIdentifier(value: Value, wrap: Wrap): Identifier | undefined {
  if (value instanceof SchemeSymbol) return { symbol: value, marks: wrap.marks, wrap }
  if (!(value instanceof Syntax)) return undefined
  const opened = openSyntax(value, wrap)
  return opened.value instanceof SchemeSymbol
    ? { symbol: opened.value, marks: opened.wrap.marks, wrap: opened.wrap }
    : undefined
}

/** What an identifier denotes: a binding of a scope, or the module variable; undefined when it is bound nowhere. */
export function denotation(symbol: SchemeSymbol, wrap: Wrap): Binding | Variable | undefined {
  const bound = resolve(symbol, wrap)
  if (bound === undefined) return wrap.module.lookup(symbol)
  if (bound instanceof GlobalAlias) return bound.module.lookup(bound.name) ?? bound
  return bound
}

/** The macro an identifier denotes, if it denotes one. */
export function macroOf(symbol: SchemeSymbol, wrap: Wrap): Macro | undefined {
  const bound = resolve(symbol, wrap)
  if (bound === undefined) {
    const value = wrap.module.lookup(symbol)?.settled
    return value instanceof Macro ? value : undefined
  }
  if (bound instanceof Macro) return bound
  if (bound instanceof GlobalAlias) {
    const value = bound.module.lookup(bound.name)?.settled
    return value instanceof Macro ? value : undefined
  }
  return undefined
}

/** Whether two identifiers denote the same: `free-identifier=?`. */
export function sameDenotation(a: SchemeSymbol, aWrap: Wrap, b: SchemeSymbol, bWrap: Wrap): boolean {
  const left = denotation(a, aWrap)
  const right = denotation(b, bWrap)
  if (left === undefined && right === undefined) return a === b
  // Auxiliary keywords and imports: one macro may be bound in several modules.
  if (left instanceof Variable && right instanceof Variable) return left === right || sameMacro(left, right)
  return left === right
}

function sameMacro(a: Variable, b: Variable): boolean {
  return a.value instanceof Macro && a.value === b.value
}

const ELSE_LIKE = new Map<string, SchemeSymbol>()

/** Whether VALUE under WRAP is an identifier with (guile)'s binding of NAME, as `else` and `=>` must have. */
export function isGuileKeyword(value: Value, wrap: Wrap, name: string): boolean {
  let symbol = ELSE_LIKE.get(name)
  if (symbol === undefined) {
    symbol = intern(name)
    ELSE_LIKE.set(name, symbol)
  }
  if (value instanceof SchemeSymbol) {
    if (value !== symbol) return false
  } else if (!(value instanceof Syntax)) return false
  const id = asIdentifier(value, wrap)
  if (id === undefined) return false
  const { guile } = currentRealm()
  return sameDenotation(id.symbol, id.wrap, symbol, emptyWrap(guile))
}

/** An identifier for native output: NAME as bound in a module ((guile) unless said), whatever is bound around it. */
export function nativeIdentifier(name: string, module = currentRealm().guile): Syntax {
  return new Syntax(intern(name), nativeWrap(module))
}

const nativeWraps = new WeakMap<object, Wrap>()

function nativeWrap(module: ReturnType<typeof currentRealm>['guile']): Wrap {
  let wrap = nativeWraps.get(module)
  if (wrap === undefined) {
    wrap = joinWraps(new Wrap(NATIVE_MARK.before(NO_MARKS), new Scope(undefined, undefined), module), emptyWrap(module))
    nativeWraps.set(module, wrap)
  }
  return wrap
}
