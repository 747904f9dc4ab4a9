import { describe, expect, test } from 'vitest'
import { type DerivationRequest, hashDerivationModulo, makeDerivation } from '../../../runtime/derivations/index.ts'
import { type Derivation, formatDerivation, parseDerivation, storeDirectory } from '../../../runtime/formats/index.ts'
import { nodeHashing, readVectors, type Vector } from '../../support/vectors.ts'

const making = { hashing: nodeHashing, directory: storeDirectory }
const { cases } = readVectors('derivations.json')

const parsed = new Map<string, Derivation>()
for (const v of cases) {
  if (v.drvPath === undefined) continue
  const bytes = v.aterm === undefined ? Uint8Array.fromBase64(v.atermBase64) : new TextEncoder().encode(v.aterm)
  parsed.set(v.drvPath, parseDerivation(bytes, v.drvPath))
}

function hashOf(path: string): Uint8Array {
  const drv = parsed.get(path)
  if (drv === undefined) throw new Error(`unknown input ${path}`)
  return hashDerivationModulo(drv, nodeHashing, hashOf)
}

interface VectorInput {
  drvPath: string
  outputs: string[]
}

const withText = cases.filter((v: { aterm?: string }) => v.aterm !== undefined)

describe('derivations made by real Guix', () => {
  test.each<Vector>(withText)('$id: text round trip and hash modulo', (v) => {
    const drv = parseDerivation(new TextEncoder().encode(v.aterm), v.id)
    expect(formatDerivation(drv)).toBe(v.aterm)
    expect(Buffer.from(hashDerivationModulo(drv, nodeHashing, hashOf)).toString('hex')).toBe(v.hashModulo)
  })

  test.each<Vector>(withText)('$id: made again from what it is', (v) => {
    const drv = parsed.get(v.drvPath)
    if (drv === undefined) throw new Error('unreachable')
    const out = drv.outputs.get('out')
    const recursive = out?.hashAlgorithm.startsWith('r:') === true
    const fixed =
      out !== undefined && out.hash !== ''
        ? { recursive, hash: { algorithm: v.hash.algo, digest: Uint8Array.fromHex(out.hash) } }
        : undefined
    const inputs: VectorInput[] = v.inputs ?? []
    const request: DerivationRequest = {
      name: v.name,
      system: drv.system,
      builder: drv.builder,
      args: drv.args,
      environment: new Map([...drv.environment].filter(([name]) => !drv.outputs.has(name))),
      inputs: inputs.map((i) => ({
        path: i.drvPath,
        outputs: i.outputs,
        outputPaths: i.outputs.map((o) => parsed.get(i.drvPath)?.outputs.get(o)?.path ?? ''),
      })),
      sources: drv.sources,
      outputs: v.outputs,
      fixed,
    }
    const made = makeDerivation(request, making, hashOf)
    expect(new TextDecoder().decode(made.bytes)).toBe(v.aterm)
    expect(made.path).toBe(v.drvPath)
  })

  test('text beyond ASCII is written as Nix writes it', () => {
    for (const v of cases) {
      const nix = v.nix ?? v.nixDiffers
      if (nix?.aterm === undefined) continue
      const made = makeDerivation(
        {
          name: v.name,
          system: v.system,
          builder: v.builder,
          args: v.args,
          environment: new Map(Object.entries(v.env)),
          inputs: [],
          sources: [],
          outputs: ['out'],
        },
        making,
        hashOf,
      )
      expect(new TextDecoder().decode(made.bytes)).toBe(nix.aterm)
      expect(made.path).toBe(nix.drvPath)
    }
  })

  test('a derivation of Guix in ISO-8859-1 can be read', () => {
    const latin1 = cases.find((v: { id: string }) => v.id === 'latin1')
    expect(parsed.get(latin1.drvPath)?.args).toEqual(latin1.args)
  })
})

describe('malformed derivations', () => {
  const text = withText[0].aterm
  test('every prefix is refused with an offset', () => {
    for (let n = 0; n < text.length; n++) {
      expect(() => parseDerivation(new TextEncoder().encode(text.slice(0, n)), 'x.drv')).toThrow(/x\.drv: offset \d+/)
    }
  })
  test('text after the end is refused', () => {
    expect(() => parseDerivation(new TextEncoder().encode(`${text} `), 'x.drv')).toThrow('more text')
  })
})
