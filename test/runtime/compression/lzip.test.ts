/** lzip, beside xz, which reads .lz files too. */
import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLzip, encodeLzip, LzipEncoder } from '../../../runtime/compression/index.ts'

const readsLzip = spawnSync('xz', ['-dc', '--format=lzip'], { input: encodeLzip(Buffer.from('a'), 0) }).status === 0
if (!readsLzip) console.log('skipped in part: no xz that reads .lz files')

function withXz(packed: Uint8Array): Uint8Array {
  return execFileSync('xz', ['-dc', '--format=lzip'], { input: packed, maxBuffer: 1 << 28 })
}

const contents = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc.array(fc.constantFrom(0, 1, 65), { maxLength: 4000 }).map((bytes) => Uint8Array.from(bytes)),
  fc
    .array(fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.nat(20)), { maxLength: 12 })
    .map((pieces) =>
      Buffer.concat(pieces.flatMap(([piece, times]) => Array.from({ length: times }, () => Buffer.from(piece)))),
    ),
)

describe('lzip', () => {
  it('gives back what it compressed, at every level', () => {
    fc.assert(
      fc.property(
        contents,
        fc.nat(9),
        (bytes, level) => Buffer.compare(decodeLzip(encodeLzip(bytes, level)), bytes) === 0,
      ),
      { numRuns: 300 },
    )
  })

  it.skipIf(!readsLzip)('xz reads what it compressed', () => {
    fc.assert(
      fc.property(contents, fc.nat(9), (bytes, level) => Buffer.compare(withXz(encodeLzip(bytes, level)), bytes) === 0),
      { numRuns: 25 },
    )
    const large = Buffer.concat(
      Array.from({ length: 3000 }, (_, i) => Buffer.from(`line ${i * i} of ${i}\n`.repeat(40))),
    )
    const packed = encodeLzip(large, 3)
    expect(packed.length).toBeLessThan(large.length / 20)
    expect(Buffer.compare(withXz(packed), large)).toBe(0)
  })

  it('makes several members of what comes in pieces', () => {
    const piece = Buffer.alloc(700_000, 'some words of text ')
    const encoder = new LzipEncoder(0)
    const early = [...encoder.update(piece), ...encoder.update(piece)]
    expect(early).toHaveLength(1)
    const packed = Buffer.concat([...early, ...encoder.finish()])
    expect(Buffer.compare(decodeLzip(packed), Buffer.concat([piece, piece]))).toBe(0)
  })

  it('refuses what was damaged or cut off', () => {
    const packed = encodeLzip(Buffer.from('to be or not to be, that is the question '.repeat(30)), 6)
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(packed)
        damaged[at] = (damaged[at] ?? 0) ^ change
        // The size of the dictionary is of no matter here.
        if (at !== 5) expect(() => decodeLzip(damaged)).toThrow(/corrupt/)
      }),
      { numRuns: 500 },
    )
    for (let length = 0; length < packed.length; length++)
      expect(() => decodeLzip(packed.subarray(0, length))).toThrow(/corrupt/)
    expect(() => decodeLzip(Buffer.concat([packed, Buffer.from('more')]))).toThrow(/corrupt/)
  })
})
