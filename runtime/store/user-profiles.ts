/** The directories where users have their profiles: below `profiles/per-user`, where only root may make them, so the
 *  store does it for whoever opens it, and a daemon for whoever connects. As guix-daemon. */
import { closeSync, constants, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreLayout } from './layout.ts'

export interface User {
  readonly name: string
  readonly uid: number
}

/** The user of this machine whom MATCHES accepts. */
export function findUser(matches: (user: User) => boolean, file = '/etc/passwd'): User | undefined {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [name = '', , uid = ''] = line.split(':')
    // What could not be the name of a directory is nobody's name.
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.@$-]*$/.test(name) || !/^\d+$/.test(uid)) continue
    const user = { name, uid: Number(uid) }
    if (matches(user)) return user
  }
  return undefined
}

/** Make the directory for the profiles of USER, who may write to it. */
export function makeProfileDirectory({ state }: StoreLayout, { name, uid }: User): void {
  const directory = join(state, 'profiles/per-user', name)
  mkdirSync(directory, { recursive: true })
  // Never through a link: its owner and mode change what it points to.
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    const found = fstatSync(fd)
    if (found.uid !== uid && process.geteuid?.() === 0) fchownSync(fd, uid, found.gid)
    if ((found.mode & 0o7777) !== 0o755) fchmodSync(fd, 0o755)
  } finally {
    closeSync(fd)
  }
}
