/** Character sets (SRFI 14): sorted, disjoint, non-adjacent ranges of code points. The library's procedures that end in `!` put other
 *  ranges in place of a set's; nothing else changes one. */

export class CharSet {
  #ranges: readonly number[] | (() => readonly number[])
  /** A function is called when the set is first looked into: the standard sets take milliseconds to find. */
  constructor(ranges: readonly number[] | (() => readonly number[])) {
    this.#ranges = ranges
  }

  /** Starts and ends (inclusive), alternating. */
  get ranges(): readonly number[] {
    if (typeof this.#ranges === 'function') this.#ranges = this.#ranges()
    return this.#ranges
  }

  contains(code: number): boolean {
    const { ranges } = this
    let low = 0
    let high = ranges.length >> 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (code > (ranges[2 * middle + 1] ?? 0)) low = middle + 1
      else high = middle
    }
    return low < ranges.length >> 1 && code >= (ranges[2 * low] ?? 0)
  }

  /** Have the ranges of OTHER from now on. */
  become(other: CharSet): this {
    this.#ranges = other.ranges
    return this
  }

  get size(): number {
    let size = 0
    for (let i = 0; i < this.ranges.length; i += 2) size += (this.ranges[i + 1] ?? 0) - (this.ranges[i] ?? 0) + 1
    return size
  }

  *codes(): Generator<number> {
    for (let i = 0; i < this.ranges.length; i += 2)
      for (let code = this.ranges[i] ?? 0; code <= (this.ranges[i + 1] ?? -1); code++) yield code
  }
}

/** The set of the given inclusive ranges, in any order. */
export function charSetOfRanges(pairs: readonly (readonly [number, number])[]): CharSet {
  const sorted = pairs.filter(([a, b]) => a <= b).sort((x, y) => x[0] - y[0])
  const ranges: number[] = []
  for (const [start, end] of sorted) {
    const last = ranges.length - 1
    const lastEnd = ranges[last]
    if (lastEnd !== undefined && start <= lastEnd + 1) ranges[last] = Math.max(lastEnd, end)
    else ranges.push(start, end)
  }
  return new CharSet(ranges)
}
