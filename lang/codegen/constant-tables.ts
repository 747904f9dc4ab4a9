/** The constants of a piece of generated code: each once, under a short name, and the head that declares them. */
import type { Span } from '../source/index.ts'
import { NIL, UNSPECIFIED, type Value } from '../values/index.ts'
import type { Fn, GlobalLink } from './ir.ts'

/** What the text's table of constants holds, in order. */
export type Constant =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'global'; readonly link: GlobalLink }
  | { readonly kind: 'primitive'; readonly name: string; readonly part: number | undefined }
  | { readonly kind: 'code'; readonly fn: Fn }

/** JavaScript text of a unit: the body of a function of `R`, the run-time, and `K`, the linked constants. */
export interface UnitText {
  readonly text: string
  readonly constants: readonly Constant[]
  /** A line that ends in `// @N` belongs to span N. */
  readonly spans: readonly Span[]
  /** The functions in the text, by JavaScript name. */
  readonly fns: ReadonlyMap<string, Fn>
}

/** What a text refers to outside itself. */
export class Tables {
  readonly constants: Constant[] = []
  readonly spans: Span[]
  readonly fns = new Map<string, Fn>()
  readonly #names = new Map<unknown, string>()
  readonly #globals = new Map<unknown, Map<unknown, string>>()
  readonly #runtime = new Set<string>()

  constructor(spans: Span[]) {
    this.spans = spans
  }

  runtime(name: string): string {
    this.#runtime.add(name)
    return name
  }

  value(value: Value): string {
    switch (typeof value) {
      case 'number':
        return value < 0 ? `(${value})` : String(value)
      case 'boolean':
        return String(value)
      case 'bigint':
        return value < 0n ? `(${value}n)` : `${value}n`
      case 'undefined':
        return 'undefined'
      default:
    }
    if (value === NIL) return this.runtime('NIL')
    if (value === UNSPECIFIED) return this.runtime('UNSPECIFIED')
    return this.#add(value, 'k', { kind: 'value', value })
  }

  global(link: GlobalLink): string {
    let names = this.#globals.get(link.module)
    if (names === undefined) {
      names = new Map()
      this.#globals.set(link.module, names)
    }
    const key = link.public ? `public ${link.name.name}` : link.name
    const known = names.get(key)
    if (known !== undefined) return known
    const made = `g${this.constants.length}`
    this.constants.push({ kind: 'global', link: { module: link.module, name: link.name, public: link.public } })
    names.set(key, made)
    return made
  }

  /** PART: -1 the implementation, else a parameter's check. */
  primitive(name: string, part?: number): string {
    return this.#add(`primitive ${name} ${part}`, 'p', { kind: 'primitive', name, part })
  }

  code(fn: Fn): string {
    return this.#add(fn, 'c', { kind: 'code', fn })
  }

  #add(key: unknown, prefix: string, constant: Constant): string {
    let name = this.#names.get(key)
    if (name === undefined) {
      name = `${prefix}${this.constants.length}`
      this.#names.set(key, name)
      this.constants.push(constant)
    }
    return name
  }

  wrap(text: string): UnitText {
    const lines = ["'use strict'"]
    const runtime = [...this.#runtime].map((name) => `${name} = R.${name}`)
    if (runtime.length > 0) lines.push(`const ${runtime.join(', ')}`)
    const constants = this.constants.map((constant, i) => `${prefixes[constant.kind]}${i} = K[${i}]`)
    if (constants.length > 0) lines.push(`const ${constants.join(', ')}`)
    lines.push(`return ${text}`)
    return { text: lines.join('\n'), constants: this.constants, spans: this.spans, fns: this.fns }
  }
}
const prefixes = { value: 'k', global: 'g', primitive: 'p', code: 'c' } as const
