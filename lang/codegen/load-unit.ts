/** Running a file's compiled code from text (stored-unit.ts): the forms at once, the definitions of a part when one of its
 *  variables is read, and what is rarely needed when it is. */
import { StrataError } from '../conditions/index.ts'
import { type Frame, type FrameCode, runNested, runTopLevel, type Wants } from '../execution/machine.ts'
import type { Module } from '../modules/module.ts'
import { declarePure } from '../primitives/pure-procedures.ts'
import { SourceFile, type Span } from '../source/index.ts'
import { intern, type Value, Variable } from '../values/index.ts'
import { type Decoder, type Encoded, makeDecoder } from './encode.ts'
import { primitivePart } from './link.ts'
import { linkGlobal, runtime } from './runtime.ts'
import type {
  DefinitionConstants,
  EncodedConstant,
  EncodedLink,
  Extra,
  Header,
  PartConstants,
  UnitSource,
} from './stored-unit.ts'
import { type ProcedureTemplate, registerTemplates, registerText } from './units.ts'

/** Run a stored unit's forms in order, each group on an empty stack. */
export function runStoredUnit(source: UnitSource, moduleNamed: (name: readonly string[]) => Module): Value {
  const unit = new LoadedUnit(source, moduleNamed)
  return unit.run()
}

type Factory = (r: typeof runtime, k: readonly Value[]) => unknown

interface LoadedPart {
  readonly factories: readonly Factory[]
  readonly definitions: readonly DefinitionConstants[]
  /** What a link leads to, by its index. */
  links(index: number): Value
}

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
    header.parts.forEach(([module, names], index) => {
      this.#defer(this.#moduleNamed(module), names, index)
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
    for (const link of header.assigned) this.#variable(link).assigned = true
    for (const link of header.pure) {
      const procedure = this.#variable(link).settled
      if (typeof procedure === 'function') declarePure(procedure)
    }
    return result
  }

  /** Have the part with this INDEX define the variables called NAMES when their values are first read. */
  #defer(module: Module, names: readonly string[], index: number): void {
    let part: LoadedPart | undefined
    names.forEach((name, i) => {
      module.defer(intern(name), () => {
        part ??= this.#loadPart(index)
        const factory = part.factories[i]
        const definition = part.definitions[i]
        if (factory === undefined || definition === undefined) throw new Error(`strata bug: no code defines ${name}`)
        const top = factory(runtime, this.#definitionConstants(definition, part.links))
        if (typeof top === 'function') runNested(() => top())
      })
    })
  }

  #definitionConstants({ values, constants }: DefinitionConstants, links: (index: number) => Value): Value[] {
    const decoder = makeDecoder(this.#moduleNamed)
    const decoded = values.map((value) => decoder.decode(value))
    return constants.map((constant) => {
      if (typeof constant !== 'number') return this.#code(constant[1])
      return constant < 0 ? links(-1 - constant) : decoded[constant]
    })
  }

  #loadPart(index: number): LoadedPart {
    const part = this.#source.part(index) ?? this.#gone()
    registerText(`scheme:${this.#source.id}.${index}`, {
      text: () => part.code,
      lineOffset: 0,
      span: (index) => this.span(index),
    })
    const factories = part.evaluate()
    if (!Array.isArray(factories)) throw new Error('strata bug: compiled code is not a list of functions')
    const { links, definitions }: PartConstants = JSON.parse(part.constants)
    const linked: Value[] = []
    const link = (index: number): Value => {
      const encoded = links[index]
      if (linked[index] === undefined && encoded !== undefined) linked[index] = this.#link(encoded)
      return linked[index]
    }
    return { factories, definitions, links: link }
  }

  #variable(link: EncodedLink): Variable {
    const variable = this.#link(link)
    if (variable instanceof Variable) return variable
    throw new Error('strata bug: a link that should lead to a variable does not')
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
    return this.extra() ?? this.#gone()
  }
  #gone(): never {
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
