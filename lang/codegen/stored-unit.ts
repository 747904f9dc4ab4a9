/** A file's compiled code as text, for a cache, and loading it again: no reading, no expansion.
 *  Three parts: the code (one function per group of forms), a header with the constants, and what is rarely
 *  needed (resume functions, source positions, documentation). The same forms give the same bytes. */
import { StrataError } from '../conditions/index.ts'
import type { Core, Define } from '../core/index.ts'
import { type Frame, type FrameCode, runNested, runTopLevel, type Wants } from '../execution/machine.ts'
import type { Module } from '../modules/module.ts'
import { SourceFile, type Span } from '../source/index.ts'
import { intern, list, listToArray, type Value } from '../values/index.ts'
import { isDeferrable } from './deferral.ts'
import { type Constant, emitResume, emitUnit } from './emit.ts'
import { type Decoder, type Encoded, type Encoder, makeDecoder, makeEncoder } from './encode.ts'
import type { Formals } from './formals.ts'
import type { Fn } from './ir.ts'
import { definitionsIn, primitivePart } from './link.ts'
import { lowerUnit } from './lower.ts'
import { linkGlobal, runtime } from './runtime.ts'
import { type ProcedureTemplate, registerTemplates, registerText, templateOfFunction } from './units.ts'

/** The texts of a compiled file. */
export interface StoredUnit {
  /** `m` and hexadecimal digits, from the content of the source. */
  readonly id: string
  /** A JavaScript expression. */
  readonly code: string
  readonly header: string
  readonly extra: string
}

/** Where a loader finds the parts of a unit. */
export interface UnitSource {
  readonly id: string
  readonly header: string
  /** The value of the code's expression; the embedder may use V8's code cache. */
  evaluate(): unknown
  code(): string
  /** Undefined when it is gone: the files of a unit may be replaced while a program runs. */
  extra(): string | undefined
  /** The path of a source file that the unit mentions. */
  path?(name: string): string
}

interface Header {
  readonly values: readonly Encoded[]
  readonly steps: readonly (readonly EncodedConstant[])[]
  /** Definitions that are evaluated when their variables are read, one step each, after the others. */
  readonly deferred: readonly Deferred[]
}
/** Module and name of the variable, and its constants, a DeferredConstants as text: most are never looked at. */
type Deferred = readonly [module: readonly string[], name: string, constants: string]
interface DeferredConstants {
  readonly values: readonly Encoded[]
  readonly constants: readonly EncodedConstant[]
}
/** Of a value its index; of a global module, name, flags (1 public, 2 defined in this file). */
type EncodedConstant =
  | number
  | readonly ['g', module: readonly string[], name: string, flags: number]
  | readonly ['p', name: string, part?: number]
  | readonly ['c', fn: string]

interface Extra {
  readonly id: string
  readonly files: readonly string[]
  /** File, start and end of each span. */
  readonly spans: readonly number[]
  readonly fns: Readonly<Record<string, EncodedTemplate>>
  /** Spans of the sites, by index, of functions that have any. */
  readonly sites: Readonly<Record<string, readonly number[]>>
  /** What the sites do with several values, a letter each, of functions where some does not take the first. */
  readonly wants: Readonly<Record<string, string>>
  readonly resumeCode: string
  /** Further constants, numbered after the header's. */
  readonly resumeValues: readonly Encoded[]
  readonly resume: Readonly<Record<string, readonly EncodedConstant[]>>
}
interface EncodedTemplate {
  readonly name?: string
  readonly doc?: string
  readonly formals: readonly Formals[]
  readonly span?: number
}

const GROUP = 100

/** Compile the forms of a file, in order; NAMED says how to call source files in the result.
 *  Throws NotEncodable when a constant cannot be written. */
export function compileFile(id: string, cores: readonly Core[], named: (path: string) => string): StoredUnit {
  const defined = definitionsIn(cores)
  const spans = new SpanTable()
  const encoder = new ConstantTable(defined)
  const steps: string[] = []
  const stepConstants: (readonly EncodedConstant[])[] = []
  const fns = new Map<string, Fn>()
  const { eager, deferrable } = partition(cores, defined)
  for (const group of groups(eager)) {
    const body: Core = { kind: 'seq', body: group }
    const unit = emitUnit(lowerUnit(body, `${id.slice(0, 9)}s${steps.length}`, defined), spans.spans)
    steps.push(`function (R, K) {\n${unit.text}\n}`)
    stepConstants.push(unit.constants.map((constant) => encoder.encode(constant)))
    for (const [name, one] of unit.fns) fns.set(name, one)
  }
  const deferred = deferrable.map((form): Deferred => {
    const unit = emitUnit(lowerUnit(form, `${id.slice(0, 9)}s${steps.length}`, defined), spans.spans)
    steps.push(`function (R, K) {\n${unit.text}\n}`)
    // Its own table: what it shares with others it would have to be evaluated after.
    const own = new ConstantTable(defined)
    const constants = unit.constants.map((constant) => own.encode(constant))
    for (const [name, one] of unit.fns) fns.set(name, one)
    const text: DeferredConstants = { values: own.values, constants }
    return [form.module.name, form.name.name, JSON.stringify(text)]
  })
  const header: Header = { values: [...encoder.values], steps: stepConstants, deferred }

  const resumeTexts: string[] = []
  const resume: Record<string, readonly EncodedConstant[]> = {}
  const sites: Record<string, readonly number[]> = {}
  const wants: Record<string, string> = {}
  const templates: Record<string, EncodedTemplate> = {}
  for (const one of withCases(fns.values())) {
    const template = templateOfFunction(one)
    templates[one.name] = {
      ...(template.name === undefined ? {} : { name: template.name }),
      ...(template.documentation === undefined ? {} : { doc: template.documentation }),
      formals: template.formals,
      ...(template.span === undefined ? {} : { span: spans.add(template.span) }),
    }
    if (one.sites.length === 0) continue
    const unit = emitResume(one, spans.spans)
    resumeTexts.push(`${JSON.stringify(one.name)}: function (R, K) {\n${unit.text}\n}`)
    resume[one.name] = unit.constants.map((constant) => encoder.encode(constant))
    sites[one.name] = one.sites.map((site) => (site.span === undefined ? -1 : spans.add(site.span)))
    if (one.sites.some((site) => site.wants !== 'first')) wants[one.name] = one.sites.map((s) => s.wants[0]).join('')
  }
  const extra: Extra = {
    id,
    spans: spans.encoded(),
    files: spans.files.map(named),
    fns: templates,
    sites,
    wants,
    resumeCode: `({\n${resumeTexts.join(',\n')}\n})`,
    resumeValues: encoder.values.slice(header.values.length),
    resume,
  }
  return { id, code: `[\n${steps.join(',\n')}\n]`, header: JSON.stringify(header), extra: JSON.stringify(extra) }
}

function* withCases(fns: Iterable<Fn>): Iterable<Fn> {
  for (const fn of fns) {
    yield fn
    yield* fn.moreCases
  }
}

/** Fewer are not worth the trouble. */
const fewest = 4

/** The forms that run when the file is loaded, and the definitions that wait until they are needed. */
function partition(
  cores: readonly Core[],
  defined: ReturnType<typeof definitionsIn>,
): { eager: Core[]; deferrable: Define[] } {
  const flat = cores.flatMap((core) => (core.kind === 'seq' && core.body.every(keepsMeanings) ? core.body : [core]))
  const deferrable = flat.filter((core) => isDeferrable(core, defined))
  // A name that is defined twice has the value of the second definition.
  const once = new Set(deferrable.map((form) => form.name))
  if (deferrable.length < fewest || once.size < deferrable.length) return { eager: [...cores], deferrable: [] }
  const waiting = new Set<Core>(deferrable)
  return { eager: joinExports(flat.filter((core) => !waiting.has(core))), deferrable }
}

/** FORMS with neighbouring exports from one module as one. */
function joinExports(forms: readonly Core[]): Core[] {
  const joined: Core[] = []
  for (const form of forms) {
    const previous = joined.at(-1)
    const names = exportedNames(form)
    const before = previous === undefined ? undefined : exportedNames(previous)
    if (names !== undefined && before !== undefined && form.kind === 'call') {
      joined[joined.length - 1] = { ...form, arguments: [{ kind: 'const', value: list([...before, ...names]) }] }
    } else joined.push(form)
  }
  return joined
}

/** What a call of %export exports. */
function exportedNames(form: Core): readonly Value[] | undefined {
  if (form.kind !== 'call' || form.procedure.kind !== 'global' || form.procedure.name.name !== '%export')
    return undefined
  const [names] = form.arguments
  return names?.kind === 'const' && form.arguments.length === 1 ? listToArray(names.value) : undefined
}

/** Forms run together. One that is not a definition may change what names mean, so it ends its group. */
function* groups(cores: readonly Core[]): Iterable<Core[]> {
  let group: Core[] = []
  for (const core of cores) {
    group.push(core)
    if (keepsMeanings(core) && group.length < GROUP) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** Whether running the form leaves the meaning of names that it does not define as it was. */
function keepsMeanings(core: Core): boolean {
  switch (core.kind) {
    case 'define':
    case 'define-syntax':
    case 'const':
      return true
    case 'call':
      return core.procedure.kind === 'global' && exporters.has(core.procedure.name.name)
    case 'seq':
      return core.body.every(keepsMeanings)
    default:
      return false
  }
}
const exporters = new Set(['%export', '%export!', '%re-export'])

class SpanTable {
  readonly spans: Span[] = []
  readonly files: string[] = []
  add(span: Span): number {
    return this.spans.push(span) - 1
  }
  encoded(): number[] {
    return this.spans.flatMap(({ source, start, end }) => {
      let file = this.files.indexOf(source.name)
      if (file < 0) file = this.files.push(source.name) - 1
      return [file, start, end]
    })
  }
}

class ConstantTable {
  readonly values: Encoded[] = []
  readonly #encoder: Encoder = makeEncoder()
  readonly #indices = new Map<Value, number>()
  readonly #defined: ReturnType<typeof definitionsIn>
  constructor(defined: ReturnType<typeof definitionsIn>) {
    this.#defined = defined
  }

  encode(constant: Constant): EncodedConstant {
    switch (constant.kind) {
      case 'value': {
        let index = this.#indices.get(constant.value)
        if (index === undefined) {
          index = this.values.push(this.#encoder.encode(constant.value)) - 1
          this.#indices.set(constant.value, index)
        }
        return index
      }
      case 'global': {
        const { module, name } = constant.link
        const here = this.#defined.get(module)?.has(name) === true
        return ['g', module.name, name.name, (constant.link.public ? 1 : 0) + (here ? 2 : 0)]
      }
      case 'primitive':
        return constant.part === undefined ? ['p', constant.name] : ['p', constant.name, constant.part]
      case 'code':
        return ['c', constant.fn.name]
    }
  }
}

// Loading

/** Run a stored unit's forms in order, each group on an empty stack. */
export function runStoredUnit(source: UnitSource, moduleNamed: (name: readonly string[]) => Module): Value {
  const unit = new LoadedUnit(source, moduleNamed)
  return unit.run()
}

type Factory = (r: typeof runtime, k: readonly Value[]) => unknown

class LoadedUnit {
  readonly #source: UnitSource
  readonly #moduleNamed: (name: readonly string[]) => Module
  readonly #codes = new Map<string, StoredCode>()
  readonly #values: Encoded[] = []
  readonly #decoded: Value[] = []
  readonly #decoder: Decoder
  #extra: Extra | undefined
  #resume: ((name: string) => StoredCode['resume']) | undefined
  readonly #files: SourceFile[] = []

  constructor(source: UnitSource, moduleNamed: (name: readonly string[]) => Module) {
    this.#source = source
    this.#moduleNamed = moduleNamed
    this.#decoder = makeDecoder(moduleNamed)
    // Names in the text have the beginning of the identifier: enough to tell units apart in one process.
    registerTemplates(source.id.slice(0, 9), (name) => this.template(name))
    const url = `scheme:${source.id}`
    registerText(url, { text: () => source.code(), lineOffset: 0, span: (index) => this.span(index) })
  }

  run(): Value {
    const header: Header = JSON.parse(this.#source.header)
    const steps = this.#source.evaluate()
    if (!Array.isArray(steps)) throw new Error('strata bug: compiled code is not a list of functions')
    this.#values.push(...header.values)
    header.deferred.forEach((deferred, i) => {
      this.#defer(deferred, steps[header.steps.length + i])
    })
    let result: Value
    header.steps.forEach((constants, i) => {
      const factory: Factory = steps[i]
      const top = factory(
        runtime,
        constants.map((constant) => this.#link(constant)),
      )
      if (typeof top === 'function') result = runTopLevel(() => top())
    })
    return result
  }

  /** Have STEP define the variable when its value is first read. */
  #defer([module, name, text]: Deferred, step: Factory): void {
    const variable = this.#moduleNamed(module).ensureLocal(intern(name))
    variable.defer(() => {
      const { values, constants }: DeferredConstants = JSON.parse(text)
      const decoder = makeDecoder(this.#moduleNamed)
      const decoded: Value[] = values.map((value) => decoder.decode(value))
      const top = step(
        runtime,
        constants.map((constant) => (typeof constant === 'number' ? decoded[constant] : this.#link(constant))),
      )
      if (typeof top === 'function') runNested(() => top())
    })
  }

  #link(constant: EncodedConstant): Value {
    if (typeof constant === 'number') return this.#value(constant)
    switch (constant[0]) {
      case 'g': {
        const [, module, name, flags] = constant
        const link = { module: this.#moduleNamed(module), name: intern(name), public: (flags & 1) !== 0 }
        return linkGlobal(link, (flags & 2) !== 0)
      }
      case 'p':
        return primitivePart(constant[1], constant[2])
      case 'c':
        return this.#code(constant[1])
    }
  }

  #value(index: number): Value {
    let value = this.#decoded[index]
    if (value === undefined) {
      value = this.#decoder.decode(this.#values[index] ?? null)
      this.#decoded[index] = value
    }
    return value
  }

  #code(name: string): StoredCode {
    let code = this.#codes.get(name)
    if (code === undefined) {
      code = new StoredCode(this, name)
      this.#codes.set(name, code)
    }
    return code
  }

  /** The function that resumes frames of the procedure called NAME. */
  resumeOf(name: string): StoredCode['resume'] {
    if (this.#resume === undefined) {
      const extra = this.#neededExtra()
      const url = `scheme:${this.#source.id}.resume`
      registerText(url, { text: () => `return ${extra.resumeCode}`, lineOffset: 2, span: (index) => this.span(index) })
      const factories: Record<string, Factory> = new Function(`return ${extra.resumeCode}\n//# sourceURL=${url}`)()
      // Objects that constants share were written where the first of them was: decode in that order.
      for (let i = 0; i < this.#values.length; i++) this.#value(i)
      this.#values.push(...extra.resumeValues)
      this.#resume = (wanted) => {
        const made = factories[wanted]?.(
          runtime,
          (extra.resume[wanted] ?? []).map((constant) => this.#link(constant)),
        )
        if (typeof made !== 'function') throw new Error(`strata bug: no resume code for ${wanted}`)
        return (frame, value) => made(frame, value)
      }
    }
    return this.#resume(name)
  }

  /** What is rarely needed, if it is still there and belongs to the code that was loaded. */
  extra(): Extra | undefined {
    if (this.#extra === undefined) {
      const text = this.#source.extra()
      const extra: Extra | undefined = text === undefined ? undefined : JSON.parse(text)
      if (extra?.id === this.#source.id) this.#extra = extra
    }
    return this.#extra
  }
  #neededExtra(): Extra {
    const extra = this.extra()
    if (extra !== undefined) return extra
    throw new StrataError('compiled-code-replaced', 'compiled code was replaced while the program ran', {
      irritants: [this.#source.id],
      hint: 'start the program again',
    })
  }

  template(name: string): ProcedureTemplate | undefined {
    const found = this.extra()?.fns[name]
    if (found === undefined) return undefined
    return {
      name: found.name,
      documentation: found.doc,
      formals: found.formals,
      span: found.span === undefined ? undefined : this.span(found.span),
    }
  }

  siteSpan(name: string, site: number): Span | undefined {
    const index = this.extra()?.sites[name]?.[site]
    return index === undefined ? undefined : this.span(index)
  }

  siteWants(name: string, site: number): Wants {
    return wantsOf[this.#neededExtra().wants[name]?.[site] ?? 'f'] ?? 'first'
  }

  span(index: number): Span | undefined {
    const extra = this.extra()
    if (extra === undefined) return undefined
    const { spans, files } = extra
    const [file, start, end] = spans.slice(3 * index, 3 * index + 3)
    if (file === undefined || start === undefined || end === undefined) return undefined
    let source = this.#files[file]
    if (source === undefined) {
      const kept = files[file] ?? 'unknown file'
      const name = this.#source.path?.(kept) ?? kept
      source = new SourceFile(name, readSourceText(name))
      this.#files[file] = source
    }
    return { source, start, end }
  }
}

let readSourceText: (name: string) => string = () => ''
/** modules/ knows how to find the text of a source file again, for positions in messages. */
export function installSourceTexts(read: (name: string) => string): void {
  readSourceText = read
}

const wantsOf: Readonly<Record<string, Wants>> = { f: 'first', a: 'all', n: 'nothing' }

class StoredCode implements FrameCode {
  readonly #unit: LoadedUnit
  readonly #name: string
  readonly runs = true
  resume: (frame: Frame, value: Value) => Value
  constructor(unit: LoadedUnit, name: string) {
    this.#unit = unit
    this.#name = name
    this.resume = (frame, value) => {
      this.resume = unit.resumeOf(name)
      return this.resume(frame, value)
    }
  }
  wants(frame: Frame): Wants {
    return this.#unit.siteWants(this.#name, frame.site)
  }
  describe(frame: Frame): { procedure: string | undefined; span: Span | undefined } {
    return {
      procedure: this.#unit.template(this.#name)?.name,
      span: this.#unit.siteSpan(this.#name, frame.site),
    }
  }
}
