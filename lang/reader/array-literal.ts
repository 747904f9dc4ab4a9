/** `#2f64((1 2) (3 4))`: the head of an array literal. What the array is made of is primitives/arrays.ts, which
 *  installs itself here: it needs the number types' conversions. */
import { list, SchemeString, type Value } from '../values/index.ts'
import { ReadFailure } from './failure.ts'

/** Makes the array of a type ('' for any), lower bounds, lengths where they are told, and nested lists; undefined when
 *  they do not fit. */
export type ArrayMaker = (
  type: string,
  lows: readonly number[],
  lengths: readonly (number | undefined)[],
  contents: Value,
) => Value

let makeArray: ArrayMaker | undefined
export function installArrayLiterals(make: ArrayMaker): void {
  makeArray = make
}

const head = /^#(\d*)([a-z]+\d*)?((?:[@:][+-]?\d+)*)\($/

export function readArray(image: string, items: readonly Value[], start: number): Value {
  const [, rankText = '', type = '', bounds = ''] = head.exec(image) ?? []
  const lows: number[] = []
  const lengths: (number | undefined)[] = []
  for (const [, kind, text] of bounds.matchAll(/([@:])([+-]?\d+)/g)) {
    if (kind === '@') {
      lows.push(Number(text))
      lengths.push(undefined)
    } else if (lengths.length > 0 && lengths.at(-1) === undefined) lengths[lengths.length - 1] = Number(text)
    else {
      lows.push(0)
      lengths.push(Number(text))
    }
  }
  const rank = rankText === '' ? Math.max(1, lows.length) : Number(rankText)
  const fail = (message: string) =>
    new ReadFailure(message, start, start + image.length, { irritants: [new SchemeString(image, true)] })
  if (rank > 100) throw fail('array rank too large: ~A')
  if (lows.length > rank) throw fail('too many bounds in array literal: ~A')
  if (lengths.some((length) => length !== undefined && length < 0)) throw fail('array length must be non-negative: ~A')
  while (lows.length < rank) lows.push(0)
  if (rank === 0 && items.length !== 1) throw fail('an array of rank 0 has one element: ~A')
  if (makeArray === undefined) throw fail('no arrays here: ~A')
  const made = makeArray(type, lows, lengths, rank === 0 ? items[0] : list(items))
  if (made === undefined) throw fail('elements do not fit an array literal: ~A')
  return made
}
