/** Modules as programs see them: Guile's module procedures, loading and evaluation. */
import { miscError, schemeError, wrongType } from '../conditions/index.ts'
import { any, optional, primitives, rest } from '../primitives/define.ts'
import { string, symbol } from '../primitives/parameters.ts'
import { provideFeature } from '../syntax/features.ts'
import {
  intern,
  internKeyword,
  Keyword,
  list,
  listToArray,
  NIL,
  Pair,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
  Variable,
} from '../values/index.ts'
import {
  defineModule,
  ensureModule,
  exportFromLibrary,
  exportNames,
  importSets,
  reexportNames,
  useModules,
} from './declare.ts'
import { findInLoadPath, interfaceNamed, moduleNameParts, resolveModule } from './find.ts'
import { HidingInterface, PrefixedInterface, SelectedInterface } from './interface.ts'
import { compileFileToText, evaluateInPlace, loadFile } from './load.ts'
import { type Interface, Module, PublicInterface } from './module.ts'
import { currentRealm } from './realm.ts'
import { AutoloadInterface, interfaceFromSpecification } from './specification.ts'

const guile = primitives('(guile)')

function isInterface(value: Value): value is Interface {
  return (
    value instanceof PublicInterface ||
    value instanceof SelectedInterface ||
    value instanceof HidingInterface ||
    value instanceof PrefixedInterface ||
    value instanceof AutoloadInterface ||
    value instanceof WholeModule
  )
}

function moduleArgument(who: string, value: Value): Module | Interface {
  if (value === undefined || value === false) return currentRealm().currentModule
  if (value instanceof Module || isInterface(value)) return value
  return wrongType(who, 1, value, 'module')
}

function ownModule(who: string, value: Value): Module {
  const found = moduleArgument(who, value)
  return found instanceof Module ? found : found.module
}

function nameList(module: Module): Value {
  return list(module.name.map((part) => intern(part)))
}

guile(
  '%enter-module',
  [any('name'), any('options')],
  'Make the module NAME as OPTIONS say the current one.',
  (name, options) => {
    const module = defineModule(name, listToArray(options) ?? [])
    currentRealm().currentModule = module
    return module
  },
)
guile(
  'define-module*',
  [any('name'), rest(any('options'))],
  'Make the module NAME as OPTIONS say.',
  (name, ...options) => {
    const plain: Value[] = []
    for (let i = 0; i + 1 < options.length; i += 2) plain.push(...definitionOption(options[i], options[i + 1]))
    return defineModule(name, plain)
  },
)

/** The options of define-module* are those of define-module with lists instead of repetitions. */
function definitionOption(option: Value, value: Value): Value[] {
  const name = option instanceof Keyword ? option.name : ''
  if (name === 'pure') return value === false ? [] : [option]
  if (name === 'imports')
    return (listToArray(value) ?? []).flatMap((spec) => [internKeyword('use-module'), importSpecification(spec)])
  if (name === 'exports') return [internKeyword('export'), value]
  if (name === 'replacements') return [internKeyword('replace'), value]
  if (name === 're-exports') return [internKeyword('re-export'), value]
  return []
}

/** `((name))` is a plain import here. */
function importSpecification(spec: Value): Value {
  return spec instanceof Pair && spec.cdr === NIL && spec.car instanceof Pair ? spec.car : spec
}

guile(
  '%define-late',
  [any('module'), any('names')],
  'Export NAMES from (guile); MODULE, which defines them, is loaded when one is first asked for.',
  (module, names) => {
    const origin = moduleNameParts(module) ?? []
    const { late } = currentRealm().guile
    for (const name of listToArray(names) ?? []) if (name instanceof SchemeSymbol) late.set(name, origin)
    return UNSPECIFIED
  },
)

guile('%use-modules', [any('specifications')], 'Import into the current module.', (specs) => {
  useModules(currentRealm().currentModule, listToArray(specs) ?? [])
  return UNSPECIFIED
})
guile('%import', [any('sets')], 'Import R7RS import sets into the current module.', (sets) => {
  importSets(currentRealm().currentModule, listToArray(sets) ?? [])
  return UNSPECIFIED
})
guile('%export', [any('names')], 'Export NAMES from the current module.', (names) => {
  exportNames(currentRealm().currentModule, names, false)
  return UNSPECIFIED
})
guile('%export!', [any('names')], "Export NAMES, replacing other modules' bindings.", (names) => {
  exportNames(currentRealm().currentModule, names, true)
  return UNSPECIFIED
})
guile('%re-export', [any('names')], 'Export NAMES that the current module imports.', (names) => {
  reexportNames(currentRealm().currentModule, names, false)
  return UNSPECIFIED
})
guile('%define-library', [any('name'), any('sets'), any('exports')], 'Make an R7RS library.', (name, sets, exports) => {
  const module = ensureModule(name, true)
  importSets(module, listToArray(sets) ?? [])
  exportFromLibrary(module, exports)
  return UNSPECIFIED
})
guile('%finish-library', [any('name'), any('exports')], 'Export what a library defined.', (name, exports) => {
  const module = currentRealm().findModule(moduleNameParts(name) ?? [])
  if (module !== undefined) exportFromLibrary(module, exports)
  return UNSPECIFIED
})

guile(
  'cond-expand-provide',
  [any('module'), any('features')],
  'Let cond-expand know FEATURES.',
  (_module, features) => {
    for (const feature of listToArray(features) ?? []) if (feature instanceof SchemeSymbol) provideFeature(feature.name)
    return UNSPECIFIED
  },
)

guile('current-module', [], 'Return the current module.', () => currentRealm().currentModule)
guile('set-current-module', [any('module')], 'Make MODULE the current one; return the former.', (value) => {
  const realm = currentRealm()
  const before = realm.currentModule
  realm.currentModule = ownModule('set-current-module', value)
  return before
})
guile('module?', [any('x')], 'Return #t when X is a module.', (x) => x instanceof Module || isInterface(x))
guile('module-name', [any('module')], 'Return the name of MODULE, a list of symbols.', (module) =>
  nameList(ownModule('module-name', module)),
)
guile(
  'module-version',
  [any('module')],
  'Return the version of MODULE, a list of numbers, or #f.',
  (module) => ownModule('module-version', module).version,
)
guile('module-filename', [any('module')], 'Return the file MODULE was loaded from, or #f.', (module) => {
  const { filename } = ownModule('module-filename', module)
  return filename === undefined ? false : new SchemeString(filename)
})
guile('make-module', [rest(any('options'))], 'Return a new module without a name.', () => new Module(['anonymous']))
guile('make-fresh-user-module', [], 'Return a new module that uses (guile).', () => {
  const module = new Module([`strata-user-${++userModules}`])
  module.started = true
  module.isForUsers = true
  currentRealm().modules.set(`(${module.name.join(' ')})`, module)
  module.use(currentRealm().guile.publicInterface)
  return module
})
let userModules = 0

guile('beautify-user-module!', [any('module')], 'Let MODULE use (guile) and have a public interface.', (value) => {
  const module = ownModule('beautify-user-module!', value)
  if (!module.uses.some((used) => used.isLoaded && used.module === currentRealm().guile)) {
    module.setUses([currentRealm().guile.publicInterface, ...module.uses])
  }
  return UNSPECIFIED
})

guile(
  'resolve-module',
  [any('name'), rest(any('options'))],
  'Return the module NAME, loading it unless #:autoload is #f; #:ensure #f: #f when there is none.',
  (name, ...options) => {
    const parts = moduleNameParts(name)
    if (parts === undefined) return wrongType('resolve-module', 1, name, 'module name')
    const autoload = positionalOrKeyword(options, 0, 'autoload')
    const ensure = positionalOrKeyword(options, 2, 'ensure')
    const found = autoload === false ? currentRealm().findModule(parts) : resolveModule(parts)
    if (found !== undefined) return found
    return ensure === false ? false : ensureNew(name)
  },
)

function ensureNew(name: Value): Module {
  const parts = moduleNameParts(name) ?? []
  const realm = currentRealm()
  const module = realm.makeModule(parts)
  module.use(realm.guile.publicInterface)
  return module
}

function positionalOrKeyword(options: readonly Value[], position: number, name: string): Value {
  for (let i = 0; i + 1 < options.length; i++) {
    const option = options[i]
    if (option instanceof Keyword && option.name === name) return options[i + 1]
  }
  const positional = options[position]
  return options[0] instanceof Keyword || positional instanceof Keyword ? undefined : positional
}

guile(
  'resolve-interface',
  [any('name'), rest(any('options'))],
  'Return the public interface of the module NAME, as #:select, #:hide, #:prefix and #:renamer say.',
  (name, ...options) => {
    return options.length === 0 ? interfaceNamed(name) : interfaceFromSpecification(new Pair(name, list(options)))
  },
)
guile('module-public-interface', [any('module')], 'Return the public interface of MODULE.', (value) => {
  const found = moduleArgument('module-public-interface', value)
  return found instanceof Module ? found.publicInterface : found
})
/** Let MODULE, or what a public interface shows, include USED. */
function use(who: string, module: Value, used: Value): void {
  const found = moduleArgument(who, used)
  const user = module instanceof PublicInterface ? module : ownModule(who, module)
  user.use(found instanceof Module ? wholeModule(found) : found)
}
guile('module-use!', [any('module'), any('interface')], 'Let MODULE use INTERFACE.', (module, used) => {
  use('module-use!', module, used)
  return UNSPECIFIED
})
guile(
  'module-use-interfaces!',
  [any('module'), any('interfaces')],
  'Let MODULE use INTERFACES.',
  (module, interfaces) => {
    for (const used of listToArray(interfaces) ?? []) {
      use('module-use-interfaces!', module, used)
    }
    return UNSPECIFIED
  },
)
guile(
  '%set-module-uses!',
  [any('module'), any('interfaces')],
  'Let MODULE use INTERFACES and nothing else.',
  (module, interfaces) => {
    ownModule('set-module-uses!', module).setUses([])
    for (const used of listToArray(interfaces) ?? []) use('set-module-uses!', module, used)
    return UNSPECIFIED
  },
)
guile('module-uses', [any('module')], 'Return the interfaces MODULE uses.', (module) =>
  list([...ownModule('module-uses', module).uses]),
)

/** A module used itself, not its interface: all its bindings are visible. */
class WholeModule implements Interface {
  readonly isLoaded = true
  readonly module: Module
  constructor(module: Module) {
    this.module = module
  }
  lookup(name: SchemeSymbol): Variable | undefined {
    return this.module.bindings.get(name)
  }
  names(): Iterable<SchemeSymbol> {
    return this.module.bindings.keys()
  }
  replaces(): boolean {
    return false
  }
}
const wholeModules = new WeakMap<Module, Interface>()
function wholeModule(module: Module): Interface {
  let whole = wholeModules.get(module)
  if (whole === undefined) {
    whole = new WholeModule(module)
    wholeModules.set(module, whole)
  }
  return whole
}

function lookupIn(where: Module | Interface, name: SchemeSymbol): Variable | undefined {
  return where.lookup(name)
}

guile(
  'module-variable',
  [any('module'), symbol('name')],
  'Return the variable NAME denotes in MODULE, or #f.',
  (module, name) => {
    return lookupIn(moduleArgument('module-variable', module), name) ?? false
  },
)
guile(
  'module-local-variable',
  [any('module'), symbol('name')],
  "Return MODULE's own variable NAME, or #f.",
  (module, name) => {
    const where = moduleArgument('module-local-variable', module)
    return (where instanceof Module ? where.bindings.get(name) : where.lookup(name)) ?? false
  },
)
guile(
  'module-locally-bound?',
  [any('module'), symbol('name')],
  'Return #t when MODULE itself binds NAME.',
  (module, name) => {
    return ownModule('module-locally-bound?', module).bindings.get(name)?.isBound === true
  },
)
guile(
  'module-bound?',
  [any('module'), symbol('name')],
  'Return #t when NAME has a value in MODULE.',
  (module, name) => {
    return lookupIn(moduleArgument('module-bound?', module), name)?.isBound === true
  },
)
guile(
  'module-defined?',
  [any('module'), symbol('name')],
  'Return #t when NAME has a value in MODULE.',
  (module, name) => {
    return lookupIn(moduleArgument('module-defined?', module), name)?.isBound === true
  },
)
guile(
  'defined?',
  [symbol('name'), optional(any('module'))],
  'Return #t when NAME has a value in MODULE (the current one).',
  (name, module) => {
    return lookupIn(moduleArgument('defined?', module), name)?.isBound === true
  },
)
guile(
  'module-ref',
  [any('module'), symbol('name'), optional(any('default'))],
  'Return the value of NAME in MODULE, or DEFAULT.',
  (module, name, fallback) => {
    const value = lookupIn(moduleArgument('module-ref', module), name)?.value
    if (value !== undefined) return value
    if (fallback !== undefined) return fallback
    return schemeError('misc-error', undefined, 'No variable named ~A in ~S', [name, module])
  },
)
guile(
  'module-set!',
  [any('module'), symbol('name'), any('value')],
  'Set NAME in MODULE to VALUE.',
  (module, name, value) => {
    const variable = lookupIn(moduleArgument('module-set!', module), name)
    if (variable === undefined)
      return schemeError('misc-error', undefined, 'No variable named ~A in ~S', [name, module])
    variable.value = value
    return UNSPECIFIED
  },
)
guile(
  'module-define!',
  [any('module'), symbol('name'), any('value')],
  'Define NAME in MODULE as VALUE.',
  (module, name, value) => {
    ownModule('module-define!', module).define(name, value)
    return UNSPECIFIED
  },
)
guile(
  'module-add!',
  [any('module'), symbol('name'), any('variable')],
  'Bind NAME in MODULE to VARIABLE.',
  (module, name, variable) => {
    if (!(variable instanceof Variable)) return wrongType('module-add!', 3, variable, 'variable')
    if (module instanceof PublicInterface) module.module.exports.set(name, variable)
    else ownModule('module-add!', module).bind(name, variable)
    return UNSPECIFIED
  },
)
guile('module-remove!', [any('module'), symbol('name')], 'Take NAME out of MODULE.', (module, name) => {
  ownModule('module-remove!', module).bindings.delete(name)
  return UNSPECIFIED
})
guile(
  'module-ensure-local-variable!',
  [any('module'), symbol('name')],
  "Return MODULE's own variable NAME, new and unbound if there is none.",
  (module, name) => ownModule('module-ensure-local-variable!', module).ensureLocal(name),
)
guile(
  'module-make-local-var!',
  [any('module'), symbol('name')],
  "Return MODULE's own variable NAME, new and unbound if there is none.",
  (module, name) => ownModule('module-make-local-var!', module).ensureLocal(name),
)
/** `#:replace? #t` after the names. */
function asksToReplace(name: string, options: readonly Value[]): boolean {
  const [keyword, value] = options
  if (keyword === undefined) return false
  if (!(keyword instanceof Keyword) || keyword.name !== 'replace?' || options.length > 2)
    return badKeyword(name, keyword)
  return value !== false
}
function badKeyword(name: string, keyword: Value): never {
  return schemeError('keyword-argument-error', name, 'Unrecognized keyword', [], list([keyword]))
}
for (const [name, enter, doc] of [
  ['module-export!', exportNames, 'Export NAMES from MODULE.'],
  ['module-re-export!', reexportNames, 'Export NAMES that MODULE imports.'],
] as const)
  guile(name, [any('module'), any('names'), rest(any('option'))], doc, (module, names, ...options) => {
    enter(ownModule(name, module), names, asksToReplace(name, options))
    return UNSPECIFIED
  })
guile(
  'module-replace!',
  [any('module'), any('names')],
  'Export NAMES from MODULE as replacements.',
  (module, names) => {
    exportNames(ownModule('module-replace!', module), names, true)
    return UNSPECIFIED
  },
)
guile('%module-bindings', [any('module')], 'Return an alist of the names and variables of MODULE.', (value) => {
  const where = moduleArgument('%module-bindings', value)
  const pairs: Value[] = []
  if (where instanceof Module) for (const [name, variable] of where.bindings) pairs.push(new Pair(name, variable))
  else {
    for (const name of where.names()) {
      const variable = where.lookup(name)
      if (variable !== undefined) pairs.push(new Pair(name, variable))
    }
  }
  return list(pairs)
})
guile(
  '%compile-file',
  [string('file')],
  'Run FILE and return the text of its compiled form, or #f when it has none.',
  (file) => {
    const text = compileFileToText(file.toString())
    return text === undefined ? false : new SchemeString(text)
  },
)
guile('%load-path-list', [], 'Return the roots under which module files are looked for.', () =>
  list(currentRealm().loadPath.map((root) => new SchemeString(root))),
)
guile('add-to-load-path', [string('directory')], 'Look for module files under DIRECTORY first.', (directory) => {
  const realm = currentRealm()
  realm.loadPath = [directory.toString(), ...realm.loadPath]
  return UNSPECIFIED
})
guile('%search-load-path', [string('name')], 'Return the file NAME on the load path, or #f.', (name) => {
  const relative = name.toString()
  const found = relative.startsWith('/')
    ? currentRealm().host.fileExists(relative)
      ? relative
      : undefined
    : (findInLoadPath(relative) ?? findInLoadPath(`${relative}.scm`))
  return found === undefined ? false : new SchemeString(found)
})
guile('primitive-load', [string('file')], 'Evaluate the forms of FILE in the current module.', (file) =>
  loadFile(file.toString()),
)
guile('load', [string('file'), rest(any('reader'))], 'Evaluate the forms of FILE in the current module.', (file) => {
  const name = file.toString()
  const realm = currentRealm()
  const { currentFile, currentModule, host } = realm
  const slash = currentFile?.lastIndexOf('/') ?? -1
  const beside = name.startsWith('/') || slash < 0 ? name : `${currentFile?.slice(0, slash)}/${name}`
  try {
    return loadFile(host.fileExists(beside) ? beside : name)
  } finally {
    // Whatever module the file is about, and however it was left.
    realm.currentModule = currentModule
  }
})
for (const who of ['primitive-load-path', 'load-from-path']) {
  guile(
    who,
    [string('file'), optional(any('exception-on-not-found'))],
    'Evaluate the forms of FILE on the load path.',
    (file, raising) => {
      const found = findInLoadPath(file.toString()) ?? findInLoadPath(`${file}.scm`)
      if (found !== undefined) return loadFile(found)
      if (raising === false) return false
      return miscError(who, 'Unable to find file ~S in load path', file)
    },
  )
}
guile('primitive-eval', [any('form')], 'Evaluate FORM in the current module.', (form) => evaluateInPlace(form))
guile('eval', [any('form'), any('environment')], 'Evaluate FORM in a module.', (form, environment) =>
  evaluateInPlace(form, ownModule('eval', environment)),
)
guile('interaction-environment', [], 'Return the module of what is typed.', () => currentRealm().currentModule)
guile(
  'read-hash-extend',
  [any('char'), any('procedure')],
  'Let PROCEDURE read what follows # and CHAR; #f takes that back.',
  (character, procedure) => {
    const key = String(character)
    if (typeof procedure === 'function') currentRealm().hashReaders.set(key, procedure)
    else currentRealm().hashReaders.delete(key)
    return UNSPECIFIED
  },
)
guile('module-generate-unique-id!', [any('module')], 'Return a number not returned before.', () => ++uniqueIds)
let uniqueIds = 0

primitives('(scheme eval)')(
  'environment',
  [rest(any('sets'))],
  'Return an environment that has what the import sets give.',
  (...sets) => {
    const module = new Module(['environment'])
    module.started = true
    importSets(module, sets)
    return module
  },
)
