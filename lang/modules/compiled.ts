/** Running files from compiled code when there is some that fits, and keeping what was compiled.
 *  Code fits when the source has the same content and so have all files that the expansion depended on: the
 *  modules it refers to, the files it includes, and theirs. Where code is kept is the embedder's (CodeStore). */
import {
  compileFile,
  installSourceTexts,
  NotEncodable,
  runStoredUnit,
  type StoredUnit,
  type UnitSource,
} from '../codegen/index.ts'
import { type Core, children } from '../core/index.ts'
import { decodeSource, type SourceFile } from '../source/index.ts'
import type { Value } from '../values/index.ts'
import type { Module } from './module.ts'
import { currentRealm, type Realm } from './realm.ts'

/** A unit as kept: what it depends on is text, one `hash path` a line. */
export interface KeptUnit extends StoredUnit {
  readonly dependencies: string
}
export interface KeptUnitSource extends UnitSource {
  readonly dependencies: string
}

/** Where compiled code is kept between processes. */
export interface CodeStore {
  /** Changes whenever the interpreter does: code of another version never fits. */
  readonly version: string
  /** Code that came with the program, for a file it also came with: no questions asked. */
  shipped(path: string): UnitSource | undefined
  find(id: string): KeptUnitSource | undefined
  keep(unit: KeptUnit, path: string): void
  /** What `compile-file` wrote to the file at PATH, if anything; see compiled-file.ts. */
  compiled?(path: string): KeptUnitSource | undefined
  /** The identifier of the file's content, if it was remembered and the file has not been touched since. */
  knownId?(path: string): string | undefined
  rememberId?(path: string, id: string): void
  /** How a file is called inside a unit; its UnitSource turns it back. */
  portableName?(path: string): string
}

/** What a realm knows about the files it has loaded. */
interface LoadedFile {
  readonly hash: string
  /** Paths, its own left out. */
  readonly dependencies: Set<string>
}
const loaded = new WeakMap<Realm, Map<string, LoadedFile>>()

function loadedFiles(realm: Realm): Map<string, LoadedFile> {
  let files = loaded.get(realm)
  if (files === undefined) {
    files = new Map()
    loaded.set(realm, files)
  }
  return files
}

/** Files read while the innermost file that is being compiled is loaded. */
let included: Set<string> | undefined

/** Called for every source file read, so that included files count as dependencies. */
export function noteSourceRead(source: SourceFile): void {
  included?.add(source.name)
}

/** Run the file at PATH: from compiled code, or by EVALUATE, which hands every core form it runs to its argument. */
export function runFile(
  path: string,
  read: () => SourceFile,
  evaluate: (source: SourceFile, record: (core: Core) => void) => Value,
): Value {
  const realm = currentRealm()
  const store = realm.codeStore
  if (store === undefined) return evaluate(read(), () => undefined)
  const files = loadedFiles(realm)
  const shipped = store.shipped(path)
  if (shipped !== undefined) {
    files.set(path, { hash: shipped.id, dependencies: new Set() })
    return runStoredUnit(shipped, (name) => moduleFor(realm, name))
  }
  let source: SourceFile | undefined
  const content = identify(store, path, () => {
    source = read()
    return source.text
  })
  // Compiled forms name the module they are for, of which there is another for each of the user's own files, and the file
  // that they are from: a copy elsewhere has other places.
  const { currentModule } = realm
  const id = currentModule.isForUsers
    ? unitId(`${store.version} ${currentModule.name.join(' ')} ${path}`, content)
    : content
  const kept = store.find(id) ?? compiledBeside(path, id, realm, store)
  if (kept !== undefined && isFresh(kept.dependencies, realm, store)) {
    const dependencies = new Set(parseDependencies(kept.dependencies).map(([, dependency]) => dependency))
    files.set(path, { hash: id, dependencies })
    included?.add(path)
    return runStoredUnit(kept, (name) => moduleFor(realm, name))
  }
  const { value, cores, dependencies } = evaluateNoting(path, id, source ?? read(), evaluate, realm)
  const unit = makeUnit(id, cores, dependencies, realm, store)
  if (unit !== undefined) store.keep(unit, path)
  return value
}

/** Run the file at PATH and return its compiled form, as CodeStore.find would give it later; undefined where it has
 *  none: a form too deeply nested, or a constant that cannot be written. */
export function compileNow(
  path: string,
  source: SourceFile,
  evaluate: (source: SourceFile, record: (core: Core) => void) => Value,
): KeptUnit | undefined {
  const realm = currentRealm()
  const store = realm.codeStore
  // What came with this interpreter comes with the one that will load it.
  if (store === undefined || store.shipped(path) !== undefined) return undefined
  const id = unitId(store.version, source.text)
  const { cores, dependencies } = evaluateNoting(path, id, source, evaluate, realm)
  return makeUnit(id, cores, dependencies, realm, store)
}

interface Noted {
  readonly value: Value
  readonly cores: readonly Core[]
  /** Paths. */
  readonly dependencies: ReadonlySet<string>
}

/** Evaluate a file's SOURCE and note what it was expanded to, and what that depended on. */
function evaluateNoting(
  path: string,
  id: string,
  source: SourceFile,
  evaluate: (source: SourceFile, record: (core: Core) => void) => Value,
  realm: Realm,
): Noted {
  const cores: Core[] = []
  const outer = included
  included = new Set()
  try {
    const value = evaluate(source, (core) => cores.push(core))
    const dependencies = dependenciesOf(cores, path, included, realm)
    loadedFiles(realm).set(path, { hash: id, dependencies })
    return { value, cores, dependencies }
  } finally {
    included = outer
  }
}

function makeUnit(
  id: string,
  cores: readonly Core[],
  dependencies: ReadonlySet<string>,
  realm: Realm,
  store: CodeStore,
): KeptUnit | undefined {
  try {
    const unit = compileFile(id, cores, (name) => store.portableName?.(name) ?? name)
    const hashed = [...dependencies].sort().map((dependency) => `${hashOf(dependency, realm, store)} ${dependency}`)
    return { ...unit, dependencies: hashed.join('\n') }
  } catch (error) {
    // A form too deeply nested to be compiled to a file may still have been run.
    if (error instanceof NotEncodable || error instanceof RangeError) return undefined
    throw error
  }
}

/** The compiled form of the module file at PATH, whose content ID tells, in a directory of `%load-compiled-path`. */
function compiledBeside(path: string, id: string, realm: Realm, store: CodeStore): KeptUnitSource | undefined {
  const directories = realm.loadCompiledPath
  if (store.compiled === undefined || directories.length === 0 || !path.endsWith('.scm')) return undefined
  const root = realm.loadPath.find((root) => path.startsWith(`${root}/`))
  if (root === undefined) return undefined
  const name = `${path.slice(root.length + 1, -'.scm'.length)}.go`
  for (const directory of directories) {
    const unit = store.compiled(`${directory}/${name}`)
    if (unit?.id === id) return unit
  }
  return undefined
}

function moduleFor(realm: Realm, name: readonly string[]): Module {
  return realm.findModule(name) ?? realm.makeModule(name)
}

function dependenciesOf(cores: readonly Core[], path: string, read: ReadonlySet<string>, realm: Realm): Set<string> {
  const modules = new Set<Module>()
  const visit = (core: Core): void => {
    if ('module' in core) modules.add(core.module)
    children(core).forEach(visit)
  }
  cores.forEach(visit)
  for (const module of [...modules]) for (const used of module.uses) if (used.isLoaded) modules.add(used.module)
  const files = loadedFiles(realm)
  const found = new Set(read)
  for (const module of modules) {
    if (module.filename === undefined) continue
    found.add(module.filename)
    for (const further of files.get(module.filename)?.dependencies ?? []) found.add(further)
  }
  found.delete(path)
  return found
}

function parseDependencies(text: string): [hash: string, path: string][] {
  if (text === '') return []
  return text.split('\n').map((line) => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1)]
  })
}

function isFresh(dependencies: string, realm: Realm, store: CodeStore): boolean {
  return parseDependencies(dependencies).every(([hash, path]) => hashOf(path, realm, store) === hash)
}

const hashes = new WeakMap<Realm, Map<string, string>>()

/** The hash of a file's content now, once a realm. */
function hashOf(path: string, realm: Realm, store: CodeStore): string {
  const known = loadedFiles(realm).get(path)
  if (known !== undefined) return known.hash
  let memory = hashes.get(realm)
  if (memory === undefined) {
    memory = new Map()
    hashes.set(realm, memory)
  }
  let hash = memory.get(path)
  if (hash === undefined) {
    const shipped = store.shipped(path)
    hash = shipped?.id ?? identify(store, path, () => textOfFile(realm, path))
    memory.set(path, hash)
  }
  return hash
}

/** The identifier of the file at PATH, whose text READ gives; undefined stands for none. */
function identify(store: CodeStore, path: string, read: () => string | undefined): string {
  const known = store.knownId?.(path)
  if (known !== undefined) return known
  const text = read()
  if (text === undefined) return 'none'
  const id = unitId(store.version, text)
  store.rememberId?.(path, id)
  return id
}

function textOfFile(realm: Realm, path: string): string | undefined {
  const bytes = realm.host.readFile(path)
  return bytes === undefined ? undefined : decodeSource(bytes)
}

/** `m` and 108 bits of a hash of the version and the text, in hexadecimal. Not cryptographic: it tells apart
 *  the versions of a user's own files. The mixing is that of Bryc's cyrb53, for two seeds at once and two characters
 *  at a time: a large file is hashed at every start, mostly before V8 has optimised this. */
export function unitId(version: string, text: string): string {
  const whole = `${version}\n${text}`
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  let c = 0xdeadbeef ^ 0x9e3779b9
  let d = 0x41c6ce57 ^ 0x9e3779b9
  for (let i = 0; i < whole.length; i += 2) {
    // Beyond the end there is NaN, of which nothing is left.
    const codes = whole.charCodeAt(i) | (whole.charCodeAt(i + 1) << 16)
    a = Math.imul(a ^ codes, 2654435761)
    b = Math.imul(b ^ codes, 1597334677)
    // What the first two have lost by overflow, these have not.
    c = Math.imul((c ^ codes) + (c >>> 15), 2246822519)
    d = Math.imul((d ^ codes) + (d >>> 13), 3266489917)
  }
  return `m${digits(a, b, whole.length)}${digits(c, d, whole.length)}`
}

/** 54 bits of A and B, mixed once more. */
function digits(a: number, b: number, length: number): string {
  const x = Math.imul(a ^ length ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  const y = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(x ^ (x >>> 13), 3266489909)
  return (y >>> 0).toString(16).padStart(8, '0') + ((x >>> 10) & 0x3fffff).toString(16).padStart(6, '0')
}

installSourceTexts((name) => textOfFile(currentRealm(), name) ?? '')
