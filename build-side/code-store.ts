/** Compiled Scheme on disk: what was shipped with the program, and a directory of what users' files were compiled
 *  to, named by content. Each unit is three files: code with its header, what is rarely needed, and V8's code
 *  cache, made when a process that ran the unit ends. Whether a unit fits is decided in lang/modules/compiled.ts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { type CodeStore, type KeptUnit, type KeptUnitSource, parseCompiledFile, unitId } from '../lang/modules/index.ts'
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
      writeUnit(join(directory, unit.id), unit)
      if (grown === undefined) process.on('exit', () => grown !== undefined && pruneCode(grown))
      grown = directory
    },
    compiled: findCompiled,
    ...(directory === undefined ? {} : rememberingIds(directory, version)),
  }
}

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
      if (base !== undefined) writeUnit(base, { ...unit, dependencies: '' })
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
  // The first three lines are comments: identifier, dependencies, header.
  const first = text.indexOf('\n')
  const second = text.indexOf('\n', first + 1)
  const third = text.indexOf('\n', second + 1)
  const id = text.slice(2, first)
  if (expected !== undefined && id !== expected) return undefined
  return {
    id,
    dependencies: JSON.parse(text.slice(first + 3, second)),
    header: text.slice(second + 3, third),
    code: () => text,
    evaluate: () => evaluateScript(base, id, text),
    extra: () => readText(`${base}.json`),
  }
}

/** A compiled module at PATH, as `compile-file` writes it. */
function findCompiled(path: string): KeptUnitSource | undefined {
  const text = readText(path)
  const unit = text === undefined ? undefined : parseCompiledFile(text)
  if (unit === undefined) return undefined
  const { id, dependencies, header, extra, code } = unit
  const evaluate = (): unknown => new Script(code, { filename: `scheme:${id}` }).runInThisContext()
  return { id, dependencies, header, evaluate, code: () => code, extra: () => extra }
}

function writeUnit(base: string, unit: KeptUnit): void {
  try {
    mkdirSync(dirname(base), { recursive: true })
    writeAtomically(`${base}.json`, unit.extra)
    writeAtomically(
      `${base}.js`,
      `//${unit.id}\n//${JSON.stringify(unit.dependencies)}\n//${unit.header}\n${unit.code}`,
    )
  } catch {
    // A cache that cannot be written is only slower.
  }
}

function evaluateScript(base: string, id: string, text: string): unknown {
  // A snapshot holds functions, but no Script objects.
  if (isBuildingSnapshot()) {
    // biome-ignore lint/security/noGlobalEval: the text is our own, and node:vm's scripts cannot be in a snapshot
    const evaluate = eval
    return evaluate(`${text}\n//# sourceURL=scheme:${id}`)
  }
  const path = `${base}.v8`
  const cachedData = readBytes(path)
  const script = new Script(text, { filename: `scheme:${id}`, ...(cachedData === undefined ? {} : { cachedData }) })
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

function readText(path: string): string | undefined {
  return readBytes(path)?.toString('utf8')
}
