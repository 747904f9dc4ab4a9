/** Adding what comes as a NAR, piece by piece: its name is known when its last byte has been hashed. */
import { StrataError } from '../../lang/conditions/index.ts'
import { type HashAlgorithm, makeFixedOutputPath, type NarVisitor, type StorePath } from '../formats/index.ts'
import { createDigester, type Digester } from './hashing.ts'
import { restoringVisitor } from './nar-files.ts'
import type { Store } from './store.ts'
import { existsLink, removeTree } from './trees.ts'

export interface AdditionOptions {
  /** Whether the whole tree is hashed, or the bytes of its one file. */
  readonly recursive: boolean
  readonly algorithm: HashAlgorithm
}

let additions = 0

export class NarAddition {
  readonly visitor: NarVisitor
  readonly #store: Store
  readonly #options: AdditionOptions
  readonly #digester: Digester
  readonly #temporary: string
  #flat = true

  constructor(store: Store, options: AdditionOptions) {
    this.#store = store
    this.#options = options
    this.#digester = createDigester(options.algorithm)
    this.#temporary = `${store.layout.store}/.tmp-${process.pid}-addition-${additions++}`
    const restoring = restoringVisitor(this.#temporary)
    this.visitor = {
      ...restoring,
      contents: (bytes) => {
        if (!options.recursive) this.#digester.update(bytes)
        restoring.contents(bytes)
      },
      regular: (path, executable, size) => restoring.regular(path, executable && options.recursive, size),
      symlink: (path, target) => {
        this.#flat = false
        restoring.symlink(path, target)
      },
      directory: (path) => {
        this.#flat = false
        restoring.directory(path)
      },
    }
  }

  /** The bytes of the NAR as they come. */
  onNar(bytes: Uint8Array): void {
    if (this.#options.recursive) this.#digester.update(bytes)
  }

  /** All has come: make it the item NAME. @throws StrataError `unsupported-file`. */
  finish(name: string): StorePath {
    const { recursive, algorithm } = this.#options
    if (!recursive && !this.#flat) {
      throw new StrataError('unsupported-file', `only a regular file has a flat hash; \`${name}' is none`)
    }
    const store = this.#store
    const hash = { algorithm, digest: this.#digester.digest() }
    const path = makeFixedOutputPath(store.making, { recursive, hash }, name)
    store.temporaryRoots.add(path)
    if (!store.isValid(path)) store.adopt(path, this.#temporary, { references: [] })
    return path
  }

  /** Remove what was not made an item. */
  close(): void {
    if (existsLink(this.#temporary)) removeTree(this.#temporary)
  }
}
