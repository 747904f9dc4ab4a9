/** Arrays of any rank: a view of a one-dimensional store, with bounds and a step for each dimension.
 *  What has rank 1, starts at 0 and is stored one after the other is the store itself, not a SchemeArray. */
import { SchemeString } from './string.ts'
import { Bitvector, UniformVector } from './uniform-vector.ts'
import type { Value } from './value.ts'

export interface Dimension {
  readonly low: number
  /** Inclusive; one below `low` when the dimension is empty. */
  readonly high: number
  /** How far apart neighbours are in the store. */
  readonly step: number
}

/** What may hold the elements of an array. */
export type ArrayStore = Value[] | SchemeString | Uint8Array | Bitvector

export class SchemeArray {
  readonly root: ArrayStore
  readonly offset: number
  readonly dimensions: readonly Dimension[]

  constructor(root: ArrayStore, offset: number, dimensions: readonly Dimension[]) {
    this.root = root
    this.offset = offset
    this.dimensions = dimensions
  }
}

export function isArrayStore(value: Value): value is ArrayStore {
  return (
    Array.isArray(value) || value instanceof SchemeString || value instanceof Uint8Array || value instanceof Bitvector
  )
}

export function storeLength(store: ArrayStore): number {
  if (store instanceof UniformVector) return store.elements
  return store instanceof Bitvector ? store.bits.length : store.length
}

export function extent(dimension: Dimension): number {
  return dimension.high - dimension.low + 1
}

/** Any array as a view. */
export function arrayView(value: ArrayStore | SchemeArray): SchemeArray {
  if (value instanceof SchemeArray) return value
  return new SchemeArray(value, 0, [{ low: 0, high: storeLength(value) - 1, step: 1 }])
}
