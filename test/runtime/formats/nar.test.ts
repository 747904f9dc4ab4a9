import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concatBytes,
  decodeBytes,
  type FileTree,
  NarWriter,
  readNar,
  readNarBytes,
  writeNar,
} from '../../../runtime/formats/index.ts'
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

  test('a file of five gigabytes goes through in pieces', () => {
    const size = 5 * 2 ** 30 + 3
    const piece = new Uint8Array(1 << 16)
    let [seen, announced, ended] = [0, 0, false]
    const reader = readNar({
      regular: (_, __, length) => {
        announced = length
      },
      contents: (bytes) => {
        seen += bytes.length
      },
      endRegular: () => {
        ended = true
      },
      symlink: () => {},
      directory: () => {},
    })
    let step = reader.next(new Uint8Array())
    let rest: Uint8Array = new Uint8Array()
    const feed = (bytes: Uint8Array): void => {
      rest = rest.length === 0 ? bytes : concatBytes([rest, bytes])
      while (step.done !== true && rest.length >= (step.value.exact ? step.value.size : 1)) {
        const next = rest.subarray(0, step.value.size)
        rest = rest.subarray(next.length)
        step = reader.next(next)
      }
    }
    const writer = new NarWriter(feed)
    writer.startRegular(false, size)
    for (let left = size; left > 0; left -= Math.min(left, piece.length)) feed(piece.subarray(0, left))
    writer.endRegular()
    expect([announced, seen, ended, step.done]).toEqual([size, size, true, true])
  })

  test.each([
    ['a length of 2^63', ['nix-archive-1', '(', 'type', 'regular', 'contents'], 1n << 63n, /offset \d+: a length of/],
    ['a token of a gigabyte', ['nix-archive-1'], 1n << 30n, /offset \d+: a string of 1073741824 bytes/],
    [
      'a name of a megabyte',
      ['nix-archive-1', '(', 'type', 'directory', 'entry', '(', 'name'],
      1n << 20n,
      /a string of 1048576 bytes/,
    ],
  ])('%s is refused before it comes', (_, tokens, length, message) => {
    const number = new Uint8Array(8)
    new DataView(number.buffer).setBigUint64(0, length, true)
    expect(() => treeOf(concatBytes([...tokens.map(framed), number]))).toThrow(message)
  })

  test('directories nested without end are refused', () => {
    const level = ['(', 'type', 'directory', 'entry', '(', 'name', 'a', 'node'].map(framed)
    const nar = concatBytes([framed('nix-archive-1'), ...Array.from({ length: 2000 }, () => level).flat()])
    expect(() => treeOf(nar)).toThrow(/offset \d+: directories nested too deeply/)
  })

  test.each([
    ['a name with a zero byte', 'a\0b'],
    ['the parent directory', '..'],
    ['a path', '../../etc/passwd'],
  ])('%s is no entry', (_, bad) => {
    const nar = ['nix-archive-1', '(', 'type', 'directory', 'entry', '(', 'name', bad, 'node'].map(framed)
    expect(() => treeOf(concatBytes(nar))).toThrow(/offset \d+: a directory entry called/)
  })

  test('an entry below a link of the same name is out of order', () => {
    const link = ['entry', '(', 'name', 'a', 'node', '(', 'type', 'symlink', 'target', '/etc', ')', ')']
    const below = ['entry', '(', 'name', 'a', 'node', '(', 'type', 'directory', ')', ')']
    const nar = ['nix-archive-1', '(', 'type', 'directory', ...link, ...below, ')'].map(framed)
    expect(() => treeOf(concatBytes(nar))).toThrow(/offset \d+: directory entry 'a' out of order/)
  })

  test('bytes after the end, and padding that is not zero, are refused', () => {
    const nar = narOf({ type: 'regular', executable: false, contents: Uint8Array.of(1) })
    expect(() => treeOf(concatBytes([nar, Uint8Array.of(0)]))).toThrow(/more bytes after its end/)
    const padded = nar.slice()
    padded[nar.length - 17] = 1
    expect(() => treeOf(padded)).toThrow(/offset \d+: padding that is not zero/)
  })

  test('names and targets that are not UTF-8 keep their bytes, in their order', () => {
    const names = [
      Uint8Array.of(0xff, 0x61),
      Uint8Array.of(0x80),
      Uint8Array.of(0xc3, 0xa9),
      Uint8Array.of(0xed, 0xa0, 0x80),
    ]
    const entries = new Map(
      names.map((bytes) => [decodeBytes(bytes), { type: 'symlink', target: decodeBytes(bytes) } as const]),
    )
    const nar = Buffer.from(narOf({ type: 'directory', entries }))
    const places = [[0x80], [0xc3, 0xa9], [0xed, 0xa0, 0x80], [0xff, 0x61]].map((bytes) =>
      nar.indexOf(Uint8Array.from(bytes)),
    )
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(narOf(treeOf(nar))).toEqual(Uint8Array.from(nar))
  })
})

/** A token as it stands in an archive. */
function framed(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  const all = new Uint8Array(8 + Math.ceil(bytes.length / 8) * 8)
  all[0] = bytes.length
  all.set(bytes, 8)
  return all
}
