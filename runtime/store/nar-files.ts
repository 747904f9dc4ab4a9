/** File trees on disk as NARs: dumping, hashing, restoring.
 *  The format itself is formats/nar.ts; making a tree fit for the store is canonicalize.ts. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import {
  type ByteSink,
  type FileTree,
  type Hash,
  type HashAlgorithm,
  type NarVisitor,
  NarWriter,
  sortNames,
  writeNar,
} from '../formats/index.ts'
import { storeTime } from './canonicalize.ts'
import { fileName, linkTarget, namesIn } from './file-names.ts'
import { createDigester, hashing } from './hashing.ts'

export interface DumpOptions {
  /** Leave out files for which this is false; given the path on disk. */
  readonly select?: ((path: string, stat: Stats) => boolean) | undefined
}

const bufferSize = 1 << 18

/** A buffer that no dump uses at the moment: making one takes longer than dumping a small file. */
let spareBuffer: Uint8Array | undefined

/** Gathers the small pieces of a NAR, so that few large ones go on. */
class Gatherer {
  readonly buffer = spareBuffer ?? new Uint8Array(bufferSize)
  end = 0
  readonly #sink: ByteSink

  constructor(sink: ByteSink) {
    this.#sink = sink
    spareBuffer = undefined
  }

  readonly write = (bytes: Uint8Array): void => {
    if (this.end + bytes.length > bufferSize) this.flush()
    if (bytes.length > bufferSize) this.#sink(bytes)
    else {
      this.buffer.set(bytes, this.end)
      this.end += bytes.length
    }
  }

  flush(): void {
    if (this.end > 0) this.#sink(this.buffer.subarray(0, this.end))
    this.end = 0
  }
}

/** Write the NAR of the tree at `path` to `sink`; the pieces are only valid during the call. VISITOR is shown the files
 *  as they are read.
 *  @throws StrataError `unsupported-file` for devices, sockets and pipes. */
export function dumpPath(path: string, sink: ByteSink, options: DumpOptions = {}, visitor?: NarVisitor): void {
  const gatherer = new Gatherer(sink)
  const { buffer } = gatherer
  const writer = new NarWriter(gatherer.write)
  const dump = (file: string, relative: string, stat: Stats): void => {
    if (stat.isFile()) dumpFile(file, relative)
    else if (stat.isSymbolicLink()) {
      const target = linkTarget(file)
      writer.symlink(target)
      visitor?.symlink(relative, target)
    } else if (stat.isDirectory()) {
      writer.startDirectory()
      visitor?.directory(relative)
      for (const name of sortNames(namesIn(file))) {
        const entry = file.endsWith('/') ? file + name : `${file}/${name}`
        const entryStat = lstatSync(fileName(entry))
        if (options.select?.(entry, entryStat) === false) continue
        writer.startEntry(name)
        dump(entry, relative === '' ? name : `${relative}/${name}`, entryStat)
        writer.endEntry()
      }
      writer.endDirectory()
    } else throw unsupported(file)
  }
  const dumpFile = (file: string, relative: string): void => {
    const fd = openSync(fileName(file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(fd)
      if (!stat.isFile()) throw unsupported(file)
      const executable = (stat.mode & 0o100) !== 0
      writer.startRegular(executable, stat.size)
      visitor?.regular(relative, executable, stat.size)
      let left = stat.size
      while (left > 0) {
        if (gatherer.end > bufferSize >> 1) gatherer.flush()
        const start = gatherer.end
        const n = readSync(fd, buffer, start, Math.min(left, bufferSize - start), null)
        if (n === 0) throw new StrataError('file-changed', `${file}: the file became shorter while it was read`)
        visitor?.contents(buffer.subarray(start, start + n))
        gatherer.end += n
        left -= n
      }
      visitor?.endRegular()
      writer.endRegular()
    } finally {
      closeSync(fd)
    }
  }
  dump(path, '', lstatSync(fileName(path)))
  gatherer.flush()
  spareBuffer = buffer
}

function unsupported(file: string): StrataError {
  return new StrataError(
    'unsupported-file',
    `${file}: only regular files, directories and symbolic links can be stored`,
  )
}

/** The hash and size of a NAR. */
export interface NarHash {
  readonly hash: Hash
  readonly size: number
}

/** The hash and size of the NAR of the tree at `path`. */
export function hashPath(path: string, algorithm: HashAlgorithm = 'sha256', options: DumpOptions = {}): NarHash {
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

/** The hash and size of the NAR of a tree held in memory. */
export function hashFileTree(tree: FileTree): NarHash {
  const pieces: Uint8Array[] = []
  writeNar(tree, (bytes) => pieces.push(bytes))
  const nar = Buffer.concat(pieces)
  return { hash: { algorithm: 'sha256', digest: hashing('sha256', nar) }, size: nar.length }
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
 *  Every file is created anew and never through a link, so that no archive writes outside.
 *  Files and links are made as the store wants them; `finish` does the same for directories, which must be writable
 *  until then. */
export class Restoration implements NarVisitor {
  readonly #path: string
  readonly #directories: string[] = []
  readonly #canonical: boolean
  #file = ''
  #fd = -1

  constructor(path: string, { canonical }: { readonly canonical: boolean }) {
    this.#path = path
    this.#canonical = canonical
  }

  #target(relative: string): string {
    return relative === '' ? this.#path : `${this.#path}/${relative}`
  }

  regular(relative: string, executable: boolean): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    this.#file = this.#target(relative)
    this.#fd = this.#attempt(this.#file, () => openSync(fileName(this.#file), flags, 0o600))
    fchmodSync(this.#fd, this.#canonical ? (executable ? 0o555 : 0o444) : executable ? 0o755 : 0o644)
  }

  contents(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += this.#attempt(this.#file, () => writeSync(this.#fd, bytes, at))
    }
  }

  endRegular(): void {
    if (this.#canonical) futimesSync(this.#fd, storeTime, storeTime)
    closeSync(this.#fd)
    this.#fd = -1
  }

  symlink(relative: string, destination: string): void {
    const file = this.#target(relative)
    this.#attempt(file, () => symlinkSync(fileName(destination), fileName(file)))
    if (this.#canonical) lutimesSync(fileName(file), storeTime, storeTime)
  }

  directory(relative: string): void {
    const file = this.#target(relative)
    this.#attempt(file, () => mkdirSync(fileName(file), 0o755))
    if (this.#canonical) this.#directories.push(file)
  }

  /** All was shown. */
  finish(): void {
    for (const directory of this.#directories.reverse()) {
      chmodSync(fileName(directory), 0o555)
      utimesSync(fileName(directory), storeTime, storeTime)
    }
  }

  /** Nothing more comes: what was begun stays as it is. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }

  #attempt<T>(file: string, action: () => T): T {
    try {
      return action()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      const reason = typeof code === 'string' ? reasons[code] : undefined
      if (reason === undefined) throw error
      throw new StrataError('cannot-restore', `cannot make ${file}: ${reason}`, { cause: error })
    }
  }
}

/** Failures that an archive causes, or a disk; others are bugs. */
const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file of that name, or of one that differs only in case',
  ENAMETOOLONG: 'the name is too long for the file system',
  EILSEQ: 'the file system does not take names like that',
  EINVAL: 'the file system does not take names like that',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  ENOENT: 'no such directory',
  ENOTDIR: 'not a directory',
  EFBIG: 'the file is too large',
}

/** A visitor that makes the tree it is shown at `path`, with ordinary modes and times. */
export function restoringVisitor(path: string): Restoration {
  return new Restoration(path, { canonical: false })
}
