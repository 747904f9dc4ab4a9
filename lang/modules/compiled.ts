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
import type { SourceFile } from '../source/index.ts'
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
let included: Map<string, string> | undefined

/** Called for every source file read, so that included files count as dependencies. */
export function noteSourceRead(source: SourceFile): void {
  included?.set(source.name, source.text)
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
  const source = read()
  const id = unitId(store.version, source.text)
  const kept = store.find(id)
  if (kept !== undefined && isFresh(kept.dependencies, realm, store)) {
    const dependencies = new Set(parseDependencies(kept.dependencies).map(([, dependency]) => dependency))
    files.set(path, { hash: id, dependencies })
    return runStoredUnit(kept, (name) => moduleFor(realm, name))
  }
  const cores: Core[] = []
  const outer = included
  included = new Map()
  try {
    const value = evaluate(source, (core) => cores.push(core))
    const dependencies = dependenciesOf(cores, path, included, realm)
    files.set(path, { hash: id, dependencies })
    keepUnit(
      store,
      path,
      id,
      cores,
      [...dependencies].sort().map((dependency) => [hashOf(dependency, realm, store), dependency]),
    )
    return value
  } finally {
    included = outer
  }
}

function keepUnit(
  store: CodeStore,
  path: string,
  id: string,
  cores: readonly Core[],
  dependencies: readonly string[][],
): void {
  try {
    const unit = compileFile(id, cores, (name) => store.portableName?.(name) ?? name)
    store.keep({ ...unit, dependencies: dependencies.map((d) => d.join(' ')).join('\n') }, path)
  } catch (error) {
    // A form too deeply nested to be compiled to a file may still have been run.
    if (!(error instanceof NotEncodable || error instanceof RangeError)) throw error
  }
}

function moduleFor(realm: Realm, name: readonly string[]): Module {
  return realm.findModule(name) ?? realm.makeModule(name)
}

function dependenciesOf(
  cores: readonly Core[],
  path: string,
  read: ReadonlyMap<string, string>,
  realm: Realm,
): Set<string> {
  const modules = new Set<Module>()
  const visit = (core: Core): void => {
    if ('module' in core) modules.add(core.module)
    children(core).forEach(visit)
  }
  cores.forEach(visit)
  for (const module of [...modules]) for (const used of module.uses) modules.add(used.module)
  const files = loadedFiles(realm)
  const found = new Set(read.keys())
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
    const bytes = shipped === undefined ? realm.host.readFile(path) : undefined
    hash = shipped?.id ?? (bytes === undefined ? 'none' : unitId(store.version, new TextDecoder().decode(bytes)))
    memory.set(path, hash)
  }
  return hash
}

/** `m` and 108 bits of a hash of the version and the text, in hexadecimal. Not cryptographic: it tells apart
 *  the versions of a user's own files. */
export function unitId(version: string, text: string): string {
  const whole = `${version}\n${text}`
  return `m${hash54(whole, 0)}${hash54(whole, 0x9e3779b9)}`
}

/** Bryc's cyrb53, 54 bits of it. */
function hash54(text: string, seed: number): string {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return (b >>> 0).toString(16).padStart(8, '0') + ((a >>> 10) & 0x3fffff).toString(16).padStart(6, '0')
}

installSourceTexts((name) => {
  const bytes = currentRealm().host.readFile(name)
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
})
