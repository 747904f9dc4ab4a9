/** Taking over what a builder with a user of its own left behind, before root works on it: somebody may still hold
 *  descriptors of its directories (fixed-output builders reach the host's sockets) and exchange files for links
 *  under our hands. A directory that is root's, like all above it, cannot change any more.
 *  Lessons of CVE-2025-46415, CVE-2025-52993 and CVE-2021-27851. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  openSync,
} from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { fileName, namesIn } from '../store/index.ts'

const noFollow = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Make the directory at PATH our own, as OWNER left it. Returns the mode it had. */
export function seizeDirectory(path: string, owner: number | undefined): number {
  const self = process.geteuid?.()
  const fd = openSync(fileName(path), noFollow)
  try {
    const { mode, uid } = fstatSync(fd)
    if (owner !== undefined && uid !== owner && uid !== self)
      throw new StrataError('suspicious-ownership', `${path}: suspicious ownership: user ${uid}`)
    if (self === 0) fchownSync(fd, 0, 0)
    fchmodSync(fd, 0o700)
    return mode & 0o777
  } finally {
    closeSync(fd)
  }
}

/** Make all directories of the tree at PATH our own, from the top down. Returns the modes they had. */
export function seizeTree(path: string, owner?: number): Map<string, number> {
  const modes = new Map<string, number>()
  const visit = (directory: string): void => {
    modes.set(directory, seizeDirectory(directory, owner))
    for (const name of namesIn(directory)) {
      const entry = join(directory, name)
      if (lstatSync(fileName(entry)).isDirectory()) visit(entry)
    }
  }
  if (lstatSync(fileName(path), { throwIfNoEntry: false })?.isDirectory() === true) visit(path)
  return modes
}

/** Give the seized tree at PATH to CLIENT: what BUILDER owned, without set-user-ID and set-group-ID bits. */
export function handOver(
  path: string,
  builder: number,
  client: { readonly uid: number; readonly gid: number },
  modes: ReadonlyMap<string, number>,
): void {
  const visit = (file: string): void => {
    const place = fileName(file)
    const stat = lstatSync(place)
    if (stat.isDirectory()) for (const name of namesIn(file)) visit(join(file, name))
    // Files of others, which a builder may have linked here, are not its to give away.
    else if (stat.uid !== builder) return
    if (stat.isFile() && (stat.mode & 0o7000) !== 0) chmodSync(place, stat.mode & 0o777)
    if (stat.isDirectory()) chmodSync(place, modes.get(file) ?? 0o700)
    if (stat.uid !== client.uid || stat.gid !== client.gid) lchownSync(place, client.uid, client.gid)
  }
  visit(path)
}
