/** The daemon's sockets: each connection is served by a process of its own, as the real daemons do, so that locks,
 *  temporary roots and failures are those of one client. One process waits ready for the next client. */
import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { StrataError } from '../../../lang/conditions/index.ts'
import type { Keeping } from '../../store/index.ts'
import { defaultPort, nixVersion } from '../protocol/index.ts'
import type { DaemonBuildOptions } from './build-settings.ts'
import { peerOf } from './peer.ts'

/** A place to listen at, and the version of the protocol that clients are told there. */
export interface Endpoint {
  /** A socket file, with its directory, or `HOST[:PORT]`. */
  readonly address: string
  readonly version: number
}

export interface ListenOptions {
  /** None to take what the service manager passed. */
  readonly endpoints: readonly Endpoint[]
  /** Of the sockets that the service manager passed, unless their names say it: one called `nix` is for Nix's clients. */
  readonly version: number
  /** The program that serves a connection, and what Node is to be started with. */
  readonly worker: string
  /** What all builds have in common. */
  readonly builds?: DaemonBuildOptions
  /** What collections keep besides what roots reach. */
  readonly keeping?: Keeping
}

/** What a worker is told of its client. */
export interface Assignment {
  readonly version: number
  readonly trusted: boolean
  /** The client's process, when it is one of this machine. */
  readonly client: number | undefined
  /** Whether the client is perhaps another machine's. */
  readonly remote: boolean
  readonly builds: DaemonBuildOptions
  readonly keeping: Keeping
}

/** Sockets that a service manager opened and passed: the first is descriptor 3. */
const firstPassedDescriptor = 3

export interface Daemon {
  /** Where clients can connect, as they were asked for. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

/** Serve clients until closed. @throws StrataError `cannot-listen`. */
export async function listen(options: ListenOptions): Promise<Daemon> {
  const workers = new WorkerPool(options.worker)
  const serve = (socket: Socket, local: boolean, version: number): void => {
    const peer = local ? peerOf(socket) : undefined
    const trusted = peer !== undefined && (peer.uid === 0 || peer.uid === process.geteuid?.())
    const client = peer === undefined ? undefined : { uid: peer.uid, gid: peer.gid }
    const builds = { ...options.builds, client }
    workers.assign(socket, {
      version,
      trusted,
      client: peer?.pid,
      remote: !local,
      builds,
      keeping: options.keeping ?? {},
    })
  }
  const passed = passedDescriptors()
  const servers =
    options.endpoints.length === 0 && passed.length > 0
      ? await Promise.all(
          passed.map(({ fd, name }) => {
            const version = name === 'nix' ? nixVersion : options.version
            return open({ fd }, true, (socket, local) => serve(socket, local, version))
          }),
        )
      : await Promise.all(
          options.endpoints.map(({ address, version }) =>
            openAddress(address, (socket, local) => serve(socket, local, version)),
          ),
        )
  return {
    addresses: options.endpoints.map(({ address }) => address),
    close: async () => {
      workers.close()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

type Serve = (socket: Socket, local: boolean) => void

async function openAddress(address: string, serve: Serve): Promise<Server> {
  const network = /^(?:\[(.*)\]|([^/:]+))(?::(\d+))?$/.exec(address)
  if (network !== null) {
    const [, bracketed, name, port] = network
    return await open({ host: bracketed ?? name ?? '', port: Number(port ?? defaultPort) }, false, serve)
  }
  const path = address.replace(/^(?:unix|file):(?:\/\/)?/, '')
  mkdirSync(dirname(path), { recursive: true })
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(path)
  const server = await open({ path }, true, serve)
  // Anybody may connect: what they may do depends on who they are.
  chmodSync(path, 0o666)
  return server
}

function open(
  where: { readonly path: string } | { readonly host: string; readonly port: number } | { readonly fd: number },
  local: boolean,
  serve: Serve,
): Promise<Server> {
  // Not a byte is read here: all of them are the worker's.
  const server = createServer({ pauseOnConnect: true }, (socket) => serve(socket, local))
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const place =
        'path' in where ? where.path : 'fd' in where ? `descriptor ${where.fd}` : `${where.host}:${where.port}`
      reject(new StrataError('cannot-listen', `cannot listen on ${place}: ${error.message}`, { cause: error }))
    })
    server.listen(where, () => resolve(server))
  })
}

function passedDescriptors(): { readonly fd: number; readonly name: string | undefined }[] {
  if (process.env.LISTEN_PID !== String(process.pid)) return []
  const count = Number(process.env.LISTEN_FDS ?? 0)
  const names = (process.env.LISTEN_FDNAMES ?? '').split(':')
  return Array.from({ length: count }, (_, index) => ({ fd: firstPassedDescriptor + index, name: names[index] }))
}

class WorkerPool {
  readonly #program: string
  readonly #busy = new Set<ChildProcess>()
  #ready: ChildProcess | undefined

  constructor(program: string) {
    this.#program = program
    this.#prepare()
  }

  assign(socket: Socket, assignment: Assignment): void {
    const worker = this.#ready ?? this.#start()
    this.#ready = undefined
    this.#busy.add(worker)
    worker.once('exit', () => this.#busy.delete(worker))
    worker.send(assignment, socket)
    this.#prepare()
  }

  close(): void {
    for (const worker of this.#busy) worker.kill()
    this.#ready?.kill()
    this.#ready = undefined
  }

  #start(): ChildProcess {
    return fork(this.#program, [], {
      // Not this process's own, which may name a start-up snapshot.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  #prepare(): void {
    const worker = this.#start()
    this.#ready = worker
    worker.once('exit', () => {
      if (this.#ready === worker) this.#ready = undefined
    })
  }
}
