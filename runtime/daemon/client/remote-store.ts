/** A store behind a socket: the client's side of the worker protocol, one blocking call an operation.
 *  Speaks to strata's own daemon, to guix-daemon and to nix-daemon. */
import { userInfo } from 'node:os'
import { StrataError } from '../../../lang/conditions/index.ts'
import {
  type ByteSink,
  concatBytes,
  encodeText,
  type HashAlgorithm,
  parseStorePath,
  readNar,
  type StorePath,
} from '../../formats/index.ts'
import {
  ClientError,
  clientMagic,
  daemonMagic,
  defaultPort,
  frames,
  guixVersion,
  majorVersion,
  minorVersion,
  nixClientVersion,
  type OperationName,
  operations,
  WireWriter,
} from '../protocol/index.ts'
import type { LogSettings } from '../server/log-text.ts'
import { activityFrames, type FrameReader, plainMessage, readActivity, readStructuredError } from './nix-frames.ts'
import { BlockingSocket } from './socket.ts'

export interface RemotePathInfo {
  readonly deriver: StorePath | undefined
  /** Base 16, of the NAR. */
  readonly sha256: string
  readonly references: readonly StorePath[]
  readonly registrationTime: number
  readonly narSize: number
}

export interface RemoteBuildOptions extends Partial<LogSettings> {
  readonly keepFailed?: boolean
  readonly keepGoing?: boolean
  readonly maxJobs?: number
  readonly cores?: number
  readonly timeout?: number
  readonly maxSilentTime?: number
  readonly rounds?: number
  /** Servers of substitutes; undefined leaves them to the daemon, none forbids them. */
  readonly substituteUrls?: readonly string[] | undefined
  readonly fallback?: boolean
}

export interface RemoteSubstitute {
  readonly path: StorePath
  readonly deriver: StorePath | undefined
  readonly references: readonly StorePath[]
  readonly downloadSize: number
  readonly narSize: number | bigint
}

export interface RemoteOptions {
  /** Shows what the daemon says while it works. */
  readonly onLog?: (text: Uint8Array) => void
}

/** Seconds that a daemon may take to begin. */
const handshakePatience = 30
/** guix-daemon 0.1 and Nix 1.0 spoke more. */
const oldestMinor = 12
/** Nix: path information has signatures; says whether a path is valid; additions name their method; errors have parts. */
const since = { signatures: 16, validity: 17, methods: 25, errorParts: 26 } as const

/** From here on, numbers that are options are among the pairs at the end of set-options. */
const pairsOnly = 0x61

export class RemoteStore {
  readonly #socket: BlockingSocket
  readonly #onLog: (text: Uint8Array) => void
  /** The smaller minor version of both sides. */
  readonly minor: number

  /** Connect to URI: a file name, `unix:`, `file:`, `guix://HOST[:PORT]`, or `fd:NUMBER` for what is open.
   *  @throws StrataError `cannot-connect`, `protocol-error`. */
  constructor(uri: string, { onLog = () => {} }: RemoteOptions = {}) {
    this.#onLog = onLog
    this.#socket = connectTo(uri)
    try {
      this.#socket.setPatience(handshakePatience)
      this.minor = this.#handshake(uri)
      this.#socket.setPatience(0)
      // Over a network the daemon knows who we are from our options only, and makes us a place for profiles.
      if (uri.startsWith('guix:') && this.minor >= pairsOnly) this.setBuildOptions({})
    } catch (error) {
      this.#socket.close()
      throw error
    }
  }

  /** Agree with the daemon on a version; returns its minor part. */
  #handshake(uri: string): number {
    this.#socket.write(new WireWriter().number(clientMagic).take())
    if (this.#long() !== daemonMagic) throw new StrataError('protocol-error', `${uri} is not the socket of a daemon`)
    const theirs = this.#number()
    if (majorVersion(theirs) !== majorVersion(guixVersion)) {
      throw new StrataError(
        'protocol-error',
        `the daemon at ${uri} speaks version ${theirs.toString(16)} of the protocol`,
      )
    }
    // Between Guix's last number and Nix's first ones lies what each understands of the other.
    const ours = minorVersion(theirs) >= 0x60 ? guixVersion : nixClientVersion
    if (minorVersion(theirs) < oldestMinor) {
      throw new StrataError(
        'protocol-error',
        `the daemon at ${uri} speaks version ${theirs.toString(16)} of the protocol, which is too old`,
        { hint: `the oldest that is understood is ${(0x100 + oldestMinor).toString(16)}` },
      )
    }
    const minor = Math.min(minorVersion(theirs), minorVersion(ours))
    const writer = new WireWriter().number(ours)
    if (minorVersion(theirs) >= 14) writer.bool(false)
    if (minorVersion(theirs) >= 11) writer.bool(ours === guixVersion)
    this.#socket.write(writer.take())
    this.#finish({}, minor)
    return minor
  }

  close(): void {
    this.#socket.close()
  }

  isValid(path: StorePath): boolean {
    this.#ask('valid-path?', (writer) => writer.string(path))
    return this.#number() !== 0
  }

  /** Which of PATHS are valid. */
  validPaths(paths: readonly StorePath[]): StorePath[] {
    this.#ask('query-valid-paths', (writer) => {
      writer.strings(paths)
      if (this.minor >= 27 && this.minor < 0x60) writer.bool(false)
    })
    return this.#paths()
  }

  allValidPaths(): StorePath[] {
    this.#ask('query-all-valid-paths')
    return this.#paths()
  }

  /** @throws StrataError when PATH is not valid. */
  pathInfo(path: StorePath): RemotePathInfo {
    this.#ask('query-path-info', (writer) => writer.string(path))
    if (this.#nix(since.validity) && this.#number() === 0) {
      throw new ClientError('daemon-error', `path \`${path}' is not valid`, 1)
    }
    return this.#pathInfo()
  }

  #pathInfo(): RemotePathInfo {
    const info = {
      deriver: parseStorePath(this.#string()),
      sha256: this.#string().replace(/^sha256:/, ''),
      references: this.#paths(),
      registrationTime: this.#number(),
      narSize: Number(this.#long()),
    }
    if (this.#nix(since.signatures)) {
      this.#number()
      this.#strings()
      this.#string()
    }
    return info
  }

  /** Whether the daemon is one of Nix and of this MINOR version at least. */
  #nix(minor: number): boolean {
    return this.minor >= minor && this.minor < pairsOnly
  }

  references(path: StorePath): StorePath[] {
    // Nix 2.8 runs in circles when it is asked for references that there are: it walks a set that is gone already.
    if (this.#nix(0)) return [...this.pathInfo(path).references]
    return this.#pathsOf('query-references', path)
  }
  referrers(path: StorePath): StorePath[] {
    return this.#pathsOf('query-referrers', path)
  }
  derivers(path: StorePath): StorePath[] {
    return this.#pathsOf('query-valid-derivers', path)
  }
  derivationOutputs(path: StorePath): StorePath[] {
    return this.#pathsOf('query-derivation-outputs', path)
  }

  /** The valid path whose hash part is PART, if any. */
  pathWithHashPart(part: string): StorePath | undefined {
    this.#ask('query-path-from-hash-part', (writer) => writer.string(part))
    return parseStorePath(this.#string())
  }

  addText(name: string, text: Uint8Array, references: readonly StorePath[]): StorePath {
    if (this.#nix(since.methods)) return this.#addFramed(name, 'text:sha256', references, (sink) => sink(text))
    this.#ask('add-text-to-store', (writer) => writer.string(name).bytes(text).strings(references))
    return this.#path()
  }

  /** Add what DUMP writes to its sink as a NAR. */
  addNar(
    name: string,
    method: { readonly recursive: boolean; readonly algorithm: HashAlgorithm },
    dump: (sink: ByteSink) => void,
  ): StorePath {
    if (this.#nix(since.methods)) {
      const { recursive, algorithm } = method
      return this.#addFramed(name, `fixed:${recursive ? 'r:' : ''}${algorithm}`, [], (sink) => {
        if (recursive) dump(sink)
        else dump(contentsOfNar(sink))
      })
    }
    const writer = new WireWriter().number(operations['add-to-store']).string(name)
    // Old Nix clients say 0 for the usual method; the flag decides whether the rest counts.
    writer.bool(true).bool(method.recursive).string(method.algorithm)
    this.#socket.write(writer.take())
    dump((bytes) => this.#socket.write(bytes))
    this.#finish()
    return this.#path()
  }

  /** Add what DUMP writes, in frames: each with its length in front, and one of length 0 at the end. */
  #addFramed(
    name: string,
    method: string,
    references: readonly StorePath[],
    dump: (sink: ByteSink) => void,
  ): StorePath {
    const writer = new WireWriter().number(operations['add-to-store']).string(name).string(method)
    this.#socket.write(writer.strings(references).bool(false).take())
    dump((bytes) => {
      if (bytes.length === 0) return
      this.#socket.write(new WireWriter().number(bytes.length).take())
      this.#socket.write(bytes)
    })
    this.#socket.write(new WireWriter().number(0).take())
    this.#finish()
    const path = this.#path()
    this.#pathInfo()
    return path
  }

  setBuildOptions(options: RemoteBuildOptions): void {
    const { keepFailed = false, keepGoing = false, maxJobs = 1, cores = 0 } = options
    const { timeout, maxSilentTime = 0, rounds = 1, substituteUrls, fallback = false } = options
    const { printBuildTrace = false, multiplexed = false } = options
    const old = this.minor < pairsOnly
    this.#ask('set-options', (writer) => {
      writer.bool(keepFailed).bool(keepGoing).bool(fallback).number(0)
      if (old) writer.number(maxJobs).number(maxSilentTime)
      // The hook for offloading; verbosity; the kind of log; whether to print a trace.
      writer.bool(true).number(0).number(0).bool(printBuildTrace)
      if (old) writer.number(cores)
      writer.bool(substituteUrls?.length !== 0)
      if (this.minor < 12) return
      const urls: [string, string][] =
        substituteUrls === undefined || substituteUrls.length === 0
          ? []
          : [[old ? 'substituters' : 'substitute-urls', substituteUrls.join(' ')]]
      writer.pairs(
        old
          ? urls
          : Object.entries({
              // What nobody asked for is as the daemon was told.
              'build-timeout': timeout,
              'build-max-silent-time': options.maxSilentTime,
              'build-max-jobs': options.maxJobs,
              'build-cores': options.cores,
              'build-repeat': rounds - 1,
              'multiplexed-build-output': multiplexed,
              'user-name': ownName(),
            })
              .flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]))
              .concat(urls),
      )
    })
  }

  /** Build THINGS, `DRV` or `DRV!OUTPUT,…`. @throws ClientError with the daemon's message and status. */
  buildThings(things: readonly string[], mode: 'normal' | 'repair' | 'check' = 'normal'): void {
    this.#ask('build-things', (writer) => {
      writer.strings(things)
      if (this.minor >= 15) writer.number(['normal', 'repair', 'check'].indexOf(mode))
    })
    this.#number()
  }

  addTemporaryRoot(path: StorePath): void {
    this.#ask('add-temp-root', (writer) => writer.string(path))
    this.#number()
  }

  addIndirectRoot(file: string): void {
    this.#ask('add-indirect-root', (writer) => writer.string(file))
    this.#number()
  }

  /** Roots and what they keep. */
  roots(): (readonly [root: string, path: string])[] {
    this.#ask('find-roots')
    return this.#list(() => [this.#string(), this.#string()] as const)
  }

  /** The outputs whose builds failed, when the daemon remembers. */
  failedPaths(): StorePath[] {
    this.#ask('query-failed-paths')
    return this.#paths()
  }

  /** Forget that the builds of PATHS failed; of all for `*`. */
  clearFailures(paths: readonly string[]): void {
    this.#ask('clear-failed-paths', (writer) => writer.strings(paths))
    this.#number()
  }

  /** Check the store; whether something is wrong with it that could not be mended. */
  verify(contents: boolean, repair: boolean): boolean {
    this.#ask('verify-store', (writer) => writer.bool(contents).bool(repair))
    return this.#number() !== 0
  }

  /** What servers of substitutes have of PATHS. */
  substitutes(paths: readonly StorePath[]): RemoteSubstitute[] {
    this.#ask('query-substitutable-path-infos', (writer) => writer.strings(paths))
    return this.#list(() => ({
      path: this.#path(),
      deriver: parseStorePath(this.#string()),
      references: this.#paths(),
      downloadSize: Number(this.#long()),
      narSize: this.#long(),
    }))
  }

  optimize(): void {
    this.#ask('optimize-store')
    this.#number()
  }

  /** What roots reach, or do not. */
  liveness(which: 'live' | 'dead'): StorePath[] {
    return this.#collect(which === 'live' ? 0 : 1, [], (1n << 64n) - 1n).paths
  }

  /** Delete dead items until MINIMUM bytes are free again, or PATHS alone. */
  collectGarbage(minimum: bigint, paths?: readonly StorePath[]): { paths: StorePath[]; freed: number } {
    return this.#collect(paths === undefined ? 2 : 3, paths ?? [], minimum)
  }

  #collect(action: number, paths: readonly StorePath[], minimum: bigint): { paths: StorePath[]; freed: number } {
    this.#ask('collect-garbage', (writer) =>
      writer.number(action).strings(paths).bool(false).number(minimum).number(0).number(0).number(0),
    )
    const result = { paths: this.#paths(), freed: Number(this.#long()) }
    this.#long()
    return result
  }

  /** Write the exported form of PATH to SINK, without the marks of a stream. */
  exportItem(path: StorePath, sink: ByteSink, sign = false): void {
    this.#ask('export-path', (writer) => writer.string(path).bool(sign), { output: sink })
    this.#number()
  }

  /** Import a stream of exported items, which NEXT gives in pieces of at most so many bytes; none at the end. */
  importItems(next: (size: number) => Uint8Array): StorePath[] {
    this.#ask('import-paths', () => {}, { input: next })
    return this.#paths()
  }

  /** The builders that the daemon is itself, without `builtin:`. */
  builtins(): string[] {
    if (this.minor < 0x60) return []
    this.#ask('built-in-builders')
    return this.#strings()
  }

  #pathsOf(operation: OperationName, path: StorePath): StorePath[] {
    this.#ask(operation, (writer) => writer.string(path))
    return this.#paths()
  }

  #ask(
    operation: OperationName,
    write: (writer: WireWriter) => unknown = () => {},
    streams: { readonly input?: (size: number) => Uint8Array; readonly output?: ByteSink } = {},
  ): void {
    const writer = new WireWriter().number(operations[operation])
    write(writer)
    this.#socket.write(writer.take())
    this.#finish(streams)
  }

  /** Take the frames before a reply. @throws ClientError. */
  #finish(
    streams: { readonly input?: (size: number) => Uint8Array; readonly output?: ByteSink } = {},
    minor = this.minor,
  ): void {
    for (;;) {
      const frame = this.#long()
      if (frame === frames.last) return
      if (frame === frames.next) this.#onLog(this.#bytes())
      else if (frame === frames.write) streams.output?.(this.#bytes())
      else if (frame === frames.read) {
        const size = Math.min(this.#number(), 1 << 20)
        this.#socket.write(new WireWriter().bytes(streams.input?.(size) ?? new Uint8Array()).take())
      } else if (frame === frames.error) {
        if (minor >= since.errorParts && minor < pairsOnly) {
          const message = plainMessage(readStructuredError(this.#reader))
          throw new ClientError('daemon-error', message, statusOf(message))
        }
        const message = this.#string()
        const status = minor >= 8 ? this.#number() : 1
        throw new ClientError('daemon-error', plainMessage(message), status)
      } else if (frame === activityFrames.start || frame === activityFrames.stop || frame === activityFrames.result) {
        const text = readActivity(frame, this.#reader)
        if (text !== undefined) this.#onLog(encodeText(`${text}\n`))
      } else throw new StrataError('protocol-error', `the daemon sent ${frame.toString(16)} where a frame starts`)
    }
  }

  readonly #reader: FrameReader = {
    number: () => this.#number(),
    long: () => this.#long(),
    string: () => this.#string(),
  }

  #long(): bigint {
    const bytes = this.#socket.read(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  }

  #number(): number {
    const value = this.#long()
    if (value > 0xffffffffn) throw new StrataError('protocol-error', `the daemon sent ${value} for a small number`)
    return Number(value)
  }

  #bytes(): Uint8Array {
    const size = this.#number()
    if (size > 1 << 30) throw new StrataError('protocol-error', `the daemon sent a string of ${size} bytes`)
    // A copy: what is read next may move the bytes (`slice` of a Buffer would be the same memory).
    const bytes = Uint8Array.from(this.#socket.read(size))
    if (size % 8 !== 0) this.#socket.read(8 - (size % 8))
    return bytes
  }

  #string(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes())
  }

  /** A list of what READ reads. */
  #list<T>(read: () => T): T[] {
    const length = this.#number()
    if (length > 1 << 24) throw new StrataError('protocol-error', `the daemon sent a list of ${length}`)
    const values: T[] = []
    while (values.length < length) values.push(read())
    return values
  }

  #strings(): string[] {
    return this.#list(() => this.#string())
  }

  #path(): StorePath {
    const text = this.#string()
    const path = parseStorePath(text)
    if (path === undefined) throw new StrataError('protocol-error', `the daemon sent \`${text}' for a store path`)
    return path
  }

  #paths(): StorePath[] {
    return this.#list(() => this.#path())
  }
}

/** The exit status that goes with MESSAGE, where the daemon does not send one. */
function statusOf(message: string): number {
  if (/timed out after|of silence/.test(message)) return 101
  return /builder for .* failed|dependenc.* failed to build|dependencies .* failed|build of .* failed/.test(message)
    ? 100
    : 1
}

/** A sink for the NAR of one file that passes on what the file contains. */
function contentsOfNar(sink: ByteSink): ByteSink {
  const nothing = (): void => {}
  const refuse = (): never => {
    throw new StrataError('unsupported-file', 'only a regular file has a flat hash')
  }
  const reader = readNar({ regular: nothing, contents: sink, endRegular: nothing, symlink: refuse, directory: refuse })
  let request = reader.next(new Uint8Array())
  let waiting: Uint8Array = new Uint8Array()
  return (bytes) => {
    waiting = concatBytes([waiting, bytes])
    while (request.done !== true) {
      const { size, exact } = request.value
      if (waiting.length < (exact ? size : 1)) return
      const piece = waiting.subarray(0, size)
      waiting = waiting.subarray(piece.length)
      request = reader.next(piece)
    }
  }
}

/** The name of who runs this process, if there is one. */
function ownName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

function connectTo(uri: string): BlockingSocket {
  const network = /^guix:\/\/(?:\[(.*)\]|([^/:]*))(?::(\d+))?\/?$/.exec(uri)
  if (network !== null) {
    const [, bracketed, name, port] = network
    return BlockingSocket.connectNetwork(bracketed ?? name ?? '', port === undefined ? defaultPort : Number(port))
  }
  const descriptor = /^fd:(\d+)$/.exec(uri)?.[1]
  if (descriptor !== undefined) return BlockingSocket.ofDescriptor(Number(descriptor))
  const path = uri.replace(/^(?:unix|file):(?:\/\/)?/, '')
  if (/^[a-z][a-z0-9+.-]*:/.test(path)) {
    throw new StrataError('unsupported-store', `cannot connect to ${uri}`, {
      hint: 'say a file name, unix://FILE or guix://HOST:PORT',
    })
  }
  return BlockingSocket.connectFile(path)
}
