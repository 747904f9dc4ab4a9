/** Whether the outputs of a derivation that somebody else wrote are those that its content gives: otherwise one user
 *  could have anything built under the name of what another asked for. Model: checkDerivationOutputs of
 *  libstore/local-store.cc. */
import { StrataError } from '../../lang/conditions/index.ts'
import {
  type Derivation,
  isFixedOutput,
  isHashAlgorithm,
  makeFixedOutputPath,
  makeOutputPath,
  type PathMaking,
  parseHash,
  type StorePath,
  storePathName,
} from '../formats/index.ts'
import { type HashOfInput, hashDerivationModulo } from './hash-modulo.ts'

/** @throws StrataError `bad-derivation` when DERIVATION, at PATH, names wrong outputs. */
export function checkOutputs(
  path: StorePath,
  derivation: Derivation,
  making: PathMaking,
  hashOfInput: HashOfInput,
): void {
  const name = storePathName(path).replace(/\.drv$/, '')
  for (const [output, expected] of expectedOutputs(name, derivation, making, hashOfInput)) {
    for (const found of [derivation.outputs.get(output)?.path, derivation.environment.get(output) ?? expected]) {
      if (found === expected) continue
      throw new StrataError(
        'bad-derivation',
        `derivation \`${path}' has incorrect output \`${found}', should be \`${expected}'`,
      )
    }
  }
}

function expectedOutputs(
  name: string,
  derivation: Derivation,
  making: PathMaking,
  hashOfInput: HashOfInput,
): [string, StorePath][] {
  const { outputs, environment } = derivation
  if (isFixedOutput(derivation)) {
    const { hashAlgorithm = '', hash = '' } = outputs.get('out') ?? {}
    const recursive = hashAlgorithm.startsWith('r:')
    const algorithm = recursive ? hashAlgorithm.slice(2) : hashAlgorithm
    if (!isHashAlgorithm(algorithm)) throw new StrataError('bad-derivation', `unknown hash algorithm \`${algorithm}'`)
    return [['out', makeFixedOutputPath(making, { recursive, hash: parseHash(hash, algorithm) }, name)]]
  }
  const blank = { path: '', hashAlgorithm: '', hash: '' }
  const names = [...outputs.keys()]
  const digest = hashDerivationModulo(
    {
      ...derivation,
      outputs: new Map(names.map((output) => [output, blank])),
      environment: new Map([...environment].map(([key, value]) => [key, outputs.has(key) ? '' : value])),
    },
    making.hashing,
    hashOfInput,
  )
  return names.map((output) => [output, makeOutputPath(making, output, digest, name)])
}
