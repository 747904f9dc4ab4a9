/** Running files from compiled code when there is some that fits, and keeping what was compiled.
 *  Code fits when the source has the same content and so have all files that the expansion depended on: the
 *  modules it refers to, which are still found at the same places, the files it includes, and theirs. A copy of a file
 *  elsewhere shares its code, unless that names the place. Where code is kept is the embedder's (CodeStore). */
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
import { Pair, SchemeString, type Value } from '../values/index.ts'
import { findInLoadPath, nameInLoadPath } from './find.ts'
import type { Module } from './module.ts'
import { currentRealm, type Realm } from './realm.ts'

/** A unit as kept: what it depends on is text, a line for each file: its hash, how many characters of its path come before
 *  the name by which it is found in the load path (0 when it is not), and the path. The file it is from is called ''. */
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
  const module = currentModule.isForUsers ? currentModule.name.join(' ') : ''
  // Places in it name the file as the load path does, which another load path, or none, does otherwise.
  const name = nameInLoadPath(path, placesOf(realm))
  const ids = {
    shared: module !== '' ? undefined : name === path ? content : unitId(name, content),
    own: unitId(`${store.version} ${module} ${path} ${name}`, content),
  }
  const kept = findKept(ids, store) ?? compiledBeside(path, content, realm, store)
  if (kept !== undefined && isFresh(kept.dependencies, realm, store)) {
    const dependencies = new Set(parseDependencies(kept.dependencies).map(({ path }) => path))
    files.set(path, { hash: content, dependencies })
    included?.add(path)
    return runStoredUnit(placedAt(path, kept), (name) => moduleFor(realm, name))
  }
  const { value, cores, dependencies } = evaluateNoting(path, content, source ?? read(), evaluate, realm)
  const unit = makeUnit(path, ids, cores, dependencies, realm, store)
  if (unit !== undefined) store.keep(unit, path)
  return value
}

/** What the unit of a file is called when copies elsewhere share it, if they may, and when it is for this place only. */
interface UnitIds {
  readonly shared: string | undefined
  readonly own: string
}

function findKept({ shared, own }: UnitIds, store: CodeStore): KeptUnitSource | undefined {
  return (shared === undefined ? undefined : store.find(shared)) ?? store.find(own)
}

/** UNIT as that of the file at PATH. */
function placedAt(path: string, unit: KeptUnitSource): KeptUnitSource {
  return { ...unit, path: (name) => (name === '' ? path : (unit.path?.(name) ?? name)) }
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
  return makeUnit(path, { shared: undefined, own: id }, cores, dependencies, realm, store)
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
  content: string,
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
    loadedFiles(realm).set(path, { hash: content, dependencies })
    return { value, cores, dependencies }
  } finally {
    included = outer
  }
}

function makeUnit(
  path: string,
  ids: UnitIds,
  cores: readonly Core[],
  dependencies: ReadonlySet<string>,
  realm: Realm,
  store: CodeStore,
): KeptUnit | undefined {
  const compile = (id: string): StoredUnit =>
    compileFile(id, cores, (name) => store.portableName?.(name) ?? (name === path ? '' : name))
  const directory = path.slice(0, path.lastIndexOf('/') + 1)
  const namesPlace = ({ code, header, extra, parts }: StoredUnit): boolean =>
    [code, header, extra, ...parts.flatMap((part) => [part.code, part.constants])].some((text) =>
      text.includes(directory),
    )
  try {
    const mayShare = ids.shared !== undefined && !cores.some((core) => mentions(core, directory))
    const shared = mayShare ? compile(ids.shared) : undefined
    const unit = shared === undefined || namesPlace(shared) ? compile(ids.own) : shared
    return { ...unit, dependencies: formatDependencies(dependencies, realm, store) }
  } catch (error) {
    // A form too deeply nested to be compiled to a file may still have been run.
    if (error instanceof NotEncodable || error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether a constant text of CORE has TEXT in it. */
function mentions(core: Core, text: string): boolean {
  return (core.kind === 'const' && hasText(core.value, text)) || children(core).some((child) => mentions(child, text))
}

function hasText(value: Value, text: string): boolean {
  let rest = value
  for (; rest instanceof Pair; rest = rest.cdr) if (hasText(rest.car, text)) return true
  if (rest instanceof SchemeString) return rest.toString().includes(text)
  return Array.isArray(rest) && rest.some((item) => hasText(item, text))
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

interface Dependency {
  readonly hash: string
  readonly path: string
  /** The name by which the load path leads to it. */
  readonly name: string | undefined
}

function formatDependencies(paths: ReadonlySet<string>, realm: Realm, store: CodeStore): string {
  const { loadPath } = realm
  const place = placesOf(realm)
  return [...paths]
    .sort()
    .map((path) => {
      const root = loadPath.find((root) => path.startsWith(`${root}/`))
      const start = root === undefined ? 0 : root.length + 1
      const isFound = start > 0 && place(path.slice(start)) === path
      return `${hashOf(path, realm, store)} ${isFound ? start : 0} ${path}`
    })
    .join('\n')
}

function parseDependencies(text: string): Dependency[] {
  if (text === '') return []
  return text.split('\n').map((line) => {
    const [hash = '', start = ''] = line.split(' ', 2)
    const path = line.slice(hash.length + start.length + 2)
    return { hash, path, name: start === '0' ? undefined : path.slice(Number(start)) }
  })
}

function isFresh(dependencies: string, realm: Realm, store: CodeStore): boolean {
  const files = loadedFiles(realm)
  const place = placesOf(realm)
  return parseDependencies(dependencies).every(
    ({ hash, path, name }) =>
      (name === undefined || files.has(path) || place(name) === path) && hashOf(path, realm, store) === hash,
  )
}

/** Where names of files led, by load path: a realm asks about the same few hundred for every file it loads. */
const places = new WeakMap<Realm, { readonly loadPath: string; readonly found: Map<string, string | undefined> }>()

/** The procedure that finds the file of a name in REALM's load path as it is now. */
function placesOf(realm: Realm): (name: string) => string | undefined {
  const loadPath = realm.loadPath.join('\0')
  let known = places.get(realm)
  if (known?.loadPath !== loadPath) {
    known = { loadPath, found: new Map() }
    places.set(realm, known)
  }
  const { found } = known
  return (name) => {
    if (!found.has(name)) found.set(name, findInLoadPath(name))
    return found.get(name)
  }
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
