/** Ports on file descriptors: opening files, standard ports, pipes, duplication.
 *  Reads and writes block; descriptors that others made non-blocking are polled. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { type Device, openOutputPorts, Port } from '../../lang/primitives/index.ts'
import type { Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'
import { errnoOf, raiseSystemError, system } from './errors.ts'
import { placeOf } from './file-places.ts'
import { errno, libc } from './libc.ts'
import { handlesSignals, pollWithSignals, runOthersUntil } from './signals.ts'

const EINTR = 4
const EAGAIN = 11
const POLLIN = 1
const POLLOUT = 4

function waitFor(fd: number, events: number): void {
  const request = new DataView(new ArrayBuffer(8))
  request.setInt32(0, fd, true)
  request.setInt16(4, events, true)
  pollWithSignals(-1, (ms) => libc().poll(new Uint8Array(request.buffer), 1n, ms))
}
/** Whether reading FD would not block. */
export function isReadable(fd: number): boolean {
  const request = new DataView(new ArrayBuffer(8))
  request.setInt32(0, fd, true)
  request.setInt16(4, POLLIN, true)
  return libc().poll(new Uint8Array(request.buffer), 1n, 0) > 0
}

export function readDescriptor(fd: number, size: number): Uint8Array {
  const buffer = new Uint8Array(size)
  finishDeferredWork()
  runOthersUntil(() => isReadable(fd))
  if (handlesSignals()) waitFor(fd, POLLIN)
  for (;;) {
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, size, null))
    } catch (error) {
      const code = errnoOf(error)
      if (code === EAGAIN) waitFor(fd, POLLIN)
      else if (code === EINTR) continue
      else if (code === undefined) {
        // Node reports the end of some terminals as EOF.
        if (error instanceof Error && 'code' in error && error.code === 'EOF') return buffer.subarray(0, 0)
        throw error
      } else raiseSystemError('fport_read', code)
    }
  }
}

export function writeDescriptor(fd: number, bytes: Uint8Array): void {
  finishDeferredWork()
  let at = 0
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at, bytes.length - at, null)
    } catch (error) {
      const code = errnoOf(error)
      if (code === EAGAIN) waitFor(fd, POLLOUT)
      else if (code === EINTR) continue
      else if (code === undefined) throw error
      else raiseSystemError('fport_write', code)
    }
  }
}

export function seekDescriptor(fd: number, offset: number, whence: number): number {
  const position = libc().lseek(fd, BigInt(offset), whence)
  return position < 0n ? raiseSystemError('seek', errno()) : Number(position)
}

/** The descriptors that ports were made of, and that a program run in place of this one inherits. */
export const openDescriptors = new Set<number>()

/** Ports by descriptor: a closed port must not close a descriptor another one was moved to. */
function descriptorDevice(fd: number, onClose?: () => Value): Device {
  openDescriptors.add(fd)
  return {
    descriptor: fd,
    read: (size) => readDescriptor(fd, size),
    write: (bytes) => writeDescriptor(fd, bytes),
    ready: () => isReadable(fd),
    isStream: () => !fstatSync(fd).isFile(),
    seek: (offset, whence) => seekDescriptor(fd, offset, whence),
    truncate: (length) => system('truncate-file', undefined, () => ftruncateSync(fd, length)),
    close() {
      openDescriptors.delete(fd)
      system('close', undefined, () => closeSync(fd))
      return onClose?.() ?? true
    },
  }
}

/** A port on a descriptor that is already open. */
export function descriptorPort(fd: number, mode: string, filename: Value, onClose?: () => Value): Port {
  const port = new Port(
    'file',
    descriptorDevice(fd, onClose),
    mode.replace(/[b0l]/g, ''),
    mode.includes('b') ? 'ISO-8859-1' : undefined,
  )
  port.filename = filename
  if (mode.includes('0')) port.buffering = 'none'
  else if (mode.includes('l')) port.buffering = 'line'
  if (port.isOutput) openOutputPorts.add(port)
  return port
}

const openFlags: Readonly<Record<string, number>> = { r: 0, w: 0o1101, a: 0o2101, 'r+': 2, 'w+': 0o1102, 'a+': 0o2102 }

/** Guile's modes: r, w, a, with + b 0 l e in any order after. */
export function flagsOfMode(mode: string): number | undefined {
  const kind = mode.charAt(0)
  if (kind !== 'r' && kind !== 'w' && kind !== 'a') return undefined
  if (!/^[+b0le]*$/.test(mode.slice(1))) return undefined
  return openFlags[mode.includes('+') ? `${kind}+` : kind]
}

export function openDescriptor(procedure: string, path: string, flags: number, permissions = 0o666): number {
  return system(procedure, path, () => openSync(placeOf(path), flags, permissions))
}

export function openPipe(): [number, number] {
  const ends = new DataView(new ArrayBuffer(8))
  const CLOEXEC = 0o2000000
  if (libc().pipe2(new Uint8Array(ends.buffer), CLOEXEC) !== 0) raiseSystemError('pipe', errno())
  return [ends.getInt32(0, true), ends.getInt32(4, true)]
}

export function isTerminal(fd: number): boolean {
  // Loading node:tty takes longer than starting the rest: ask it only about what may be a terminal.
  return fstatSync(fd).isCharacterDevice() && isatty(fd)
}

/** Standard output and error, and standard input, as Guile sets them up. */
export function standardPorts(): { readonly input: Port; readonly output: Port; readonly error: Port } {
  const make = (fd: number, mode: string) => {
    const port = descriptorPort(fd, mode, false)
    if (fd !== 0) port.buffering = fd === 2 ? 'none' : isTerminal(fd) ? 'line' : 'block'
    const { close: _never, ...device } = port.device
    port.device = isSeekable(fd) ? device : withoutSeek(device)
    return port
  }
  return { input: make(0, 'r'), output: make(1, 'w'), error: make(2, 'w') }
}
function isSeekable(fd: number): boolean {
  try {
    return fstatSync(fd).isFile()
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return false
  }
}
function withoutSeek(device: Device): Device {
  const { seek: _seek, ...rest } = device
  return rest
}
