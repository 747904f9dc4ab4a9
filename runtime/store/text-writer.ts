/** Writes texts into the store: many at once share a visit to the temporary roots, a question to the database and its
 *  transaction, which cost more than the files themselves.
 *  Each text is written in its own place under its lock and registered before the lock is given back: until then its
 *  file is garbage that the next writer replaces, as with the real daemons. */
import { unlinkSync } from 'node:fs'
import type { StorePath } from '../formats/index.ts'
import type { Registration, StoreDatabase } from './database.ts'
import { FileLock } from './file-locks.ts'
import { physicalPath, type StoreLayout } from './layout.ts'
import { hashFileTree } from './nar-files.ts'
import { asStoreError } from './store-errors.ts'
import type { TemporaryRoots } from './temporary-roots.ts'
import { existsLink, removeTree, replaceWith, writeCanonicalFile } from './trees.ts'

/** A text that is to be an item. */
export interface StoredText {
  readonly path: StorePath
  readonly bytes: Uint8Array
  /** Sorted. */
  readonly references: readonly StorePath[]
  /** Of a derivation. */
  readonly outputs: ReadonlyMap<string, string> | undefined
}

/** How many locks are held at once: each is an open file. */
const mostLocks = 200

export class TextWriter {
  readonly #layout: StoreLayout
  readonly #database: StoreDatabase
  readonly #temporaryRoots: TemporaryRoots

  constructor(layout: StoreLayout, database: StoreDatabase, temporaryRoots: TemporaryRoots) {
    this.#layout = layout
    this.#database = database
    this.#temporaryRoots = temporaryRoots
  }

  /** Make those of TEXTS valid that are not, and those that are BROKEN anew; each comes after what it refers to.
   *  All are kept by temporary roots. @throws StrataError `cannot-write-store`. */
  write(texts: readonly StoredText[], broken: ReadonlySet<string>): void {
    for (let at = 0; at < texts.length; at += mostLocks) this.#writeTogether(texts.slice(at, at + mostLocks), broken)
  }

  #writeTogether(texts: readonly StoredText[], broken: ReadonlySet<string>): void {
    const paths = texts.map(({ path }) => path)
    this.#keep(paths)
    let missing = this.#missing(paths, broken)
    if (missing.size === 0) return
    const locks: FileLock[] = []
    const written: string[] = []
    try {
      // Sorted, so that two who want the same never wait for each other.
      for (const path of [...missing].sort()) locks.push(this.#lock(path))
      // Whoever held a lock before may have made the item.
      missing = this.#missing([...missing], broken)
      const registrations = texts.filter(({ path }) => missing.has(path)).map((text) => this.#place(text, written))
      this.#database.register(registrations)
    } catch (error) {
      for (const file of written) unlinkSync(file)
      throw error
    } finally {
      for (const lock of locks) lock.release({ remove: true })
    }
  }

  #missing(paths: readonly StorePath[], broken: ReadonlySet<string>): Set<StorePath> {
    const valid = this.#database.validAmong(paths)
    return new Set(paths.filter((path) => broken.has(path) || !valid.has(path)))
  }

  #keep(paths: readonly StorePath[]): void {
    try {
      this.#temporaryRoots.add(...paths)
    } catch (error) {
      throw asStoreError(error, paths[0] ?? '')
    }
  }

  #lock(path: StorePath): FileLock {
    try {
      return FileLock.acquireBlocking(`${physicalPath(this.#layout, path)}.lock`, 'exclusive')
    } catch (error) {
      throw asStoreError(error, path)
    }
  }

  /** Write TEXT in its place; new files are named in WRITTEN. */
  #place({ path, bytes, references, outputs }: StoredText, written: string[]): Registration {
    const file = physicalPath(this.#layout, path)
    try {
      if (existsLink(file)) replaceFile(file, bytes)
      else {
        written.push(file)
        writeCanonicalFile(file, bytes)
      }
    } catch (error) {
      throw asStoreError(error, path)
    }
    const { hash, size } = hashFileTree({ type: 'regular', executable: false, contents: bytes })
    return { path, hash: `sha256:${hash.digest.toHex()}`, narSize: size, references, outputs }
  }
}

/** Put BYTES in the place of what is called FILE, at once: somebody may be reading it. */
function replaceFile(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.chroot`
  try {
    if (existsLink(temporary)) removeTree(temporary)
    writeCanonicalFile(temporary, bytes)
    replaceWith(temporary, file)
  } catch (error) {
    if (existsLink(temporary)) removeTree(temporary)
    throw error
  }
}
