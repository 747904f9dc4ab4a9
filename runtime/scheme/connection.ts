/** Store connections as Scheme programs hold them: the store of this process and the options of its builds.
 *  The Scheme record around it is in stdlib/guix/store.scm. */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { deferWork, finishDeferredWork, placeFiles, printError } from '../../build-side/index.ts'
import type { BuildMode, BuildOptions as RealiseOptions } from '../builds/index.ts'
import { foreignBuilds, type LogSettings, push, RemoteStore, type RemoteSubstitute } from '../daemon/index.ts'
import { hashDerivationModulo, type MadeDerivation } from '../derivations/index.ts'
import {
  type Derivation,
  type FileTree,
  formatBase32,
  parseStorePath,
  type StorePath,
  storeDirectory,
  storePathHashPart,
  storePathName,
  toStorePath,
  writeNar,
} from '../formats/index.ts'
import {
  type AddOptions,
  addIndirectRoot,
  computeLiveness,
  dumpPath,
  hashing,
  nameOfPlace,
  placeInStore,
  readTemporaryRoots,
  Store,
} from '../store/index.ts'
import { usualSubstituteUrls } from '../substitutes/index.ts'
import { buildBlocking, runProcess } from './blocking-builds.ts'
import { withRecipePlace } from './failure-places.ts'
import { asBuildFailure, LogEnd } from './remote-failures.ts'
import { keepScriptPlaces } from './script-places.ts'

export interface BuildOptions
  extends Pick<RealiseOptions, 'logCompression' | 'cacheFailures' | 'deduplicate' | 'buildUsersGroup'> {
  readonly keepFailed: boolean
  readonly keepGoing: boolean
  /** These are the daemon's to decide, or the usual ones, where nobody said them. */
  readonly maxJobs?: number
  /** 0 leaves it to the builder. */
  readonly cores?: number
  /** Seconds; 0 for none. */
  readonly timeout?: number
  readonly maxSilentTime?: number
  readonly rounds?: number
  /** Servers of substitutes; undefined leaves them to the environment or the daemon, none forbids them. */
  readonly substituteUrls?: readonly string[] | undefined
  readonly fallback?: boolean
  /** What a build log that a program reads is to tell besides what builders say; see LogText. */
  readonly log?: LogSettings
}

export const defaultBuildOptions: BuildOptions = {
  keepFailed: false,
  keepGoing: false,
}

export interface PathDescription {
  readonly deriver: StorePath | undefined
  /** Of the NAR, in base 16. */
  readonly sha256: string
  readonly references: readonly StorePath[]
  readonly registrationTime: number
  readonly narSize: number
}

/** A connection to the store of this process, or through it to the one of a daemon: what is added to that is added to
 *  the process's own first, where lowering finds it again without asking. */
export class Connection {
  readonly store: Store
  readonly remote: RemoteStore | undefined
  options: BuildOptions = defaultBuildOptions
  /** The log of builds for a program that asked for it; undefined when it goes to standard error. */
  #log: Uint8Array[] | undefined
  readonly #logEnd = new LogEnd()
  #served: boolean | undefined
  readonly #derivations = new Map<string, Derivation>()
  readonly #hashes = new Map<string, Uint8Array>()

  constructor(store: Store, uri?: string) {
    this.store = store
    this.remote = uri === undefined ? undefined : new RemoteStore(uri, { onLog: (text) => this.#onLog(text) })
  }

  #onLog(text: Uint8Array): void {
    this.#logEnd.add(text)
    if (this.#log === undefined) writeLog(text)
    else this.#log.push(Uint8Array.from(text))
  }

  /** Keep the log of builds from now on, until it is taken. */
  keepLog(): void {
    this.#log = []
  }

  /** What was kept, with U+FFFD for what is not UTF-8. */
  takeLog(): string {
    const text = Buffer.concat(this.#log ?? []).toString('utf8')
    this.#log = undefined
    return text
  }

  /** The options of a build: with what a reader of the log wants, if there is one. */
  #buildOptions(): BuildOptions {
    const { log, ...others } = this.options
    return this.#log === undefined ? others : { ...others, log: log ?? { printBuildTrace: false, multiplexed: false } }
  }

  close(): void {
    this.remote?.close()
  }

  isValid(path: StorePath): boolean {
    return this.remote?.isValid(path) ?? this.store.isValid(path)
  }

  /** What is known of the valid PATH; undefined when it is not. */
  describe(path: StorePath): PathDescription | undefined {
    if (this.remote !== undefined) return this.remote.isValid(path) ? this.remote.pathInfo(path) : undefined
    const info = this.store.pathInfo(path)
    if (info === undefined) return undefined
    const { deriver, hash, registrationTime, narSize } = info
    const references = this.store.database.references(path)
    return { deriver, sha256: hash.replace(/^sha256:/, ''), references, registrationTime, narSize }
  }

  references(path: StorePath): readonly StorePath[] {
    return this.remote?.references(path) ?? this.store.database.references(path)
  }

  referrers(path: StorePath): readonly StorePath[] {
    return this.remote?.referrers(path) ?? this.store.database.referrers(path)
  }

  derivers(path: StorePath): readonly StorePath[] {
    return this.remote?.derivers(path) ?? this.store.database.derivers(path)
  }

  pathWithHashPart(part: string): StorePath | undefined {
    if (this.remote !== undefined) return this.remote.pathWithHashPart(part)
    return this.store.database.validPaths().find((path) => storePathHashPart(path) === part)
  }

  /** PATHS and what they refer to, references first. */
  closure(paths: readonly StorePath[]): StorePath[] {
    if (this.remote === undefined) return this.store.closure(paths)
    const ordered: StorePath[] = []
    const done = new Set<StorePath>()
    const visit = (path: StorePath): void => {
      if (done.has(path)) return
      done.add(path)
      for (const reference of this.references(path)) visit(reference)
      ordered.push(path)
    }
    for (const path of paths) visit(path)
    return ordered
  }

  liveness(which: 'live' | 'dead'): Iterable<StorePath> {
    return this.remote?.liveness(which) ?? computeLiveness(this.store, { ignoreOwnRoots: true })[which]
  }

  /** What servers of substitutes have of PATHS. */
  substitutes(paths: readonly StorePath[]): readonly RemoteSubstitute[] {
    if (this.remote !== undefined) {
      this.remote.setBuildOptions(this.options)
      return this.remote.substitutes(paths)
    }
    const { substituteUrls: urls = usualSubstituteUrls() } = this.options
    if (urls.length === 0 || paths.length === 0) return []
    const { substitutes = [] } = runProcess({ kind: 'substitutes', root: this.store.layout.root, paths, urls })
    return substitutes.map((found) => ({ ...found, narSize: BigInt(found.narSize) }))
  }

  addTemporaryRoot(path: StorePath): void {
    if (this.remote === undefined) this.store.temporaryRoots.add(path)
    else this.remote.addTemporaryRoot(path)
  }

  addIndirectRoot(file: string): void {
    if (this.remote === undefined) addIndirectRoot(this.store.layout, file)
    else this.remote.addIndirectRoot(file)
  }

  /** Whether the daemon's store is that of this process, which then leaves additions and the roots that keep them to the
   *  daemon: a root that is asked for there appears here. */
  #isServed(remote: RemoteStore): boolean {
    if (this.#served === undefined) {
      const unlikely = toStorePath(`${storeDirectory}/${formatBase32(randomBytes(20))}-strata-root`)
      remote.addTemporaryRoot(unlikely)
      this.#served = readTemporaryRoots(this.store.layout.state).paths.includes(unlikely)
    }
    return this.#served
  }

  /** PATH was added to the store of this process: give it to the daemon too. */
  added(path: StorePath): StorePath {
    if (this.remote !== undefined && !this.remote.isValid(path)) push(this.store, this.remote, [path])
    return path
  }

  /** Whether an item with REFERENCES goes to the daemon alone: it has what the store of this process lacks, or is its daemon. */
  #isForDaemon(remote: RemoteStore, references: readonly StorePath[]): boolean {
    return this.#isServed(remote) || !references.every((path) => this.store.isValid(path))
  }

  addText(name: string, text: Uint8Array, references: readonly StorePath[]): StorePath {
    const { remote } = this
    return remote !== undefined && this.#isForDaemon(remote, references)
      ? remote.addText(name, text, references)
      : this.added(this.store.addText(name, text, references))
  }

  /** Add the file or directory at FILE. */
  addFile(name: string, file: string, options: AddOptions): StorePath {
    const { recursive = true, algorithm = 'sha256' } = options
    const { remote } = this
    return remote !== undefined && this.#isServed(remote)
      ? remote.addNar(name, { recursive, algorithm }, (sink) => dumpPath(file, sink, options))
      : this.added(this.store.addFile(name, file, options))
  }

  addFileTree(name: string, tree: FileTree): StorePath {
    const { remote } = this
    return remote !== undefined && this.#isServed(remote)
      ? remote.addNar(name, { recursive: true, algorithm: 'sha256' }, (sink) => writeNar(tree, sink))
      : this.added(this.store.addFileTree(name, tree))
  }

  /** Add a derivation that was just made, and remember it. */
  addDerivation(made: MadeDerivation): void {
    const { remote } = this
    if (remote !== undefined && this.#isForDaemon(remote, made.references)) {
      remote.addText(storePathName(made.path), made.bytes, made.references)
    } else this.added(this.store.addDerivation(made))
    this.remember(made.path, made.derivation, made.hashModulo)
  }

  /** Build THINGS, `DRV` or `DRV!OUTPUT,…`, and return when they are built. @throws StrataError, for a build that fails with
   *  the place in the recipe when the interpreter that is running knows it. */
  build(things: readonly string[], mode: BuildMode = 'normal'): void {
    this.#logEnd.clear()
    try {
      this.#build(things, mode)
    } catch (error) {
      throw withRecipePlace(asBuildFailure(error, this.#logEnd), this.store)
    }
    keepScriptPlaces(this.store)
  }

  #build(things: readonly string[], mode: BuildMode): void {
    const { remote, store } = this
    // Builds run in another process.
    store.writeWaiting()
    const options = this.#buildOptions()
    const onLog = (text: Uint8Array): void => this.#onLog(text)
    if (remote === undefined) {
      buildBlocking(store, things, options, mode, onLog)
      return
    }
    const derivations = things.flatMap((thing) => parseStorePath(thing.split('!')[0] ?? '') ?? [])
    push(
      store,
      remote,
      derivations.filter((path) => store.isValid(path)),
    )
    const foreign = foreignBuilds(
      store,
      remote,
      things.filter((thing) => store.database.isValid(thing.split('!')[0] ?? '')),
    )
    if (foreign.length > 0) {
      buildBlocking(store, foreign, options, 'normal', onLog)
      const outputs = foreign.flatMap((drv) => [...store.readDerivation(drv).outputs.values()])
      push(
        store,
        remote,
        outputs.map((output) => output.path as StorePath),
      )
    }
    remote.setBuildOptions({ ...options, ...options.log })
    remote.buildThings(things, mode)
  }

  readDerivation(path: string): Derivation {
    let drv = this.#derivations.get(path)
    if (drv === undefined) {
      drv = this.store.readDerivation(path)
      this.#derivations.set(path, drv)
    }
    return drv
  }

  /** Remember a derivation that was just made. */
  remember(path: string, drv: Derivation, hashModulo: Uint8Array): void {
    this.#derivations.set(path, drv)
    this.#hashes.set(path, hashModulo)
  }

  readonly hashOfInput = (path: string): Uint8Array => {
    let hash = this.#hashes.get(path)
    if (hash === undefined) {
      hash = hashDerivationModulo(this.readDerivation(path), hashing, this.hashOfInput)
      this.#hashes.set(path, hash)
    }
    return hash
  }
}

/** Stores of this process by root: opened once, shared by all connections. */
const stores = new Map<string, Store>()

let deferring = false

/** Run BODY, whose additions of texts may be written later, before anybody outside of this process can know of them
 *  (build-side/posix/deferred-work.ts) and when BODY returns at the latest: many at once are cheaper. */
export function deferringTexts<T>(body: () => T): T {
  if (deferring) return body()
  const set = (on: boolean): void => {
    deferring = on
    for (const store of stores.values()) store.deferTexts(on ? deferWork : undefined)
  }
  set(true)
  process.once('exit', finishBeforeExit)
  try {
    return body()
  } finally {
    set(false)
    process.off('exit', finishBeforeExit)
  }
}

/** The program ends by `exit' somewhere: the last chance. */
function finishBeforeExit(): void {
  try {
    finishDeferredWork()
  } catch (error) {
    printError(error, { program: 'strata', debug: false })
    process.exitCode = 1
  }
}

/** The store of this process. */
export function processStore(): Store {
  const key = process.env.STRATA_ROOT ?? ''
  let store = stores.get(key)
  if (store === undefined) {
    store = new Store()
    if (deferring) store.deferTexts(deferWork)
    const opened = store
    const { layout } = store
    placeFiles({
      placeOf: (name, follow) => {
        // Only names outside of the store that are whole cannot be those of texts that are still to be written.
        if (!name.startsWith('/') || name.startsWith(storeDirectory) || name.startsWith(layout.store))
          opened.writeWaiting()
        return placeInStore(layout, name, follow)
      },
      nameAt: (place) => nameOfPlace(layout, place),
    })
    stores.set(key, store)
  }
  return store
}

/** Close every store that was opened: temporary roots and locks go. */
export function closeStores(): void {
  for (const store of stores.values()) store.close()
  stores.clear()
}

function writeLog(text: Uint8Array): void {
  try {
    writeSync(2, text)
  } catch {
    // Nobody reads: builds go on all the same.
  }
}
