/** Files of this machine that everybody may read: what a daemon that is root may show to those who ask for it. */
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  readlinkSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'

const readable = 0o004
const searchable = 0o001

/** FILE as a stream. @throws StrataError `private-file` when not everybody may read it. */
export function openPublicFile(file: string): ReadStream {
  // First opened, then examined: what the name stands for may change meanwhile. A pipe must not make us wait.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile() || (stat.mode & readable) === 0 || !isReachable(readlinkSync(`/proc/self/fd/${fd}`))) {
      throw new StrataError('private-file', `${file} is not a file that everybody may read`)
    }
    return createReadStream(file, { fd })
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Whether everybody may enter all directories above FILE. */
function isReachable(file: string): boolean {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & searchable) === 0) return false
    if (directory === '/') return true
  }
}
