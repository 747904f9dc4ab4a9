/** Pairs and lists. */
import type { Span } from '../source/index.ts'
import { NIL } from './singletons.ts'
import type { Value } from './value.ts'

export class Pair {
  car: Value
  cdr: Value
  constructor(car: Value, cdr: Value) {
    this.car = car
    this.cdr = cdr
  }
}

/** A pair that knows where it was read. Only the reader makes these, for the expander;
 *  quoted constants are stripped to plain pairs, so running programs see one shape. */
export class SourcePair extends Pair {
  readonly span: Span
  constructor(car: Value, cdr: Value, span: Span) {
    super(car, cdr)
    this.span = span
  }
}

/** A proper list of `items`, ending in `tail`. */
export function list(items: readonly Value[], tail: Value = NIL): Value {
  let result = tail
  for (let i = items.length - 1; i >= 0; i--) result = new Pair(items[i], result)
  return result
}

/** The elements of a proper list, or undefined when `value` is not one (improper or cyclic). */
export function listToArray(value: Value): Value[] | undefined {
  const items: Value[] = []
  let slow = value
  let current = value
  while (current instanceof Pair) {
    items.push(current.car)
    current = current.cdr
    if (current === slow) return undefined
    if ((items.length & 1) === 0 && slow instanceof Pair) slow = slow.cdr
  }
  return current === NIL ? items : undefined
}
