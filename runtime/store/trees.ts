/** File trees as wholes: copying into the store, removing read-only ones.
 *  What makes a tree canonical is in canonicalize.ts; its NAR form in nar-files.ts. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { decodeBytes, type FileTree } from '../formats/index.ts'
import { storeTime } from './canonicalize.ts'
import { fileName, linkTarget, namesIn } from './file-names.ts'
import type { DumpOptions } from './nar-files.ts'

/** Copy SOURCE to TARGET, which must not exist: contents, links and the executable bit, nothing else. */
export function copyTree(source: string, target: string, options: DumpOptions = {}): void {
  const copy = (from: string, to: string, stat: Stats): void => {
    if (stat.isFile()) {
      copyFileSync(fileName(from), fileName(to), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      chmodSync(fileName(to), (stat.mode & 0o100) !== 0 ? 0o755 : 0o644)
    } else if (stat.isSymbolicLink()) symlinkSync(fileName(linkTarget(from)), fileName(to))
    else if (stat.isDirectory()) {
      mkdirSync(fileName(to))
      for (const name of namesIn(from)) {
        const entry = join(from, name)
        const entryStat = lstatSync(fileName(entry))
        if (options.select?.(entry, entryStat) !== false) copy(entry, join(to, name), entryStat)
      }
    } else {
      throw new StrataError(
        'unsupported-file',
        `${from}: only regular files, directories and symbolic links can be stored`,
      )
    }
  }
  copy(source, target, lstatSync(source))
}

/** Write a tree held in memory to TARGET, which must not exist. */
export function writeTree(tree: FileTree, target: string): void {
  switch (tree.type) {
    case 'regular':
      writeFileSync(fileName(target), tree.contents, { flag: 'wx', mode: tree.executable ? 0o755 : 0o644 })
      break
    case 'symlink':
      symlinkSync(fileName(tree.target), fileName(target))
      break
    case 'directory':
      mkdirSync(fileName(target))
      for (const [name, entry] of tree.entries) writeTree(entry, join(target, name))
  }
}

/** Write BYTES to the new file TARGET with the metadata of a store item; see canonicalize.ts. */
export function writeCanonicalFile(target: string, bytes: Uint8Array): void {
  const fd = openSync(target, 'wx', 0o444)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    const { gid, mode } = fstatSync(fd)
    if (gid !== 0 && process.geteuid?.() === 0) fchownSync(fd, 0, process.getegid?.() ?? gid)
    if ((mode & 0o7777) !== 0o444) fchmodSync(fd, 0o444)
    futimesSync(fd, storeTime, storeTime)
  } finally {
    closeSync(fd)
  }
}

/** Give TARGET's name to what is called SOURCE: at once, unless there was a directory in its place. */
export function replaceWith(source: string, target: string): void {
  try {
    renameSync(source, target)
  } catch (error) {
    const kinds = ['EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST']
    if (!(error instanceof Error && 'code' in error && kinds.includes(String(error.code)))) throw error
    removeTree(target)
    renameSync(source, target)
  }
}

/** Whether something has this name, a dangling link included. */
export function existsLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** The bytes in the files of a tree: what is freed when it goes. Files with other links stay. */
export function sizeOfTree(path: string): number {
  const stat = lstatSync(fileName(path))
  if (!stat.isDirectory()) return stat.isFile() && stat.nlink === 1 ? stat.size : 0
  return namesIn(path).reduce((size, name) => size + sizeOfTree(join(path, name)), 0)
}

/** Remove a tree whose directories may be read-only, as stored ones are. */
export function removeTree(path: string): void {
  makeSearchable(path)
  rmSync(path, { recursive: true, force: true })
}

function makeSearchable(path: string): void {
  const stat = lstatSync(fileName(path), { throwIfNoEntry: false })
  if (stat === undefined || !stat.isDirectory()) return
  if ((stat.mode & 0o700) !== 0o700) chmodSync(fileName(path), stat.mode | 0o700)
  for (const entry of readdirSync(fileName(path), { encoding: 'buffer', withFileTypes: true })) {
    if (entry.isDirectory()) makeSearchable(join(path, decodeBytes(entry.name)))
  }
}
