/** Where the store and its state lie on this machine: one root directory with the layout of a real system.
 *  Names in derivations, references and output stay logical (`/gnu/store/…`) whatever the root (DESIGN section 5). */
import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { storeDirectory } from '../formats/index.ts'

export interface StoreLayout {
  /** `/` on a system that has a writable /gnu/store, else the user's own directory. */
  readonly root: string
  /** Physical directory of the store items. */
  readonly store: string
  /** `var/guix`: database, profiles, roots. */
  readonly state: string
  readonly log: string
  /** Keys and the access control list: /etc/guix, or `etc` below another root. */
  readonly configuration: string
  /** What was downloaded, by content; shared between roots of one user. */
  readonly cache: string
}

/** The layout that the environment asks for: STRATA_ROOT, else `/` when its store is writable, else XDG data. */
export function storeLayout(env: Readonly<Record<string, string | undefined>> = process.env): StoreLayout {
  const home = env.HOME ?? homedir()
  const asked = env.STRATA_ROOT
  const root =
    asked !== undefined && asked !== ''
      ? resolve(asked)
      : isWritableDirectory(storeDirectory)
        ? '/'
        : join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'strata')
  return {
    root,
    store: join(root, storeDirectory),
    state: join(root, 'var/guix'),
    log: join(root, 'var/log/guix'),
    configuration: join(root, root === '/' ? 'etc/guix' : 'etc'),
    cache: join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'strata'),
  }
}

/** The file behind a logical path: below the root when it is in the store, itself otherwise. */
export function physicalPath(layout: StoreLayout, path: string): string {
  return path === storeDirectory || path.startsWith(`${storeDirectory}/`)
    ? layout.store + path.slice(storeDirectory.length)
    : path
}

function isWritableDirectory(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
