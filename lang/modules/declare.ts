/** What `define-module`, `use-modules`, `export` and the like do, given their operands as data. */
import { nearest, raiseAt } from '../conditions/index.ts'
import type { Span } from '../source/index.ts'
import { intern, Keyword, listToArray, Pair, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { moduleNameParts } from './find.ts'
import type { Module } from './module.ts'
import { currentRealm } from './realm.ts'
import {
  AutoloadInterface,
  badSpecification,
  interfaceFromImportSet,
  interfaceFromSpecification,
} from './specification.ts'

/** The module called NAME, new if there is none, using (guile) unless PURE. */
export function ensureModule(name: Value, pure: boolean, span?: Span): Module {
  const parts = moduleNameParts(name)
  if (parts === undefined) return badSpecification(name, span)
  const realm = currentRealm()
  const module = realm.findModule(parts) ?? realm.makeModule(parts)
  module.started = true
  module.isDeclared = true
  if (pure) module.setUses(module.uses.filter((used) => used !== realm.guile.publicInterface))
  else if (!module.uses.some((used) => used.isLoaded && used.module === realm.guile)) {
    module.setUses([realm.guile.publicInterface, ...module.uses])
  }
  return module
}

/** Where each option's value was read, by its position among the options. */
export type OptionSpans = (index: number) => Span | undefined

/** `(define-module NAME OPTION ...)`: make the module what the options say. */
export function defineModule(name: Value, options: readonly Value[], spans: OptionSpans = () => undefined): Module {
  const pure = options.some((option) => option instanceof Keyword && option.name === 'pure')
  const module = ensureModule(name, pure, spans(-1))
  const reexports: { names: Value; replace: boolean }[] = []
  // Exports come first: a module that imports this one while it is being loaded sees them.
  eachOption(
    options,
    (option, value) => {
      if (option === 'export' || option === 'export-syntax') exportNames(module, value, false)
      else if (option === 'replace' || option === 'replace-syntax') exportNames(module, value, true)
      else if (option === 're-export' || option === 're-export-syntax') reexports.push({ names: value, replace: false })
      else if (option === 're-export-and-replace') reexports.push({ names: value, replace: true })
    },
    spans,
  )
  eachOption(options, (option, value, index) => {
    const span = spans(index)
    if (option === 'use-module' || option === 'use-syntax') module.use(interfaceFromSpecification(value, span))
    else if (option === 'autoload') autoload(module, value, options[index + 1], span)
    else if (option === 'version') module.version = value
    else if (option === 'duplicates') {
      const names = (listToArray(value) ?? []).map((handler) => (handler instanceof SchemeSymbol ? handler.name : ''))
      module.duplicates = isUsual(names) ? undefined : names
    } else if (option === 'filename' && value !== false) module.filename = String(value)
  })
  for (const { names, replace } of reexports) reexportNames(module, names, replace)
  return module
}

/** Guile's own choice, which `Module` makes without being told; it also stays silent about core bindings. */
function isUsual(handlers: readonly string[]): boolean {
  return handlers.filter((handler) => handler !== 'merge-generics').join(' ') === 'replace warn-override-core warn last'
}

const flags = new Set(['pure', 'no-backtrace'])
const valued = new Set(
  'use-module use-syntax autoload version duplicates filename declarative? transformer'
    .split(' ')
    .concat('export export-syntax replace replace-syntax re-export re-export-syntax re-export-and-replace'.split(' ')),
)

function badOption(option: Value, span: Span | undefined): never {
  const near = option instanceof Keyword ? nearest(option.name, [...valued, ...flags]) : undefined
  return raiseAt(
    span,
    near === undefined
      ? 'options are such as #:use-module (MODULE) and #:export (NAME ...)'
      : `did you mean #:${near}?`,
    'syntax-error',
    intern('define-module'),
    new SchemeString('unknown keyword or bad argument', true),
    false,
    option,
    false,
  )
}

function eachOption(
  options: readonly Value[],
  visit: (option: string, value: Value, index: number) => void,
  spans: OptionSpans = () => undefined,
): void {
  for (let i = 0; i < options.length; i++) {
    const option = options[i]
    if (!(option instanceof Keyword)) return badOption(option, spans(i))
    if (flags.has(option.name)) continue
    if (!valued.has(option.name) || i + 1 >= options.length) return badOption(option, spans(i))
    visit(option.name, options[i + 1], i + 1)
    i += option.name === 'autoload' ? 2 : 1
  }
}

function autoload(module: Module, name: Value, wanted: Value, span: Span | undefined): void {
  const parts = moduleNameParts(name)
  if (parts === undefined) return badSpecification(name, span)
  const names = listToArray(wanted)?.filter((item) => item instanceof SchemeSymbol)
  module.use(new AutoloadInterface(parts, names === undefined ? undefined : new Set(names), span))
}

/** `name` or `(internal . external)` */
function exportPairs(names: Value): [SchemeSymbol, SchemeSymbol][] {
  const pairs: [SchemeSymbol, SchemeSymbol][] = []
  for (const item of listToArray(names) ?? badSpecification(names, undefined)) {
    const [internal, external] = item instanceof Pair ? [item.car, item.cdr] : [item, item]
    if (!(internal instanceof SchemeSymbol) || !(external instanceof SchemeSymbol))
      return badSpecification(item, undefined)
    pairs.push([internal, external])
  }
  return pairs
}

export function exportNames(module: Module, names: Value, replace: boolean): void {
  for (const [internal, external] of exportPairs(names)) module.export(internal, external, replace)
}

/** Export from a library, whose exports may be imports as well as definitions still to come. */
export function exportFromLibrary(module: Module, names: Value): void {
  for (const [internal, external] of exportPairs(names)) {
    const own = module.bindings.get(internal)
    const imported = own === undefined || !own.isBound ? module.lookupImport(internal) : undefined
    if (imported !== undefined) module.exports.set(external, imported)
    else module.export(internal, external)
  }
}

export function reexportNames(module: Module, names: Value, replace: boolean): void {
  for (const [internal, external] of exportPairs(names)) {
    if (!module.reexport(internal, external, replace)) {
      // The module it comes from may still be loading; the name is found once it is there.
      module.export(internal, external, replace)
      module.bindings.delete(internal)
    }
  }
}

/** `(use-modules SPEC ...)` in a module. */
export function useModules(module: Module, specs: readonly Value[], spans: OptionSpans = () => undefined): void {
  specs.forEach((spec, i) => {
    module.use(interfaceFromSpecification(spec, spans(i)))
  })
}

/** `(import SET ...)` in a module. */
export function importSets(module: Module, sets: readonly Value[], spans: OptionSpans = () => undefined): void {
  sets.forEach((set, i) => {
    module.use(interfaceFromImportSet(set, spans(i)))
  })
}
