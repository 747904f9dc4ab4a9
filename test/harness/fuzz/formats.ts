/** What is fuzzed: for each format, valid inputs made at random, and what must hold of any input that is accepted. */
import { deepStrictEqual } from 'node:assert'
import { formatSexp } from '../../../build-side/index.ts'
import {
  concatBytes,
  type Derivation,
  decodeBytes,
  derivationBytes,
  type ExportedItem,
  encodeText,
  endOfItems,
  type FileTree,
  formatBase32,
  formatNarInfo,
  type Hash,
  itemFollows,
  itemSignature,
  itemTrailer,
  type NarInfo,
  type NarVisitor,
  parseBase32,
  parseDerivation,
  parseHash,
  parseNarInfo,
  type ReadItem,
  readExport,
  readNarBytes,
  type StorePath,
  writeNar,
} from '../../../runtime/formats/index.ts'
import { equalSexps, parseAccessControl, parseKey, signerOfHash } from '../../../runtime/keys/index.ts'
import type { Random } from './random.ts'

export interface FuzzedFormat {
  readonly name: string
  /** A valid input. */
  readonly make: (random: Random) => Uint8Array
  /** Read INPUT. Only a StrataError may come out; what is read prints back to what it was. VALID says that INPUT is
   *  one that `make` made, whose bytes have to come back. */
  readonly check: (input: Uint8Array, valid: boolean) => void | Promise<void>
}

const storeCharacters = '0123456789abcdfghijklmnpqrsvwxyz'
const nameCharacters = `${storeCharacters}ABCXYZ+-._?=`

export function storePath(random: Random, suffix = ''): StorePath {
  return `/gnu/store/${random.text(storeCharacters, 32, 32)}-${random.text('abcXYZ09+-_?=', 1, 12)}${suffix}` as StorePath
}

function same(found: Uint8Array, wanted: Uint8Array): void {
  if (Buffer.compare(found, wanted) !== 0) throw new Error('what was read does not print back to what it was')
}

// NAR.

function fileTree(random: Random, depth: number): FileTree {
  const kind = random.below(depth === 0 ? 2 : 4)
  if (kind === 0) return { type: 'symlink', target: random.text('abc/.é', 1, 12) }
  if (kind === 1) {
    const contents = Uint8Array.from(random.list(20, () => random.below(256)))
    return { type: 'regular', executable: random.chance(0.5), contents }
  }
  const entries = random.list(3, (): [string, FileTree] => {
    const bytes = Uint8Array.from({ length: 1 + random.below(6) }, () =>
      random.pick([97, 98, 65, 46, 195, 169, 255, 32]),
    )
    const name = decodeBytes(bytes)
    return [name === '.' || name === '..' ? 'dots' : name, fileTree(random, depth - 1)]
  })
  return { type: 'directory', entries: new Map(entries) }
}

export function narOf(tree: FileTree): Uint8Array {
  const chunks: Uint8Array[] = []
  writeNar(tree, (bytes) => chunks.push(bytes.slice()))
  return concatBytes(chunks)
}

/** A visitor that keeps the tree it is shown. */
function keeper(): { readonly visitor: NarVisitor; readonly tree: () => FileTree } {
  const directories = new Map<string, Map<string, FileTree>>()
  let root: FileTree | undefined
  let file = { path: '', executable: false, pieces: [] as Uint8Array[] }
  const place = (path: string, node: FileTree): void => {
    const slash = path.lastIndexOf('/')
    if (path === '') root = node
    else directories.get(slash < 0 ? '' : path.slice(0, slash))?.set(path.slice(slash + 1), node)
  }
  return {
    visitor: {
      regular: (path, executable) => {
        file = { path, executable, pieces: [] }
      },
      contents: (bytes) => file.pieces.push(bytes.slice()),
      endRegular: () => {
        const { path, executable, pieces } = file
        place(path, { type: 'regular', executable, contents: concatBytes(pieces) })
      },
      symlink: (path, target) => place(path, { type: 'symlink', target }),
      directory: (path) => {
        const entries = new Map<string, FileTree>()
        directories.set(path, entries)
        place(path, { type: 'directory', entries })
      },
    },
    tree: () => {
      if (root === undefined) throw new Error('an archive without a file was accepted')
      return root
    },
  }
}

const nar: FuzzedFormat = {
  name: 'nar',
  make: (random) => narOf(fileTree(random, 3)),
  check: (input) => {
    const { visitor, tree } = keeper()
    readNarBytes(input, visitor)
    same(narOf(tree()), input)
  },
}

// Derivations.

function strings(random: Random, most: number, make: () => string): string[] {
  return [...new Set(random.list(most, make))].sort()
}

function derivation(random: Random): Derivation {
  const text = (): string => random.text('ab \n\r\t"\\é,()[]', 0, 12)
  return {
    outputs: new Map(
      strings(random, 3, () => random.pick(['out', 'lib', 'doc', 'debug'])).map((name) => [
        name,
        {
          path: storePath(random),
          hashAlgorithm: random.pick(['', 'sha256', 'r:sha256']),
          hash: random.text('0123456789abcdef', 0, 64),
        },
      ]),
    ),
    inputs: strings(random, 3, () => storePath(random, '.drv')).map((path) => ({
      path,
      outputs: strings(random, 2, () => random.pick(['out', 'lib'])),
    })),
    sources: strings(random, 3, () => storePath(random)),
    system: 'x86_64-linux',
    builder: random.pick(['builtin:download', '/gnu/store/x/bin/guile']),
    args: random.list(3, text),
    environment: new Map(strings(random, 4, text).map((name) => [name, text()])),
  }
}

const derivations: FuzzedFormat = {
  name: 'derivation',
  make: (random) => derivationBytes(derivation(random)),
  check: (input, valid) => {
    const drv = parseDerivation(input, 'fuzzed')
    const printed = derivationBytes(drv)
    if (valid) same(printed, input)
    // Order and escapes may differ at first, and then no more.
    same(derivationBytes(parseDerivation(printed, 'printed')), printed)
  },
}

// Narinfo.

function sha256(random: Random): Hash {
  return { algorithm: 'sha256', digest: Uint8Array.from({ length: 32 }, () => random.below(256)) }
}

function narInfo(random: Random): NarInfo {
  return {
    storePath: storePath(random),
    sources: random.list(2, () => ({
      url: `nar/${random.text(nameCharacters, 1, 20)}`,
      compression: random.pick(['none', 'xz', 'gzip']),
      fileHash: random.chance(0.5) ? sha256(random) : undefined,
      fileSize: random.chance(0.5) ? random.below(1e9) : undefined,
    })),
    narHash: sha256(random),
    narSize: random.below(1e9),
    references: strings(random, 4, () => storePath(random)) as StorePath[],
    deriver: random.chance(0.5) ? storePath(random, '.drv') : undefined,
    system: random.chance(0.2) ? 'x86_64-linux' : undefined,
    contentAddress: random.chance(0.2) ? 'fixed:r:sha256:abc' : undefined,
    signatures: random.list(2, () => `key-1:${Buffer.from(random.text('ab', 64, 64)).toString('base64')}`),
    guixSignature: random.chance(0.5) ? { host: 'host', signature: encodeText('(signature (data))') } : undefined,
  }
}

const narinfo: FuzzedFormat = {
  name: 'narinfo',
  make: (random) => encodeText(formatNarInfo(narInfo(random))),
  check: (input, valid) => {
    const { info } = parseNarInfo(input, 'fuzzed')
    const printed = encodeText(formatNarInfo(info))
    if (valid) same(printed, input)
    deepStrictEqual(parseNarInfo(printed, 'printed').info, info)
  },
}

// Export archives.

function writeExport(
  items: readonly {
    readonly nar: Uint8Array
    readonly item: ReadItem | ExportedItem
    readonly signature: string | undefined
  }[],
): Uint8Array {
  return concatBytes([
    ...items.flatMap(({ nar, item, signature }) => [itemFollows, nar, itemTrailer(item), itemSignature(signature)]),
    endOfItems,
  ])
}

function readItems(input: Uint8Array): {
  items: { nar: Uint8Array; item: ReadItem; signature: string | undefined }[]
  end: number
} {
  const items: { nar: Uint8Array; item: ReadItem; signature: string | undefined }[] = []
  let tree = keeper()
  const reader = readExport({
    startItem: () => {
      tree = keeper()
      return tree.visitor
    },
    onSigned: () => {},
    onNar: () => {},
    endNar: () => {},
    endItem: (item) => items.push({ nar: narOf(tree.tree()), item, signature: item.signature }),
  })
  let at = 0
  for (let step = reader.next(new Uint8Array()); step.done !== true; ) {
    const piece = input.subarray(at, at + step.value.size)
    at += piece.length
    step = reader.next(piece)
  }
  return { items, end: at }
}

const exportArchive: FuzzedFormat = {
  name: 'export',
  make: (random) =>
    writeExport(
      random.list(2, () => ({
        nar: narOf(fileTree(random, 2)),
        item: {
          path: storePath(random),
          references: strings(random, 3, () => storePath(random)) as StorePath[],
          deriver: random.chance(0.5) ? storePath(random, '.drv') : undefined,
        },
        signature: random.chance(0.5) ? '(signature (data))' : undefined,
      })),
    ),
  check: (input, valid) => {
    const { items, end } = readItems(input)
    const printed = writeExport(items)
    if (valid) same(printed, input)
    if (printed.length !== end) throw new Error('what was read does not print back to its length')
    same(writeExport(readItems(printed).items), printed)
  },
}

// Keys, access control lists and signatures.

const keyTexts = [
  '(public-key (ecc (curve Ed25519) (q #3F9D1C2A#)))',
  '(acl (entry (public-key (ecc (curve Ed25519) (q #00FF#))) (tag (guix import))))',
  '(signature (data (flags rfc6979) (hash sha256 #ABCD#)) (sig-val (ecdsa (r #01#) (s #02#))) (public-key (ecc (curve Ed25519) (q #40#))))',
  '(a "text with \\"quotes\\"\\n and \\x41" |YWJj| 3:abc)',
  '(10:public-key(3:ecc(5:curve7:Ed25519)(1:q4:\x00\x01\x02\x03)))',
] as const

const sexps: FuzzedFormat = {
  name: 'sexp',
  make: (random) => {
    const nest = (depth: number): string =>
      `(${random.list(4, () => (depth > 0 && random.chance(0.4) ? nest(depth - 1) : random.pick(['a', '#00FF#', '"q\\n"', '3:x)y']))).join(' ')})`
    return Buffer.from(random.chance(0.5) ? random.pick(keyTexts) : `(k ${nest(4)})`, 'latin1')
  },
  check: (input) => {
    const sexp = parseKey(input, 'fuzzed')
    if (!equalSexps(parseKey(formatSexp(sexp), 'printed'), sexp)) throw new Error('does not print back')
    refused(() => parseAccessControl(input, 'fuzzed'))
    refused(() => signerOfHash(new Uint8Array(32), Buffer.from(input).toString('latin1')))
  },
}

/** Do ACTION, which need not succeed, but may fail with a StrataError only. */
function refused(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'StrataError'
}

// Digests.

const base32: FuzzedFormat = {
  name: 'base32',
  make: (random) => encodeText(formatBase32(Uint8Array.from(random.list(40, () => random.below(256))))),
  check: (input) => {
    const text = decodeBytes(input)
    refused(() => parseHash(text))
    refused(() => parseHash(`sha512-${text}`))
    same(encodeText(formatBase32(parseBase32(text))), input)
  },
}

export const formats: readonly FuzzedFormat[] = [nar, derivations, narinfo, exportArchive, sexps, base32]
