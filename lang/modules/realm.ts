/** A realm: the modules of one interpreter and what they were made with.
 *  Two interpreters in one process are two realms; symbols, keywords and primitives' declarations are shared.
 *  Code runs in the current realm, which the embedding API enters and leaves. */
import type { Host } from '../host.ts'
import { makePrimitive, primitivesOf } from '../primitives/define.ts'
import { setR7rsPrinting } from '../primitives/print.ts'
import { readerDefaults } from '../reader/index.ts'
import { nativeFormsOf } from '../syntax/native.ts'
import { intern, list, listToArray, type Procedure, SchemeString } from '../values/index.ts'
import type { CodeStore } from './compiled.ts'
import { type Interface, Module } from './module.ts'

/** How the top level of a file is run; load.ts sets it up. */
export interface RealmOptions {
  readonly host: Host
  /** Roots under which `(a b c)` is `a/b/c.scm`, in order of preference. */
  readonly loadPath: readonly string[]
  /** Read R7RS string escapes by default, as `guile --r7rs` does. */
  readonly r7rs?: boolean
  /** Keeps compiled code; without one every file is expanded anew. */
  readonly codeStore?: CodeStore | undefined
}

const loadPathName = intern('%load-path')
const loadCompiledPathName = intern('%load-compiled-path')

export class Realm {
  readonly host: Host
  #r7rs = false
  codeStore: CodeStore | undefined
  readonly modules = new Map<string, Module>()
  /** The module every other one uses unless it is `#:pure`. */
  readonly guile: Module
  currentModule: Module
  /** Modules whose code is being run, for messages about circular imports. */
  readonly loading = new Set<Module>()
  /** Readers given to `read-hash-extend`, by character. */
  readonly hashReaders = new Map<string, Procedure>()
  /** Interfaces made from specifications, so that the same specification gives the same interface. */
  readonly interfaces = new Map<string, Interface>()
  /** The file being loaded, for relative `include` and `(current-filename)`. */
  currentFile: string | undefined

  constructor(options: RealmOptions) {
    this.host = options.host
    this.r7rs = options.r7rs === true
    this.codeStore = options.codeStore
    this.guile = this.makeModule(['guile'])
    this.loadPath = options.loadPath
    this.loadCompiledPath = []
    this.guile.define(intern('the-root-module'), this.guile)
    this.guile.define(intern('%load-extensions'), list([new SchemeString('.scm'), new SchemeString('')]))
    this.currentModule = this.guile
  }

  /** Roots under which `(a b c)` is `a/b/c.scm`: the variable `%load-path`, which programs may set. */
  get loadPath(): readonly string[] {
    return (listToArray(this.guile.bindings.get(loadPathName)?.value) ?? []).map(String)
  }
  set loadPath(roots: readonly string[]) {
    this.guile.define(loadPathName, list(roots.map((root) => new SchemeString(root))))
  }

  /** Directories of compiled modules: the variable `%load-compiled-path`. */
  get loadCompiledPath(): readonly string[] {
    return (listToArray(this.guile.bindings.get(loadCompiledPathName)?.value) ?? []).map(String)
  }
  set loadCompiledPath(directories: readonly string[]) {
    this.guile.define(loadCompiledPathName, list(directories.map((directory) => new SchemeString(directory))))
  }

  /** A new module under its name, with the primitives and native forms declared for it. */
  makeModule(name: readonly string[]): Module {
    const module = new Module(name)
    this.modules.set(moduleKey(name), module)
    this.fill(module)
    return module
  }

  /** Give a module what TypeScript declares for it. */
  private fill(module: Module): void {
    const key = moduleKey(module.name)
    for (const declaration of primitivesOf(key)) {
      const symbol = intern(declaration.name)
      module.define(symbol, makePrimitive(declaration))
      module.export(symbol)
    }
    for (const [name, macro] of nativeFormsOf(key)) {
      const symbol = intern(name)
      module.define(symbol, macro)
      module.export(symbol)
    }
  }

  get r7rs(): boolean {
    return this.#r7rs
  }
  /** Reading and printing as R7RS has it where Guile differs: escapes in strings, `|symbols|`, names of characters. */
  set r7rs(on: boolean) {
    this.#r7rs = on
    readerDefaults.r7rs = on
    setR7rsPrinting(on)
    readerDefaults.barSymbols = on
  }

  findModule(name: readonly string[]): Module | undefined {
    return this.modules.get(moduleKey(name))
  }
}

/** A module's name as text: `(srfi srfi-1)`. */
export function moduleKey(name: readonly string[]): string {
  return `(${name.join(' ')})`
}

let realm: Realm | undefined

/** The realm whose code is running. */
export function currentRealm(): Realm {
  if (realm === undefined) throw new Error('strata bug: no interpreter is running')
  return realm
}

/** The realm whose code is running, if any is: reading also happens outside of one. */
export function runningRealm(): Realm | undefined {
  return realm
}

/** Run ACTION with another realm current. */
export function withRealm<T>(entered: Realm, action: () => T): T {
  const outer = realm
  realm = entered
  try {
    return action()
  } finally {
    realm = outer
  }
}
