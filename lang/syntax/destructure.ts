/** Taking forms apart: lists whose spine may pass through syntax objects. */
import { NIL, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { Syntax, wrapSyntax } from './syntax-object.ts'
import { joinWraps, type Wrap } from './wrap.ts'

/** The elements of a form that is a proper list, each to be read under the form's own wrap; undefined otherwise. */
export function formItems(form: Value): Value[] | undefined {
  const { items, tail } = splitForm(form)
  return tail === NIL ? items : undefined
}

/** The elements and the tail of a possibly improper form. */
export function splitForm(form: Value): { items: Value[]; tail: Value } {
  const items: Value[] = []
  let rest = form
  while (rest instanceof Pair) {
    items.push(rest.car)
    rest = rest.cdr
  }
  if (!(rest instanceof Syntax)) return { items, tail: rest }
  // The rest of the spine stands under a wrap of its own, which its elements take along.
  let wrap = rest.wrap
  let inner: Value = rest.expression
  for (;;) {
    if (inner instanceof Pair) {
      items.push(wrapSyntax(inner.car, wrap, inner))
      inner = inner.cdr
    } else if (inner instanceof Syntax) {
      wrap = joinWraps(wrap, inner.wrap)
      inner = inner.expression
    } else if (inner instanceof SchemeSymbol || Array.isArray(inner)) {
      return { items, tail: new Syntax(inner, wrap) }
    } else return { items, tail: inner }
  }
}

/** Look through a syntax object: what it holds and under which wrap. */
export function openSyntax(value: Value, wrap: Wrap): { value: Value; wrap: Wrap } {
  let v = value
  let w = wrap
  while (v instanceof Syntax) {
    w = joinWraps(w, v.wrap)
    v = v.expression
  }
  return { value: v, wrap: w }
}

/** The datum a value holds, if it needs no wrap to be understood: a string, number, keyword... */
export function atomOf(value: Value): Value {
  let v = value
  while (v instanceof Syntax) v = v.expression
  return v
}

/** Look through a syntax object without leaving the place it stands in: KEEP turns a part of the
 *  content into something to be read under the same wrap as VALUE. */
export function openInPlace(value: Value): { value: Value; keep: (part: Value) => Value } {
  if (!(value instanceof Syntax)) return { value, keep: (part) => part }
  const opened = openSyntax(value.expression, value.wrap)
  return { value: opened.value, keep: (part) => wrapSyntax(part, opened.wrap) }
}
