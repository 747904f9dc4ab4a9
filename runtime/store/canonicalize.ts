/** Making a tree fit for the store: modes 444 and 555, modification time 1, nothing but files, directories
 *  and links. Model: canonicalisePathMetaData of libstore/local-store.cc. */
import { chmodSync, lchownSync, lstatSync, lutimesSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { removeExtendedAttributes } from './extended-attributes.ts'
import { fileName, namesIn } from './file-names.ts'

/** Seconds since the epoch that every stored file carries. */
export const storeTime = 1

export interface CanonicalizeOptions {
  /** Refuse files of any other owner: those of the builder. Undefined accepts all. */
  readonly owner?: number | undefined
  /** Files with several names that were met before, as `device:inode`: they have their new owner already.
   *  Share one set among the outputs of a build. */
  readonly seen?: Set<string>
  /** Whether the files may have extended attributes; those that strata itself wrote have none. */
  readonly attributes?: boolean
}

/** @throws StrataError `unsupported-file` or `suspicious-ownership`. */
export function canonicalize(path: string, options: CanonicalizeOptions = {}): void {
  if (options.seen === undefined && options.owner !== undefined) {
    canonicalize(path, { ...options, seen: new Set() })
    return
  }
  const name = fileName(path)
  const stat = lstatSync(name)
  if (stat.isFile() && stat.nlink > 1 && options.seen !== undefined) {
    const file = `${stat.dev}:${stat.ino}`
    if (options.seen.has(file)) return
    options.seen.add(file)
  }
  if (!stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink()) {
    throw new StrataError(
      'unsupported-file',
      `${path}: only regular files, directories and symbolic links can be stored`,
    )
  }
  const self = process.geteuid?.() ?? stat.uid
  // A directory cannot have other names: one that is ours was taken over from the builder before.
  const taken = stat.isDirectory() && stat.uid === self
  if (options.owner !== undefined && stat.uid !== options.owner && !taken) {
    throw new StrataError('suspicious-ownership', `${path}: suspicious ownership: user ${stat.uid}`)
  }
  if (stat.uid !== self || (self === 0 && stat.gid !== 0)) lchownSync(name, self, process.getegid?.() ?? stat.gid)
  if (options.attributes === true) removeExtendedAttributes(path)
  if (!stat.isSymbolicLink()) {
    // A directory stays searchable and writable until its entries are done.
    if (stat.isDirectory()) {
      if ((stat.mode & 0o700) !== 0o700) chmodSync(name, 0o700)
      for (const entry of namesIn(path)) canonicalize(`${path}/${entry}`, options)
    }
    chmodSync(name, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o555 : 0o444)
  }
  lutimesSync(name, storeTime, storeTime)
}
