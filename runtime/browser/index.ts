/** `strata/browser`: the language and the formats of the store without Node. The standard library is part of the
 *  bundle, as text; modules are compiled when they are first used. No files, processes or sockets. */

import { makeSuggestions } from '../../lang/conditions/suggestions.ts'
import type { CreateInterpreter } from '../../lang/embedding/api.ts'
import { createEmbedded } from '../../lang/embedding/embedded.ts'
import type { Host } from '../../lang/host.ts'
import { type DerivationRequest, type MadeDerivation, makeDerivation } from '../derivations/index.ts'
import { type PathMaking, storeDirectory } from '../formats/index.ts'
import { hashing } from './digests.ts'
import { standardLibrary } from './standard-library.ts'

export * from '../../lang/embedding/api.ts'
export { hashDerivationModulo } from '../derivations/index.ts'
export * from '../formats/index.ts'
export { hashing }

const ROOT = '/stdlib'
const encoder = new TextEncoder()

const host: Host = {
  readFile(path) {
    const text = path.startsWith(`${ROOT}/`) ? standardLibrary[path.slice(ROOT.length + 1)] : undefined
    return text === undefined ? undefined : encoder.encode(text)
  },
  fileExists: (path) => path.startsWith(`${ROOT}/`) && Object.hasOwn(standardLibrary, path.slice(ROOT.length + 1)),
  write: () => undefined,
  readInput: () => new Uint8Array(),
  getenv: () => undefined,
  currentDirectory: () => '/',
  now: () => performance.timeOrigin + performance.now(),
}

/** Make an interpreter. Several live beside each other. Evaluations cannot be limited in time. */
export const createInterpreter: CreateInterpreter = (options = {}) =>
  createEmbedded(options, {
    host,
    roots: [ROOT],
    output: (text) => console.log(text.replace(/\n$/, '')),
    error: (text) => console.error(text.replace(/\n$/, '')),
    suggestionsOf: (interpreter) => makeSuggestions(interpreter, () => Object.keys(standardLibrary)),
  })

/** The derivation that REQUEST asks for, with its path and the paths of its outputs. HASHOFINPUT gives the hash modulo
 *  of the derivations it needs. */
export function derivation(
  request: DerivationRequest,
  hashOfInput: (path: string) => Uint8Array = noInput,
): MadeDerivation {
  const making: PathMaking = { directory: storeDirectory, hashing }
  return makeDerivation(request, making, hashOfInput)
}

function noInput(path: string): never {
  throw new TypeError(`the hash of ${path} is not known`)
}
