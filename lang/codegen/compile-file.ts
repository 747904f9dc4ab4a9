/** Compiling a file to text for a cache (stored-unit.ts): no reading and no expansion when it is loaded again. The same
 *  forms give the same bytes. */
import type { Core, Define } from '../core/index.ts'
import type { Module } from '../modules/module.ts'
import type { Span } from '../source/index.ts'
import { list, listToArray, type Value } from '../values/index.ts'
import { Deferral } from './deferral.ts'
import { type Constant, emitResume, emitUnit } from './emit.ts'
import { type Encoded, type Encoder, makeEncoder } from './encode.ts'
import type { Fn, GlobalLink } from './ir.ts'
import { type Definitions, definitionsIn } from './link.ts'
import { lowerUnit } from './lower.ts'
import type {
  DefinitionConstants,
  EncodedCode,
  EncodedConstant,
  EncodedLink,
  EncodedTemplate,
  Extra,
  Header,
  PartConstants,
  StoredPart,
  StoredUnit,
} from './stored-unit.ts'
import { templateOfFunction } from './units.ts'

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
  const deferral = new Deferral(cores, defined)
  const { eager, deferrable } = partition(cores, deferral)
  for (const group of groups(eager)) {
    const body: Core = { kind: 'seq', body: group }
    const unit = emitUnit(lowerUnit(body, `${id.slice(0, 9)}s${steps.length}`, defined), spans.spans)
    steps.push(`function (R, K) {\n${unit.text}\n}`)
    stepConstants.push(unit.constants.map((constant) => encoder.encode(constant)))
    for (const [name, one] of unit.fns) fns.set(name, one)
  }
  let count = steps.length
  const parts = partsOf(deferrable).map(({ module, forms }) => {
    const links = new LinkTable()
    const definitions: DefinitionConstants[] = []
    const functions = forms.map((form) => {
      const unit = emitUnit(lowerUnit(form, `${id.slice(0, 9)}s${count++}`, defined), spans.spans)
      // Its own table: what it shares with others it would have to be evaluated after.
      const own = new ConstantTable(defined)
      const constants = unit.constants.map((constant) => links.share(own.encode(constant)))
      definitions.push({ values: own.values, constants })
      for (const [name, one] of unit.fns) fns.set(name, one)
      return `function (R, K) {\n${unit.text}\n}`
    })
    const constants: PartConstants = { links: links.links, definitions }
    const stored: StoredPart = { code: arrayOf(functions), constants: JSON.stringify(constants) }
    return { module: module.name, names: forms.map(({ name }) => name.name), stored }
  })
  const header: Header = {
    values: [...encoder.values],
    steps: stepConstants,
    parts: parts.map(({ module, names }) => [module, names]),
    assigned: deferral.assignments.map((assignment) => encodeGlobal(assignment, defined)),
    pure: deferral.pureProcedures.map((procedure) => encodeGlobal({ ...procedure, public: false }, defined)),
  }

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
  return {
    id,
    code: arrayOf(steps),
    header: JSON.stringify(header),
    parts: parts.map(({ stored }) => stored),
    extra: JSON.stringify(extra),
  }
}

function arrayOf(functions: readonly string[]): string {
  return `[\n${functions.join(',\n')}\n]`
}

/** Definitions in a part: reading one of them loads them all. */
const partSize = 32

/** DEFINITIONS, in their order, in parts of one module each. */
function partsOf(definitions: readonly Define[]): { readonly module: Module; readonly forms: Define[] }[] {
  const parts: { module: Module; forms: Define[] }[] = []
  for (const form of definitions) {
    const last = parts.at(-1)
    if (last?.module === form.module && last.forms.length < partSize) last.forms.push(form)
    else parts.push({ module: form.module, forms: [form] })
  }
  return parts
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
function partition(cores: readonly Core[], deferral: Deferral): { eager: Core[]; deferrable: Define[] } {
  const flat = cores.flatMap((core) => (core.kind === 'seq' && core.body.every(keepsMeanings) ? core.body : [core]))
  const deferrable = flat.filter((core) => deferral.mayWait(core))
  if (deferrable.length < fewest) return { eager: [...cores], deferrable: [] }
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

function encodeGlobal(link: GlobalLink, defined: Definitions): EncodedLink {
  const here = defined.get(link.module)?.has(link.name) === true
  return ['g', link.module.name, link.name.name, (link.public ? 1 : 0) + (here ? 2 : 0)]
}

class ConstantTable {
  readonly values: Encoded[] = []
  readonly #encoder: Encoder = makeEncoder()
  readonly #indices = new Map<Value, number>()
  readonly #defined: Definitions
  constructor(defined: Definitions) {
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
      case 'global':
        return encodeGlobal(constant.link, this.#defined)
      case 'primitive':
        return constant.part === undefined ? ['p', constant.name] : ['p', constant.name, constant.part]
      case 'code':
        return ['c', constant.fn.name]
    }
  }
}

/** The links of a part, each once. */
class LinkTable {
  readonly links: EncodedLink[] = []
  readonly #indices = new Map<string, number>()

  /** CONSTANT as DefinitionConstants has it. */
  share(constant: EncodedConstant): number | EncodedCode {
    if (typeof constant === 'number' || constant[0] === 'c') return constant
    const key = JSON.stringify(constant)
    let index = this.#indices.get(key)
    if (index === undefined) {
      index = this.links.push(constant) - 1
      this.#indices.set(key, index)
    }
    return -1 - index
  }
}
