/** Vectors: JavaScript arrays. Maps and folds are Scheme, in stdlib/guile/vectors.scm. */
import { outOfBounds, outOfRange, wrongType } from '../conditions/index.ts'
import { UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { any, index, optional, rest, vector } from './parameters.ts'
import { bounds } from './strings.ts'

const guile = primitives('(guile)')
const start = optional(index('start'))
const end = optional(index('end'))

guile('vector?', [any('x')], 'Return #t when X is a vector.', (x) => Array.isArray(x))
guile('simple-vector?', [any('x')], 'Return #t when X is a vector.', (x) => Array.isArray(x))
guile('vector', [rest(any('x'))], 'Return a vector of the arguments.', (...xs) => xs)
guile('make-vector', [index('k'), optional(any('fill'))], 'Return a vector of K times FILL.', (k, fill = UNSPECIFIED) =>
  new Array<Value>(k).fill(fill),
)
guile('vector-length', [vector('v')], 'Return the number of elements of V.', (v) => v.length)
guile('vector-ref', [vector('v'), index('k')], 'Return element K of V.', (v, k) =>
  k < v.length ? v[k] : outOfBounds('vector-ref', 2, k, v.length, 'vector'),
)
guile('vector-set!', [vector('v'), index('k'), any('value')], 'Store VALUE as element K of V.', (v, k, value) => {
  if (k >= v.length) return outOfBounds('vector-set!', 2, k, v.length, 'vector')
  v[k] = value
  return UNSPECIFIED
})
guile('list->vector', [any('list')], 'Return a vector of the elements of LIST.', (items) =>
  elements('list->vector', 1, items),
)
guile('vector-copy', [vector('v'), start, end], 'Return a copy of V from START up to END.', (v, from, to) =>
  v.slice(...bounds('vector-copy', v.length, from, to, 2)),
)
guile(
  'vector-fill!',
  [vector('v'), any('fill'), start, end],
  'Store FILL in V from START up to END.',
  (v, fill, from, to) => {
    const [first, last] = bounds('vector-fill!', v.length, from, to, 3)
    v.fill(fill, first, last)
    return UNSPECIFIED
  },
)
guile('vector-append', [rest(vector('v'))], 'Return the concatenation of the vectors.', (...vs) => {
  const all: Value[] = []
  return all.concat(...vs)
})
guile(
  'vector-copy!',
  [vector('to'), index('at'), vector('from'), start, end],
  'Copy FROM, from START up to END, into TO at AT.',
  (to, at, from, first, last) => {
    const [low, high] = bounds('vector-copy!', from.length, first, last, 4)
    if (at + high - low > to.length) return outOfRange('vector-copy!', 2, at)
    copyWithin(from, low, high, to, at)
    return UNSPECIFIED
  },
)
for (const name of ['vector-move-left!', 'vector-move-right!'])
  guile(
    name,
    [vector('from'), index('start'), index('end'), vector('to'), index('at')],
    'Copy part of FROM into TO at AT.',
    (from, first, last, to, at) => {
      const [low, high] = bounds(name, from.length, first, last, 2)
      if (at + high - low > to.length) return outOfRange(name, 5, at)
      // Of parts that overlap, `left` copies the first element first, `right` the last.
      if (name === 'vector-move-left!') for (let i = low; i < high; i++) to[at + i - low] = from[i]
      else for (let i = high - 1; i >= low; i--) to[at + i - low] = from[i]
      return UNSPECIFIED
    },
  )
/** Overlapping parts copy as if through a third place. */
function copyWithin(from: readonly Value[], low: number, high: number, to: Value[], at: number): void {
  const part = from.slice(low, high)
  for (let i = 0; i < part.length; i++) to[at + i] = part[i]
}
guile(
  'vector-grow',
  [vector('v'), index('size')],
  'Return a vector of SIZE elements that starts with those of V.',
  (v, size) => {
    if (size < v.length) return wrongType('vector-grow', 2, size)
    return [...v, ...new Array<Value>(size - v.length).fill(UNSPECIFIED)]
  },
)
