/** What outputs may refer to: `allowedReferences`, `disallowedReferences` and the same for requisites.
 *  Model: registerOutputs of libstore's build.cc. */
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, parseStorePath, type StorePath } from '../formats/index.ts'

/** The names of outputs, or paths, that ATTRIBUTE lists; undefined when the derivation has no such attribute. */
function specifiedPaths(derivation: Derivation, attribute: string): Set<string> | undefined {
  const value = derivation.environment.get(attribute)
  if (value === undefined) return undefined
  const words = value.split(/\s+/).filter((word) => word !== '')
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

export interface Referring {
  readonly derivation: Derivation
  readonly references: readonly StorePath[]
  /** What the references refer to, directly or not, themselves included. */
  readonly requisites: () => readonly StorePath[]
}

/** The first path that the output refers to and must not; undefined when there is none. */
export function forbiddenReference({ derivation, references, requisites }: Referring): StorePath | undefined {
  const rules = [
    { attribute: 'allowedReferences', allow: true, paths: () => references },
    { attribute: 'allowedRequisites', allow: true, paths: requisites },
    { attribute: 'disallowedReferences', allow: false, paths: () => references },
    { attribute: 'disallowedRequisites', allow: false, paths: requisites },
  ]
  for (const { attribute, allow, paths } of rules) {
    const specified = specifiedPaths(derivation, attribute)
    const found = specified === undefined ? undefined : paths().find((path) => specified.has(path) !== allow)
    if (found !== undefined) return found
  }
  return undefined
}
