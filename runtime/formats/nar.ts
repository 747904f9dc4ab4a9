/** NAR archives: a canonical byte form of a file tree.
 *  Pure: writes to a sink and reads from byte chunks, never the disk (see store/nar-files.ts).
 *  Format: Dolstra's thesis, section 5.2.1; guix/serialization.scm. */
import { StrataError } from '../../lang/conditions/index.ts'
import { compareNames, decodeBytes, encodeText, sortNames } from './bytes.ts'

/** A file tree in memory: what tests and small additions use. */
export type FileTree =
  | { readonly type: 'regular'; readonly executable: boolean; readonly contents: Uint8Array }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'directory'; readonly entries: ReadonlyMap<string, FileTree> }

export type ByteSink = (bytes: Uint8Array) => void

const zeros = new Uint8Array(8)

/** The NAR form of a string or a file's size header: length in 8 bytes, little endian, contents, zero padding. */
function narString(text: string): Uint8Array {
  const bytes = encodeText(text)
  const framed = new Uint8Array(8 + ((bytes.length + 7) & ~7))
  new DataView(framed.buffer).setUint32(0, bytes.length, true)
  framed.set(bytes, 8)
  return framed
}

function narStrings(...texts: string[]): Uint8Array {
  const parts = texts.map(narString)
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

const header = narStrings('nix-archive-1')
const open = narStrings('(')
const close = narStrings(')')
const regularStart = narStrings('type', 'regular')
const executableMark = narStrings('executable', '')
const contentsMark = narStrings('contents')
const symlinkStart = narStrings('type', 'symlink', 'target')
const directoryStart = narStrings('type', 'directory')
const entryStart = narStrings('entry', '(', 'name')
const entryNode = narStrings('node')

/** Writes the pieces of a NAR in order; the caller walks the tree, entries sorted by `sortNames`. */
export class NarWriter {
  readonly #sink: ByteSink
  #padding = 0

  constructor(sink: ByteSink) {
    this.#sink = sink
    sink(header)
  }

  /** A regular file of `size` bytes, which the caller then passes to the sink, then `endRegular`. */
  startRegular(executable: boolean, size: number): void {
    this.#sink(open)
    this.#sink(regularStart)
    if (executable) this.#sink(executableMark)
    this.#sink(contentsMark)
    const length = new Uint8Array(8)
    new DataView(length.buffer).setBigUint64(0, BigInt(size), true)
    this.#sink(length)
    this.#padding = (8 - (size % 8)) % 8
  }

  endRegular(): void {
    if (this.#padding > 0) this.#sink(zeros.subarray(0, this.#padding))
    this.#sink(close)
  }

  symlink(target: string): void {
    this.#sink(open)
    this.#sink(symlinkStart)
    this.#sink(narString(target))
    this.#sink(close)
  }

  startDirectory(): void {
    this.#sink(open)
    this.#sink(directoryStart)
  }

  startEntry(name: string): void {
    this.#sink(entryStart)
    this.#sink(narString(name))
    this.#sink(entryNode)
  }

  endEntry(): void {
    this.#sink(close)
  }

  endDirectory(): void {
    this.#sink(close)
  }
}

/** The NAR of a tree in memory, passed to `sink` in pieces. */
export function writeNar(tree: FileTree, sink: ByteSink): void {
  const writer = new NarWriter(sink)
  const write = (node: FileTree): void => {
    switch (node.type) {
      case 'regular':
        writer.startRegular(node.executable, node.contents.length)
        sink(node.contents)
        writer.endRegular()
        break
      case 'symlink':
        writer.symlink(node.target)
        break
      case 'directory':
        writer.startDirectory()
        for (const name of sortNames([...node.entries.keys()])) {
          const entry = node.entries.get(name)
          if (entry === undefined) continue
          writer.startEntry(name)
          write(entry)
          writer.endEntry()
        }
        writer.endDirectory()
    }
  }
  write(tree)
}

/** What a reader meets, in the order of the archive. Paths are relative, '' for the root. */
export interface NarVisitor {
  regular(path: string, executable: boolean, size: number): void
  /** A piece of the contents of the regular file met last. */
  contents(bytes: Uint8Array): void
  endRegular(): void
  symlink(path: string, target: string): void
  directory(path: string): void
}

/** A request for exactly so many bytes (`exact`), or for up to so many (contents of files). */
export interface NarRequest {
  readonly size: number
  readonly exact: boolean
}

/** A directory whose entries are being read. */
interface OpenDirectory {
  readonly path: string
  /** The name of its last entry. */
  previous: string | undefined
}

const longestString = 4096
const deepestDirectory = 1000

/** Read a NAR as a coroutine: it yields requests for bytes and is resumed with them, so that files, sockets
 *  and buffers can feed it alike, in constant memory.
 *  @throws StrataError `bad-nar` with the offset, for anything but the canonical form: wrong order of entries,
 *  duplicate or dangerous names, padding that is not zero, lengths that do not fit. */
export function* readNar(visitor: NarVisitor, offset = 0): Generator<NarRequest, number, Uint8Array> {
  const fail = (problem: string): never => {
    throw new StrataError('bad-nar', `bad archive at offset ${offset}: ${problem}`, { irritants: [offset] })
  }

  function* take(size: number): Generator<NarRequest, Uint8Array, Uint8Array> {
    const bytes = yield { size, exact: true }
    if (bytes.length !== size) fail('unexpected end')
    offset += size
    return bytes
  }

  function* takeLength(): Generator<NarRequest, number, Uint8Array> {
    const bytes = yield* take(8)
    const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
    if (length > BigInt(Number.MAX_SAFE_INTEGER)) fail(`a length of ${length}`)
    return Number(length)
  }

  function* takePadding(size: number): Generator<NarRequest, void, Uint8Array> {
    const rest = (8 - (size % 8)) % 8
    if (rest === 0) return
    if ((yield* take(rest)).some((b) => b !== 0)) fail('padding that is not zero')
  }

  function* takeString(): Generator<NarRequest, string, Uint8Array> {
    const size = yield* takeLength()
    if (size > longestString) fail(`a string of ${size} bytes`)
    // The caller may use the buffer again for the next bytes.
    const text = decodeBytes(yield* take(size))
    yield* takePadding(size)
    return text
  }

  function* expect(...wanted: string[]): Generator<NarRequest, void, Uint8Array> {
    for (const token of wanted) {
      const found = yield* takeString()
      if (found !== token) fail(`expected '${token}', found '${found}'`)
    }
  }

  /** A regular file or a link, whose type was read, to its end. */
  function* leaf(type: string, path: string): Generator<NarRequest, void, Uint8Array> {
    if (type === 'regular') {
      let token = yield* takeString()
      let executable = false
      if (token === 'executable') {
        executable = true
        yield* expect('')
        token = yield* takeString()
      }
      if (token !== 'contents') fail(`expected 'contents', found '${token}'`)
      const size = yield* takeLength()
      visitor.regular(path, executable, size)
      for (let left = size; left > 0; ) {
        const piece = yield { size: Math.min(left, 65536), exact: false }
        if (piece.length === 0) fail('unexpected end in a file')
        offset += piece.length
        left -= piece.length
        visitor.contents(piece)
      }
      yield* takePadding(size)
      visitor.endRegular()
    } else if (type === 'symlink') {
      yield* expect('target')
      const target = yield* takeString()
      if (target === '' || target.includes('\0')) fail(`a symbolic link to '${target}'`)
      visitor.symlink(path, target)
    } else fail(`unknown file type '${type}'`)
    yield* expect(')')
  }

  /** The name of the next entry of DIRECTORY, up to its node; undefined at the directory's end. */
  function* nextEntry(directory: OpenDirectory): Generator<NarRequest, string | undefined, Uint8Array> {
    const token = yield* takeString()
    if (token === ')') return undefined
    if (token !== 'entry') fail(`expected 'entry', found '${token}'`)
    yield* expect('(', 'name')
    const name = yield* takeString()
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
      fail(`a directory entry called '${name}'`)
    }
    const { previous } = directory
    if (previous !== undefined && compareNames(previous, name) >= 0) fail(`directory entry '${name}' out of order`)
    directory.previous = name
    yield* expect('node')
    return name
  }

  /** A node and all below it. A loop, not a recursion: a byte deep down would pass through all the generators above. */
  function* tree(): Generator<NarRequest, void, Uint8Array> {
    const open: OpenDirectory[] = []
    let path = ''
    for (;;) {
      if (open.length > deepestDirectory) fail('directories nested too deeply')
      yield* expect('(', 'type')
      const type = yield* takeString()
      if (type === 'directory') {
        visitor.directory(path)
        open.push({ path, previous: undefined })
      } else yield* leaf(type, path)
      // Up to the next entry of the innermost directory that has one.
      for (let nodeHasEnded = type !== 'directory'; ; nodeHasEnded = true) {
        const directory = open.at(-1)
        if (directory === undefined) return
        if (nodeHasEnded) yield* expect(')')
        const name = yield* nextEntry(directory)
        if (name !== undefined) {
          path = directory.path === '' ? name : `${directory.path}/${name}`
          break
        }
        open.pop()
      }
    }
  }

  yield* expect('nix-archive-1')
  yield* tree()
  return offset
}

/** Read a whole NAR held in memory. @throws StrataError `bad-nar`. */
export function readNarBytes(bytes: Uint8Array, visitor: NarVisitor): void {
  const reader = readNar(visitor)
  let at = 0
  let step = reader.next(new Uint8Array())
  while (step.done !== true) {
    const piece = bytes.subarray(at, at + step.value.size)
    at += piece.length
    step = reader.next(piece)
  }
  if (at !== bytes.length) {
    throw new StrataError('bad-nar', `bad archive at offset ${at}: more bytes after its end`, { irritants: [at] })
  }
}
