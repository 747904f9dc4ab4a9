/** Lists: the procedures that call no other procedure. The rest is Scheme, in stdlib/guile/lists.scm. */
import { miscError, outOfBounds, outOfRange, wrongType } from '../conditions/index.ts'
import {
  Compnum,
  Flonum,
  list,
  listToArray,
  NIL,
  Pair,
  Ratnum,
  SchemeArray,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { isEqual, isEqv } from './equality.ts'
import { any, index, optional, rest } from './parameters.ts'

const guile = primitives('(guile)')

/** The elements of a proper list argument, or a wrong-type error. */
export function elements(name: string, position: number, value: Value, expected = 'list'): Value[] {
  return listToArray(value) ?? wrongType(name, position, value, expected)
}

/** Steps after which a walk along a list asks whether it goes in a circle. */
const LONG_WALK = 1_000_000

function isCircular(value: Value): boolean {
  let slow = value
  let fast = value
  while (fast instanceof Pair && fast.cdr instanceof Pair && slow instanceof Pair) {
    fast = fast.cdr.cdr
    slow = slow.cdr
    if (fast === slow) return fast instanceof Pair
  }
  return false
}

guile('list', [rest(any('x'))], 'Return a list of the arguments.', (...xs) => list(xs))
guile('list?', [any('x')], 'Return #t when X is a proper list.', (x) => {
  let slow = x
  let fast = x
  while (true) {
    if (!(fast instanceof Pair)) return fast === NIL
    fast = fast.cdr
    if (!(fast instanceof Pair)) return fast === NIL
    fast = fast.cdr
    if (slow instanceof Pair) slow = slow.cdr
    if (fast === slow) return false
  }
})
guile('length', [any('list')], 'Return the number of elements of LIST.', (value) => {
  let count = 0
  let current = value
  let slow = value
  while (current instanceof Pair) {
    count++
    current = current.cdr
    if ((count & 1) === 0 && slow instanceof Pair) {
      slow = slow.cdr
      if (slow === current && current instanceof Pair) return wrongType('length', 1, value)
    }
  }
  return current === NIL ? count : wrongType('length', 1, value)
})
guile('append', [rest(any('list'))], 'Return the concatenation of the lists; the last is shared.', (...lists) =>
  appendLists('append', lists),
)

export function appendLists(name: string, lists: readonly Value[]): Value {
  if (lists.length === 0) return NIL
  let result = lists[lists.length - 1]
  for (let i = lists.length - 2; i >= 0; i--) {
    const part = lists[i]
    if (part === NIL) continue
    result = list(elements(name, i + 1, part), result)
  }
  return result
}
guile(
  'append!',
  [rest(any('list'))],
  'Return the concatenation of the lists, relinking all but the last.',
  (...lists) => {
    let result: Value = NIL
    for (let i = lists.length - 1; i >= 0; i--) {
      const part = lists[i]
      if (i === lists.length - 1) {
        result = part
      } else if (part !== NIL) {
        const last = lastPair(part, 'append!', i + 1)
        if (!(last instanceof Pair) || last.cdr !== NIL) return wrongType('append!', i + 1, part, 'list')
        last.cdr = result
        result = part
      }
    }
    return result
  },
)
function lastPair(value: Value, name = 'last-pair', position = 1): Value {
  let last = value
  let steps = 0
  while (last instanceof Pair && last.cdr instanceof Pair) {
    if (++steps === LONG_WALK && isCircular(value))
      return miscError(name, 'Circular structure in position ~S: ~S', position, value)
    last = last.cdr
  }
  return last
}
guile('last-pair', [any('list')], 'Return the last pair of LIST.', (value) => lastPair(value))
guile('reverse', [any('list')], 'Return the elements of LIST in reverse order.', (value) => {
  let result: Value = NIL
  let rest = value
  let steps = 0
  while (rest instanceof Pair) {
    if (++steps === LONG_WALK && isCircular(value)) break
    result = new Pair(rest.car, result)
    rest = rest.cdr
  }
  return rest === NIL ? result : wrongType('reverse', 1, value)
})
guile(
  'reverse!',
  [any('list'), optional(any('tail'))],
  'Reverse LIST in place, ending it in TAIL.',
  (value, tail = NIL) => {
    let result: Value = tail
    let rest = value
    while (rest instanceof Pair) {
      const next: Value = rest.cdr
      rest.cdr = result
      result = rest
      rest = next
    }
    return rest === NIL ? result : wrongType('reverse!', 1, value)
  },
)
guile('append-reverse', [any('head'), any('tail')], 'Return the reverse of HEAD followed by TAIL.', (head, tail) => {
  let result = tail
  for (let rest = head; rest instanceof Pair; rest = rest.cdr) result = new Pair(rest.car, result)
  return result
})
function tail(name: string, value: Value, k: number): Value {
  let rest = value
  for (let i = 0; i < k; i++) {
    if (!(rest instanceof Pair))
      return name === 'list-tail' || name === 'list-cdr-ref' ? wrongType(name, 1, rest, 'pair') : outOfRange(name, 2, k)
    rest = rest.cdr
  }
  return rest
}
guile('list-tail', [any('list'), index('k')], 'Return LIST without its first K elements.', (value, k) =>
  tail('list-tail', value, k),
)
guile('list-cdr-ref', [any('list'), index('k')], 'Return LIST without its first K elements.', (value, k) =>
  tail('list-cdr-ref', value, k),
)
guile('list-ref', [any('list'), index('k')], 'Return element K of LIST.', (value, k) => {
  const rest = tail('list-ref', value, k)
  return rest instanceof Pair ? rest.car : outOfBounds('list-ref', 2, k, elements('list-ref', 1, value).length, 'list')
})
guile(
  'list-set!',
  [any('list'), index('k'), any('value')],
  'Store VALUE as element K of LIST.',
  (value, k, element) => {
    const rest = tail('list-set!', value, k)
    if (!(rest instanceof Pair)) return outOfRange('list-set!', 2, k)
    rest.car = element
    return element
  },
)
guile(
  'list-cdr-set!',
  [any('list'), index('k'), any('value')],
  'Store VALUE as tail K of LIST.',
  (value, k, element) => {
    const rest = tail('list-cdr-set!', value, k)
    if (!(rest instanceof Pair)) return outOfRange('list-cdr-set!', 2, k)
    rest.cdr = element
    return element
  },
)
guile('list-head', [any('list'), index('k')], 'Return the first K elements of LIST.', (value, k) => {
  const items: Value[] = []
  let rest = value
  for (let i = 0; i < k; i++) {
    if (!(rest instanceof Pair)) return wrongType('list-head', 1, rest, 'pair')
    items.push(rest.car)
    rest = rest.cdr
  }
  return list(items)
})
guile('list-copy', [any('list')], 'Return a copy of LIST.', (value) => {
  const items: Value[] = []
  let rest = value
  while (rest instanceof Pair) {
    items.push(rest.car)
    rest = rest.cdr
  }
  return list(items, rest)
})
guile('make-list', [index('n'), optional(any('fill'))], 'Return a list of N times FILL.', (n, fill = NIL) => {
  let result: Value = NIL
  for (let i = 0; i < n; i++) result = new Pair(fill, result)
  return result
})
guile('copy-tree', [any('x')], 'Return a copy of the pairs and vectors of X.', copyTree)
/** Copies after which the tree is searched for cycles, once. */
const MANY_COPIES = 100_000
function copyTree(root: Value): Value {
  const result: Value[] = []
  /** What is to be copied, where to, and at which place of it. */
  const pending: [value: Value, target: Pair | Value[], place: 'car' | 'cdr' | number][] = [[root, result, 0]]
  let copies = 0
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const [value, target, place] = task
    if (++copies === MANY_COPIES && isCyclicTree(root)) return wrongType('copy-tree', 1, root)
    let copy = value
    if (value instanceof Pair) {
      const pair = new Pair(value.car, value.cdr)
      copy = pair
      pending.push([value.cdr, pair, 'cdr'], [value.car, pair, 'car'])
    } else if (Array.isArray(value)) {
      const items: Value[] = new Array(value.length)
      copy = items
      for (let i = value.length - 1; i >= 0; i--) pending.push([value[i], items, i])
    }
    if (Array.isArray(target)) target[Number(place)] = copy
    else if (place === 'car') target.car = copy
    else target.cdr = copy
  }
  return result[0]
}
function isCyclicTree(root: Value): boolean {
  const state = new Map<Value, 'open' | 'closed'>()
  const steps: [value: Value, leaving: boolean][] = [[root, false]]
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const [value, leaving] = step
    if (!(value instanceof Pair || Array.isArray(value))) continue
    if (leaving) state.set(value, 'closed')
    else if (state.get(value) === 'open') return true
    else if (!state.has(value)) {
      state.set(value, 'open')
      steps.push([value, true])
      if (value instanceof Pair) steps.push([value.cdr, false], [value.car, false])
      else for (const item of value) steps.push([item, false])
    }
  }
  return false
}

type Test = (a: Value, b: Value) => boolean
const same: Test = (a, b) => a === b

/** Whether KEY equals nothing but itself by TEST: then no test needs to be called for each element. */
function isOnlyItself(test: Test, key: Value): boolean {
  if (test === same || typeof key !== 'object' || key instanceof SchemeSymbol) return true
  return test === isEqv && !(key instanceof Flonum || key instanceof Ratnum || key instanceof Compnum)
}
/** The first tail of LIST that begins with X itself; otherwise where the search ended. */
function tailWith(x: Value, items: Value): Value {
  let rest = items
  for (let steps = 0; rest instanceof Pair && rest.car !== x; rest = rest.cdr)
    if (++steps === LONG_WALK && isCircular(items)) return undefined
  return rest
}
/** The first tail of ALIST whose entry has KEY itself, or whose element is no entry; otherwise where the search ended. */
function tailWithKey(key: Value, alist: Value): Value {
  let rest = alist
  for (let steps = 0; rest instanceof Pair; rest = rest.cdr) {
    const entry = rest.car
    if (!(entry instanceof Pair) || entry.car === key) return rest
    if (++steps === LONG_WALK && isCircular(alist)) return undefined
  }
  return rest
}

function searches(
  test: Test,
  member: string,
  assoc: string,
  remove: string,
  ref: string,
  set: string,
  removeAssoc: string,
): void {
  guile(member, [any('x'), any('list')], 'Return the first tail of LIST that starts with X, or #f.', (x, items) => {
    let rest = items
    if (isOnlyItself(test, x)) {
      rest = tailWith(x, items)
      if (rest instanceof Pair) return rest
    } else
      for (let steps = 0; rest instanceof Pair; rest = rest.cdr) {
        if (++steps === LONG_WALK && isCircular(items)) break
        if (test(x, rest.car)) return rest
      }
    return rest === NIL ? false : wrongType(member, 2, items, 'list')
  })
  const find = (name: string, key: Value, alist: Value): Pair | false => {
    let rest = alist
    if (isOnlyItself(test, key)) {
      rest = tailWithKey(key, alist)
      if (rest instanceof Pair && rest.car instanceof Pair) return rest.car
    } else
      for (let steps = 0; rest instanceof Pair; rest = rest.cdr) {
        if (++steps === LONG_WALK && isCircular(alist)) break
        const entry = rest.car
        if (!(entry instanceof Pair)) break
        if (test(key, entry.car)) return entry
      }
    return rest === NIL ? false : wrongType(name, 2, alist, 'association list')
  }
  /** Guile's sloppy versions and updates step over what is no pair. */
  const sloppy = (key: Value, alist: Value): Pair | false => {
    const simple = isOnlyItself(test, key)
    for (let rest = alist; rest instanceof Pair; rest = rest.cdr) {
      const entry = rest.car
      if (entry instanceof Pair && (entry.car === key || (!simple && test(key, entry.car)))) return entry
    }
    return false
  }
  guile(assoc, [any('key'), any('alist')], 'Return the first entry of ALIST whose key is KEY, or #f.', (key, alist) =>
    find(assoc, key, alist),
  )
  guile(
    `sloppy-${assoc}`,
    [any('key'), any('alist')],
    'Return the first entry of ALIST whose key is KEY, or #f.',
    sloppy,
  )
  for (const name of [remove, `${remove}!`])
    guile(name, [any('x'), any('list')], 'Return LIST without the elements equal to X.', (x, items) =>
      list(elements(name, 2, items).filter((item) => !test(x, item))),
    )
  guile(ref, [any('alist'), any('key')], 'Return the value of KEY in ALIST, or #f.', (alist, key) => {
    const entry = sloppy(key, alist)
    return entry === false ? false : entry.cdr
  })
  guile(
    set,
    [any('alist'), any('key'), any('value')],
    'Return ALIST with KEY bound to VALUE, changed in place.',
    (alist, key, value) => {
      const entry = sloppy(key, alist)
      if (entry === false) return new Pair(new Pair(key, value), alist)
      entry.cdr = value
      return alist
    },
  )
  guile(
    removeAssoc,
    [any('alist'), any('key')],
    'Return ALIST without the first entry of KEY, changed in place.',
    (alist, key) => {
      const entry = sloppy(key, alist)
      if (entry === false) return alist
      if (alist instanceof Pair && alist.car === entry) return alist.cdr
      for (let rest = alist; rest instanceof Pair; rest = rest.cdr) {
        const next = rest.cdr
        if (next instanceof Pair && next.car === entry) {
          rest.cdr = next.cdr
          break
        }
      }
      return alist
    },
  )
}
searches(same, 'memq', 'assq', 'delq', 'assq-ref', 'assq-set!', 'assq-remove!')
searches(isEqv, 'memv', 'assv', 'delv', 'assv-ref', 'assv-set!', 'assv-remove!')
searches(isEqual, 'member', 'assoc', 'delete', 'assoc-ref', 'assoc-set!', 'assoc-remove!')

for (const [name, test] of [
  ['delq1!', same],
  ['delv1!', isEqv],
  ['delete1!', isEqual],
] satisfies [string, Test][])
  guile(name, [any('x'), any('list')], 'Return LIST without the first element equal to X.', (x, items) => {
    const all = elements(name, 2, items)
    const position = all.findIndex((item) => test(x, item))
    return position < 0 ? items : list(all.filter((_, i) => i !== position))
  })

guile(
  'acons',
  [any('key'), any('value'), any('alist')],
  'Return ALIST with (KEY . VALUE) in front.',
  (key, value, alist) => new Pair(new Pair(key, value), alist),
)
/** The elements of a view of a vector, in a list. */
function sharedElements({ root, offset, dimensions: [only] }: SchemeArray): Value {
  if (!Array.isArray(root) || only === undefined) return wrongType('vector->list', 1, root, 'vector')
  const count = only.high - only.low + 1
  return list(Array.from({ length: count }, (_, k) => root[offset + k * only.step]))
}
guile(
  'vector->list',
  [any('vector'), optional(index('start')), optional(index('end'))],
  'Return the elements of VECTOR from START up to END as a list.',
  (v, start = 0, end) => {
    if (v instanceof SchemeArray && v.dimensions.length === 1 && end === undefined && start === 0)
      return sharedElements(v)
    if (!Array.isArray(v)) return wrongType('vector->list', 1, v, 'vector')
    const stop = end ?? v.length
    if (start > v.length) return outOfRange('vector->list', 2, start)
    if (stop > v.length || stop < start) return outOfRange('vector->list', 3, stop)
    return list(v.slice(start, stop))
  },
)
