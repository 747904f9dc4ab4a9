/** What a file's compiled code consists of, as text, for a cache: the code (one function per group of forms), a header with
 *  the constants, parts with definitions that wait until their variables are read, and what is rarely needed (resume
 *  functions, source positions, documentation). compile-file.ts makes it, load-unit.ts runs it. */
import type { Encoded } from './encode.ts'
import type { Formals } from './formals.ts'

/** The texts of a compiled file. */
export interface StoredUnit {
  /** `m` and hexadecimal digits, from the content of the source. */
  readonly id: string
  /** A JavaScript expression. */
  readonly code: string
  readonly header: string
  readonly parts: readonly StoredPart[]
  readonly extra: string
}

/** Definitions that are evaluated when their variables are read: of a collection's thousands a program looks at a few. */
export interface StoredPart {
  /** A JavaScript expression: an array of functions, one a definition. */
  readonly code: string
  /** A PartConstants, in JSON. */
  readonly constants: string
}

/** Where a loader finds the parts of a unit. */
export interface UnitSource {
  readonly id: string
  readonly header: string
  /** The value of the code's expression; the embedder may use V8's code cache. */
  evaluate(): unknown
  code(): string
  /** A part by its number; undefined when it is gone: the files of a unit may be replaced while a program runs. */
  part(index: number): PartSource | undefined
  /** Undefined when it is gone. */
  extra(): string | undefined
  /** The path of a source file that the unit mentions. */
  path?(name: string): string
}

export interface PartSource extends StoredPart {
  /** The value of the code's expression. */
  evaluate(): unknown
}

export interface Header {
  readonly values: readonly Encoded[]
  readonly steps: readonly (readonly EncodedConstant[])[]
  /** What each part defines: a module, and names in it. */
  readonly parts: readonly (readonly [module: readonly string[], names: readonly string[]])[]
  /** Variables that the code assigns, and procedures that are pure: what waits in other files depends on it. */
  readonly assigned: readonly EncodedLink[]
  readonly pure: readonly EncodedLink[]
}

export interface PartConstants {
  /** Variables and primitives, which the definitions of a collection share. */
  readonly links: readonly EncodedLink[]
  readonly definitions: readonly DefinitionConstants[]
}
export interface DefinitionConstants {
  readonly values: readonly Encoded[]
  /** A number below zero is one less than the negative index of a link. */
  readonly constants: readonly (number | EncodedCode)[]
}

/** Of a value its index. */
export type EncodedConstant = number | EncodedLink | EncodedCode
/** Of a global module, name, flags (1 public, 2 defined in this file). */
export type EncodedLink =
  | readonly ['g', module: readonly string[], name: string, flags: number]
  | readonly ['p', name: string, part?: number]
export type EncodedCode = readonly ['c', fn: string]

export interface Extra {
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

export interface EncodedTemplate {
  readonly name?: string
  readonly doc?: string
  readonly formals: readonly Formals[]
  readonly span?: number
}

/** UNIT, held in memory, for a loader; RUN gives the value of a JavaScript expression, whose text has a name. */
export function sourceOf<Unit extends StoredUnit>(
  unit: Unit,
  run: (text: string, filename: string) => unknown,
): Omit<Unit, 'code' | 'extra'> & UnitSource {
  const filename = `scheme:${unit.id}`
  return {
    ...unit,
    evaluate: () => run(unit.code, filename),
    code: () => unit.code,
    part: (index) => {
      const part = unit.parts[index]
      return part && { ...part, evaluate: () => run(part.code, `${filename}.${index}`) }
    },
    extra: () => unit.extra,
  }
}
