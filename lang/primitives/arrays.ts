/** Guile's arrays of any rank and type: making, reading, sharing, slicing, comparing.
 *  What calls procedures (array-map!, make-shared-array, …) is Scheme: stdlib/guile/arrays.scm. */
import { miscError, outOfRange, schemeError, wrongType } from '../conditions/index.ts'
import { installArrayLiterals } from '../reader/index.ts'
import {
  type ArrayStore,
  arrayView,
  Bitvector,
  Char,
  char,
  type Dimension,
  extent,
  intern,
  isArrayStore,
  isUniformKind,
  list,
  listToArray,
  NIL,
  Pair,
  SchemeArray,
  SchemeString,
  SchemeSymbol,
  storeLength,
  UNSPECIFIED,
  UniformVector,
  type Value,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { installArrayEquality, isEqual } from './equality.ts'
import { elements } from './lists.ts'
import { any, parameter, rest } from './parameters.ts'
import { addObjectPrinter, print } from './print.ts'
import { uniformAccepts, uniformElements, uniformRef, uniformSet } from './uniform-vectors.ts'

const guile = primitives('(guile)')

export function isArray(value: Value): value is ArrayStore | SchemeArray {
  return value instanceof SchemeArray || isArrayStore(value)
}
const array = (name: string) => parameter(name, isArray, 'array')

function storeRef(store: ArrayStore, k: number): Value {
  if (Array.isArray(store)) return store[k]
  if (store instanceof UniformVector) return uniformRef(store, k)
  if (store instanceof SchemeString) return char(store.codePoint(k))
  return store instanceof Bitvector ? store.bits[k] === 1 : store[k]
}

function storeSet(store: ArrayStore, k: number, value: Value, who: string): void {
  if (Array.isArray(store)) store[k] = value
  else if (store instanceof UniformVector) uniformSet(store, k, value, who, 2)
  else if (store instanceof SchemeString) {
    if (!(value instanceof Char)) return wrongType(who, 2, value, 'character')
    store.setCodePoint(k, value.code)
  } else if (store instanceof Bitvector) store.bits[k] = value === false ? 0 : 1
  else if (typeof value === 'number' && value >= 0 && value < 256) store[k] = value
  else return outOfRange(who, 2, value)
}

/** The type of an array's elements as Guile names it: #t for any. */
export function elementType(value: ArrayStore | SchemeArray): true | string {
  const store = value instanceof SchemeArray ? value.root : value
  if (Array.isArray(store)) return true
  if (store instanceof SchemeString) return 'a'
  if (store instanceof Bitvector) return 'b'
  return store instanceof UniformVector ? store.kind : 'vu8'
}

function makeStore(type: Value, size: number, fill: Value, who: string): ArrayStore {
  if (type === true) return new Array<Value>(size).fill(fill)
  const name = type instanceof SchemeSymbol ? type.name : ''
  let store: ArrayStore
  if (name === 'a') store = new SchemeString('\0'.repeat(size))
  else if (name === 'b') store = new Bitvector(new Uint8Array(size))
  else if (name === 'vu8') store = new Uint8Array(size)
  else if (isUniformKind(name)) store = new UniformVector(name, size)
  else return wrongType(who, 1, type)
  if (fill !== UNSPECIFIED) for (let k = 0; k < size; k++) storeSet(store, k, fill, who)
  return store
}

/** Bounds as Guile writes them: a length, or (LOW HIGH). */
function parseBounds(who: string, bounds: readonly Value[]): { low: number; high: number }[] {
  return bounds.map((bound) => {
    if (typeof bound === 'number') {
      if (bound < 0) return miscError(undefined, 'Bad scm_array dimension')
      return { low: 0, high: bound - 1 }
    }
    const [low, high, ...more] = listToArray(bound) ?? []
    if (typeof low !== 'number' || typeof high !== 'number' || more.length > 0) return wrongType(who, 2, bound)
    if (high < low - 1) return miscError(undefined, 'Bad scm_array dimension')
    return { low, high }
  })
}

/** Dimensions of elements stored in rows, and how many there are. */
function rowMajor(bounds: readonly { low: number; high: number }[]): { dimensions: Dimension[]; size: number } {
  const dimensions: Dimension[] = []
  let size = 1
  for (const { low, high } of bounds.toReversed()) {
    dimensions.unshift({ low, high, step: size })
    size *= high - low + 1
  }
  return { dimensions, size }
}

/** The store itself when that is what the view shows. */
function simplified(view: SchemeArray): Value {
  const [only] = view.dimensions
  if (view.dimensions.length !== 1 || only === undefined) return view
  const whole = only.low === 0 && only.step === 1 && view.offset === 0 && extent(only) === storeLength(view.root)
  return whole ? view.root : view
}

function makeTyped(who: string, type: Value, fill: Value, bounds: readonly Value[]): Value {
  const { dimensions, size } = rowMajor(parseBounds(who, bounds))
  if (size > 2 ** 32) return outOfRange(who, 3, size)
  return simplified(new SchemeArray(makeStore(type, size, fill, who), 0, dimensions))
}

/** Place in the store of the element at INDICES. */
function position(view: SchemeArray, indices: readonly Value[]): number {
  if (indices.length !== view.dimensions.length)
    return schemeError('misc-error', undefined, 'wrong number of indices, expecting ~A', [view.dimensions.length])
  return partialPosition(view, indices)
}
function partialPosition(view: SchemeArray, indices: readonly Value[]): number {
  let at = view.offset
  for (let i = 0; i < indices.length; i++) {
    const dimension = view.dimensions[i]
    const k = indices[i]
    if (dimension === undefined) return miscError(undefined, 'too many indices')
    if (typeof k !== 'number') return wrongType('array-ref', i + 2, k, 'exact integer')
    if (k < dimension.low || k > dimension.high)
      return schemeError(
        'out-of-range',
        undefined,
        'Value out of range ~S to ~S: ~S',
        [dimension.low, dimension.high, k],
        list([k]),
      )
    at += (k - dimension.low) * dimension.step
  }
  return at
}

/** All places of a view in order of indices, the last changing fastest. */
export function* positions(view: SchemeArray, from = 0, at = view.offset): Generator<number> {
  const dimension = view.dimensions[from]
  if (dimension === undefined) {
    yield at
    return
  }
  const size = extent(dimension)
  if (from === view.dimensions.length - 1) for (let k = 0; k < size; k++) yield at + k * dimension.step
  else for (let k = 0; k < size; k++) yield* positions(view, from + 1, at + k * dimension.step)
}

/** Contents as nested lists; of rank 0 the element. */
export function nested(view: SchemeArray, from = 0, at = view.offset): Value {
  const dimension = view.dimensions[from]
  if (dimension === undefined) return storeRef(view.root, at)
  return list(Array.from({ length: extent(dimension) }, (_, k) => nested(view, from + 1, at + k * dimension.step)))
}

guile('array?', [any('x'), rest(any('type'))], 'Return #t when X is an array.', isArray)
guile('typed-array?', [any('x'), any('type')], 'Return #t when X is an array of TYPE.', (x, type) => {
  if (!isArray(x)) return false
  const own = elementType(x)
  return own === true ? type === true : type instanceof SchemeSymbol && type.name === own
})
guile('array-type', [array('array')], 'Return the type of the elements of ARRAY, #t for any.', (a) => {
  const type = elementType(a)
  return type === true ? true : intern(type)
})
guile('array-rank', [any('array')], 'Return the number of dimensions of ARRAY.', (a) =>
  isArray(a) ? arrayView(a).dimensions.length : 0,
)
guile('array-length', [array('array')], 'Return the length of the first dimension of ARRAY.', (a) => {
  const [first] = arrayView(a).dimensions
  return first === undefined ? wrongType('array-length', 1, a, 'array of nonzero rank') : extent(first)
})
guile('array-dimensions', [array('array')], 'Return lengths, or bounds where they do not start at 0.', (a) =>
  list(arrayView(a).dimensions.map((d) => (d.low === 0 ? extent(d) : list([d.low, d.high])))),
)
guile('array-shape', [array('array')], 'Return the bounds of ARRAY.', (a) =>
  list(arrayView(a).dimensions.map((d) => list([d.low, d.high]))),
)
guile('make-array', [any('fill'), rest(any('bound'))], 'Return an array of FILL.', (fill, ...bounds) =>
  makeTyped('make-array', true, fill, bounds),
)
guile(
  'make-typed-array',
  [any('type'), any('fill'), rest(any('bound'))],
  'Return an array of TYPE filled with FILL.',
  (type, fill, ...bounds) => makeTyped('make-typed-array', type, fill, bounds),
)
guile('array-ref', [array('array'), rest(any('index'))], 'Return an element of ARRAY.', (a, ...indices) => {
  const view = arrayView(a)
  return storeRef(view.root, position(view, indices))
})
guile(
  'array-set!',
  [array('array'), any('value'), rest(any('index'))],
  'Store VALUE in ARRAY.',
  (a, value, ...indices) => {
    const view = arrayView(a)
    storeSet(view.root, position(view, indices), value, 'array-set!')
    return UNSPECIFIED
  },
)
guile(
  'array-in-bounds?',
  [array('array'), rest(any('index'))],
  'Return #t when the indices are in the bounds of ARRAY.',
  (a, ...indices) => {
    const { dimensions } = arrayView(a)
    if (indices.length !== dimensions.length)
      return schemeError('misc-error', undefined, 'wrong number of indices, expecting ~A', [dimensions.length])
    return dimensions.every((d, i) => {
      const k = indices[i]
      return typeof k === 'number' && k >= d.low && k <= d.high
    })
  },
)
guile('array->list', [array('array')], 'Return the elements of ARRAY as nested lists.', (a) => nested(arrayView(a)))
guile('array-fill!', [array('array'), any('value')], 'Store VALUE in all of ARRAY.', (a, value) => {
  const view = arrayView(a)
  for (const at of positions(view)) storeSet(view.root, at, value, 'array-fill!')
  return UNSPECIFIED
})
for (const name of ['array-copy!', 'array-copy-in-order!'])
  guile(name, [array('source'), array('destination')], 'Copy the elements of SOURCE to DESTINATION.', (from, to) => {
    const source = arrayView(from)
    const target = arrayView(to)
    const fits = source.dimensions.every((d, i) => {
      const other = target.dimensions[i]
      return other !== undefined && other.low <= d.low && other.high >= d.high
    })
    if (!fits || source.dimensions.length !== target.dimensions.length)
      return miscError(name, 'array shape mismatch: ~S', from)
    // Read all first: the two may share elements.
    const values = Array.from(positions(source), (at) => storeRef(source.root, at))
    const offset = target.dimensions.reduce(
      (at, d, i) => at + ((source.dimensions[i]?.low ?? 0) - d.low) * d.step,
      target.offset,
    )
    const part = new SchemeArray(
      target.root,
      offset,
      target.dimensions.map((d, i) => ({ ...(source.dimensions[i] ?? d), step: d.step })),
    )
    let k = 0
    for (const at of positions(part)) storeSet(target.root, at, values[k++], name)
    return UNSPECIFIED
  })

function sameContents(a: ArrayStore | SchemeArray, b: ArrayStore | SchemeArray): boolean {
  const left = arrayView(a)
  const right = arrayView(b)
  if (elementType(a) !== elementType(b) || left.dimensions.length !== right.dimensions.length) return false
  if (!left.dimensions.every((d, i) => d.low === right.dimensions[i]?.low && d.high === right.dimensions[i]?.high))
    return false
  const others = positions(right)
  for (const at of positions(left)) {
    const other = others.next()
    if (other.done === true || !isEqual(storeRef(left.root, at), storeRef(right.root, other.value))) return false
  }
  return true
}
installArrayEquality((a, b) => isArray(a) && isArray(b) && sameContents(a, b))
guile('array-equal?', [rest(any('array'))], 'Return #t when the arrays are equal.', (...all) => {
  for (let i = 1; i < all.length; i++) {
    const [a, b] = [all[i - 1], all[i]]
    if (!isArray(a) || !isArray(b) || !sameContents(a, b)) return false
  }
  return true
})

// Printing

/** `#2@1f64`: what stands before the contents of an array. */
function arrayPrefix(view: SchemeArray): string {
  const type = elementType(view)
  const lows = view.dimensions.some((d) => d.low !== 0)
  // Lengths that the nested lists do not show: those past an empty dimension.
  const firstEmpty = view.dimensions.findIndex((d) => extent(d) === 0)
  const empty = firstEmpty >= 0 && view.dimensions.some((d, i) => i > firstEmpty && extent(d) > 0)
  const bounds = view.dimensions.map((d) => `${lows ? `@${d.low}` : ''}${empty ? `:${extent(d)}` : ''}`).join('')
  return `#${view.dimensions.length}${type === true ? '' : type}${bounds}`
}
addObjectPrinter((value, options) => {
  if (value instanceof Bitvector) return value.toString()
  if (value instanceof UniformVector) return `#${value.kind}${print(list(uniformElements(value)), options)}`
  if (!(value instanceof SchemeArray)) return undefined
  const contents = print(nested(value), options)
  return arrayPrefix(value) + (value.dimensions.length === 0 ? `(${contents})` : contents)
})

// From lists

/** LENGTHS, where given, are those of dimensions that an empty list does not show. */
function listToTyped(
  who: string,
  type: Value,
  shape: Value,
  items: Value,
  lengths: readonly (number | undefined)[] = [],
): Value {
  const lows: number[] = []
  const rank = typeof shape === 'number' ? shape : undefined
  if (rank === undefined) {
    for (const bound of elements(who, 1, shape)) {
      const low = bound instanceof Pair ? bound.car : bound
      if (typeof low !== 'number') return wrongType(who, 1, shape)
      lows.push(low)
    }
  } else for (let i = 0; i < rank; i++) lows.push(0)
  let inner: Value = items
  let pastEmpty = false
  const bounds = lows.map((low, i) => {
    const size = pastEmpty ? (lengths[i] ?? 0) : listToArray(inner)?.length
    if (size === 0) pastEmpty = true
    if (size === undefined) return wrongType(who, 3, items, 'list')
    inner = inner instanceof Pair ? inner.car : NIL
    return { low, high: low + size - 1 }
  })
  const { dimensions, size } = rowMajor(bounds)
  const view = new SchemeArray(makeStore(type, size, UNSPECIFIED, who), 0, dimensions)
  const places = positions(view)
  const store = (value: Value, depth: number) => {
    const dimension = dimensions[depth]
    if (dimension === undefined) {
      const at = places.next()
      if (at.done !== true) storeSet(view.root, at.value, value, who)
      return
    }
    const parts = listToArray(value)
    const wanted = extent(dimension)
    if (parts !== undefined && parts.length < wanted)
      return miscError(undefined, 'too few elements for array dimension ~a, need ~a', depth, wanted)
    if (parts === undefined || parts.length > wanted)
      return miscError(undefined, 'too many elements for array dimension ~a, want ~a', depth, wanted)
    for (const part of parts) store(part, depth + 1)
  }
  store(items, 0)
  return simplified(view)
}
guile('list->array', [any('shape'), any('list')], 'Return an array of the nested LIST.', (shape, items) =>
  listToTyped('list->array', true, shape, items),
)
guile(
  'list->typed-array',
  [any('type'), any('shape'), any('list')],
  'Return an array of TYPE with the contents of the nested LIST.',
  (type, shape, items) => listToTyped('list->typed-array', type, shape, items),
)

/** Whether CONTENTS, nested lists, fill an array of RANK and type; SIZES has the lengths met first at each depth. */
function isLiteral(type: string, rank: number, contents: Value, sizes: (number | undefined)[], depth = 0): boolean {
  if (depth === rank) {
    if (isUniformKind(type)) return uniformAccepts(type, contents)
    if (type === 'a') return contents instanceof Char
    return type !== 'vu8' || uniformAccepts('u8', contents)
  }
  const parts = listToArray(contents)
  if (parts === undefined) return false
  sizes[depth] ??= parts.length
  return parts.length === sizes[depth] && parts.every((part) => isLiteral(type, rank, part, sizes, depth + 1))
}
installArrayLiterals((type, lows, lengths, contents) =>
  isLiteral(type, lows.length, contents, [...lengths])
    ? listToTyped('list->typed-array', type === '' ? true : intern(type), list([...lows]), contents, lengths)
    : undefined,
)

// Views

guile(
  '%array-view',
  [array('array'), any('offset'), any('dimensions')],
  'Return a view of the store of ARRAY: OFFSET, and (LOW HIGH STEP) for each dimension.',
  (a, offset, dimensions) => {
    const view = new SchemeArray(
      arrayView(a).root,
      Number(offset),
      elements('%array-view', 3, dimensions).map((item) => {
        const [low, high, step] = elements('%array-view', 3, item).map(Number)
        return { low: low ?? 0, high: high ?? -1, step: step ?? 1 }
      }),
    )
    return simplified(view)
  },
)
guile('shared-array-root', [array('array')], 'Return the store of ARRAY.', (a) => arrayView(a).root)
guile('shared-array-offset', [array('array')], 'Return where in its store ARRAY begins.', (a) => arrayView(a).offset)
guile('shared-array-increments', [array('array')], 'Return the distance of neighbours in each dimension.', (a) =>
  list(arrayView(a).dimensions.map((d) => d.step)),
)
guile(
  '%array-position',
  [array('array'), any('indices')],
  'Return the place in the store of the element of ARRAY at the list INDICES.',
  (a, indices) => position(arrayView(a), elements('array-ref', 2, indices)),
)
guile(
  'transpose-array',
  [array('array'), rest(any('dimension'))],
  'Return a view of ARRAY whose dimensions are those at the given places.',
  (a, ...places) => {
    const view = arrayView(a)
    if (places.length !== view.dimensions.length)
      return schemeError('wrong-number-of-args', undefined, 'Wrong number of arguments to ~A', [
        intern('transpose-array'),
      ])
    const made: Dimension[] = []
    for (const [i, place] of places.entries()) {
      const own = view.dimensions[i]
      if (typeof place !== 'number' || place < 0 || place >= places.length || own === undefined)
        return outOfRange('transpose-array', i + 2, place)
      const merged = made[place]
      made[place] =
        merged === undefined
          ? own
          : { low: Math.max(merged.low, own.low), high: Math.min(merged.high, own.high), step: merged.step + own.step }
    }
    for (let i = 0; i < made.length; i++)
      if (made[i] === undefined) return miscError('transpose-array', 'bad argument list')
    return simplified(new SchemeArray(view.root, view.offset, made))
  },
)
guile(
  'array-contents',
  [array('array'), rest(any('strict'))],
  'Return the elements of ARRAY as a vector that shares them, or #f when they are not in a row.',
  (a, strict = false) => {
    const view = arrayView(a)
    if (strict !== false && (view.dimensions.at(-1)?.step ?? 1) !== 1) return false
    let step: number | undefined
    let expected = 1
    for (const d of view.dimensions.toReversed()) {
      const size = extent(d)
      if (size === 0) return simplified(new SchemeArray(view.root, view.offset, [{ low: 0, high: -1, step: 1 }]))
      if (size > 1) {
        step ??= d.step
        if (d.step !== expected * step) return false
      }
      expected *= size
    }
    return simplified(new SchemeArray(view.root, view.offset, [{ low: 0, high: expected - 1, step: step ?? 1 }]))
  },
)
function cell(a: ArrayStore | SchemeArray, indices: readonly Value[]): SchemeArray {
  const view = arrayView(a)
  return new SchemeArray(view.root, partialPosition(view, indices), view.dimensions.slice(indices.length))
}
guile('array-slice', [array('array'), rest(any('index'))], 'Return the part of ARRAY at the indices.', (a, ...ks) =>
  ks.length === 0 ? a : cell(a, ks),
)
guile(
  'array-cell-ref',
  [array('array'), rest(any('index'))],
  'Return the element or part of ARRAY at the indices.',
  (a, ...ks) => {
    if (ks.length === 0 && !(a instanceof SchemeArray)) return a
    const part = cell(a, ks)
    if (ks.length === 0 && part.dimensions.length > 0) return a
    return part.dimensions.length === 0 ? storeRef(part.root, part.offset) : part
  },
)
guile(
  'array-cell-set!',
  [array('array'), any('value'), rest(any('index'))],
  'Store VALUE as the element or part of ARRAY at the indices.',
  (a, value, ...ks) => {
    const part = cell(a, ks)
    if (part.dimensions.length === 0) storeSet(part.root, part.offset, value, 'array-cell-set!')
    else {
      if (!isArray(value)) return wrongType('array-cell-set!', 2, value, 'array')
      const source = arrayView(value)
      const values = Array.from(positions(source), (at) => storeRef(source.root, at))
      let k = 0
      for (const at of positions(part)) storeSet(part.root, at, values[k++], 'array-cell-set!')
    }
    return a
  },
)
