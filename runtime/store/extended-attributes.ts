/** Extended attributes, access control lists among them: they are no part of an item, which its hash would not show.
 *  Node has no functions for them. */
import { ffi } from '../../build-side/posix/ffi.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { decodeBytes, encodeText } from '../formats/index.ts'

/** Loaded at the first use: only builds need it. */
function openLibc() {
  return ffi().dlopen(null, {
    llistxattr: { arguments: ['buffer', 'buffer', 'u64'], return: 'i64' },
    lremovexattr: { arguments: ['buffer', 'buffer'], return: 'i32' },
  }).functions
}
let libc: ReturnType<typeof openLibc> | undefined

/** Those that the system gives every file, and that mean nothing in a store. */
const kept = new Set(['security.selinux', 'system.nfs4_acl'])

const none = new Uint8Array(1)

/** Remove what extended attributes the file, directory or link at PATH has. @throws StrataError. */
export function removeExtendedAttributes(path: string): void {
  if (process.platform !== 'linux') return
  libc ??= openLibc()
  const file = encodeText(`${path}\0`)
  // A file system without attributes answers with an error: there is nothing to remove.
  const size = Number(libc.llistxattr(file, none, 0n))
  if (size <= 0) return
  const bytes = new Uint8Array(size)
  const length = Number(libc.llistxattr(file, bytes, BigInt(size)))
  for (const name of decodeBytes(bytes.subarray(0, Math.max(0, length))).split('\0')) {
    if (name === '' || kept.has(name)) continue
    if (libc.lremovexattr(file, encodeText(`${name}\0`)) !== 0)
      throw new StrataError('unsupported-file', `${path}: cannot remove the extended attribute ${name}`)
  }
}
