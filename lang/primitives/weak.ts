/** What does not keep other objects alive: weak vectors, the maps behind object properties, guardians.
 *  Weak hash tables are HashTable's business. JavaScript lets go of the target of a weak reference only between
 *  turns of its event loop; a map by identity lets go at any time. */
import { outOfRange } from '../conditions/index.ts'
import { list, UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { any, index, optional, parameter, rest } from './parameters.ts'
import { addObjectPrinter, print } from './print.ts'

const guile = primitives('(guile)')

export class WeakVector {
  readonly #slots: (WeakRef<object> | { readonly held: Value })[]
  constructor(values: readonly Value[]) {
    this.#slots = values.map(slotOf)
  }
  get length(): number {
    return this.#slots.length
  }
  get(k: number): Value {
    const slot = this.#slots[k]
    return slot instanceof WeakRef ? (slot.deref() ?? false) : (slot?.held ?? false)
  }
  set(k: number, value: Value): void {
    this.#slots[k] = slotOf(value)
  }
}
function slotOf(value: Value): WeakRef<object> | { readonly held: Value } {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? new WeakRef(value)
    : { held: value }
}
function isWeakVector(value: Value): value is WeakVector {
  return value instanceof WeakVector
}
const vector = parameter('v', isWeakVector, 'weak vector')

addObjectPrinter((value, options) =>
  value instanceof WeakVector
    ? `#<weak-vector ${print(list(Array.from({ length: value.length }, (_, k) => value.get(k))), options)}>`
    : undefined,
)

guile('weak-vector?', [any('x')], 'Return #t when X is a weak vector.', isWeakVector)
guile(
  'make-weak-vector',
  [index('size'), optional(any('fill'))],
  'Return a weak vector of SIZE times FILL.',
  (size, fill = UNSPECIFIED) => new WeakVector(new Array<Value>(size).fill(fill)),
)
guile('weak-vector', [rest(any('x'))], 'Return a weak vector of the arguments.', (...values) => new WeakVector(values))
guile(
  'list->weak-vector',
  [any('list')],
  'Return a weak vector of the elements of LIST.',
  (items) => new WeakVector(elements('list->weak-vector', 1, items)),
)
guile('weak-vector-length', [vector], 'Return the number of elements of V.', (v) => v.length)
guile('weak-vector-ref', [vector, index('k')], 'Return element K of V, or #f when it is gone.', (v, k) =>
  k < v.length ? v.get(k) : outOfRange('weak-vector-ref', 2, k),
)
guile('weak-vector-set!', [vector, index('k'), any('value')], 'Store VALUE as element K of V.', (v, k, value) => {
  if (k >= v.length) return outOfRange('weak-vector-set!', 2, k)
  v.set(k, value)
  return UNSPECIFIED
})

/** A value for each object, by identity. */
class IdentityMap {
  readonly #objects = new WeakMap<object, Value>()
  readonly #others = new Map<Value, Value>()
  get(key: Value): Value {
    return isObject(key) ? this.#objects.get(key) : this.#others.get(key)
  }
  set(key: Value, value: Value): void {
    if (isObject(key)) this.#objects.set(key, value)
    else this.#others.set(key, value)
  }
}
function isObject(value: Value): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
const identityMap = parameter('map', (x: Value): x is IdentityMap => x instanceof IdentityMap)
guile(
  '%make-identity-map',
  [],
  'Return a map from objects to values that keeps no object alive.',
  () => new IdentityMap(),
)
guile(
  '%identity-map-ref',
  [identityMap, any('key'), any('default')],
  'Return the value of KEY in MAP, or DEFAULT.',
  (map, key, missing) => map.get(key) ?? missing,
)
guile(
  '%identity-map-set!',
  [identityMap, any('key'), any('value')],
  'Let KEY have VALUE in MAP.',
  (map, key, value) => {
    map.set(key, value)
    return UNSPECIFIED
  },
)
