import { describe, expect, test } from 'vitest'
import {
  checkStoreName,
  concatBytes,
  makeFixedOutputPath,
  makeOutputPath,
  makeTextPath,
  parseStorePath,
  writeNar,
} from '../../../runtime/formats/index.ts'
import { nodeHashing, readVectors, type Vector, vectorTree } from '../../support/vectors.ts'

/** Long texts are given as a repeated piece. */
function textOf(text: string | { repeat: string; times: number }): string {
  return typeof text === 'string' ? text : text.repeat.repeat(text.times)
}

const vectors = readVectors('store-paths.json')

describe.each(Object.keys(vectors.storeDirs))('store paths below %s', (directory) => {
  const making = { hashing: nodeHashing, directory }
  const cases = vectors.storeDirs[directory]

  test.each<Vector>(cases.texts)('text $id', (v) => {
    expect(makeTextPath(making, v.name, new TextEncoder().encode(textOf(v.text)), v.references)).toBe(v.path)
  })

  test.each<Vector>(cases.addToStore)('addition $id', (v) => {
    const tree = vectorTree(vectors.trees[v.tree])
    const chunks: Uint8Array[] = []
    if (v.recursive) writeNar(tree, (bytes) => chunks.push(bytes.slice()))
    else if (tree.type === 'regular') chunks.push(tree.contents)
    const digest = nodeHashing(v.algo, concatBytes(chunks))
    expect(Buffer.from(digest).toString('hex')).toBe(v.contentHash)
    expect(
      makeFixedOutputPath(
        making,
        { recursive: v.recursive, hash: { algorithm: v.algo, digest }, output: v.output ?? 'out' },
        v.name,
      ),
    ).toBe(v.path)
  })

  test.each<Vector>(cases.fixedOutput)('fixed output $id', (v) => {
    const digest = Uint8Array.fromHex(v.base16)
    expect(
      makeFixedOutputPath(
        making,
        { recursive: v.recursive, hash: { algorithm: v.algo, digest }, output: v.output ?? 'out' },
        v.name,
      ),
    ).toBe(v.path)
  })

  test.each<Vector>(cases.outputPath)('output $id', (v) => {
    expect(makeOutputPath(making, v.output, Uint8Array.fromHex(v.derivationHash), v.name)).toBe(v.path)
  })

  test.each<Vector>(cases.nameChecks)('the name "$name" is accepted or refused as Guix or Nix does', (v) => {
    const verdicts = [v.guixDaemon.startsWith('ERROR: error parsing') ? v.nix : v.guixDaemon, v.nix]
    let accepted = true
    try {
      checkStoreName(v.name)
    } catch {
      accepted = false
    }
    expect(verdicts.map((t: string) => !t.startsWith('ERROR'))).toContain(accepted)
  })
})

test('paths below an item, or with a wrong hash, are no store paths', () => {
  const path = '/gnu/store/8wwngj859kwivznicgbjj43yqdccipvs-hello'
  expect(parseStorePath(path)).toBe(path)
  for (const bad of [`${path}/bin`, '/gnu/store/hello', path.replace('8ww', 'eww'), '/nix/store/x', `${path}!`]) {
    expect(parseStorePath(bad)).toBeUndefined()
  }
})
