/** One client of the daemon: the handshake, then requests and replies until it goes.
 *  What each operation does is in operations.ts; here are the frames around it, errors, and the end. */
import type { Duplex } from 'node:stream'
import { StrataError } from '../../../lang/conditions/index.ts'
import { findUser, type Keeping, makeProfileDirectory, type Store } from '../../store/index.ts'
import {
  ClientError,
  ConnectionClosed,
  clientMagic,
  daemonMagic,
  frames,
  majorVersion,
  minorVersion,
  nixVersion,
  readSize,
  WireReader,
  WireWriter,
  writeSize,
} from '../protocol/index.ts'
import { BuildSettings, type DaemonBuildOptions } from './build-settings.ts'
import { type Operation, operationNumbered } from './operations.ts'

export interface SessionOptions {
  readonly store: Store
  /** What to announce: Guix clients want 0x163, Nix clients 0x10f. */
  readonly version: number
  /** Whether the client may do what only root may. */
  readonly trusted: boolean
  /** Whether the client came over a network. */
  readonly remote?: boolean
  /** What the daemon was told of builds. */
  readonly builds?: DaemonBuildOptions
  /** What the daemon was told that collections keep besides what roots reach. */
  readonly keeping?: Keeping
}

export class Session {
  readonly store: Store
  readonly trusted: boolean
  readonly remote: boolean
  /** Who the client is on this machine, if that is known. */
  readonly uid: number | undefined
  readonly input: WireReader
  readonly settings: BuildSettings
  readonly keeping: Keeping
  /** Whether the client is one of Nix, which does some things in another way. */
  readonly dialect: 'guix' | 'nix'
  /** The smaller minor version of both sides. */
  minor = 0
  /** Aborted when the client goes away. */
  readonly gone = new AbortController()
  readonly #version: number
  readonly #stream: Duplex

  constructor(stream: Duplex, { store, version, trusted, remote = false, builds = {}, keeping = {} }: SessionOptions) {
    this.#stream = stream
    this.#version = version
    this.store = store
    this.trusted = trusted
    this.remote = remote
    this.uid = builds.client?.uid
    this.keeping = keeping
    this.dialect = version === nixVersion ? 'nix' : 'guix'
    this.settings = new BuildSettings(trusted, builds)
    this.input = new WireReader(stream)
    this.input.onClose = () => this.gone.abort(new ConnectionClosed('the client closed the connection'))
  }

  /** Talk to the client until it goes or says something malformed. */
  async run(): Promise<void> {
    try {
      await this.#handshake()
      for (;;) {
        const number = await this.input.number()
        if (!(await this.#perform(number))) return
      }
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) await this.#sendError(error)
    } finally {
      this.#stream.end()
    }
  }

  async #handshake(): Promise<void> {
    const magic = await this.input.long()
    if (magic !== clientMagic) throw new ConnectionClosed('not a client of this protocol')
    this.#send(new WireWriter().number(daemonMagic).number(this.#version))
    const version = await this.input.number()
    this.minor = Math.min(minorVersion(version), minorVersion(this.#version))
    // The client's CPU affinity, which is not followed, and whether to keep space in reserve.
    if (this.minor >= 14 && (await this.input.bool())) await this.input.number()
    if (this.minor >= 11) await this.input.bool()
    if (majorVersion(version) !== majorVersion(this.#version)) {
      throw new StrataError('protocol-error', `the client speaks version ${version.toString(16)} of the protocol`)
    }
    this.makeProfileDirectory()
    this.#send(new WireWriter().number(frames.last))
  }

  /** Take the options that the client sets. */
  async readOptions(): Promise<void> {
    await this.settings.read(this.input, this.minor)
    // Who is elsewhere could not look at what is kept.
    if (this.remote) this.settings.keepFailed = false
  }

  /** Make the directory for the profiles of the client's user, who, on another machine, is called NAME. */
  makeProfileDirectory(name?: string): void {
    const { uid } = this
    if (uid === undefined && name === undefined) return
    try {
      const user = findUser((known) => (uid === undefined ? known.name === name : known.uid === uid))
      if (user !== undefined) makeProfileDirectory(this.store.layout, user)
    } catch (error) {
      // Only profiles need it.
      this.log(`warning: no directory for profiles: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }

  /** Read the arguments of operation NUMBER, do it, reply. False when nothing more can be understood. */
  async #perform(number: number): Promise<boolean> {
    const operation = operationNumbered(number)
    if (operation === undefined) {
      await this.#sendError(new StrataError('protocol-error', `invalid operation ${number}`))
      return false
    }
    let reply: Awaited<ReturnType<Operation>>
    try {
      // What is wrong with the arguments is found while they are read: the rest cannot be told apart from the next
      // request.
      reply = await operation(this)
    } catch (error) {
      if (error instanceof ConnectionClosed) throw error
      await this.#sendError(error)
      return false
    }
    try {
      const writer = new WireWriter().number(frames.last)
      await reply(writer)
      this.#send(writer)
    } catch (error) {
      if (error instanceof ConnectionClosed) throw error
      await this.#sendError(error)
    }
    return true
  }

  /** Show the client a piece of log. */
  log(text: string | Uint8Array): void {
    const writer = new WireWriter().number(frames.next)
    this.#send(typeof text === 'string' ? writer.string(text) : writer.bytes(text))
  }

  /** A sink for bytes that go to the client's output, in pieces. */
  outputSink(): { write: (bytes: Uint8Array) => void; end: () => void } {
    let pending: Uint8Array[] = []
    let size = 0
    const flush = (): void => {
      if (size === 0) return
      this.#send(new WireWriter().number(frames.write).bytes(Buffer.concat(pending)))
      pending = []
      size = 0
    }
    return {
      write: (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          const part = bytes.subarray(at, at + writeSize - size)
          pending.push(new Uint8Array(part))
          size += part.length
          at += part.length
          if (size === writeSize) flush()
        }
      },
      end: flush,
    }
  }

  /** Ask the client for the next bytes of its input; none at its end. */
  async readInput(): Promise<Uint8Array> {
    this.#send(new WireWriter().number(frames.read).number(readSize))
    return await this.input.bytes(readSize)
  }

  /** Wait until the client has taken what was sent. */
  async drain(): Promise<void> {
    if (!this.#stream.writableNeedDrain || this.input.closed) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done)
        this.#stream.off('close', done)
        resolve()
      }
      this.#stream.on('drain', done)
      this.#stream.on('close', done)
    })
  }

  #send(writer: WireWriter): void {
    if (!this.input.closed) this.#stream.write(writer.take())
  }

  async #sendError(error: unknown): Promise<void> {
    const { message, status } = describeError(error)
    const writer = new WireWriter().number(frames.error).string(message)
    if (this.minor >= 8) writer.number(status)
    this.#send(writer)
    await this.drain()
  }
}

/** What the client is told of ERROR. */
function describeError(error: unknown): { readonly message: string; readonly status: number } {
  if (!(error instanceof StrataError)) {
    return { message: `bug in strata: ${error instanceof Error ? error.message : String(error)}`, status: 1 }
  }
  return { message: error.message, status: error instanceof ClientError ? error.status : 1 }
}
