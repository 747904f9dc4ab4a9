/** Interfaces with selected, hidden, prefixed or renamed names, as `#:select`, `#:hide`, `#:prefix` and
 *  `#:renamer` of use-modules and the import sets of R7RS make them. They stay live: a name that the module
 *  exports later appears. */
import { intern, type SchemeSymbol, type Variable } from '../values/index.ts'
import type { Interface, Module } from './module.ts'

/** Only these names, each under a local name. */
export class SelectedInterface implements Interface {
  readonly isLoaded = true
  readonly module: Module
  readonly #base: Interface
  readonly #originals: ReadonlyMap<SchemeSymbol, SchemeSymbol>
  constructor(base: Interface, originals: ReadonlyMap<SchemeSymbol, SchemeSymbol>) {
    this.module = base.module
    this.#base = base
    this.#originals = originals
  }
  lookup(name: SchemeSymbol): Variable | undefined {
    const original = this.#originals.get(name)
    if (original === undefined) return undefined
    // As in Guile, a selection also reaches what the module binds but does not export.
    return this.#base.lookup(original) ?? this.module.bindings.get(original)
  }
  names(): Iterable<SchemeSymbol> {
    return this.#originals.keys()
  }
  replaces(name: SchemeSymbol): boolean {
    const original = this.#originals.get(name)
    return original !== undefined && this.#base.replaces(original)
  }
}

/** All names but these. */
export class HidingInterface implements Interface {
  readonly isLoaded = true
  readonly module: Module
  readonly #base: Interface
  readonly #hidden: ReadonlySet<SchemeSymbol>
  constructor(base: Interface, hidden: ReadonlySet<SchemeSymbol>) {
    this.module = base.module
    this.#base = base
    this.#hidden = hidden
  }
  lookup(name: SchemeSymbol): Variable | undefined {
    return this.#hidden.has(name) ? undefined : this.#base.lookup(name)
  }
  *names(): Iterable<SchemeSymbol> {
    for (const name of this.#base.names()) if (!this.#hidden.has(name)) yield name
  }
  replaces(name: SchemeSymbol): boolean {
    return !this.#hidden.has(name) && this.#base.replaces(name)
  }
}

/** Every name under a prefix. */
export class PrefixedInterface implements Interface {
  readonly isLoaded = true
  readonly module: Module
  readonly #base: Interface
  readonly #prefix: string
  constructor(base: Interface, prefix: string) {
    this.module = base.module
    this.#base = base
    this.#prefix = prefix
  }
  lookup(name: SchemeSymbol): Variable | undefined {
    return name.name.startsWith(this.#prefix) ? this.#base.lookup(this.#original(name)) : undefined
  }
  *names(): Iterable<SchemeSymbol> {
    for (const name of this.#base.names()) yield intern(this.#prefix + name.name)
  }
  replaces(name: SchemeSymbol): boolean {
    return name.name.startsWith(this.#prefix) && this.#base.replaces(this.#original(name))
  }
  #original(name: SchemeSymbol): SchemeSymbol {
    return intern(name.name.slice(this.#prefix.length))
  }
}
