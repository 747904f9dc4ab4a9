/** SRFI 105: what the elements between braces mean. */
import { intern, NIL, Pair, type Value } from '../values/index.ts'

/** Adds an element in front of a list, with its place in the source. */
type Prepend = (rest: Value, element: Value) => Value

/** `{a + b + c}` is `(+ a b c)`, `{- a}` is `(- a)`, `{a}` is `a`; what mixes operators is left to `$nfx$`. */
export function infixToPrefix(items: readonly Value[], tail: Value, prepend: Prepend): Value {
  if (tail === NIL) {
    if (items.length === 0) return NIL
    if (items.length === 1) return items[0]
    if (items.length === 2) return items.reduceRight<Value>(prepend, NIL)
    const [, operator] = items
    const uniform = items.length % 2 === 1 && items.every((item, i) => i % 2 === 0 || datumEqual(item, operator))
    if (uniform) return prepend(items.filter((_, i) => i % 2 === 0).reduceRight<Value>(prepend, NIL), operator)
  }
  return prepend(items.reduceRight<Value>(prepend, tail), intern('$nfx$'))
}

function datumEqual(a: Value, b: Value): boolean {
  if (a === b) return true
  return a instanceof Pair && b instanceof Pair && datumEqual(a.car, b.car) && datumEqual(a.cdr, b.cdr)
}
