/** What outputs may refer to and how large they may be: `allowedReferences`, `disallowedReferences`, the same for requisites,
 *  and with structured attributes the `outputChecks` of each output. Model: registerOutputs of libstore's build.cc. */
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, parseStorePath, type StorePath } from '../formats/index.ts'
import {
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
  listAttribute,
  listOfStrings,
  structuredAttributes,
} from './structured-attributes.ts'

export interface Referring {
  readonly derivation: Derivation
  /** The name of the output. */
  readonly output: string
  readonly path: StorePath
  readonly references: readonly StorePath[]
  readonly narSize: number
  /** What the references refer to, directly or not, themselves included. */
  readonly requisites: () => readonly StorePath[]
  /** The size of an item of the closure. */
  readonly sizeOf: (path: StorePath) => number
}

const rules = [
  { attribute: 'allowedReferences', allow: true, direct: true },
  { attribute: 'allowedRequisites', allow: true, direct: false },
  { attribute: 'disallowedReferences', allow: false, direct: true },
  { attribute: 'disallowedRequisites', allow: false, direct: false },
]

/** The paths that WORDS of ATTRIBUTE stand for: store items, or names of outputs. */
function specifiedPaths(derivation: Derivation, attribute: string, words: readonly string[]): Set<string> {
  return new Set(
    words.map((word) => {
      const path = parseStorePath(word) ?? derivation.outputs.get(word)?.path
      if (path === undefined)
        throw new StrataError('bad-derivation', `derivation contains an invalid reference specifier \`${word}'`, {
          hint: `${attribute} lists store items and the names of outputs`,
        })
      return path
    }),
  )
}

/** The checks of one output among structured attributes. */
function checksOf(derivation: Derivation, output: string): JsonObject {
  const all = structuredAttributes(derivation)?.get('outputChecks')
  const checks = isObject(all) ? all.get(output) : undefined
  return isObject(checks) ? checks : new Map()
}

/** What is wrong with the output: it is too large, or refers to what it must not. Undefined when nothing is. */
export function outputFault(referring: Referring): string | undefined {
  const { derivation, output, path, references, narSize, requisites } = referring
  const structured = structuredAttributes(derivation) !== undefined
  const checks = checksOf(derivation, output)
  const maxSize = sizeLimit(checks, 'maxSize')
  if (maxSize !== undefined && narSize > maxSize)
    return `path \`${path}' is too large at ${narSize} bytes; limit is ${maxSize} bytes`
  const maxClosure = sizeLimit(checks, 'maxClosureSize')
  if (maxClosure !== undefined) {
    const size = [...new Set([path, ...requisites()])].reduce((sum, item) => sum + referring.sizeOf(item), 0)
    if (size > maxClosure)
      return `closure of path \`${path}' is too large at ${size} bytes; limit is ${maxClosure} bytes`
  }
  for (const { attribute, allow, direct } of rules) {
    const words = structured ? wordsOf(checks.get(attribute), attribute) : listAttribute(derivation, attribute)
    if (words === undefined) continue
    const specified = specifiedPaths(derivation, attribute, words)
    // As in Nix, the closure of an output has the output itself, which only structured checks have to name.
    const used = direct ? references : structured ? [...new Set([path, ...requisites()])] : requisites()
    const found = used.find((one) => specified.has(one) !== allow)
    if (found !== undefined) return `output (\`${path}') is not allowed to refer to path \`${found}'`
  }
  return undefined
}

function sizeLimit(checks: JsonObject, name: string): number | undefined {
  const value = checks.get(name)
  if (value === undefined) return undefined
  if (value instanceof JsonNumber) return Number(value.source)
  throw new StrataError('bad-derivation', `\`${name}' among the checks of an output has to be a number of bytes`)
}

function wordsOf(value: Json | undefined, name: string): string[] | undefined {
  return value === undefined ? undefined : listOfStrings(value, name)
}
