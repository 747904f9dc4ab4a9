/** Errors as the user sees them: `strata: error: …`, or with the place in a file, then hints. Exit status 1. */
import { writeSync } from 'node:fs'
import { printError as printDiagnostic } from '../../build-side/index.ts'
import { currentSession } from './scheme-session.ts'

export function printError(text: string): void {
  writeSync(2, `${text}\n`)
}

/** Codes of file-system errors that a user can cause, in words. */
const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'read-only file system',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'the disk cannot be read or written',
}

/** Print what ERROR says: an error of the file system in words, everything else as a diagnostic. */
export function reportError(error: unknown): void {
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    systemErrors[error.code] !== undefined
  ) {
    const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : ''
    printError(`strata: error: ${path}${systemErrors[error.code]}`)
    return
  }
  printDiagnostic(error, {
    program: 'strata',
    debug: process.env.STRATA_DEBUG !== undefined,
    interpreter: currentSession(),
  })
}
