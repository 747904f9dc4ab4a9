/** Errors as the user sees them: `strata: error: …`, or with the place in a file, then hints. Exit status 1.
 *  Conditions of Scheme programs are formatted by lang/conditions. */
import { writeSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { formatSpan } from '../../lang/source/index.ts'

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
}

/** Print what ERROR says. A bug of strata shows its stack, asks for a report, and nothing else does. */
export function reportError(error: unknown): void {
  if (error instanceof StrataError && error.kind !== 'bug') {
    const place = error.span === undefined ? 'strata' : formatSpan(error.span)
    printError(`${place}: error: ${error.message}`)
    for (const line of error.hint?.split('\n') ?? []) if (line !== '') printError(`hint: ${line}`)
    return
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && systemErrors[error.code] !== undefined) {
    const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : ''
    printError(`strata: error: ${path}${systemErrors[error.code]}`)
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  printError(`strata: internal error: ${text}\nhint: this is a bug in strata; please report it with the command that shows it`)
}
