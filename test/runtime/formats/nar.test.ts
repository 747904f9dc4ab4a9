import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, type FileTree, readNarBytes, writeNar } from '../../../runtime/formats/index.ts'
import { readVectors, type Vector, vectorTree } from '../../support/vectors.ts'

function narOf(tree: FileTree): Uint8Array {
  const chunks: Uint8Array[] = []
  writeNar(tree, (bytes) => chunks.push(bytes.slice()))
  return concatBytes(chunks)
}

/** The tree that a NAR holds. */
function treeOf(bytes: Uint8Array): FileTree {
  let root: FileTree | undefined
  const directories = new Map<string, Map<string, FileTree>>()
  const place = (path: string, node: FileTree): void => {
    if (path === '') root = node
    else {
      const slash = path.lastIndexOf('/')
      directories.get(slash < 0 ? '' : path.slice(0, slash))?.set(path.slice(slash + 1), node)
    }
  }
  let file = { path: '', executable: false, pieces: [] as Uint8Array[] }
  readNarBytes(bytes, {
    regular: (path, executable) => {
      file = { path, executable, pieces: [] }
    },
    contents: (piece) => file.pieces.push(piece.slice()),
    endRegular: () =>
      place(file.path, { type: 'regular', executable: file.executable, contents: concatBytes(file.pieces) }),
    symlink: (path, target) => place(path, { type: 'symlink', target }),
    directory: (path) => {
      const entries = new Map<string, FileTree>()
      directories.set(path, entries)
      place(path, { type: 'directory', entries })
    },
  })
  if (root === undefined) throw new Error('no root')
  return root
}

const name = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((n) => !/^\.\.?$|[/\0]|[\ud800-\udfff]/.test(n))
const tree: fc.Arbitrary<FileTree> = fc.letrec<{ tree: FileTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constant('regular' as const), executable: fc.boolean(), contents: fc.uint8Array() }),
    fc.record({ type: fc.constant('symlink' as const), target: name }),
    fc.record({
      type: fc.constant('directory' as const),
      entries: fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }).map((e) => new Map(e)),
    }),
  ),
})).tree

describe('NAR', () => {
  test.each<Vector>(readVectors('nar.json').cases)('$name has the bytes of the real tools', (v) => {
    const nar = narOf(vectorTree(v.tree))
    expect(nar.length).toBe(v.narSize)
    if (v.narBase64 !== undefined) expect(nar.toBase64()).toBe(v.narBase64)
    expect(createHash('sha256').update(nar).digest('hex')).toBe(v.narSha256)
    expect(narOf(treeOf(nar))).toEqual(nar)
  })

  test('any tree survives a round trip', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const nar = narOf(t)
        expect(narOf(treeOf(nar))).toEqual(nar)
      }),
    )
  })

  test('a truncated archive is refused with the offset', () => {
    const nar = narOf({ type: 'regular', executable: false, contents: new Uint8Array(100) })
    for (let size = 0; size < nar.length; size += 7) {
      expect(() => treeOf(nar.subarray(0, size))).toThrow(/bad archive at offset \d+/)
    }
  })

  test('a changed byte is refused or changes the tree, and never breaks the reader', () => {
    const nar = narOf({
      type: 'directory',
      entries: new Map<string, FileTree>([
        ['a', { type: 'symlink', target: 'b' }],
        ['b', { type: 'regular', executable: true, contents: new Uint8Array(9) }],
      ]),
    })
    fc.assert(
      fc.property(fc.nat(nar.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = nar.slice()
        bad[at] = (bad[at] ?? 0) ^ change
        try {
          expect(treeOf(bad)).toBeDefined()
        } catch (error) {
          expect(String(error)).toMatch(/bad archive at offset/)
        }
      }),
    )
  })

  test.each(['..', '.', 'a/b', ''])('a directory entry called "%s" is refused', (bad) => {
    const nar = narOf({ type: 'directory', entries: new Map([[bad, { type: 'symlink', target: 'x' }]]) })
    expect(() => treeOf(nar)).toThrow('a directory entry called')
  })

  test('a directory entry out of order is refused', () => {
    const link: FileTree = { type: 'symlink', target: 'x' }
    const nar = narOf({
      type: 'directory',
      entries: new Map([
        ['aa', link],
        ['ab', link],
      ]),
    })
    const text = Buffer.from(nar).toString('latin1').replace('ab\0', 'aa\0')
    expect(() => treeOf(Buffer.from(text, 'latin1'))).toThrow("directory entry 'aa' out of order")
  })
})
