/** Compiled Scheme on disk: what was shipped with the program, and a directory of what users' files were compiled
 *  to, named by content. A unit is several files: code with its header, parts that are run when they are needed, what is rarely
 *  needed, and V8's code caches, made when a process that ran the code ends. Whether a unit fits is decided in lang/modules/compiled.ts. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import {
  type CodeStore,
  type KeptUnit,
  type KeptUnitSource,
  type PartSource,
  parseCompiledFile,
  sourceOf,
  unitId,
} from '../lang/modules/index.ts'
import { pruneCode } from './code-pruning.ts'
import { isBuildingSnapshot } from './start-up-snapshot.ts'

export interface CodeStoreOptions {
  /** Names the interpreter: kept code of another version does not fit. */
  readonly version: string
  /** Where to keep code, if anywhere; created when first written to. */
  readonly directory?: string | undefined
  /** Directories of Scheme files below ROOT were compiled into the same place below CODE. */
  readonly shipped?: { readonly root: string; readonly code: string } | undefined
}

export function makeCodeStore({ version, directory, shipped }: CodeStoreOptions): CodeStore {
  return {
    version,
    shipped: (path) => (shipped === undefined ? undefined : (findShipped(shipped, path) ?? findCopied(shipped, path))),
    find: (id) => (directory === undefined ? undefined : findUnit(join(directory, id), id)),
    keep: (unit) => {
      if (directory === undefined) return
      writeUnit(join(directory, unit.id), unit, true)
      if (grown === undefined) process.on('exit', () => grown !== undefined && pruneCode(grown))
      grown = directory
    },
    compiled: findCompiled,
    ...(directory === undefined ? {} : rememberingIds(directory, version)),
  }
}

/** Loaded when it is needed: most processes do not. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib')

/** The directory that this process has added to. */
let grown: string | undefined

/** A file that was changed so short a time ago could be changed again without its times telling. */
const settled = 2_000_000_000n

/** What the contents of files were when they were last hashed, by what the kernel says of each file: its times change
 *  with every write. Hashing a large collection at each start would take longer than loading it. */
function rememberingIds(directory: string, version: string): Required<Pick<CodeStore, 'knownId' | 'rememberId'>> {
  const entry = (path: string): string => join(directory, 'files', unitId('', path))
  const state = (path: string): string | undefined => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return undefined
    const newest = stat.ctimeNs > stat.mtimeNs ? stat.ctimeNs : stat.mtimeNs
    if (BigInt(Date.now()) * 1_000_000n - newest < settled) return undefined
    return [version, path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join('\n')
  }
  return {
    knownId: (path) => {
      const text = readText(entry(path))
      if (text === undefined) return undefined
      const end = text.lastIndexOf('\n')
      return text.slice(0, end) === state(path) ? text.slice(end + 1) : undefined
    },
    rememberId: (path, id) => {
      const now = state(path)
      if (now === undefined) return
      try {
        mkdirSync(join(directory, 'files'), { recursive: true })
        writeAtomically(entry(path), `${now}\n${id}`)
      } catch {
        // A cache that cannot be written is only slower.
      }
    },
  }
}

/** A store that writes the code of the files below ROOT to the same place below CODE, for shipping. */
export function shippingCodeStore(root: string, code: string): CodeStore {
  return {
    version: 'shipped',
    shipped: () => undefined,
    find: () => undefined,
    keep: (unit, path) => {
      const base = shippedBase({ root, code }, path)
      if (base !== undefined) writeUnit(base, { ...unit, dependencies: '' }, false)
    },
    portableName: (path) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path),
  }
}

function shippedBase({ root, code }: { root: string; code: string }, path: string): string | undefined {
  if (!path.startsWith(`${root}/`) || !path.endsWith('.scm')) return undefined
  return join(code, path.slice(root.length + 1, -'.scm'.length))
}

function findShipped(shipped: { root: string; code: string }, path: string): KeptUnitSource | undefined {
  const base = shippedBase(shipped, path)
  if (base === undefined) return undefined
  try {
    // Someone who edits the source wants to see the effect.
    if (statSync(path).mtimeMs > statSync(`${base}.js`).mtimeMs) return undefined
  } catch {
    return undefined
  }
  const found = findUnit(base, undefined)
  return found === undefined ? undefined : { ...found, path: (name) => join(shipped.root, name) }
}

/** Compiled code for a copy of a shipped file: builds import the modules of the build stratum as store items. Code is
 *  compiled against the modules that it uses, so all copies in that directory have to be true to what was shipped. */
function findCopied(shipped: { root: string; code: string }, path: string): KeptUnitSource | undefined {
  const parts = path.split('/')
  // A module's file name below its directory, the longest that fits.
  for (let start = 1; start < parts.length; start++) {
    const name = parts.slice(start).join('/')
    const original = schemeRoots.map((root) => join(shipped.root, root, name)).find((file) => existsSync(file))
    if (original === undefined) continue
    if (!hasTrueCopies(shipped.root, parts.slice(0, start).join('/'))) return undefined
    const found = findShipped(shipped, original)
    return (
      found && { ...found, path: (file) => (join(shipped.root, file) === original ? path : join(shipped.root, file)) }
    )
  }
  return undefined
}

const schemeRoots = ['build-side', 'stdlib']
const trueCopies = new Map<string, boolean>()

/** Whether the Scheme files that are both below ROOT's Scheme directories and below DIRECTORY are equal. */
function hasTrueCopies(root: string, directory: string): boolean {
  const known = trueCopies.get(directory)
  if (known !== undefined) return known
  const equal = schemeRoots.every((schemeRoot) =>
    readdirSync(join(root, schemeRoot), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.scm') && existsSync(join(directory, name)))
      .every((name) => readFileSync(join(root, schemeRoot, name)).equals(readFileSync(join(directory, name)))),
  )
  trueCopies.set(directory, equal)
  return equal
}

/** BASE is the files' name without its ending. */
function findUnit(base: string, expected: string | undefined): KeptUnitSource | undefined {
  const text = readText(`${base}.js`)
  if (text === undefined) return undefined
  // The first four lines are comments: identifier, dependencies, lengths of the parts, header.
  const ends = lineEnds(text, 4)
  const [first = 0, second = 0, third = 0, fourth = 0] = ends
  const id = text.slice(2, first)
  if (expected !== undefined && id !== expected) return undefined
  const lengths: readonly number[] = JSON.parse(text.slice(second + 3, third))
  const partsPath = `${base}.parts`
  if (lengths.length > 0 && statSync(partsPath, { throwIfNoEntry: false })?.size !== sum(lengths)) return undefined
  return {
    id,
    dependencies: JSON.parse(text.slice(first + 3, second)),
    header: text.slice(third + 3, fourth),
    code: () => text,
    evaluate: () => evaluateScript(`${base}.v8`, `scheme:${id}`, text),
    part: (index) => findPart(base, id, index, sum(lengths.slice(0, index)), lengths[index] ?? 0),
    extra: () => readText(`${base}.json`) ?? unpack(readBytes(`${base}.json.zst`)),
  }
}

function unpack(bytes: Buffer | undefined): string | undefined {
  return bytes && zlib().zstdDecompressSync(bytes).toString('utf8')
}

/** The part with this INDEX of the unit ID, from the LENGTH bytes at START of its file. */
function findPart(base: string, id: string, index: number, start: number, length: number): PartSource | undefined {
  const bytes = readRange(`${base}.parts`, start, length)
  if (bytes === undefined) return undefined
  // The first two lines are comments: identifier and constants. V8 keeps the code, as a text of its own.
  const first = bytes.indexOf('\n')
  const second = bytes.indexOf('\n', first + 1)
  if (bytes.toString('utf8', 0, first) !== `//${id}`) return undefined
  const code = bytes.toString('utf8', second + 1)
  return {
    constants: bytes.toString('utf8', first + 3, second),
    code,
    evaluate: () => evaluateScript(`${base}.${index}.v8`, `scheme:${id}.${index}`, code),
  }
}

/** Where the first COUNT lines of TEXT end. */
function lineEnds(text: string, count: number): number[] {
  const ends: number[] = []
  for (let at = -1; ends.length < count; ends.push(at)) at = text.indexOf('\n', at + 1)
  return ends
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** A compiled module at PATH, as `compile-file` writes it. */
function findCompiled(path: string): KeptUnitSource | undefined {
  const text = readText(path)
  const unit = text === undefined ? undefined : parseCompiledFile(text)
  return unit && sourceOf(unit, (code, filename) => new Script(code, { filename }).runInThisContext())
}

/** Write UNIT to files called BASE. PACKED, what is rarely needed takes a tenth of its size; shipped code is not: its
 *  bytes are the same whatever compresses. */
function writeUnit(base: string, unit: KeptUnit, packed: boolean): void {
  try {
    mkdirSync(dirname(base), { recursive: true })
    if (packed) writeAtomically(`${base}.json.zst`, zlib().zstdCompressSync(unit.extra))
    else writeAtomically(`${base}.json`, unit.extra)
    const parts = unit.parts.map(({ constants, code }) => Buffer.from(`//${unit.id}\n//${constants}\n${code}`))
    if (parts.length > 0) writeAtomically(`${base}.parts`, Buffer.concat(parts))
    const comments = [
      unit.id,
      JSON.stringify(unit.dependencies),
      JSON.stringify(parts.map(({ length }) => length)),
      unit.header,
    ]
    writeAtomically(`${base}.js`, [...comments.map((comment) => `//${comment}`), unit.code].join('\n'))
  } catch {
    // A cache that cannot be written is only slower.
  }
}

/** The value of TEXT, whose V8 code cache is at PATH, if there is one. */
function evaluateScript(path: string, filename: string, text: string): unknown {
  // A snapshot holds functions, but no Script objects.
  if (isBuildingSnapshot()) {
    // biome-ignore lint/security/noGlobalEval: the text is our own, and node:vm's scripts cannot be in a snapshot
    const evaluate = eval
    return evaluate(`${text}\n//# sourceURL=${filename}`)
  }
  const cachedData = readBytes(path)
  const script = new Script(text, { filename, ...(cachedData === undefined ? {} : { cachedData }) })
  if (cachedData === undefined || script.cachedDataRejected === true) {
    if (unwritten.size === 0) process.on('exit', writeCaches)
    unwritten.set(path, script)
  }
  return script.runInThisContext()
}

/** Scripts whose code cache is to be written at exit, when it holds the functions that ran. */
const unwritten = new Map<string, Script>()
function writeCaches(): void {
  for (const [path, script] of unwritten) {
    try {
      // Store items are nobody's to write to, not even root's, who may.
      if ((statSync(dirname(path)).mode & 0o200) !== 0) writeAtomically(path, script.createCachedData())
    } catch {
      // As above.
    }
  }
}

function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** What readRange reads into: memory of its own for each of thousands of parts would wait for the collector. */
let buffer = Buffer.alloc(0)

/** LENGTH bytes at START of the file at PATH, until the next call. */
function readRange(path: string, start: number, length: number): Buffer | undefined {
  try {
    const file = openSync(path, 'r')
    try {
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(2 * length)
      return readSync(file, buffer, 0, length, start) === length ? buffer.subarray(0, length) : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  return readBytes(path)?.toString('utf8')
}
