import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBase32, formatHash, parseBase32, parseHash } from '../../../runtime/formats/index.ts'
import { nodeHashing, readVectors, type Vector } from '../../support/vectors.ts'

/** Long inputs are given as a pattern. */
function inputOf(v: Vector): Uint8Array {
  if (v.inputHex !== undefined) return Uint8Array.fromHex(v.inputHex)
  return Uint8Array.from({ length: v.inputPattern.length }, (_, i) => (7 * i + 3) % 256)
}

const vectors = readVectors('nix-base32.json')

describe('nix-base32', () => {
  test.each<Vector>(vectors.codec)('$hex is written as the real tools write it', ({ hex, nixBase32 }) => {
    expect(formatBase32(Uint8Array.fromHex(hex))).toBe(nixBase32)
    expect(parseBase32(nixBase32)).toEqual(Uint8Array.fromHex(hex))
  })

  test.each<Vector>(vectors.digests)('the sha256 of $label in every notation', (v) => {
    const digest = new Uint8Array(nodeHashing('sha256', inputOf(v)))
    const hash = { algorithm: 'sha256', digest } as const
    expect(formatHash(hash, 'nix-base32')).toBe(v.nixBase32)
    expect(formatHash(hash, 'base32')).toBe(v.base32)
    expect(formatHash(hash, 'base16')).toBe(v.sha256Base16)
    expect(formatHash(hash, 'base64')).toBe(v.base64)
    expect(formatHash(hash, 'sri')).toBe(v.sri)
    for (const text of [v.nixBase32, v.sha256Base16, v.base64, v.sri]) {
      expect(parseHash(text).digest.toHex()).toBe(v.sha256Base16)
    }
  })

  test('any bytes survive a round trip', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(parseBase32(formatBase32(bytes))).toEqual(bytes)
      }),
    )
  })

  test('a character outside the alphabet is named', () => {
    expect(() => parseBase32('e'.repeat(52))).toThrow("invalid character 'e'")
  })

  test('a hash of the wrong length is refused with the right lengths', () => {
    expect(() => parseHash('0ssi1wpaf7')).toThrow('not a sha256 hash')
  })
})
