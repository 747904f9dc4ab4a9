/** Items out of the store and into it as export archives. The format is formats/export-archive.ts; signatures are
 *  made and judged by the caller. */
import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import {
  type ByteSink,
  endOfItems,
  type FixedContent,
  type Hash,
  itemFollows,
  itemSignature,
  itemTrailer,
  makeFixedOutputPath,
  makeTextPath,
  type NarRequest,
  type ReadItem,
  readExport,
  type StorePath,
  storePathName,
} from '../formats/index.ts'
import { createDigester } from './hashing.ts'
import { dumpPath, hashFile, type NarHash, Restoration } from './nar-files.ts'
import type { Store } from './store.ts'
import { existsLink, removeTree } from './trees.ts'

const largestText = 1 << 26

/** Signs the SHA-256 of an exported item. */
export type Signer = (hash: Uint8Array) => string

/** Decides whether SIGNATURE allows an item whose SHA-256 is HASH. @throws StrataError if not. */
export type Judge = (hash: Uint8Array, signature: string | undefined, item: StorePath) => void

/** Write one item, without the marks of a stream. @throws StrataError `invalid-path`, `corrupt-item`. */
export function exportItem(store: Store, path: StorePath, sink: ByteSink, sign?: Signer): void {
  const info = store.pathInfo(path)
  if (info === undefined) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
  const signed = createDigester('sha256')
  const nar = createDigester('sha256')
  dumpPath(store.physical(path), (bytes) => {
    signed.update(bytes)
    nar.update(bytes)
    sink(bytes)
  })
  const found: Hash = { algorithm: 'sha256', digest: nar.digest() }
  if (`sha256:${found.digest.toHex()}` !== info.hash) {
    throw new StrataError(
      'corrupt-item',
      `hash of path \`${path}' has changed from ${info.hash} to sha256:${found.digest.toHex()}!`,
      {
        hint: 'strata gc --verify=contents,repair mends what can be built again',
      },
    )
  }
  const trailer = itemTrailer({ path, references: store.database.references(path), deriver: info.deriver })
  signed.update(trailer)
  sink(trailer)
  sink(itemSignature(sign?.(signed.digest())))
}

/** Write PATHS, references first, as a stream. */
export function exportItems(store: Store, paths: readonly StorePath[], sink: ByteSink, sign?: Signer): void {
  for (const path of paths) {
    sink(itemFollows)
    exportItem(store, path, sink, sign)
  }
  sink(endOfItems)
}

export interface ImportOptions {
  /** Take in without a signature what is called after its contents; Guix does not, and Nix's clients add files so. */
  readonly acceptsProven?: boolean
  /** Make files one with those of equal contents in the store. */
  readonly deduplicate?: boolean
}

/** Takes the items of a stream one by one: each is unpacked beside the store's items, judged, and registered, so that
 *  nothing unfit is ever valid. */
export class Import {
  readonly paths: StorePath[] = []
  readonly #store: Store
  readonly #judge: Judge
  readonly #acceptsProven: boolean
  readonly #deduplicate: boolean
  readonly #reader: Generator<NarRequest, void, Uint8Array>
  readonly #temporary: string
  #request: IteratorResult<NarRequest, void>
  #restoration: Restoration | undefined

  constructor(store: Store, judge: Judge, { acceptsProven = false, deduplicate = false }: ImportOptions = {}) {
    this.#acceptsProven = acceptsProven
    this.#deduplicate = deduplicate
    this.#store = store
    this.#judge = judge
    this.#temporary = store.unnamedTemporary('import')
    let digester = createDigester('sha256')
    let narHash: Uint8Array = new Uint8Array()
    let narSize = 0
    this.#reader = readExport({
      startItem: () => {
        this.#clean()
        digester = createDigester('sha256')
        narSize = 0
        this.#restoration = new Restoration(this.#temporary, { canonical: true })
        return this.#restoration
      },
      onSigned: (bytes) => digester.update(bytes),
      onNar: (bytes) => {
        narSize += bytes.length
      },
      endNar: () => {
        // The signature covers the NAR and what follows: one digest serves both.
        narHash = digester.digestSoFar()
        this.#restoration?.finish()
      },
      endItem: (item) =>
        this.#end(item, digester.digest(), { hash: { algorithm: 'sha256', digest: narHash }, size: narSize }),
    })
    this.#request = this.#reader.next(new Uint8Array())
  }

  get done(): boolean {
    return this.#request.done === true
  }

  /** The bytes that are wanted next. */
  get wanted(): NarRequest {
    return this.#request.done === true ? { size: 0, exact: true } : this.#request.value
  }

  /** Go on with BYTES. @throws StrataError for anything that must not be imported. */
  push(bytes: Uint8Array): void {
    this.#request = this.#reader.next(bytes)
  }

  /** Forget what was begun. */
  close(): void {
    this.#clean()
  }

  #clean(): void {
    this.#restoration?.close()
    this.#restoration = undefined
    if (existsLink(this.#temporary)) removeTree(this.#temporary)
  }

  /** Whether the path of ITEM, unpacked, is that of its contents. */
  #namesItsContents({ path, references }: ReadItem, { hash }: NarHash): boolean {
    const { making } = this.#store
    const name = storePathName(path)
    const fixed = (content: FixedContent): boolean => makeFixedOutputPath(making, content, name) === path
    if (references.length === 0 && fixed({ recursive: true, hash })) return true
    const stat = lstatSync(this.#temporary)
    if (!stat.isFile() || (stat.mode & 0o111) !== 0) return false
    if (references.length === 0 && fixed({ recursive: false, hash: hashFile(this.#temporary) })) return true
    // Texts are small; derivations are among them, whose outputs are checked as always.
    return stat.size < largestText && makeTextPath(making, name, readFileSync(this.#temporary), references) === path
  }

  #end(item: ReadItem, signedHash: Uint8Array, nar: NarHash): void {
    const { path, references } = item
    // A name that follows from the contents needs nobody's word: anybody may add that. But who built it is not known.
    const proven = this.#acceptsProven && item.signature === undefined && this.#namesItsContents(item, nar)
    if (!proven) this.#judge(signedHash, item.signature, path)
    const deriver = proven ? undefined : item.deriver
    const store = this.#store
    store.temporaryRoots.add(path)
    if (!store.isValid(path)) {
      store.lockedFor(path, () => {
        const missing = references.find((reference) => reference !== path && !store.isValid(reference))
        if (missing !== undefined) {
          throw new StrataError(
            'invalid-reference',
            `cannot import \`${path}': it refers to \`${missing}', which is not valid`,
            {
              hint: 'export it together with what it refers to: strata archive --export -r',
            },
          )
        }
        if (!store.isValid(path)) {
          const outputs = path.endsWith('.drv') ? store.checkedOutputs(path, readFileSync(this.#temporary)) : undefined
          store.adopt(path, this.#temporary, { references, deriver, outputs, nar, deduplicate: this.#deduplicate })
        }
      })
    }
    this.#clean()
    this.paths.push(path)
  }
}

/** Import the archive that the descriptor FD is read from. */
export function importFrom(store: Store, fd: number, judge: Judge): StorePath[] {
  const importing = new Import(store, judge, { deduplicate: true })
  const buffer = Buffer.alloc(1 << 16)
  let start = 0
  let end = 0
  try {
    while (!importing.done) {
      const { size, exact } = importing.wanted
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; ) {
        if (start === end) {
          start = 0
          end = readSync(fd, buffer, 0, buffer.length, null)
          if (end === 0) break
        }
        const part = buffer.subarray(start, Math.min(end, start + left))
        start += part.length
        left -= part.length
        parts.push(left > 0 && exact ? Buffer.from(part) : part)
        if (!exact) break
      }
      importing.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts))
    }
    return importing.paths
  } finally {
    importing.close()
  }
}

/** Import the archive in the file at PATH. */
export function importFile(store: Store, path: string, judge: Judge): StorePath[] {
  const fd = openSync(path, 'r')
  try {
    return importFrom(store, fd, judge)
  } finally {
    closeSync(fd)
  }
}
