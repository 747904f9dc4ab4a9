import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc64 } from '../../../runtime/compression/crc64.ts'
import { decodeXz } from '../../../runtime/compression/index.ts'
import { isInstalled } from '../../support/programs.ts'

function xz(contents: Uint8Array, ...options: string[]): Buffer {
  return execFileSync('xz', ['-c', ...options], { input: contents, maxBuffer: 1 << 28 })
}

/** Text with repetitions near and far, which is what match finders and length models are about. */
function textLike(length: number): Buffer {
  let seed = 42
  const words = Array.from({ length: 300 }, (_, i) => `word${i * 7919}${'xyz'.repeat(i % 9)}`)
  let text = ''
  while (text.length < length) {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    text += `${words[seed % words.length]} `
  }
  return Buffer.from(text.slice(0, length))
}

describe.skipIf(!isInstalled('xz'))('decodeXz, compared with xz', () => {
  it('restores arbitrary contents', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 4000 }),
          fc.array(fc.constantFrom(0, 1, 65), { maxLength: 4000 }).map((bytes) => Uint8Array.from(bytes)),
        ),
        fc.constantFrom('-0', '-6', '-9e'),
        (contents, preset) => Buffer.compare(decodeXz(xz(contents, preset)), contents) === 0,
      ),
      { numRuns: 40 },
    )
  })

  it.each(['none', 'crc32', 'crc64', 'sha256'])('verifies the check %s', (check) => {
    const contents = textLike(100_000)
    const packed = xz(contents, '-C', check)
    expect(decodeXz(packed)).toEqual(new Uint8Array(contents))
  })

  it.each([
    'lc=0,lp=4,pb=0',
    'lc=4,lp=0,pb=4',
    'lc=1,lp=3,pb=2',
    'mode=fast,nice=4',
    'dict=4KiB',
  ])('restores contents packed with %s', (properties) => {
    const contents = textLike(200_000)
    expect(Buffer.compare(decodeXz(xz(contents, `--lzma2=${properties}`)), contents)).toBe(0)
  })

  it('restores several blocks and several streams', () => {
    const [a, b] = [textLike(150_000), Buffer.alloc(70_000, 'b')]
    const packed = Buffer.concat([xz(a, '--block-size=40000'), Buffer.alloc(8), xz(b), xz(Buffer.alloc(0))])
    expect(Buffer.compare(decodeXz(packed), Buffer.concat([a, b]))).toBe(0)
  })

  it('refuses damaged data, wherever the damage is', () => {
    const packed = xz(textLike(3000))
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(packed)
        damaged[at] = (damaged[at] ?? 0) ^ change
        expect(() => decodeXz(damaged)).toThrow(/corrupt (?:xz|compressed) data/)
      }),
    )
  })

  it('refuses data that was cut short', () => {
    const packed = xz(textLike(3000))
    for (const length of [0, 11, 40, packed.length - 4]) expect(() => decodeXz(packed.subarray(0, length))).toThrow()
  })

  it('refuses filters it does not have', () => {
    const packed = xz(textLike(3000), '--x86', '--lzma2')
    expect(() => decodeXz(packed)).toThrow(/filter/)
  })
})

describe('crc64', () => {
  it('has the check value of the standard', () => {
    expect(crc64(Buffer.from('123456789'))).toBe(0x995dc9bbdf1939fan)
  })
})
