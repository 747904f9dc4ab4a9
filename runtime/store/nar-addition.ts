/** Adding a file tree that is met piece by piece: its name is known when its last byte has been hashed. What is small
 *  waits in memory, so that a tree which is in the store already is never written; what is large is written as it comes.
 *  Each byte is read and hashed once. */
import { StrataError } from '../../lang/conditions/index.ts'
import { type HashAlgorithm, makeFixedOutputPath, type NarVisitor, type StorePath } from '../formats/index.ts'
import { createDigester, type Digester } from './hashing.ts'
import { type NarHash, Restoration } from './nar-files.ts'
import type { Store } from './store.ts'
import { existsLink, removeTree } from './trees.ts'

export interface AdditionOptions {
  /** Whether the whole tree is hashed, or the bytes of its one file. */
  readonly recursive: boolean
  readonly algorithm: HashAlgorithm
}

/** How many bytes of files, or how many files, wait in memory. */
const mostBytes = 1 << 23
const mostFiles = 1 << 12

export class NarAddition {
  readonly visitor: NarVisitor
  readonly #store: Store
  readonly #options: AdditionOptions
  /** Of the NAR, and of the bytes of the one file when that decides its name, or by another algorithm. */
  readonly #narDigester = createDigester('sha256')
  readonly #nameDigester: Digester
  #narSize = 0
  #flat = true
  /** Whether what is stored is what came: a flat addition drops the executable bit. */
  #changed = false
  /** Where it is written, once it is. */
  #temporary: string | undefined
  #restoration: Restoration | undefined
  /** What waits to be written. */
  #waiting: ((visitor: NarVisitor) => void)[] = []
  #waitingBytes = 0

  constructor(store: Store, options: AdditionOptions) {
    this.#store = store
    this.#options = options
    const { recursive, algorithm } = options
    this.#nameDigester = recursive && algorithm === 'sha256' ? this.#narDigester : createDigester(algorithm)
    this.visitor = {
      regular: (path, executable, size) => {
        if (executable && !recursive) this.#changed = true
        this.#pass((visitor) => visitor.regular(path, executable && recursive, size), 0)
      },
      contents: (bytes) => {
        if (!recursive) this.#nameDigester.update(bytes)
        if (this.#restoration !== undefined) this.#restoration.contents(bytes)
        else {
          const own = new Uint8Array(bytes)
          this.#pass((visitor) => visitor.contents(own), own.length)
        }
      },
      endRegular: () => this.#pass((visitor) => visitor.endRegular(), 0),
      symlink: (path, target) => {
        this.#flat = false
        this.#pass((visitor) => visitor.symlink(path, target), 0)
      },
      directory: (path) => {
        this.#flat = false
        this.#pass((visitor) => visitor.directory(path), 0)
      },
    }
  }

  #pass(step: (visitor: NarVisitor) => void, bytes: number): void {
    if (this.#restoration !== undefined) {
      step(this.#restoration)
      return
    }
    this.#waiting.push(step)
    this.#waitingBytes += bytes
    if (this.#waitingBytes > mostBytes || this.#waiting.length > mostFiles) {
      this.#write(this.#store.unnamedTemporary('addition'))
    }
  }

  /** Write what waits to TEMPORARY, unless writing has begun elsewhere; where it is. */
  #write(temporary: string): { readonly temporary: string; readonly restoration: Restoration } {
    const begun = this.#restoration
    if (begun !== undefined && this.#temporary !== undefined) return { temporary: this.#temporary, restoration: begun }
    const restoration = new Restoration(temporary, { canonical: true })
    this.#temporary = temporary
    this.#restoration = restoration
    for (const step of this.#waiting) step(restoration)
    this.#waiting = []
    return { temporary, restoration }
  }

  /** The bytes of the NAR as they come. */
  onNar(bytes: Uint8Array): void {
    this.#narDigester.update(bytes)
    this.#narSize += bytes.length
    if (this.#options.recursive && this.#nameDigester !== this.#narDigester) this.#nameDigester.update(bytes)
  }

  /** All has come: make it the item NAME. @throws StrataError `unsupported-file`. */
  finish(name: string): StorePath {
    const { recursive, algorithm } = this.#options
    if (!recursive && !this.#flat) {
      throw new StrataError('unsupported-file', `only a regular file has a flat hash; \`${name}' is none`)
    }
    const store = this.#store
    const digest = this.#nameDigester.digest()
    const nar: NarHash | undefined = this.#changed
      ? undefined
      : {
          hash: {
            algorithm: 'sha256',
            digest: this.#nameDigester === this.#narDigester ? digest : this.#narDigester.digest(),
          },
          size: this.#narSize,
        }
    const path = makeFixedOutputPath(store.making, { recursive, hash: { algorithm, digest } }, name)
    if (store.isValid(path)) return path
    store.temporaryRoots.add(path)
    store.lockedFor(path, () => {
      if (store.isValid(path)) return
      const usual = store.temporaryName(path)
      if (this.#restoration === undefined && existsLink(usual)) removeTree(usual)
      try {
        const { temporary, restoration } = this.#write(usual)
        restoration.finish()
        store.adopt(path, temporary, { references: [], nar })
      } finally {
        // While we have the lock: without it the name may be another process's.
        this.close()
      }
    })
    return path
  }

  /** Remove what was not made an item. */
  close(): void {
    this.#restoration?.close()
    if (this.#temporary !== undefined && existsLink(this.#temporary)) removeTree(this.#temporary)
    this.#temporary = undefined
  }
}
