/** The host of lang/ on Node: files, standard streams, environment, clock. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Host } from '../../lang/host.ts'
import { readDescriptor, writeDescriptor } from './descriptors.ts'
import { errnoOf, raiseSystemError } from './errors.ts'
import { placeOf } from './file-places.ts'

const ENOENT = 2
const ENOTDIR = 20

export const nodeHost: Host = {
  readFile(path) {
    try {
      return readFileSync(placeOf(path))
    } catch (error) {
      const code = errnoOf(error)
      if (code === ENOENT || code === ENOTDIR) return undefined
      if (code !== undefined) return raiseSystemError('open-file', code, path)
      throw error
    }
  },
  fileExists: (path) => existsSync(placeOf(path)) && statSync(placeOf(path)).isFile(),
  write: (fd, bytes) => writeDescriptor(fd, bytes),
  readInput: (size) => readDescriptor(0, size),
  getenv: (name) => process.env[name],
  currentDirectory: () => process.cwd(),
  now: () => performance.timeOrigin + performance.now(),
}
