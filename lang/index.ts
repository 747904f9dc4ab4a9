/** The embedding API of the language: interpreters that evaluate text, load modules and call procedures. */
import './primitives/index.ts'
import './modules/primitives.ts'
import './syntax/index.ts'
import './procedure-facts.ts'
import { installSyntaxDefiner } from './codegen/index.ts'
import { callProcedure } from './execution/index.ts'
import type { Host } from './host.ts'
import {
  type CodeStore,
  evaluateForm,
  evaluateSource,
  findInLoadPath,
  interfaceNamed,
  loadFile,
  type Module,
  Realm,
  withRealm,
} from './modules/index.ts'
import { SourceFile, type Span } from './source/index.ts'
import { Macro, makeMacro } from './syntax/index.ts'
import { intern, list, type Value } from './values/index.ts'

export type { CodeStore } from './modules/index.ts'

export interface InterpreterOptions {
  readonly host: Host
  /** Roots under which `(a b c)` is `a/b/c.scm`. */
  readonly loadPath: readonly string[]
  /** R7RS string escapes instead of Guile's. */
  readonly r7rs?: boolean
  /** Keeps compiled code between processes. */
  readonly codeStore?: CodeStore | undefined
}

/** One interpreter: its modules and their state. Several can live in one process. */
export interface Interpreter {
  readonly realm: Realm
  /** Evaluate all forms of a text in the current module; the value of the last. NAME is for messages. */
  evaluateText(text: string, name?: string): Value
  evaluateFile(path: string): Value
  /** Evaluate a datum in a module, the current one unless said. */
  evaluateDatum(datum: Value, module?: Module, span?: Span): Value
  /** The module called by these parts, loaded. */
  loadModule(name: readonly string[]): Module
  /** The value of a variable of a module, undefined when unbound. */
  lookup(module: readonly string[], name: string): Value | undefined
  call(procedure: Value, ...args: Value[]): Value
  /** Run ACTION with this interpreter current, for embedders that use primitives directly. */
  enter<T>(action: () => T): T
}

installSyntaxDefiner((module, name, transformer) => {
  module.define(name, transformer instanceof Macro ? transformer : makeMacro(transformer, name.name))
})

/** Make an interpreter; its current module is (guile-user). */
export function createInterpreter(options: InterpreterOptions): Interpreter {
  const realm = new Realm(options)
  const enter = <T>(action: () => T): T => withRealm(realm, action)
  enter(() => {
    bootGuile(realm)
    const user = realm.makeModule(['guile-user'])
    user.started = true
    user.use(realm.guile.publicInterface)
    realm.currentModule = user
  })
  return {
    realm,
    enter,
    evaluateText: (text, name = 'unknown file') => enter(() => evaluateSource(new SourceFile(name, text))),
    evaluateFile: (path) => enter(() => loadFile(path)),
    evaluateDatum: (datum, module, span) => enter(() => evaluateForm(datum, module, undefined, span)),
    loadModule: (name) => enter(() => interfaceNamed(list(name.map(intern))).module),
    lookup: (module, name) => enter(() => interfaceNamed(list(module.map(intern))).module.lookup(intern(name))?.value),
    call: (procedure, ...args) => enter(() => callProcedure(procedure, args)),
  }
}

/** The Scheme part of (guile), which everything in it exports. */
function bootGuile(realm: Realm): void {
  const { guile } = realm
  guile.started = true
  const path = findInLoadPath('guile/boot.scm')
  if (path !== undefined) {
    realm.currentModule = guile
    loadFile(path)
  }
  for (const name of guile.bindings.keys()) guile.export(name)
}
