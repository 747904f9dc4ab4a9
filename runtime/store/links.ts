/** Deduplication: files of the same contents become one file with several names.
 *  `.links` in the store's directory holds one more name of each, the nix-base32 SHA-256 of its NAR, as with the real
 *  daemons (libstore/optimise-store.cc), so that all of them can share one store. Contents, modes and times of items do
 *  not change, and every file has its name at all times. */
import {
  chmodSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  type Stats,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { formatBase32, type StorePath } from '../formats/index.ts'
import type { StoreDatabase } from './database.ts'
import { Guard } from './file-locks.ts'
import { fileName, namesIn } from './file-names.ts'
import { physicalPath, type StoreLayout } from './layout.ts'
import { hashPath } from './nar-files.ts'

/** Smaller files are not worth the look-up: what Guix does since 1.4. */
const minimumSize = 8192

export interface Deduplication {
  /** Files that are another name now of one that was there. */
  readonly files: number
  readonly freed: number
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

export class Deduplicator {
  readonly #layout: StoreLayout
  readonly #directory: string
  /** The inodes of `.links`: other names of these need not be hashed. */
  readonly #linked = new Set<number>()
  #files = 0
  #freed = 0

  constructor(layout: StoreLayout) {
    this.#layout = layout
    this.#directory = join(layout.store, '.links')
    mkdirSync(this.#directory, { recursive: true })
    for (const name of readdirSync(this.#directory)) {
      const stat = lstatSync(join(this.#directory, name), { throwIfNoEntry: false })
      if (stat !== undefined) this.#linked.add(stat.ino)
    }
  }

  get result(): Deduplication {
    return { files: this.#files, freed: this.#freed }
  }

  /** Deduplicate the files of the finished tree at FILE, in the store's directory. */
  add(file: string): void {
    this.#visit(file, lstatSync(file, { throwIfNoEntry: false }))
  }

  #visit(file: string, stat: Stats | undefined): void {
    if (stat === undefined) return
    if (stat.isDirectory()) {
      for (const name of namesIn(file)) this.#visit(join(file, name), lstatSync(fileName(join(file, name))))
      restore(file)
    } else if (stat.isFile()) this.#file(file, stat)
  }

  #file(file: string, stat: Stats): void {
    // A file that somebody may write to is not one file with others.
    if (stat.size < minimumSize || (stat.mode & 0o222) !== 0 || this.#linked.has(stat.ino)) return
    const link = join(this.#directory, formatBase32(hashPath(file).hash.digest))
    for (let tries = 0; tries < 3; tries++) {
      try {
        linkSync(fileName(file), link)
        this.#linked.add(stat.ino)
        return
      } catch (error) {
        // ext4 has a limit of names in a directory as well as of names of a file.
        if (isCode(error, 'ENOSPC', 'EMLINK', 'EPERM', 'EXDEV')) return
        if (!isCode(error, 'EEXIST')) throw error
      }
      const known = lstatSync(link, { throwIfNoEntry: false })
      if (known === undefined) continue
      if (known.ino === stat.ino) return
      // Not what its name says; the hash is of what was read from FILE.
      if (
        known.size !== stat.size ||
        formatBase32(hashPath(link).hash.digest) !== link.slice(dirname(link).length + 1)
      ) {
        unlinkSync(link)
        continue
      }
      this.#replace(file, stat, link)
      return
    }
  }

  /** Make FILE another name of LINK. */
  #replace(file: string, stat: Stats, link: string): void {
    const temporary = join(this.#layout.store, `.link-${process.pid}-${stat.ino}`)
    try {
      linkSync(link, temporary)
    } catch (error) {
      if (isCode(error, 'EMLINK')) return
      throw error
    }
    const directory = dirname(file)
    const inItem = directory !== this.#layout.store
    try {
      if (inItem && process.geteuid?.() !== 0) chmodSync(fileName(directory), 0o755)
      renameSync(temporary, fileName(file))
      this.#files++
      if (stat.nlink === 1) this.#freed += stat.size
    } catch (error) {
      unlinkSync(temporary)
      throw error
    } finally {
      if (inItem) restore(directory)
    }
  }
}

/** Make the directory at FILE what stored ones are again: also one of a process that was killed before it did so. */
function restore(file: string): void {
  const stat = lstatSync(fileName(file))
  if ((stat.mode & 0o777) !== 0o555) chmodSync(fileName(file), 0o555)
  if (stat.mtimeMs !== 1000) lutimesSync(fileName(file), 1, 1)
}

/** Remove the names in `.links` of files that have no other; the bytes that this frees. For a collector. */
export function removeUnusedLinks(layout: StoreLayout): number {
  const directory = join(layout.store, '.links')
  let names: string[] = []
  try {
    names = readdirSync(directory)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
  let freed = 0
  for (const name of names) {
    const stat = lstatSync(join(directory, name), { throwIfNoEntry: false })
    if (stat === undefined || stat.nlink > 1) continue
    unlinkSync(join(directory, name))
    freed += stat.size
  }
  return freed
}

/** Deduplicate the files of all valid items of STORE. Each is kept from collectors while its turn lasts. */
export function optimizeStore(
  store: { readonly layout: StoreLayout; readonly database: StoreDatabase },
  onItem: (path: StorePath) => void = () => {},
): Deduplication {
  const deduplicator = new Deduplicator(store.layout)
  const guard = new Guard(join(store.layout.state, 'gc.lock'))
  for (const path of store.database.validPaths()) {
    guard.hold('shared', () => {
      if (!store.database.isValid(path)) return
      onItem(path)
      deduplicator.add(physicalPath(store.layout, path))
    })
  }
  return deduplicator.result
}
