/** Finding modules by name: those that exist, those that a file on the load path defines, and those
 *  that are primitives only. Not the running of a file's forms (load.ts), which is given to it. */
import { raiseAt } from '../conditions/index.ts'
import { UncaughtCondition } from '../execution/uncaught.ts'
import { primitivesOf } from '../primitives/define.ts'
import { SourceFile, type Span } from '../source/index.ts'
import { nativeFormsOf } from '../syntax/native.ts'
import { intern, list, listToArray, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { type Interface, installLateLoader, type Module } from './module.ts'
import { currentRealm, moduleKey } from './realm.ts'

/** Runs a module's file; load.ts installs it. */
let loadFile: (path: string) => void = () => undefined

export function installFileLoader(load: (path: string) => void): void {
  loadFile = load
}

installLateLoader((name) => resolveModule(name)?.publicInterface)

/** The texts of a Scheme list of symbols (or numbers) that names a module. */
export function moduleNameParts(name: Value): string[] | undefined {
  const parts = listToArray(name)
  if (parts === undefined || parts.length === 0) return undefined
  const texts: string[] = []
  for (const part of parts) {
    if (part instanceof SchemeSymbol) texts.push(part.name)
    else if (typeof part === 'number') texts.push(String(part))
    else return undefined
  }
  return texts
}

/** The module called NAME, loaded if a file or primitives define it; undefined when nothing does. */
export function resolveModule(name: readonly string[]): Module | undefined {
  const realm = currentRealm()
  const found = realm.findModule(name)
  if (found?.started) return found
  const key = moduleKey(name)
  const path = findInLoadPath(`${name.join('/')}.scm`)
  const declared = primitivesOf(key).length > 0 || nativeFormsOf(key).size > 0
  if (path === undefined) {
    // A module someone defined without a file, in a program or at the REPL.
    if (found !== undefined && (declared || found.bindings.size > 0 || found.exports.size > 0)) return found
    return declared ? realm.makeModule(name) : undefined
  }
  const module = found ?? realm.makeModule(name)
  module.started = true
  module.filename = path
  // Until its define-module form says otherwise, the file is read with what every program has.
  if (module !== realm.guile) module.use(realm.guile.publicInterface)
  const { currentModule } = realm
  realm.currentModule = module
  realm.loading.add(module)
  try {
    loadFile(path)
    if (realm.currentModule !== module && module.bindings.size === 0 && module.exports.size === 0) {
      namedOtherwise(module, path, realm.currentModule)
    }
    if (!module.isDeclared && realm.currentModule === module) notNamed(module, path)
  } catch (error) {
    // Loading may be tried again, once the file is mended.
    module.started = false
    throw error
  } finally {
    realm.loading.delete(module)
    realm.currentModule = currentModule
  }
  return module
}

/** The file at PATH should have defined MODULE and defined ANOTHER one. */
function namedOtherwise(module: Module, path: string, another: Module): never {
  return notDefined(module, path, 'no code for module ~S: ~A defines ~S', nameDatum(another))
}

/** The file at PATH should have defined MODULE and defined none. */
function notNamed(module: Module, path: string): never {
  return notDefined(module, path, 'no code for module ~S: ~A defines no module')
}

function notDefined(module: Module, path: string, message: string, ...irritants: Value[]): never {
  const source = new SourceFile(path, new TextDecoder().decode(currentRealm().host.readFile(path)))
  const start = Math.max(0, source.text.search(/^\(define-module/m))
  return raiseAt(
    { source, start, end: start + 1 },
    `${path} should start with (define-module (${module.name.join(' ')}) …)`,
    'misc-error',
    new SchemeString('resolve-interface', true),
    new SchemeString(message, true),
    list([nameDatum(module), new SchemeString(path), ...irritants]),
    false,
  )
}

function nameDatum(module: Module): Value {
  return list(module.name.map((part) => intern(part)))
}

/** The public interface of a module that must exist. */
export function interfaceNamed(name: Value, span?: Span): Interface {
  const parts = moduleNameParts(name)
  if (parts === undefined) {
    return raiseAt(
      span,
      undefined,
      'misc-error',
      new SchemeString('resolve-interface', true),
      new SchemeString('not a module name: ~S', true),
      list([name]),
      false,
    )
  }
  const module = importedModule(parts, span)
  return module === undefined ? missingModule(parts, span) : module.publicInterface
}

/** A module as an import at SPAN asks for it: an error in its file is told with the way to it. */
function importedModule(name: readonly string[], span: Span | undefined): Module | undefined {
  try {
    return resolveModule(name)
  } catch (error) {
    if (error instanceof UncaughtCondition && span !== undefined) error.importedFrom.push(span)
    throw error
  }
}

function missingModule(name: readonly string[], span: Span | undefined): never {
  const { loadPath } = currentRealm()
  const file = `${name.join('/')}.scm`
  const searched = loadPath.length === 0 ? 'the load path is empty' : `looked for ${file} in ${loadPath.join(', ')}`
  return raiseAt(
    span,
    `${searched}; give its root with -L`,
    'misc-error',
    new SchemeString('resolve-interface', true),
    new SchemeString('no code for module ~S', true),
    list([list(name.map((part) => intern(part)))]),
    false,
  )
}

/** The first file of the load path with this relative name. */
export function findInLoadPath(relative: string): string | undefined {
  const { host, loadPath } = currentRealm()
  for (const root of loadPath) {
    const path = root === '' || root === '.' ? relative : `${root.replace(/\/$/, '')}/${relative}`
    if (host.fileExists(path)) return path
  }
  return undefined
}

/** PATH below the directory of the load path that leads to it, as FIND says; PATH itself when none does. */
export function nameInLoadPath(path: string, find: (name: string) => string | undefined = findInLoadPath): string {
  for (const root of currentRealm().loadPath) {
    const prefix = `${root.replace(/\/$/, '')}/`
    if (root === '' || !path.startsWith(prefix)) continue
    const name = path.slice(prefix.length)
    if (find(name) === path) return name
  }
  return path
}
