import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { ReferenceGraph } from '../../../runtime/store/index.ts'

const path = (number: number): StorePath => `/gnu/store/${'a'.repeat(32)}-${number}` as StorePath

/** A store of up to 30 items: each refers to smaller ones, and some are outputs of others. */
const stores = fc
  .record({
    count: fc.integer({ min: 1, max: 30 }),
    references: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
    outputs: fc.array(fc.tuple(fc.nat(29), fc.nat(29), fc.boolean()), { maxLength: 15 }),
    roots: fc.array(fc.nat(35), { maxLength: 6 }),
    keepOutputs: fc.boolean(),
    keepDerivations: fc.boolean(),
  })
  .map(({ count, references, outputs, roots, ...keeping }) => ({
    count,
    // Keys of a database begin anywhere and have gaps.
    key: (number: number) => 1000 - 3 * number,
    references: references.filter(([from, to]) => from < count && to <= from),
    outputs: outputs.filter(([derivation, output]) => derivation < count && output < count),
    roots,
    keeping,
  }))

type Example = typeof stores extends fc.Arbitrary<infer T> ? T : never

function graphOf({ count, key, references, outputs }: Example): ReferenceGraph {
  return new ReferenceGraph({
    items: Array.from({ length: count }, (_, number) => [key(number), path(number)] as const),
    references: references.map(([from, to]) => [key(from), key(to)] as const),
    outputs: outputs.map(([derivation, output, built]) => [key(derivation), key(output), built] as const),
  })
}

/** What should be live, said simply: add whatever something live keeps until nothing is added. */
function liveByModel({ count, references, outputs, roots, keeping }: Example): Set<number> {
  const live = new Set(roots.filter((root) => root < count))
  for (let size = -1; size !== live.size; ) {
    size = live.size
    for (const [from, to] of references) if (live.has(from)) live.add(to)
    for (const [derivation, output, built] of outputs) {
      if (keeping.keepOutputs && live.has(derivation)) live.add(output)
      if (keeping.keepDerivations && built && live.has(output)) live.add(derivation)
    }
  }
  return live
}

describe('marking', () => {
  test('reaches what a simple model says', () => {
    fc.assert(
      fc.property(stores, (example) => {
        const marks = graphOf(example).mark(example.roots.map(path), example.keeping)
        const live = [...marks.keys()].filter((number) => marks[number] === 1)
        expect(live).toEqual([...liveByModel(example)].sort((a, b) => a - b))
      }),
      { numRuns: 500 },
    )
  })

  test('what is deleted comes after all that refers to it, and nothing is lost', () => {
    fc.assert(
      fc.property(stores, (example) => {
        const graph = graphOf(example)
        const marks = graph.mark(example.roots.map(path), example.keeping)
        const dead = [...marks.keys()].filter((number) => marks[number] === 0)
        const ordered = graph.referrersFirst(dead)
        expect([...ordered].sort((a, b) => a - b)).toEqual(dead)
        const place = new Map(ordered.map((number, index) => [number, index]))
        for (const [from, to] of example.references) {
          const referrer = place.get(from)
          const reference = place.get(to)
          if (from !== to && referrer !== undefined && reference !== undefined) expect(referrer).toBeLessThan(reference)
        }
      }),
    )
  })

  test('items that refer to each other in a circle are all deleted', () => {
    const graph = new ReferenceGraph({
      items: [
        [1, path(1)],
        [2, path(2)],
        [3, path(3)],
      ],
      references: [
        [1, 2],
        [2, 1],
        [3, 1],
      ],
      outputs: [],
    })
    expect(graph.referrersFirst([0, 1, 2])).toEqual([2, 0, 1])
  })
})
