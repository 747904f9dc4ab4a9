/** Structured attributes of Nix (`__structuredAttrs`): a derivation's attributes as one JSON object in the variable `__json`
 *  in the place of environment variables. Guix has none. Model: ParsedDerivation of Nix 2.8. */
import { StrataError } from '../../lang/conditions/index.ts'
import { compareText, type Derivation } from '../formats/index.ts'

/** A number as it was written: JavaScript's own would lose digits. */
export class JsonNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

/** Whether VALUE is an array; the type of Array.isArray says nothing of arrays that cannot be changed. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map
}

function invalid(message: string): StrataError {
  return new StrataError('bad-derivation', message, { hint: 'Nix writes the attributes into the variable __json' })
}

function parseJson(text: string): Json {
  // Objects become maps, whose keys keep no order of their own and may have any name.
  const parsed: Json = JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value === 'number') return new JsonNumber(context?.source ?? String(value))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return value instanceof JsonNumber || value instanceof Map ? value : new Map(Object.entries(value))
  })
  return parsed
}

const parsed = new WeakMap<Derivation, JsonObject>()

/** The attributes of DERIVATION, when it has them as JSON. */
export function structuredAttributes(derivation: Derivation): JsonObject | undefined {
  const known = parsed.get(derivation)
  if (known !== undefined) return known
  const text = derivation.environment.get('__json')
  if (text === undefined) return undefined
  let value: Json
  try {
    value = parseJson(text)
  } catch (error) {
    throw invalid(`the structured attributes are not JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (!isObject(value)) throw invalid('the structured attributes are not a JSON object')
  parsed.set(derivation, value)
  return value
}

/** JSON as Nix writes it: without spaces, keys in the order of their bytes. */
export function formatJson(value: Json): string {
  if (value instanceof JsonNumber) return value.source
  if (isList(value)) return `[${value.map(formatJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${sortedEntries(value)
    .map(([name, one]) => `${JSON.stringify(name)}:${formatJson(one)}`)
    .join(',')}}`
}

export function sortedEntries(value: JsonObject): [string, Json][] {
  return [...value].sort(([left], [right]) => compareText(left, right))
}

/** The strings in the list VALUE, which is what NAME stands for. */
export function listOfStrings(value: Json, name: string): string[] {
  const strings = isList(value) ? value.filter((one) => typeof one === 'string') : undefined
  if (!isList(value) || strings?.length !== value.length)
    throw invalid(`the attribute \`${name}' has to be a list of strings`)
  return strings
}

/** The list NAME of DERIVATION: of JSON or of words. */
export function listAttribute(derivation: Derivation, name: string): string[] | undefined {
  const structured = structuredAttributes(derivation)
  if (structured !== undefined) {
    const value = structured.get(name)
    return value === undefined ? undefined : listOfStrings(value, name)
  }
  return derivation.environment
    .get(name)
    ?.split(/\s+/)
    .filter((word) => word !== '')
}

/** The flag NAME of DERIVATION: a Boolean of JSON or the variable's `1`. */
export function flagAttribute(derivation: Derivation, name: string, otherwise: boolean): boolean {
  const structured = structuredAttributes(derivation)
  if (structured === undefined) {
    const value = derivation.environment.get(name)
    return value === undefined ? otherwise : value === '1'
  }
  const value = structured.get(name)
  if (value === undefined) return otherwise
  if (typeof value !== 'boolean') throw invalid(`the attribute \`${name}' has to be true or false`)
  return value
}
