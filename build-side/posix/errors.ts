/** System errors as Guile raises them: `system-error` with the procedure, "~A" or "~A: ~S", and errno.
 *  The texts are the C library's, which Node's own messages are not. */
import { throwKey } from '../../lang/conditions/index.ts'
import { list, SchemeString, type Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'

const ENOENT = 2

/** Linux errno values, names and glibc's texts. */
const table: readonly (readonly [number, string, string])[] = [
  [1, 'EPERM', 'Operation not permitted'],
  [2, 'ENOENT', 'No such file or directory'],
  [3, 'ESRCH', 'No such process'],
  [4, 'EINTR', 'Interrupted system call'],
  [5, 'EIO', 'Input/output error'],
  [6, 'ENXIO', 'No such device or address'],
  [7, 'E2BIG', 'Argument list too long'],
  [8, 'ENOEXEC', 'Exec format error'],
  [9, 'EBADF', 'Bad file descriptor'],
  [10, 'ECHILD', 'No child processes'],
  [11, 'EAGAIN', 'Resource temporarily unavailable'],
  [12, 'ENOMEM', 'Cannot allocate memory'],
  [13, 'EACCES', 'Permission denied'],
  [14, 'EFAULT', 'Bad address'],
  [15, 'ENOTBLK', 'Block device required'],
  [16, 'EBUSY', 'Device or resource busy'],
  [17, 'EEXIST', 'File exists'],
  [18, 'EXDEV', 'Invalid cross-device link'],
  [19, 'ENODEV', 'No such device'],
  [20, 'ENOTDIR', 'Not a directory'],
  [21, 'EISDIR', 'Is a directory'],
  [22, 'EINVAL', 'Invalid argument'],
  [23, 'ENFILE', 'Too many open files in system'],
  [24, 'EMFILE', 'Too many open files'],
  [25, 'ENOTTY', 'Inappropriate ioctl for device'],
  [26, 'ETXTBSY', 'Text file busy'],
  [27, 'EFBIG', 'File too large'],
  [28, 'ENOSPC', 'No space left on device'],
  [29, 'ESPIPE', 'Illegal seek'],
  [30, 'EROFS', 'Read-only file system'],
  [31, 'EMLINK', 'Too many links'],
  [32, 'EPIPE', 'Broken pipe'],
  [33, 'EDOM', 'Numerical argument out of domain'],
  [34, 'ERANGE', 'Numerical result out of range'],
  [35, 'EDEADLK', 'Resource deadlock avoided'],
  [36, 'ENAMETOOLONG', 'File name too long'],
  [37, 'ENOLCK', 'No locks available'],
  [38, 'ENOSYS', 'Function not implemented'],
  [39, 'ENOTEMPTY', 'Directory not empty'],
  [40, 'ELOOP', 'Too many levels of symbolic links'],
  [61, 'ENODATA', 'No data available'],
  [71, 'EPROTO', 'Protocol error'],
  [75, 'EOVERFLOW', 'Value too large for defined data type'],
  [84, 'EILSEQ', 'Invalid or incomplete multibyte or wide character'],
  [88, 'ENOTSOCK', 'Socket operation on non-socket'],
  [95, 'ENOTSUP', 'Operation not supported'],
  [95, 'EOPNOTSUPP', 'Operation not supported'],
  [97, 'EAFNOSUPPORT', 'Address family not supported by protocol'],
  [98, 'EADDRINUSE', 'Address already in use'],
  [99, 'EADDRNOTAVAIL', 'Cannot assign requested address'],
  [101, 'ENETUNREACH', 'Network is unreachable'],
  [103, 'ECONNABORTED', 'Software caused connection abort'],
  [104, 'ECONNRESET', 'Connection reset by peer'],
  [106, 'EISCONN', 'Transport endpoint is already connected'],
  [107, 'ENOTCONN', 'Transport endpoint is not connected'],
  [110, 'ETIMEDOUT', 'Connection timed out'],
  [111, 'ECONNREFUSED', 'Connection refused'],
  [113, 'EHOSTUNREACH', 'No route to host'],
  [115, 'EINPROGRESS', 'Operation now in progress'],
  [116, 'ESTALE', 'Stale file handle'],
  [122, 'EDQUOT', 'Disk quota exceeded'],
]
const texts = new Map(table.map(([errno, , text]) => [errno, text]))
export const errnoNames: ReadonlyMap<string, number> = new Map(table.map(([errno, name]) => [name, errno]))

export function strerror(errno: number): string {
  return errno === 0 ? 'Success' : (texts.get(errno) ?? `Unknown error ${errno}`)
}

export function raiseSystemError(procedure: string, errno: number, file?: string): never {
  const text = new SchemeString(strerror(errno), true)
  return throwKey(
    'system-error',
    new SchemeString(procedure, true),
    new SchemeString(file === undefined ? '~A' : '~A: ~S', true),
    list(file === undefined ? [text] : [text, new SchemeString(file)]),
    list([errno]),
  )
}

/** The errno of what a Node call threw, or undefined when it is no system error. */
export function errnoOf(error: Value): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errno' in error && typeof error.errno === 'number') return Math.abs(error.errno)
  if ('code' in error && typeof error.code === 'string') return errnoNames.get(error.code)
  return undefined
}

/** Run a Node call; its system errors become Guile's. */
export function system<T>(procedure: string, file: string | undefined, call: () => T): T {
  try {
    return call()
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === undefined) throw error
    // It may be a link to something that is still to be written.
    if (errno === ENOENT && finishDeferredWork()) return system(procedure, file, call)
    return raiseSystemError(procedure, errno, file)
  }
}
