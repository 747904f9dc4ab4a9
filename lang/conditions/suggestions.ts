/** What messages can suggest: names that are visible, modules that export a name, where a macro is defined.
 *  Looked up only when a program has already failed, so that nothing is kept for it. */

import type { Interpreter as WholeInterpreter } from '../index.ts'
import { findInLoadPath, type Module, moduleKey, type Realm } from '../modules/index.ts'
import { primitiveModules, primitivesOf } from '../primitives/define.ts'
import { SourceFile } from '../source/index.ts'
import { Macro } from '../syntax/index.ts'
import { nativeFormModules, nativeFormsOf } from '../syntax/native.ts'
import { intern } from '../values/index.ts'
import type { Suggestions } from './diagnostics.ts'
import { nearest } from './nearest.ts'

/** The relative names of the Scheme files below a root of the load path. */
export type ModuleFiles = (root: string) => readonly string[]

/** What suggestions want of an interpreter. */
export type Interpreter = Pick<WholeInterpreter, 'realm' | 'enter'>

/** Suggestions from the modules INTERPRETER has loaded, and from the files on its load path. */
export function makeSuggestions(interpreter: Interpreter | undefined, files: ModuleFiles): Suggestions {
  const isOwn = (file: string): boolean => ownRoots(interpreter).some((root) => file.startsWith(`${root}/`))
  return {
    modulesExporting: (name) => (interpreter === undefined ? [] : modulesExporting(name, interpreter, files)),
    shownFile: (name) => {
      const file = interpreter?.enter(() => findInLoadPath(name))
      return file === undefined || isOwn(file) ? name : file
    },
    isOwn,
    spanAt: (file, line, column) => {
      const source = interpreter && new SourceFile(file, textOf(file, interpreter.realm))
      const start = source?.offset({ line, column })
      return source === undefined || start === undefined ? undefined : { source, start, end: start }
    },
    visibleNames: (file) => {
      const module = interpreter && moduleOfFile(interpreter, file)
      return module === undefined ? [] : namesVisibleIn(module)
    },
    isExported: (name, file) => {
      const module = interpreter && moduleOfFile(interpreter, file)
      return module?.exports.has(intern(name)) === true
    },
    exporterIn: (files, name) => {
      if (interpreter === undefined) return undefined
      for (const [key, module] of interpreter.realm.modules) {
        const file = module.filename
        if (file === undefined || !files.includes(file)) continue
        // What is still being loaded has not come to all of its definitions.
        if (module.exports.has(intern(name)) || exportsOf(textOf(file, interpreter.realm)).has(name)) return key
      }
      return undefined
    },
    inModule: (name, key) => {
      const module = interpreter?.realm.modules.get(key)
      if (module === undefined) return undefined
      if (module.bindings.get(intern(name))?.isBound === true) return { defined: true, near: undefined }
      return {
        defined: false,
        near: nearest(
          name,
          [...module.exports.keys()].map((one) => one.name),
        ),
      }
    },
    missingKeyword: (names, file) => {
      const module = interpreter && moduleOfFile(interpreter, file)
      for (const name of names) {
        const [owner] = module?.lookup(intern(name)) === undefined ? keywordModules(name) : []
        if (owner !== undefined) return { name, module: owner }
      }
      return undefined
    },
    macroDefinition: (name, source) =>
      interpreter === undefined ? undefined : definitionOf(name, source, interpreter),
  }
}

/** Every name that means something in MODULE. */
export function* namesVisibleIn(module: Module): Iterable<string> {
  for (const [symbol, variable] of module.bindings) if (variable.isBound) yield symbol.name
  for (const used of module.uses) for (const symbol of used.names()) yield symbol.name
}

function moduleOfFile({ realm }: Interpreter, file: string | undefined): Module {
  for (const module of realm.modules.values()) if (file !== undefined && module.filename === file) return module
  return realm.currentModule
}

/** The roots of strata's own Scheme: those of the load path that the process did not add. */
function ownRoots(interpreter: Interpreter | undefined): readonly string[] {
  return (interpreter?.realm.loadPath ?? []).filter((root) => /\/(stdlib|build-side|packages)$/.test(root))
}

/** Module names whose first part is earlier in this list are suggested first; others after those. */
const preferred = ['guile', 'ice-9', 'srfi', 'guix', 'gnu', 'rnrs', 'system', 'web', 'sxml', 'scheme']

function rank(module: string): number {
  const [first = ''] = module.slice(1, -1).split(' ')
  const at = preferred.indexOf(first)
  // R6RS and R7RS export again what other modules have; that one and only one name the whole is said by length.
  return at < 0 ? preferred.length : at
}

/** Modules that export NAME, the likeliest first. */
export function modulesExporting(name: string, { realm }: Interpreter, files: ModuleFiles): string[] {
  const found = new Set<string>()
  const symbol = intern(name)
  for (const [key, module] of realm.modules) if (module.exports.get(symbol)?.value !== undefined) found.add(key)
  for (const key of primitiveModules()) if (primitivesOf(key).some((one) => one.name === name)) found.add(key)
  for (const key of keywordModules(name)) found.add(key)
  for (const root of realm.loadPath) {
    for (const file of files(root)) {
      const text = textOf(`${root}/${file}`, realm)
      if (text.includes(name) && exportsOf(text).has(name)) {
        found.add(moduleKey(file.slice(0, -'.scm'.length).split('/')))
      }
    }
  }
  const keys = [...found].filter(isForUsers).sort(byRank)
  // The parts of a module are its own affair: (guix packages definitions) of (guix packages).
  return keys.filter((key) => !keys.some((other) => key.startsWith(`${other.slice(0, -1)} `)))
}

function isForUsers(module: string): boolean {
  // The language's own modules are there without asking.
  return !/^\((?:guile[) -]|strata )/.test(module)
}

function byRank(a: string, b: string): number {
  return rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1)
}

/** The modules in which NAME is a form of the language. */
function keywordModules(name: string): string[] {
  return [...nativeFormModules()].filter((key) => nativeFormsOf(key).has(name) && isForUsers(key)).sort(byRank)
}

function textOf(path: string, { host }: Realm): string {
  const bytes = host.readFile(path)
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
}

const exportLists =
  /(?:#:(?:re-)?export(?:-syntax|-and-replace)?|#:replace(?:-syntax)?)\s*\(|\((?:re-)?export(?:-syntax)?[\s)]/g
const publicDefinitions = /\(define(?:\*-public|-public|-inlinable-public|-syntax-public)\s+\(*([^\s()"';]+)/g

/** The names that the text of a module exports, as far as a glance tells. */
export function exportsOf(text: string): Set<string> {
  const names = new Set<string>()
  for (const match of text.matchAll(publicDefinitions)) names.add(match[1] ?? '')
  for (const match of text.matchAll(exportLists)) {
    const list = balanced(text, match.index + match[0].indexOf('('))
    // (internal . external), (rename internal external): the last name counts.
    const flat = list
      .replace(/;[^\n]*/g, '')
      .replace(/\(\s*(?:rename\s+)?[^\s()]+\s+(?:\.\s+)?([^\s()]+)\s*\)/g, ' $1 ')
    for (const word of flat.split(/[\s()]+/)) if (word !== '' && !/^(?:re-)?export/.test(word)) names.add(word)
  }
  return names
}

/** The text of the list that opens at AT. */
function balanced(text: string, at: number): string {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const character = text[i]
    if (character === '(') depth++
    else if (character === ')' && --depth === 0) return text.slice(at, i + 1)
    else if (character === ';') i = text.indexOf('\n', i) < 0 ? text.length : text.indexOf('\n', i)
  }
  return text.slice(at)
}

/** `file:line:column` of the definition of the macro that NAME stands for in SOURCE; undefined for other names and
 *  for the forms of the language. */
function definitionOf(name: string, source: SourceFile, interpreter: Interpreter): string | undefined {
  const module = moduleOfFile(interpreter, source.name)
  const variable = module.lookup(intern(name))
  if (!(variable?.settled instanceof Macro)) return undefined
  const owner = [...interpreter.realm.modules.values()].find((one) => one.bindings.get(intern(name)) === variable)
  const file = owner === module && owner.filename === undefined ? undefined : owner?.filename
  if (file !== undefined && ownRoots(interpreter).some((root) => file.startsWith(`${root}/`))) return undefined
  const text = file === undefined ? source : new SourceFile(file, textOf(file, interpreter.realm))
  const at = definitionIn(text.text, name)
  if (at === undefined) return undefined
  const { line, column } = text.position(at)
  return `${text.name}:${line}:${column}`
}

/** The offset of the definition of NAME in TEXT. */
export function definitionIn(text: string, name: string): number | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`\\(define[^\\s()]*\\s+\\(*${escaped}(?=[\\s()])`).exec(text)?.index
}
