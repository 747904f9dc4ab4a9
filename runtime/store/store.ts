/** The store: valid items on disk and in the database, and the ways of adding to it without a build.
 *  Not building (see builds/) and not collecting garbage (see gc.ts).
 *  Every addition is written under a temporary name, made canonical, renamed and registered, in that order,
 *  so that a crash leaves either nothing or a valid item. */
import { randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { checkOutputs, hashDerivationModulo, type MadeDerivation } from '../derivations/index.ts'
import {
  compareText,
  type Derivation,
  type FileTree,
  formatBase32,
  type HashAlgorithm,
  makeFixedOutputPath,
  makeTextPath,
  type PathMaking,
  parseDerivation,
  type StorePath,
  storeDirectory,
  toStorePath,
} from '../formats/index.ts'
import { canonicalize, storeTime } from './canonicalize.ts'
import { type PathInfo, type Registration, StoreDatabase } from './database.ts'
import { FileLock } from './file-locks.ts'
import { fileName } from './file-names.ts'
import { hashing } from './hashing.ts'
import { physicalPath, type StoreLayout, storeLayout } from './layout.ts'
import { Deduplicator } from './links.ts'
import { NarAddition } from './nar-addition.ts'
import { type DumpOptions, dumpPath, hashFileTree, hashPath, type NarHash } from './nar-files.ts'
import { switchLink } from './roots.ts'
import { asStoreError } from './store-errors.ts'
import { TemporaryRoots } from './temporary-roots.ts'
import { type StoredText, TextWriter } from './text-writer.ts'
import { existsLink, removeTree, replaceWith, writeTree } from './trees.ts'

export interface AddOptions extends DumpOptions {
  /** Keep the whole tree and its modes (the default), or only the bytes of one file. */
  readonly recursive?: boolean
  readonly algorithm?: HashAlgorithm
}

/** How many texts wait at most. */
const mostWaiting = 1000

/** What is to be registered of a tree that becomes an item. */
export interface Placement extends Omit<Registration, 'path' | 'hash' | 'narSize'> {
  /** Of the tree, when it was hashed while it was written, and written as the store wants it. */
  readonly nar?: NarHash | undefined
  /** Whether its files are to be one with those of equal contents in the store. */
  readonly deduplicate?: boolean | undefined
}

export class Store {
  readonly layout: StoreLayout
  readonly #database: StoreDatabase
  readonly temporaryRoots: TemporaryRoots
  readonly making: PathMaking = { hashing, directory: storeDirectory }
  /** Paths seen valid by this process, which keeps them as temporary roots: no need to ask again. */
  #deduplicator: Deduplicator | undefined
  readonly #knownValid = new Set<string>()
  /** Registered paths whose files are broken: not valid for this process until they are registered again. */
  readonly #broken = new Set<string>()
  /** Texts that were added but are still to be written. */
  #waiting = new Map<StorePath, StoredText>()
  readonly #writer: TextWriter
  #defer: ((work: () => void) => void) | undefined
  /** Paths that this process has locked with `lockedFor`. */
  readonly #locked = new Set<string>()

  /** Open the store of `layout`, making its directories. @throws StrataError `cannot-open-store`. */
  constructor(layout: StoreLayout = storeLayout()) {
    this.layout = layout
    try {
      for (const directory of [layout.store, layout.state, layout.log]) mkdirSync(directory, { recursive: true })
      for (const directory of ['profiles', 'gcroots/auto'])
        mkdirSync(join(layout.state, directory), { recursive: true })
      // The real daemons find the profiles by this link, which they make only where there are no roots yet.
      const profiles = join(layout.state, 'gcroots/profiles')
      if (!existsLink(profiles)) switchLink(profiles, join(layout.state, 'profiles'))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new StrataError('cannot-open-store', `cannot make the store below ${layout.root}: ${reason}`, {
        hint: 'set STRATA_ROOT to a directory that you may write to',
        cause,
      })
    }
    this.#database = new StoreDatabase(layout.state)
    this.temporaryRoots = new TemporaryRoots(layout.state)
    this.#writer = new TextWriter(layout, this.#database, this.temporaryRoots)
  }

  close(): void {
    try {
      this.writeWaiting()
    } finally {
      this.temporaryRoots.close()
      this.#database.close()
    }
  }

  /** The database, with all that was added. */
  get database(): StoreDatabase {
    this.writeWaiting()
    return this.#database
  }

  /** From now on texts may be written later, many at once: when something else is asked of the database or of an item's
   *  place, or when DEFER calls what it is given, at the latest before anybody else can know of them. Undefined ends
   *  this. */
  deferTexts(defer: ((work: () => void) => void) | undefined): void {
    this.writeWaiting()
    this.#defer = defer
  }

  /** Write what was deferred. */
  readonly writeWaiting = (): void => {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting.values()]
    this.#waiting = new Map()
    this.#writeTexts(waiting)
  }

  #writeTexts(texts: readonly StoredText[]): void {
    try {
      this.#writer.write(texts, this.#broken)
    } catch (error) {
      for (const { path } of texts) this.#knownValid.delete(path)
      throw error
    }
    for (const { path } of texts) {
      this.#broken.delete(path)
      this.#knownValid.add(path)
    }
  }

  /** Where the item, or a file of it, lies on disk. */
  physical(path: string): string {
    this.writeWaiting()
    return physicalPath(this.layout, path)
  }

  /** Whether PATH is registered; from then on this process keeps it alive. */
  isValid(path: StorePath): boolean {
    if (this.#knownValid.has(path)) return true
    if (this.#broken.has(path)) return false
    if (!this.#database.isValid(path)) return false
    this.#keep(path)
    // A collector may have deleted it between the question and the root.
    if (!this.#database.isValid(path)) return false
    this.#knownValid.add(path)
    return true
  }

  /** Keep PATH alive while this process runs. */
  #keep(path: StorePath): void {
    try {
      this.temporaryRoots.add(path)
    } catch (error) {
      throw asStoreError(error, path)
    }
  }

  /** Whether the item PATH is one file, not a directory or link. */
  isRegularFile(path: StorePath): boolean {
    return lstatSync(this.physical(path)).isFile()
  }

  pathInfo(path: StorePath): PathInfo | undefined {
    return this.database.pathInfo(path)
  }

  /** PATHS and all that they refer to, directly or not, references first.
   *  @throws StrataError `invalid-path` for a path that is not valid. */
  closure(paths: Iterable<StorePath>): StorePath[] {
    const done = new Set<StorePath>()
    const visit = (path: StorePath): void => {
      if (done.has(path)) return
      done.add(path)
      for (const reference of this.database.references(path)) visit(reference)
      ordered.push(path)
    }
    const ordered: StorePath[] = []
    for (const path of paths) {
      if (!this.database.isValid(path)) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
      visit(path)
    }
    return ordered
  }

  /** Add a text file with the given references. */
  addText(name: string, text: Uint8Array, references: readonly StorePath[]): StorePath {
    const path = makeTextPath(this.making, name, text, references)
    this.addTextAt(path, text, references, name.endsWith('.drv') ? this.checkedOutputs(path, text) : undefined)
    return path
  }

  /** The outputs of a derivation that somebody else made. @throws StrataError `bad-derivation` for wrong ones. */
  checkedOutputs(path: StorePath, text: Uint8Array): Map<string, string> {
    const derivation = parseDerivation(text, path)
    checkOutputs(path, derivation, this.making, this.#hashOfInput)
    return new Map([...derivation.outputs].map(([name, output]) => [name, output.path]))
  }

  readonly #hashes = new Map<string, Uint8Array>()
  readonly #hashOfInput = (path: string): Uint8Array => {
    let hash = this.#hashes.get(path)
    if (hash === undefined) {
      hash = hashDerivationModulo(this.readDerivation(path), hashing, this.#hashOfInput)
      this.#hashes.set(path, hash)
    }
    return hash
  }

  /** Write a derivation, unless it is there; what it refers to must be valid. */
  addDerivation(made: MadeDerivation): StorePath {
    const outputs = new Map([...made.derivation.outputs].map(([name, output]) => [name, output.path]))
    this.addTextAt(made.path, made.bytes, made.references, outputs)
    return made.path
  }

  /** The derivation in the store at PATH. @throws StrataError `bad-derivation` or `no-derivation`. */
  readDerivation(path: string): Derivation {
    let bytes = this.#waiting.get(path as StorePath)?.bytes
    try {
      bytes ??= readFileSync(this.physical(path))
    } catch (cause) {
      throw new StrataError('no-derivation', `cannot read derivation ${path}`, { cause })
    }
    return parseDerivation(bytes, path)
  }

  private addTextAt(
    path: StorePath,
    bytes: Uint8Array,
    references: readonly StorePath[],
    outputs?: ReadonlyMap<string, string>,
  ): void {
    if (this.#knownValid.has(path)) return
    // They must be there until the new item keeps them.
    for (const reference of references) {
      if (!this.isValid(reference)) {
        throw new StrataError('invalid-reference', `${path} refers to ${reference}, which is not valid`)
      }
    }
    const text: StoredText = { path, bytes, references: [...references].sort(compareText), outputs }
    if (this.#defer === undefined) this.#writeTexts([text])
    else this.#writeLater(text, this.#defer)
  }

  #writeLater(text: StoredText, defer: (work: () => void) => void): void {
    this.#waiting.set(text.path, text)
    this.#knownValid.add(text.path)
    if (this.#waiting.size >= mostWaiting) this.writeWaiting()
    else defer(this.writeWaiting)
  }

  /** Add the file or directory at FILE under NAME. @throws StrataError for files that cannot be stored. */
  addFile(name: string, file: string, options: AddOptions = {}): StorePath {
    const { recursive = true, algorithm = 'sha256' } = options
    if (!recursive && !lstatSync(fileName(file)).isFile()) {
      throw new StrataError('unsupported-file', `${file}: only a regular file has a flat hash`)
    }
    const addition = new NarAddition(this, { recursive, algorithm })
    try {
      dumpPath(file, (bytes) => addition.onNar(bytes), options, addition.visitor)
      return addition.finish(name)
    } catch (error) {
      throw asStoreError(error, `${storeDirectory}/…-${name}`)
    } finally {
      addition.close()
    }
  }

  /** Add a tree held in memory under NAME. */
  addFileTree(name: string, tree: FileTree): StorePath {
    const path = makeFixedOutputPath(this.making, { recursive: true, hash: hashFileTree(tree).hash }, name)
    if (this.isValid(path)) return path
    this.write(path, (temporary) => {
      writeTree(tree, temporary)
      this.adopt(path, temporary, { references: [] })
    })
    return path
  }

  /** Move a finished tree at TEMPORARY into the store as PATH and register it with what it refers to. */
  adopt(path: StorePath, temporary: string, details: Placement): void {
    const registration = this.place(path, temporary, details)
    this.register([registration])
  }

  /** Rename TEMPORARY, already canonical or not, to PATH's place; the caller registers the result. */
  place(path: StorePath, temporary: string, { nar, deduplicate, ...details }: Placement): Registration {
    if (nar === undefined) canonicalize(temporary)
    const { hash, size } = nar ?? hashPath(temporary)
    const target = this.physical(path)
    // Renaming a directory rewrites its `..`, for which it must be writable for a moment.
    const isDirectory = lstatSync(temporary).isDirectory()
    if (isDirectory) chmodSync(temporary, 0o755)
    replaceWith(temporary, target)
    if (isDirectory) {
      chmodSync(target, 0o555)
      utimesSync(target, storeTime, storeTime)
    }
    if (deduplicate === true) this.shareFiles(path)
    return { ...details, path, hash: `sha256:${hash.digest.toHex()}`, narSize: size }
  }

  /** Make the files of PATH, which is in its place, one with those of equal contents in the store. */
  shareFiles(path: StorePath): void {
    this.#deduplicator ??= new Deduplicator(this.layout)
    this.#deduplicator.add(this.physical(path))
  }

  register(registrations: readonly Registration[]): void {
    this.database.register(registrations)
    for (const { path } of registrations) {
      this.#broken.delete(path)
      this.#knownValid.add(path)
    }
  }

  /** Take PATHS for not valid until they are registered again: their files are not what was registered. What refers
   *  to them stays valid. */
  distrust(paths: Iterable<StorePath>): void {
    this.writeWaiting()
    for (const path of paths) {
      this.#knownValid.delete(path)
      this.#broken.add(path)
    }
  }

  /** Take the paths that were not registered again for what the database says of them. */
  trustAll(): void {
    this.#broken.clear()
  }

  /** Run BODY with the lock of the item PATH: no other process makes it meanwhile. */
  lockedFor<T>(path: StorePath, body: () => T): T {
    if (this.#locked.has(path)) return body()
    // Writing texts takes locks, perhaps this one.
    this.writeWaiting()
    const lock = FileLock.acquireBlocking(`${this.physical(path)}.lock`, 'exclusive')
    this.#locked.add(path)
    try {
      return body()
    } finally {
      this.#locked.delete(path)
      lock.release({ remove: true })
    }
  }

  /** Forget what this process believed of PATH, after it was deleted. */
  forget(path: StorePath): void {
    this.writeWaiting()
    this.#knownValid.delete(path)
  }

  /** A name in the store's own directory, on the same file system as the items, for what is to become PATH. Whoever
   *  uses it holds the lock of PATH, and has it among its temporary roots: by both the collectors of strata, Guix and
   *  Nix know that it is in use. */
  temporaryName(path: StorePath): string {
    return `${this.physical(path)}.chroot`
  }

  /** The same for what will only be known when it is complete, a LABEL of one word: a name like an item's, which is among
   *  the temporary roots as one would be, so that no collector takes it away. */
  unnamedTemporary(label: string): string {
    const path = toStorePath(`${storeDirectory}/${formatBase32(randomBytes(20))}-strata-${label}`)
    this.temporaryRoots.add(path)
    return this.physical(path)
  }

  /** Let MAKE write the item PATH below the name it is given, put it in its place and register it, unless it is valid. */
  private write(path: StorePath, make: (temporary: string) => void): void {
    this.#keep(path)
    const temporary = this.temporaryName(path)
    try {
      this.lockedFor(path, () => {
        // Whoever held the lock before may have made it.
        if (this.isValid(path)) return
        try {
          if (existsLink(temporary)) removeTree(temporary)
          make(temporary)
        } catch (error) {
          if (existsLink(temporary)) removeTree(temporary)
          throw error
        }
      })
    } catch (error) {
      throw asStoreError(error, path)
    }
  }
}
