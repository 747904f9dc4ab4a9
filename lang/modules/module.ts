/** Modules: a name, its own bindings, the interfaces it uses, and what it exports.
 *  Not the finding and loading of module files (see load.ts). Model: Guile's (guile) module procedures. */
import { DeferredVariable, type SchemeSymbol, type Value, Variable } from '../values/index.ts'
import { type Import, resolveDuplicate } from './duplicates.ts'

/** What a module looks like to its users: exported names, possibly renamed or selected. */
export interface Interface {
  /** The module behind it; asking an autoload loads it. */
  readonly module: Module
  /** Whether that is there already. */
  readonly isLoaded: boolean
  lookup(name: SchemeSymbol): Variable | undefined
  names(): Iterable<SchemeSymbol>
  /** Whether NAME wins over another module's binding of that name, as `#:replace` asks. */
  replaces(name: SchemeSymbol): boolean
}

/** All exports of a module, as they are at the time of asking. */
export class PublicInterface implements Interface {
  readonly isLoaded = true
  readonly module: Module
  constructor(module: Module) {
    this.module = module
  }
  /** Interfaces whose names are exported too, as they are: `module-use!' of an interface. */
  readonly #uses: Interface[] = []
  lookup(name: SchemeSymbol): Variable | undefined {
    const own = this.module.exports.get(name) ?? this.module.fetchLate(name)
    if (own !== undefined || this.#uses.length === 0) return own
    for (const used of this.#uses) {
      const found = used.lookup(name)
      if (found !== undefined) return found
    }
    return undefined
  }
  *names(): Iterable<SchemeSymbol> {
    yield* this.module.exports.keys()
    yield* this.module.late.keys()
    for (const used of this.#uses) yield* used.names()
  }
  use(used: Interface): void {
    if (!this.#uses.includes(used)) this.#uses.push(used)
  }
  replaces(name: SchemeSymbol): boolean {
    return this.module.replacements.has(name)
  }
}

/** Loads the module a late name comes from; find.ts installs it. */
let loadForLateName: (name: readonly string[]) => Interface | undefined = () => undefined
export function installLateLoader(load: (name: readonly string[]) => Interface | undefined): void {
  loadForLateName = load
}

export class Module {
  readonly name: readonly string[]
  readonly bindings = new Map<SchemeSymbol, Variable>()
  /** Exported names and the variables behind them (own ones, or re-exported). */
  readonly exports = new Map<SchemeSymbol, Variable>()
  /** Exported names that win over other modules' exports of the same name. */
  readonly replacements = new Set<SchemeSymbol>()
  /** Used interfaces, the latest last. */
  readonly uses: Interface[] = []
  readonly publicInterface: Interface = new PublicInterface(this)
  filename: string | undefined
  /** `#:version`, a list of numbers. */
  version: Value = false
  /** What to do when two imports have the same name, by preference; undefined: as `#import` does. */
  duplicates: readonly string[] | undefined
  /** Whether its own code has begun to run: a module that exists only because someone asked for it has not. */
  started = false
  /** Whether a form such as `define-module` made it. */
  isDeclared = false
  /** Made by `make-fresh-user-module`: its name says nothing about what it is for. */
  isForUsers = false
  /** Calls of `(set-module-transformer! ...)` and the like have no meaning here; arbitrary properties do. */
  readonly properties = new Map<SchemeSymbol, Value>()
  /** Variables that compiled code refers to and that are not defined yet. */
  readonly #awaited = new Map<SchemeSymbol, Variable>()
  /** Names that later forms of the file being run will define here: earlier forms mean those, not imports. */
  announced: ReadonlySet<SchemeSymbol> | undefined
  /** Imports found so far: a use list is searched once a name. */
  readonly #imported = new Map<SchemeSymbol, Variable>()

  /** Exported names that another module defines, which is loaded when one of them is first asked for: what few
   *  programs use of a module that all have. */
  readonly late = new Map<SchemeSymbol, readonly string[]>()

  constructor(name: readonly string[]) {
    this.name = name
  }

  /** The variable of a late name, from now on an export like the others. */
  fetchLate(name: SchemeSymbol): Variable | undefined {
    const origin = this.late.get(name)
    if (origin === undefined) return undefined
    const variable = loadForLateName(origin)?.lookup(name)
    if (variable === undefined) return undefined
    this.late.delete(name)
    this.exports.set(name, variable)
    this.bindings.set(name, variable)
    return variable
  }

  /** Run the module's file, should there be one that has not begun to run: code that was kept may refer to a module
   *  (`(@ (module) name)`) that nothing else has loaded. */
  start(): void {
    if (!this.started) loadForLateName(this.name)
  }

  /** The variable `name` denotes inside this module: its own, else an imported one. */
  lookup(name: SchemeSymbol): Variable | undefined {
    const found = this.bindings.get(name) ?? this.#imported.get(name) ?? this.#import(name)
    return found ?? (this.late.size === 0 ? undefined : this.fetchLate(name))
  }

  /** The import of `name`: the module used last wins, a replacement over any other. */
  #import(name: SchemeSymbol): Variable | undefined {
    if (this.duplicates !== undefined) return this.#importOnce(name)
    let best: Variable | undefined
    let bestReplaces = false
    for (let i = this.uses.length - 1; i >= 0; i--) {
      const used = this.uses[i]
      const found = used?.lookup(name)
      if (used === undefined || found === undefined) continue
      const replaces = used.replaces(name)
      if (best === undefined || (replaces && !bestReplaces)) {
        best = found
        bestReplaces = replaces
      }
    }
    // An unbound variable is an export still to come: another module may provide the name meanwhile.
    if (best?.isBound === true) this.#imported.set(name, best)
    return best
  }

  /** Likewise where the module says what to do with duplicates. */
  #importOnce(name: SchemeSymbol): Variable | undefined {
    let best: Import | undefined
    for (const from of this.uses) {
      const variable = from.lookup(name)
      if (variable === undefined) continue
      best = best === undefined ? { from, variable } : resolveDuplicate(this, name, best, { from, variable })
    }
    if (best?.variable.isBound === true) this.#imported.set(name, best.variable)
    return best?.variable
  }

  /** The imported variable of `name`, whatever this module itself binds it to. */
  lookupImport(name: SchemeSymbol): Variable | undefined {
    return this.#imported.get(name) ?? this.#import(name)
  }

  /** Bind `name` in this module itself, shadowing any import. */
  define(name: SchemeSymbol, value: Value): Variable {
    const variable = this.ensureLocal(name)
    variable.value = value
    return variable
  }

  /** This module's own variable for `name`, unbound when it is new. */
  ensureLocal(name: SchemeSymbol): Variable {
    const own = this.bindings.get(name)
    if (own !== undefined) return own
    const made = this.#awaited.get(name) ?? new Variable(undefined, name)
    this.#awaited.delete(name)
    this.bindings.set(name, made)
    return made
  }

  /** Let COMPUTE define this module's own variable for `name` when its value is first read. */
  defer(name: SchemeSymbol, compute: () => void): void {
    if (this.bindings.has(name) || this.#awaited.has(name)) this.ensureLocal(name).defer(compute)
    else this.bindings.set(name, new DeferredVariable(compute, name))
  }

  /** Bind `name` to a variable of another module, or to one made elsewhere. */
  bind(name: SchemeSymbol, variable: Variable): void {
    this.bindings.set(name, variable)
  }

  /** The variable that code in this module should use for `name`: the one it denotes, else one that stays
   *  unbound, invisible to `lookup`, until `name` is defined here. */
  reference(name: SchemeSymbol): Variable {
    const found = this.lookup(name)
    return found ?? this.awaitDefinition(name)
  }

  /** Likewise for code that defines `name` itself: an import of that name does not count. */
  awaitDefinition(name: SchemeSymbol): Variable {
    const found = this.bindings.get(name) ?? this.#awaited.get(name)
    if (found !== undefined) return found
    const made = new Variable(undefined, name)
    this.#awaited.set(name, made)
    return made
  }

  /** Use an interface, unless it is used already. */
  use(used: Interface): void {
    if (this.uses.includes(used) || (used.isLoaded && used.module === this)) return
    this.uses.push(used)
    this.#imported.clear()
  }

  /** Replace the use list. */
  setUses(used: readonly Interface[]): void {
    this.uses.splice(0, this.uses.length, ...used)
    this.#imported.clear()
  }

  /** Export an own binding as `external`, creating it unbound when it is still to come. */
  export(internal: SchemeSymbol, external: SchemeSymbol = internal, replace = false): void {
    this.exports.set(external, this.ensureLocal(internal))
    if (replace) this.replacements.add(external)
  }

  /** Export what `internal` denotes here, own or imported. False when it denotes nothing. */
  reexport(internal: SchemeSymbol, external: SchemeSymbol = internal, replace = false): boolean {
    const variable = this.lookup(internal)
    if (variable === undefined) return false
    this.exports.set(external, variable)
    if (replace) this.replacements.add(external)
    return true
  }
}
