/** Running source: a file or text is read datum by datum; each is expanded in the current module and executed
 *  before the next is read, so that definitions, macros and `define-module` take effect at once. */
import { raiseAt } from '../conditions/index.ts'
import type { Core } from '../core/index.ts'
import { callProcedure, dynamicWind, execute, executeInPlace } from '../execution/index.ts'
import { openInputString } from '../primitives/ports/index.ts'
import { DatumReader, installHashExtension, raiseReadError, readerDefaults } from '../reader/index.ts'
import { decodeSource, SourceFile, type Span } from '../source/index.ts'
import { sequence } from '../syntax/build.ts'
import { expandSteps } from '../syntax/top-level.ts'
import { char, intern, list, SchemeString, SchemeSymbol, UNSPECIFIED, type Value } from '../values/index.ts'
import { compileNow, noteSourceRead, runFile } from './compiled.ts'
import { formatCompiledFile } from './compiled-file.ts'
import { installFileLoader, nameInLoadPath } from './find.ts'
import type { Module } from './module.ts'
import { currentRealm, runningRealm } from './realm.ts'

/** Receives every core form that was run, so that it can be kept compiled. */
type Record = (core: Core) => void
const ignore: Record = () => undefined

/** Evaluate all forms of a text in the current module, which they may change; the last value. */
export function evaluateSource(source: SourceFile, record: Record = ignore): Value {
  const realm = currentRealm()
  const reader = new DatumReader(source, { r7rs: realm.r7rs })
  const names = definedNames(source.text)
  let value: Value = UNSPECIFIED
  for (;;) {
    const result = reader.next()
    if (result.kind === 'end') return value
    if (result.kind !== 'datum') return raiseReadError(result)
    const module = realm.currentModule
    const { announced } = module
    module.announced = names
    try {
      value = evaluateForm(result.datum, module, record, spanOfSymbol(result.datum, source, result.end))
    } finally {
      module.announced = announced
    }
  }
}

/** Names that a text seems to define at its top level. One too many does no harm: until a definition has run, its
 *  name still means the import. */
function definedNames(text: string): ReadonlySet<SchemeSymbol> {
  const definitions = text.matchAll(/(?:^|\n|\)\s?)\(define(?:\*|-public|\*-public)?\s+\(*([^\s()"';]+)/g)
  return new Set([...definitions].map((match) => intern(match[1] ?? '')))
}

/** Where a symbol that ends at END of SOURCE was read; undefined for other data, which know it themselves. */
export function spanOfSymbol(datum: Value, source: SourceFile, end: number): Span | undefined {
  if (!(datum instanceof SchemeSymbol)) return undefined
  let start = end
  while (start > 0 && /[^\s()[\]"';]/.test(source.text[start - 1] ?? '')) start--
  return { source, start, end }
}

/** Evaluate a datum or syntax object in a module; SPAN is where it was read, if it does not know itself. */
export function evaluateForm(
  form: Value,
  module = currentRealm().currentModule,
  record: Record = ignore,
  span?: Span,
): Value {
  let value: Value = UNSPECIFIED
  const run = (core: Core): void => {
    value = execute(core)
    record(core)
  }
  expandSteps(form, module, run, span)
  return value
}

/** Evaluate a form in the current module, or in MODULE, after which the current module is what it was. The code runs
 *  as a call in the place of this one, so that continuations taken there can be entered again. For tail position. */
export function evaluateInPlace(form: Value, module?: Module): Value {
  const realm = currentRealm()
  const { currentModule } = realm
  const waiting: Core[] = []
  let value: Value = UNSPECIFIED
  expandSteps(form, module ?? currentModule, (part, mayWait) => {
    waiting.push(part)
    if (!mayWait) for (const core of waiting.splice(0)) value = execute(core)
  })
  const run = () => (waiting.length === 0 ? value : executeInPlace(sequence(waiting)))
  if (module === undefined) return run()
  // A part that was executed may have changed it.
  let other = realm.currentModule === currentModule ? module : realm.currentModule
  realm.currentModule = currentModule
  const exchange = (): Value => {
    const left = realm.currentModule
    realm.currentModule = other
    other = left
    return UNSPECIFIED
  }
  return dynamicWind(exchange, run, exchange)
}

/** The text of a file, which the form at ASKED wants; raises Guile's system-error when there is none. */
export function readSource(path: string, asked?: Span): SourceFile {
  const bytes = currentRealm().host.readFile(path)
  if (bytes === undefined) {
    return raiseAt(
      asked,
      undefined,
      'system-error',
      new SchemeString('open-file', true),
      new SchemeString('~A: ~S', true),
      list([new SchemeString('No such file or directory', true), new SchemeString(path, true)]),
      list([2]),
    )
  }
  const source = new SourceFile(path, decodeSource(bytes), nameInLoadPath(path))
  noteSourceRead(source)
  return source
}

/** Run a file in the current module. */
export function loadFile(path: string): Value {
  return whileLoading(path, () => runFile(path, () => readSource(path), evaluateSource))
}

/** Run a file and return what its compiled form is written as; undefined when it has none. */
export function compileFileToText(path: string): string | undefined {
  const realm = currentRealm()
  const { currentModule } = realm
  try {
    const unit = whileLoading(path, () => compileNow(path, readSource(path), evaluateSource))
    return unit === undefined ? undefined : formatCompiledFile(unit)
  } finally {
    realm.currentModule = currentModule
  }
}

function whileLoading<T>(path: string, run: () => T): T {
  const realm = currentRealm()
  const { currentFile } = realm
  const { keywords } = readerDefaults
  // A file is read in its own style of keywords, whatever the program that needs it has chosen.
  readerDefaults.keywords = undefined
  realm.currentFile = path
  try {
    return run()
  } finally {
    realm.currentFile = currentFile
    readerDefaults.keywords ??= keywords
  }
}

// A procedure given to read-hash-extend gets the character and a port on the rest of the text.
installHashExtension((character, text, offset) => {
  const procedure = runningRealm()?.hashReaders.get(character)
  if (procedure === undefined) return undefined
  const port = openInputString(text.slice(offset))
  const datum = callProcedure(procedure, [char(character.codePointAt(0) ?? 0), port])
  return { datum, end: text.length - port.readAllText().length }
})

installFileLoader((path) => {
  loadFile(path)
})
