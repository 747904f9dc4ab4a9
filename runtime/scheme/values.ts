/** Between Scheme values and what the runtime's TypeScript takes: strings, lists, store paths. */
import { wrongType } from '../../lang/conditions/index.ts'
import { list, listToArray, Pair, SchemeString, type Value } from '../../lang/values/index.ts'
import { type StorePath, toStorePath } from '../formats/index.ts'

export function schemeString(text: string): SchemeString {
  return new SchemeString(text)
}

export function schemeStrings(texts: Iterable<string>): Value {
  return list([...texts].map(schemeString))
}

/** The JavaScript text of a Scheme string. */
export function textOf(procedure: string, position: number, value: Value): string {
  if (value instanceof SchemeString) return value.toString()
  return wrongType(procedure, position, value, 'string')
}

/** The elements of a Scheme list. */
export function elementsOf(procedure: string, position: number, value: Value): Value[] {
  return listToArray(value) ?? wrongType(procedure, position, value, 'list')
}

export function textsOf(procedure: string, position: number, value: Value): string[] {
  return elementsOf(procedure, position, value).map((item) => textOf(procedure, position, item))
}

/** The entries of an association list of strings. */
export function textPairsOf(procedure: string, position: number, value: Value): Array<[string, string]> {
  return elementsOf(procedure, position, value).map((entry) => {
    if (!(entry instanceof Pair)) return wrongType(procedure, position, entry, 'pair')
    return [textOf(procedure, position, entry.car), textOf(procedure, position, entry.cdr)]
  })
}

/** A store path. @throws StrataError `not-a-store-path`. */
export function storePathOf(procedure: string, position: number, value: Value): StorePath {
  return toStorePath(textOf(procedure, position, value))
}

/** The value of a Scheme boolean-or-number argument: #f stands for `fallback`. */
export function numberOr(fallback: number, value: Value): number {
  return typeof value === 'number' ? value : fallback
}
