/** Errors of writing to the store that its user can mend. */
import { StrataError } from '../../lang/conditions/index.ts'

/** A full disk or a read-only store is the user's to mend; name the item that could not be written. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const reasons: Readonly<Record<string, string>> = {
      ENOSPC: 'no space left on the device',
      EDQUOT: 'disk quota exceeded',
      EROFS: 'the file system is read-only',
      EACCES: 'permission denied',
      EMFILE: 'too many open files',
      ENFILE: 'too many open files',
      EIO: 'the disk cannot be read or written',
    }
    const reason = reasons[error.code]
    if (reason !== undefined) {
      const hint = error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'strata gc frees what nothing uses' : undefined
      return new StrataError('cannot-write-store', `cannot write ${path}: ${reason}`, {
        cause: error,
        ...(hint === undefined ? {} : { hint }),
      })
    }
  }
  return error
}
