/** `equal?` of syntax objects, which macros use to find a form again: the same data whose identifiers have the same
 *  marks and scopes, however far their wraps have been pushed in. */
import { installSyntaxEquality, isEqual } from '../primitives/equality.ts'
import { installCommonContent, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { Syntax, syntaxToDatum } from './syntax-object.ts'
import { joinWraps, type Scope, type Wrap } from './wrap.ts'

function unwrap(value: Value, outer: Wrap | undefined): [Value, Wrap | undefined] {
  let current = value
  let wrap = outer
  while (current instanceof Syntax) {
    wrap = wrap === undefined ? current.wrap : joinWraps(wrap, current.wrap)
    current = current.expression
  }
  return [current, wrap]
}

/** The innermost scope of a chain that is not without names, as that of a top-level form may be. */
function binding(scope: Scope | undefined): Scope | undefined {
  let found = scope
  while (found?.rib?.isEmpty === true) found = found.next
  return found
}

function sameScopes(a: Scope | undefined, b: Scope | undefined): boolean {
  let left = binding(a)
  let right = binding(b)
  while (left !== right) {
    if (left === undefined || right === undefined || left.rib !== right.rib) return false
    left = binding(left.next)
    right = binding(right.next)
  }
  return true
}

function sameWraps(a: Wrap | undefined, b: Wrap | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return a.marks === b.marks && a.module === b.module && sameScopes(a.scope, b.scope)
}

function same(left: Value, leftOuter: Wrap | undefined, right: Value, rightOuter: Wrap | undefined): boolean {
  let [a, leftWrap] = unwrap(left, leftOuter)
  let [b, rightWrap] = unwrap(right, rightOuter)
  while (a instanceof Pair && b instanceof Pair) {
    if (a === b && sameWraps(leftWrap, rightWrap)) return true
    if (!same(a.car, leftWrap, b.car, rightWrap)) return false
    ;[a, leftWrap] = unwrap(a.cdr, leftWrap)
    ;[b, rightWrap] = unwrap(b.cdr, rightWrap)
  }
  if (a instanceof SchemeSymbol) return a === b && sameWraps(leftWrap, rightWrap)
  if (Array.isArray(a) && Array.isArray(b)) {
    const others = b
    return a.length === b.length && a.every((item, i) => same(item, leftWrap, others[i], rightWrap))
  }
  return isEqual(a, b)
}

installCommonContent((object) => (object instanceof Syntax ? syntaxToDatum(object) : undefined))
installSyntaxEquality((a, b) => (a instanceof Syntax || b instanceof Syntax) && same(a, undefined, b, undefined))
