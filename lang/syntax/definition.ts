/** The parts of `define` and `define*`: the name and the expression, docstrings and curried definitions included. */
import type { Core } from '../core/index.ts'
import { list, NIL, Pair, type Value } from '../values/index.ts'
import { UNSPECIFIED_CORE } from './build.ts'
import { formItems, openInPlace } from './destructure.ts'
import { badSyntax } from './errors.ts'
import { expand } from './expander.ts'
import { nativeIdentifier } from './identifier.ts'
import { expandClause, expandStarClause, lambdaOf } from './lambda.ts'
import { isIdentifier, Syntax } from './syntax-object.ts'
import type { Wrap } from './wrap.ts'

export interface Definition {
  readonly id: Value
  readonly idWrap: Wrap
  /** Expands the value; to be called once the scope is complete. */
  readonly value: () => Core
}

/** Take `(define name value)`, `(define (name . formals) body ...)` or `(define ((name a) b) body ...)` apart. */
export function definitionParts(form: Pair, wrap: Wrap, star: boolean): Definition {
  const whole = new Syntax(form, wrap)
  const items = formItems(form) ?? badSyntax(whole)
  const [, target, ...body] = items
  if (target === undefined) return badSyntax(whole)
  const { value: header, keep } = openInPlace(target)
  if (!(header instanceof Pair)) {
    if (body.length > 1 || !isIdentifier(target)) return badSyntax(whole)
    const [value] = body
    const cell = form.cdr instanceof Pair ? form.cdr.cdr : undefined
    return { id: target, idWrap: wrap, value: () => (body.length === 0 ? UNSPECIFIED_CORE : expand(value, wrap, cell)) }
  }
  if (body.length === 0) return badSyntax(whole)
  const name = keep(header.car)
  const formals = keep(header.cdr)
  if (openInPlace(name).value instanceof Pair) {
    // ((name a) b): a procedure that returns a procedure.
    const inner = new Pair(nativeIdentifier(star ? 'lambda*' : 'lambda'), new Pair(formals, list(body)))
    return definitionParts(new Pair(form.car, new Pair(name, new Pair(inner, NIL))), wrap, star)
  }
  const clause = star ? expandStarClause : expandClause
  return { id: name, idWrap: wrap, value: () => lambdaOf([clause(formals, body, wrap, whole)]) }
}
