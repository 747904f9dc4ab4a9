/** A socket that blocks: Scheme programs call the store as procedures, and cannot wait for events.
 *  Node has no such call; the C library's are used through node:ffi. */

import { spawnSync } from 'node:child_process'
import { closeSync, readSync, writeSync } from 'node:fs'
import { isIP } from 'node:net'
import { ffi } from '../../../build-side/posix/ffi.ts'
import { StrataError } from '../../../lang/conditions/index.ts'
import { encodeText } from '../../formats/index.ts'

const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000
/** The longest file name in a `struct sockaddr_un`, without its end. */
const longestName = 107
/** How often a socket's file is tried again, and after how many milliseconds. */
const startTries = 8
const startPause = 60

export class BlockingSocket {
  readonly #fd: number
  /** Whether nobody else closes the descriptor. */
  readonly #owned: boolean
  readonly #buffer = Buffer.alloc(1 << 16)
  #start = 0
  #end = 0

  private constructor(fd: number, owned = true) {
    this.#fd = fd
    this.#owned = owned
  }

  /** What the descriptor FD leads to; it stays open for others when this is closed. */
  static ofDescriptor(fd: number): BlockingSocket {
    return new BlockingSocket(fd, false)
  }

  /** Connect to the file PATH. @throws StrataError `cannot-connect`. */
  static connectFile(path: string): BlockingSocket {
    const name = encodeText(path)
    if (name.length > longestName) throw cannotConnect(path, 'the name of the socket is too long')
    const address = new Uint8Array(2 + longestName + 1)
    new DataView(address.buffer).setUint16(0, AF_UNIX, true)
    address.set(name, 2)
    // A daemon that was started a moment ago may not listen yet.
    for (let tries = startTries; tries > 0; tries--) {
      const fd = tryToOpen(AF_UNIX, address)
      if (fd !== undefined) return new BlockingSocket(fd)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, startPause)
    }
    return new BlockingSocket(open(AF_UNIX, address, path))
  }

  /** Connect to PORT of HOST, a name or an address. @throws StrataError `cannot-connect`. */
  static connectNetwork(host: string, port: number): BlockingSocket {
    const ip = isIP(host) === 0 ? lookUp(host) : host
    const version6 = isIP(ip) === 6
    const address = new Uint8Array(version6 ? 28 : 16)
    const view = new DataView(address.buffer)
    view.setUint16(0, version6 ? AF_INET6 : AF_INET, true)
    view.setUint16(2, port)
    if (version6) address.set(bytesOfIPv6(ip), 8)
    else address.set(ip.split('.').map(Number), 4)
    return new BlockingSocket(open(version6 ? AF_INET6 : AF_INET, address, `${host}:${port}`))
  }

  /** @throws StrataError `connection-lost`. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += attempt(() => writeSync(this.#fd, bytes, at))
  }

  /** Wait for at most so many SECONDS for what is read; 0 for as long as it takes. */
  setPatience(seconds: number): void {
    const { setsockopt } = ffi().dlopen(null, {
      setsockopt: { arguments: ['i32', 'i32', 'i32', 'buffer', 'u32'], return: 'i32' },
    }).functions
    const time = new Uint8Array(16)
    new DataView(time.buffer).setBigInt64(0, BigInt(seconds), true)
    setsockopt(this.#fd, SOL_SOCKET, SO_RCVTIMEO, time, time.length)
  }

  /** Exactly SIZE bytes, valid until the next call. @throws StrataError `connection-lost`. */
  read(size: number): Uint8Array {
    if (this.#end - this.#start < size) {
      if (size > this.#buffer.length) return this.#readLong(size)
      this.#buffer.copyWithin(0, this.#start, this.#end)
      this.#end -= this.#start
      this.#start = 0
      while (this.#end < size) this.#end += this.#receive(this.#buffer, this.#end)
    }
    const bytes = this.#buffer.subarray(this.#start, this.#start + size)
    this.#start += size
    return bytes
  }

  #readLong(size: number): Uint8Array {
    const bytes = Buffer.alloc(size)
    let at = this.#buffer.copy(bytes, 0, this.#start, this.#end)
    this.#start = this.#end
    while (at < size) at += this.#receive(bytes, at)
    return bytes
  }

  #receive(buffer: Buffer, at: number): number {
    const received = attempt(() => readSync(this.#fd, buffer, at, buffer.length - at, null))
    if (received === 0) throw new StrataError('connection-lost', 'the daemon closed the connection')
    return received
  }

  close(): void {
    if (this.#owned) closeSync(this.#fd)
  }
}

/** A daemon that goes away is not a bug, nor is a signal that arrives meanwhile. */
function attempt<T>(action: () => T): T {
  try {
    return action()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    // On sockets with a time limit no handler of signals lets a call go on.
    if (code === 'EINTR') return attempt(action)
    if (code === 'EPIPE' || code === 'ECONNRESET') {
      throw new StrataError('connection-lost', 'the daemon closed the connection', { cause })
    }
    if (code === 'EAGAIN') throw new StrataError('no-answer', 'the daemon does not answer', { cause })
    throw cause
  }
}

function open(family: number, address: Uint8Array, name: string): number {
  const fd = tryToOpen(family, address)
  if (fd === undefined) throw cannotConnect(name, 'nothing listens there')
  return fd
}

function tryToOpen(family: number, address: Uint8Array): number | undefined {
  const { socket, connect } = ffi().dlopen(null, {
    socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    connect: { arguments: ['i32', 'buffer', 'u32'], return: 'i32' },
  }).functions
  const fd = socket(family, SOCK_STREAM_CLOEXEC, 0)
  if (fd < 0) return undefined
  if (connect(fd, address, address.length) === 0) return fd
  closeSync(fd)
  return undefined
}

function cannotConnect(name: string, reason: string): StrataError {
  return new StrataError('cannot-connect', `cannot connect to the daemon at ${name}: ${reason}`, {
    hint: `start it with: strata daemon --listen=${name}`,
  })
}

/** The address of HOST: resolving is asynchronous in Node, so another process does it. */
function lookUp(host: string): string {
  const script = 'require("node:dns").lookup(process.argv[1], (e, a) => { if (e) process.exit(1); console.log(a) })'
  const { status, stdout } = spawnSync(process.execPath, ['-e', script, host], { encoding: 'utf8' })
  if (status !== 0) throw cannotConnect(host, 'no such host')
  return stdout.trim()
}

function bytesOfIPv6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]))
}
