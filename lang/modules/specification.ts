/** Interface specifications: what stands behind `#:use-module`, in `use-modules` and in R7RS's `import`,
 *  as data, and the interfaces they mean. */
import { nearest, raiseAt } from '../conditions/index.ts'
import { callProcedure } from '../execution/index.ts'
import { print } from '../primitives/print.ts'
import type { Span } from '../source/index.ts'
import {
  intern,
  Keyword,
  list,
  listToArray,
  Pair,
  SchemeString,
  SchemeSymbol,
  type Value,
  Variable,
} from '../values/index.ts'
import { interfaceNamed, moduleNameParts, resolveModule } from './find.ts'
import { HidingInterface, PrefixedInterface, SelectedInterface } from './interface.ts'
import type { Interface, Module } from './module.ts'
import { currentRealm, moduleKey } from './realm.ts'
import { versionMatches } from './version.ts'

/** The interface a specification means: `(name ...)` or `((name ...) #:select ... #:prefix ...)`. */
export function interfaceFromSpecification(spec: Value, span?: Span): Interface {
  if (!(spec instanceof Pair)) return badSpecification(spec, span)
  if (!(spec.car instanceof Pair)) return interfaceNamed(spec, span)
  const key = specificationKey(spec)
  const { interfaces } = currentRealm()
  const known = key === undefined ? undefined : interfaces.get(key)
  if (known !== undefined) return known
  const made = buildInterface(spec.car, listToArray(spec.cdr) ?? [], spec, span)
  if (key !== undefined) interfaces.set(key, made)
  return made
}

function buildInterface(name: Value, options: readonly Value[], spec: Value, span: Span | undefined): Interface {
  let result = interfaceNamed(name, span)
  for (let i = 0; i < options.length; i += 2) {
    const option = options[i]
    const value = options[i + 1]
    if (!(option instanceof Keyword)) return badSpecification(spec, span)
    if (option.name === 'select') result = select(result, value, span)
    else if (option.name === 'hide') result = new HidingInterface(result, new Set(symbols(value, spec, span)))
    else if (option.name === 'version') requireVersion(result.module, value, span)
    else if (option.name !== 'prefix' && option.name !== 'renamer') return badSpecification(spec, span)
  }
  // The prefix and the renamer apply to what was selected, in whatever order they are written.
  for (let i = 0; i < options.length; i += 2) {
    const option = options[i]
    const value = options[i + 1]
    if (!(option instanceof Keyword)) continue
    if (option.name === 'prefix' && value instanceof SchemeSymbol) result = new PrefixedInterface(result, value.name)
    else if (option.name === 'renamer' && value !== false) result = rename(result, value)
  }
  return result
}

function requireVersion(module: Module, reference: Value, span: Span | undefined): void {
  if (versionMatches(reference, module.version)) return
  raiseAt(
    span,
    `its version is ${module.version === false ? 'not stated' : print(module.version, { mode: 'write' })}`,
    'misc-error',
    false,
    new SchemeString('incompatible module version already loaded ~A', true),
    list([list(module.name.map((part) => intern(part)))]),
    false,
  )
}

/** `#:select (name (original . local) ...)` */
export function select(base: Interface, wanted: Value, span: Span | undefined): Interface {
  const originals = new Map<SchemeSymbol, SchemeSymbol>()
  for (const item of listToArray(wanted) ?? []) {
    const [original, local] = item instanceof Pair ? [item.car, item.cdr] : [item, item]
    if (!(original instanceof SchemeSymbol) || !(local instanceof SchemeSymbol)) return badSpecification(wanted, span)
    requireName(base, original, span)
    originals.set(local, original)
  }
  return new SelectedInterface(base, originals)
}

/** A selected name must exist, unless its module is still being loaded because of a circular import. */
export function requireName(base: Interface, name: SchemeSymbol, span: Span | undefined): void {
  if (base.lookup(name) !== undefined || base.module.bindings.has(name)) return
  if (currentRealm().loading.has(base.module)) return
  const { module } = base
  const near = nearest(
    name.name,
    [...base.names()].map((other) => other.name),
  )
  raiseAt(
    span,
    near === undefined ? undefined : `did you mean \`${near}'?`,
    'unbound-variable',
    false,
    new SchemeString("no binding `~A' in module ~A", true),
    list([name, list(module.name.map((part) => intern(part)))]),
    false,
  )
}

function rename(base: Interface, renamer: Value): Interface {
  const originals = new Map<SchemeSymbol, SchemeSymbol>()
  for (const name of base.names()) {
    const local = callProcedure(renamer, [name])
    if (local instanceof SchemeSymbol) originals.set(local, name)
  }
  return new SelectedInterface(base, originals)
}

function symbols(value: Value, spec: Value, span: Span | undefined): SchemeSymbol[] {
  return (listToArray(value) ?? []).map((item) => (item instanceof SchemeSymbol ? item : badSpecification(spec, span)))
}

export function badSpecification(spec: Value, span: Span | undefined): never {
  return raiseAt(
    span,
    undefined,
    'misc-error',
    false,
    new SchemeString('bad module specification: ~S', true),
    list([spec]),
    false,
  )
}

/** Equal text for specifications that mean the same; undefined for those with a procedure in them. */
function specificationKey(value: Value): string | undefined {
  if (value instanceof SchemeSymbol) return `${value.name} `
  if (value instanceof Keyword) return `#:${value.name} `
  if (typeof value === 'number') return `${value} `
  if (value instanceof Pair) {
    const car = specificationKey(value.car)
    const cdr = specificationKey(value.cdr)
    return car === undefined || cdr === undefined ? undefined : `(${car}. ${cdr})`
  }
  if (typeof value === 'function' || typeof value === 'boolean') return undefined
  return '()'
}

/** `#:autoload (module) (name ...)`: the module is loaded when one of the names is first looked up. */
export class AutoloadInterface implements Interface {
  readonly #name: readonly string[]
  readonly #wanted: ReadonlySet<SchemeSymbol> | undefined
  readonly #span: Span | undefined
  #module: Module | undefined
  readonly #pending = new Map<SchemeSymbol, Variable>()
  constructor(name: readonly string[], wanted: ReadonlySet<SchemeSymbol> | undefined, span: Span | undefined) {
    this.#name = name
    this.#wanted = wanted
    this.#span = span
  }
  get isLoaded(): boolean {
    return this.#module !== undefined
  }
  get module(): Module {
    if (this.#module === undefined) {
      const named = list(this.#name.map((part) => intern(part)))
      this.#module = interfaceNamed(named, this.#span).module
    }
    return this.#module
  }
  lookup(name: SchemeSymbol): Variable | undefined {
    if (this.#wanted !== undefined && !this.#wanted.has(name)) return undefined
    if (this.#module === undefined && this.#wanted !== undefined && resolveModule(this.#name) === undefined)
      return this.#missing(name)
    return this.module.exports.get(name)
  }
  /** That the module does not exist is an error when the variable is read: a program may never come there. */
  #missing(name: SchemeSymbol): Variable {
    let variable = this.#pending.get(name)
    if (variable === undefined) {
      const made = new Variable(undefined, name)
      made.defer(() => {
        made.value = this.module.exports.get(name)?.value
      })
      this.#pending.set(name, made)
      variable = made
    }
    return variable
  }
  names(): Iterable<SchemeSymbol> {
    return this.#wanted ?? this.module.exports.keys()
  }
  replaces(): boolean {
    return false
  }
}

/** An R7RS import set: a library name, or only, except, prefix, rename around one; srfi names as `(srfi 1)`. */
export function interfaceFromImportSet(set: Value, span?: Span): Interface {
  const key = `import ${specificationKey(set)}`
  const { interfaces } = currentRealm()
  const known = interfaces.get(key)
  if (known !== undefined) return known
  const made = buildImportSet(set, span)
  interfaces.set(key, made)
  return made
}

function buildImportSet(set: Value, span: Span | undefined): Interface {
  const parts = listToArray(set)
  if (parts === undefined || parts.length === 0) return badSpecification(set, span)
  const [head, base, ...rest] = parts
  if (head instanceof SchemeSymbol && base instanceof Pair) {
    const inner = (): Interface => interfaceFromImportSet(base, span)
    if (head.name === 'only') return select(inner(), list(rest), span)
    if (head.name === 'except') return new HidingInterface(inner(), new Set(symbols(list(rest), set, span)))
    if (head.name === 'prefix' && rest[0] instanceof SchemeSymbol) return new PrefixedInterface(inner(), rest[0].name)
    if (head.name === 'rename') return renamed(inner(), rest, set, span)
    // R6RS's phases mean nothing here, as in Guile.
    if (head.name === 'for') return inner()
    if (head.name === 'library') return interfaceNamed(base, span)
  }
  // A version, as in (rnrs (6)), is not part of the name.
  const name = parts.filter((part) => !(part instanceof Pair))
  return interfaceNamed(list(srfiName(name)), span)
}

/** `(srfi 1)` is `(srfi srfi-1)`, and `(srfi :1 lists)` as well. */
function srfiName(name: readonly Value[]): readonly Value[] {
  const [first, second] = name
  if (!(first instanceof SchemeSymbol) || first.name !== 'srfi') return name
  if (typeof second === 'number') return [first, intern(`srfi-${second}`)]
  if (second instanceof SchemeSymbol && /^:\d+$/.test(second.name))
    return [first, intern(`srfi-${second.name.slice(1)}`)]
  return name
}

function renamed(base: Interface, renamings: readonly Value[], set: Value, span: Span | undefined): Interface {
  const locals = new Map<SchemeSymbol, SchemeSymbol>()
  for (const item of renamings) {
    const [original, local] = listToArray(item) ?? []
    if (!(original instanceof SchemeSymbol) || !(local instanceof SchemeSymbol)) return badSpecification(set, span)
    requireName(base, original, span)
    locals.set(original, local)
  }
  const originals = new Map<SchemeSymbol, SchemeSymbol>()
  for (const name of base.names()) originals.set(locals.get(name) ?? name, name)
  return new SelectedInterface(base, originals)
}

/** Whether a library could be imported, for cond-expand's `(library name)`. */
export function libraryExists(name: Value): boolean {
  const parts = moduleNameParts(list(srfiName(listToArray(name) ?? [])))
  return parts !== undefined && (currentRealm().modules.has(moduleKey(parts)) || resolveModule(parts) !== undefined)
}
