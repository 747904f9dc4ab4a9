/** Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED). */

import type { Socket } from 'node:net'
import { ffi } from '../../../build-side/posix/ffi.ts'

export interface Peer {
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

const SOL_SOCKET = 1
const SO_PEERCRED = 17

/** The peer of SOCKET, undefined when it cannot be known. */
export function peerOf(socket: Socket): Peer | undefined {
  const fd = descriptorOf(socket)
  if (fd === undefined || process.platform !== 'linux') return undefined
  const { getsockopt } = ffi().dlopen(null, {
    getsockopt: { arguments: ['i32', 'i32', 'i32', 'buffer', 'buffer'], return: 'i32' },
  }).functions
  const credentials = new Uint8Array(12)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, 12, true)
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0) return undefined
  const view = new DataView(credentials.buffer)
  return { pid: view.getInt32(0, true), uid: view.getUint32(4, true), gid: view.getUint32(8, true) }
}

/** Node keeps the descriptor of a socket in a field that is not documented, but has been there since its beginning. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
