/** Syntax objects: a datum together with the wrap that gives its identifiers their meaning.
 *  Untouched source has none: a bare symbol or pair stands under the wrap of what contains it.
 *
 *  As constants of compiled code they must survive on disk. An identifier reduces to its name, its marks
 *  (numbers; only their equality matters) and its module's name; the scopes of its wrap matter only while
 *  the form around it is being expanded, except to tell that it is bound by a local variable. */
import type { Span } from '../source/index.ts'
import { NIL, Pair, SchemeSymbol, SourcePair, type Value } from '../values/index.ts'
import { joinWraps, NO_MARKS, type Wrap } from './wrap.ts'

export class Syntax {
  readonly expression: Value
  readonly wrap: Wrap
  /** Where it was read: a span, or the pair whose car it was. */
  readonly origin: Span | SourcePair | undefined

  constructor(expression: Value, wrap: Wrap, origin?: Span | SourcePair | undefined) {
    this.expression = expression
    this.wrap = wrap
    this.origin = origin
  }
}

/** VALUE, which stands under WRAP, as something that can leave that place. */
export function wrapSyntax(value: Value, wrap: Wrap, cell?: Value): Value {
  if (value instanceof Syntax) {
    const joined = joinWraps(wrap, value.wrap)
    return joined === value.wrap ? value : new Syntax(value.expression, joined, value.origin)
  }
  if (value instanceof SchemeSymbol) {
    return new Syntax(value, wrap, cell instanceof SourcePair ? cell : undefined)
  }
  if (value instanceof Pair || Array.isArray(value)) {
    // A pair that a template made holds parts with wraps of their own; an empty wrap around it would
    // keep the next mark from meeting their anti-marks.
    if (wrap.marks === NO_MARKS && wrap.scope === undefined) return value
    return new Syntax(value, wrap)
  }
  return value
}

/** Where a value was read, if it says so. */
export function spanOf(value: Value): Span | undefined {
  if (value instanceof SourcePair) return value.span
  if (!(value instanceof Syntax)) return undefined
  if (value.origin instanceof SourcePair) return spanOfCar(value.origin)
  return value.origin ?? spanOf(value.expression)
}

/** Where the car of a pair was read. The first pair of a list spans the list, the others start at their car. */
export function spanOfCar(pair: SourcePair): Span {
  const { source, start, end } = pair.span
  const car = pair.car instanceof Syntax ? pair.car.expression : pair.car
  if (!(car instanceof SchemeSymbol)) return pair.car instanceof SourcePair ? pair.car.span : pair.span
  const { text } = source
  let at = start
  const opening = text.charAt(at)
  if (opening === '(' || opening === '[') {
    at++
    while (/\s/.test(text.charAt(at))) at++
  }
  const word = text.startsWith(car.name, at) ? car.name.length : 1
  return { source, start: at, end: Math.min(at + word, Math.max(end, at + 1)) }
}

/** Nodes after which a datum is taken to share structure or to be cyclic. */
const plainBudget = 100_000

/** The datum without any wraps, as plain pairs. */
export function syntaxToDatum(value: Value): Value {
  return datumOf(value, false)
}

/** The datum without any wraps, whose pairs still know where they were read: code that is kept as data, to be compiled
 *  later, is told by its own places. */
export function syntaxToPlacedDatum(value: Value): Value {
  return datumOf(value, true)
}

function datumOf(value: Value, placed: boolean): Value {
  if (!(value instanceof Syntax || value instanceof Pair || Array.isArray(value))) return value
  const budget = { left: plainBudget, placed }
  const stripped = strip(value, budget)
  return stripped === tooMany ? stripShared(value) : stripped
}

const tooMany = Symbol('too many')

/** Parts within parts after which `strip` gives up. */
const MOST_LEVELS = 1000

function strip(value: Value, budget: { left: number; readonly placed: boolean }, level = 0): Value {
  if (level > MOST_LEVELS) return tooMany
  let v: Value = value
  while (v instanceof Syntax) v = v.expression
  if (v instanceof Pair) {
    let first: Pair | undefined
    let last: Pair | undefined
    let cell: Pair = v
    for (;;) {
      if (--budget.left < 0) return tooMany
      const car = strip(cell.car, budget, level + 1)
      if (car === tooMany) return tooMany
      const made: Pair =
        budget.placed && cell instanceof SourcePair ? new SourcePair(car, NIL, cell.span) : new Pair(car, NIL)
      if (last === undefined) first = made
      else last.cdr = made
      last = made
      let rest: Value = cell.cdr
      while (rest instanceof Syntax) rest = rest.expression
      if (rest instanceof Pair) {
        cell = rest
        continue
      }
      const tail = strip(rest, budget, level + 1)
      if (tail === tooMany) return tooMany
      last.cdr = tail
      return first
    }
  }
  if (Array.isArray(v)) {
    const items: Value[] = []
    for (const item of v) {
      if (--budget.left < 0) return tooMany
      const stripped = strip(item, budget, level + 1)
      if (stripped === tooMany) return tooMany
      items.push(stripped)
    }
    return items
  }
  return v
}

/** Keeps shared and cyclic structure, at the price of a table; needs no stack for deep data. */
function stripShared(root: Value): Value {
  const done = new Map<Value, Value>()
  const pending: (Pair | Value[])[] = []
  /** The copy of a part, whose own parts are still those of the original. */
  const copyOf = (value: Value): Value => {
    let v = value
    while (v instanceof Syntax) v = v.expression
    if (!(v instanceof Pair || Array.isArray(v))) return v
    let copy = done.get(v)
    if (copy === undefined) {
      const made = v instanceof Pair ? new Pair(v.car, v.cdr) : [...v]
      pending.push(made)
      done.set(v, made)
      copy = made
    }
    return copy
  }
  const result = copyOf(root)
  for (let copy = pending.pop(); copy !== undefined; copy = pending.pop()) {
    if (copy instanceof Pair) {
      copy.car = copyOf(copy.car)
      copy.cdr = copyOf(copy.cdr)
    } else for (let i = 0; i < copy.length; i++) copy[i] = copyOf(copy[i])
  }
  return result
}

/** Whether VALUE is an identifier: a symbol, wrapped or bare. */
export function isIdentifier(value: Value): boolean {
  return value instanceof SchemeSymbol || (value instanceof Syntax && unwrapped(value) instanceof SchemeSymbol)
}

function unwrapped(syntax: Syntax): Value {
  let e: Value = syntax
  while (e instanceof Syntax) e = e.expression
  return e
}
