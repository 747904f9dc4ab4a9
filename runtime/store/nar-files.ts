/** File trees on disk as NARs: dumping, hashing, restoring.
 *  The format itself is formats/nar.ts; making a tree fit for the store is canonicalize.ts. */
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import {
  type ByteSink,
  compareText,
  type Hash,
  type HashAlgorithm,
  type NarVisitor,
  NarWriter,
} from '../formats/index.ts'
import { createDigester } from './hashing.ts'

export interface DumpOptions {
  /** Leave out files for which this is false; given the path on disk. */
  readonly select?: ((path: string, stat: Stats) => boolean) | undefined
}

const bufferSize = 1 << 18

/** Write the NAR of the tree at `path` to `sink`; the pieces are only valid during the call.
 *  @throws StrataError `unsupported-file` for devices, sockets and pipes. */
export function dumpPath(path: string, sink: ByteSink, options: DumpOptions = {}): void {
  const buffer = new Uint8Array(bufferSize)
  const writer = new NarWriter(sink)
  const dump = (file: string, stat: Stats): void => {
    if (stat.isFile()) dumpFile(file, stat)
    else if (stat.isSymbolicLink()) writer.symlink(readlinkSync(file))
    else if (stat.isDirectory()) {
      writer.startDirectory()
      for (const name of readdirSync(file).sort(compareText)) {
        const entry = join(file, name)
        const entryStat = lstatSync(entry)
        if (options.select?.(entry, entryStat) === false) continue
        writer.startEntry(name)
        dump(entry, entryStat)
        writer.endEntry()
      }
      writer.endDirectory()
    } else {
      throw new StrataError(
        'unsupported-file',
        `${file}: only regular files, directories and symbolic links can be stored`,
      )
    }
  }
  const dumpFile = (file: string, stat: Stats): void => {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      writer.startRegular((stat.mode & 0o100) !== 0, stat.size)
      let left = stat.size
      while (left > 0) {
        const n = readSync(fd, buffer, 0, Math.min(left, bufferSize), null)
        if (n === 0) throw new StrataError('file-changed', `${file}: the file became shorter while it was read`)
        sink(buffer.subarray(0, n))
        left -= n
      }
      writer.endRegular()
    } finally {
      closeSync(fd)
    }
  }
  dump(path, lstatSync(path))
}

/** The hash and size of the NAR of the tree at `path`. */
export function hashPath(
  path: string,
  algorithm: HashAlgorithm = 'sha256',
  options: DumpOptions = {},
): { readonly hash: Hash; readonly size: number } {
  const digester = createDigester(algorithm)
  let size = 0
  dumpPath(
    path,
    (bytes) => {
      digester.update(bytes)
      size += bytes.length
    },
    options,
  )
  return { hash: { algorithm, digest: digester.digest() }, size }
}

/** The hash of the bytes of one regular file. */
export function hashFile(path: string, algorithm: HashAlgorithm = 'sha256'): Hash {
  const digester = createDigester(algorithm)
  const buffer = new Uint8Array(bufferSize)
  const fd = openSync(path, 'r')
  try {
    for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) digester.update(buffer.subarray(0, n))
  } finally {
    closeSync(fd)
  }
  return { algorithm, digest: digester.digest() }
}

/** A visitor that makes the tree it is shown at `path`, which must not exist.
 *  Every file is created anew and never through a link, so that no archive writes outside. */
export function restoringVisitor(path: string): NarVisitor {
  let fd = -1
  const target = (relative: string): string => (relative === '' ? path : join(path, relative))
  return {
    regular(relative, executable) {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      fd = openSync(target(relative), flags, 0o600)
      fchmodSync(fd, executable ? 0o755 : 0o644)
    },
    contents(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    },
    endRegular() {
      closeSync(fd)
      fd = -1
    },
    symlink(relative, destination) {
      symlinkSync(destination, target(relative))
    },
    directory(relative) {
      mkdirSync(target(relative), 0o755)
    },
  }
}
