/** Modules: a name, its own bindings, the interfaces it uses, and what it exports.
 *  Not the finding and loading of module files (see loader.ts). Model: Guile's (guile) module procedures. */
import { type SchemeSymbol, type Value, Variable } from '../values/index.ts'

/** What a module looks like to its users: exported names, possibly renamed or selected. */
export interface Interface {
  readonly module: Module
  lookup(name: SchemeSymbol): Variable | undefined
  names(): Iterable<SchemeSymbol>
}

export class Module {
  readonly name: readonly string[]
  readonly bindings = new Map<SchemeSymbol, Variable>()
  /** Exported names and the variables behind them (own ones, or re-exported). */
  readonly exports = new Map<SchemeSymbol, Variable>()
  /** Used interfaces, the latest last. */
  readonly uses: Interface[] = []
  filename: string | undefined
  /** Variables that compiled code refers to and that are not defined yet. */
  readonly #awaited = new Map<SchemeSymbol, Variable>()

  constructor(name: readonly string[]) {
    this.name = name
  }

  /** The variable `name` denotes inside this module: its own, else an imported one. */
  lookup(name: SchemeSymbol): Variable | undefined {
    const own = this.bindings.get(name)
    if (own !== undefined) return own
    for (let i = this.uses.length - 1; i >= 0; i--) {
      const found = this.uses[i]?.lookup(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Bind `name` in this module itself, shadowing any import. */
  define(name: SchemeSymbol, value: Value): Variable {
    const own = this.bindings.get(name)
    if (own !== undefined) {
      own.value = value
      return own
    }
    const awaited = this.#awaited.get(name)
    const made = awaited ?? new Variable(value, name)
    if (awaited !== undefined) {
      awaited.value = value
      this.#awaited.delete(name)
    }
    this.bindings.set(name, made)
    return made
  }

  /** The variable that code in this module should use for `name`: the one it denotes, else one that stays
   *  unbound, invisible to `lookup`, until `name` is defined here. */
  reference(name: SchemeSymbol): Variable {
    const found = this.lookup(name) ?? this.#awaited.get(name)
    if (found !== undefined) return found
    const made = new Variable(undefined, name)
    this.#awaited.set(name, made)
    return made
  }
}
