/** The parts of `define` and `define*`: the name and the expression, docstrings and curried definitions included. */
import type { Core } from '../core/index.ts'
import { list, NIL, Pair, type Value } from '../values/index.ts'
import { UNSPECIFIED_CORE } from './build.ts'
import { formItems, openInPlace } from './destructure.ts'
import { badSyntax } from './errors.ts'
import { expand } from './expander.ts'
import { nativeIdentifier } from './identifier.ts'
import { expandClause, expandStarClause, lambdaOf } from './lambda.ts'
import { isIdentifier, Syntax, spanOf } from './syntax-object.ts'
import type { Wrap } from './wrap.ts'

export interface Definition {
  readonly id: Value
  readonly idWrap: Wrap
  /** Expands the value; to be called once the scope is complete. */
  readonly value: () => Core
}

/** What is wrong when BODY, of the definition of a variable, has more than one expression. */
function severalValues([value, next]: readonly Value[]): { at?: Value; hint: string } {
  const span = spanOf(value)
  const end = span?.source.position(span.end)
  const where = end === undefined ? '' : ` The first one ends on line ${end.line}: is there a parenthesis too many?`
  return { ...(spanOf(next) === undefined ? {} : { at: next }), hint: `a variable has one value, not several.${where}` }
}

/** Take `(define name value)`, `(define (name . formals) body ...)` or `(define ((name a) b) body ...)` apart. */
export function definitionParts(form: Pair, wrap: Wrap, star: boolean): Definition {
  const whole = new Syntax(form, wrap)
  const items = formItems(form) ?? badSyntax(whole)
  const [, target, ...body] = items
  if (target === undefined) return badSyntax(whole)
  const { value: header, keep } = openInPlace(target)
  if (!(header instanceof Pair)) {
    if (body.length > 1) return badSyntax(whole, undefined, severalValues(body))
    if (!isIdentifier(target)) return badSyntax(whole)
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
