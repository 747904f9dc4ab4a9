/** Making derivations: from what a recipe asks for to a complete derivation with output paths.
 *  Pure but for hashing and looking up inputs. Writing it to the store is the caller's.
 *  Model: `derivation` of guix/derivations.scm; its treatment of duplicate inputs included. */
import { StrataError } from '../../lang/conditions/index.ts'
import {
  checkStoreName,
  compareText,
  type Derivation,
  type DerivationInput,
  type DerivationOutput,
  derivationBytes,
  derivationReferences,
  type FixedContent,
  makeFixedOutputPath,
  makeOutputPath,
  makeTextPath,
  type PathMaking,
  type StorePath,
} from '../formats/index.ts'
import { type HashOfInput, hashDerivationModulo } from './hash-modulo.ts'

export interface DerivationRequest {
  readonly name: string
  readonly system: string
  readonly builder: string
  readonly args: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  /** With the paths of all outputs of the input, which decide which inputs are the same. */
  readonly inputs: readonly RequestedInput[]
  readonly sources: readonly string[]
  readonly outputs: readonly string[]
  readonly fixed?: FixedContent | undefined
}

export interface RequestedInput extends DerivationInput {
  readonly outputPaths: readonly string[]
}

export interface MadeDerivation {
  readonly path: StorePath
  readonly derivation: Derivation
  readonly bytes: Uint8Array
  readonly references: readonly StorePath[]
  readonly hashModulo: Uint8Array
}

/** @throws StrataError `bad-derivation-request` when no output is asked for, or a fixed one is not `out`. */
export function makeDerivation(
  request: DerivationRequest,
  making: PathMaking,
  hashOfInput: HashOfInput,
): MadeDerivation {
  checkStoreName(request.name)
  if (request.fixed !== undefined && (request.outputs.length !== 1 || request.outputs[0] !== 'out')) {
    throw new StrataError(
      'bad-derivation-request',
      `fixed-output derivation ${request.name} must have the one output out`,
    )
  }
  const inputs = mergeInputs(request.inputs)
  const sources = [...new Set(request.sources)].sort(compareText)
  const names = [...new Set(request.outputs)].sort(compareText)
  const base = {
    inputs,
    sources,
    system: request.system,
    builder: request.builder,
    args: request.args,
  }

  const fixed = request.fixed
  const outputs = new Map<string, DerivationOutput>()
  const environment = new Map(request.environment)
  if (fixed !== undefined) {
    const path = makeFixedOutputPath(making, fixed, request.name)
    const hashAlgorithm = (fixed.recursive ? 'r:' : '') + fixed.hash.algorithm
    outputs.set('out', { path, hashAlgorithm, hash: fixed.hash.digest.toHex() })
    environment.set('out', path)
  } else {
    for (const name of names) {
      outputs.set(name, { path: '', hashAlgorithm: '', hash: '' })
      environment.set(name, '')
    }
    const digest = hashDerivationModulo({ ...base, outputs, environment }, making.hashing, hashOfInput)
    for (const name of names) {
      const path = makeOutputPath(making, name, digest, request.name)
      outputs.set(name, { path, hashAlgorithm: '', hash: '' })
      environment.set(name, path)
    }
  }

  const derivation: Derivation = { ...base, outputs, environment }
  const bytes = derivationBytes(derivation)
  const references = derivationReferences(derivation)
  return {
    path: makeTextPath(making, `${request.name}.drv`, bytes, references),
    derivation,
    bytes,
    references,
    hashModulo: hashDerivationModulo(derivation, making.hashing, hashOfInput),
  }
}

/** Merge inputs with the same derivation or the same output paths: the first stays, with the outputs of all, sorted. */
function mergeInputs(inputs: readonly RequestedInput[]): DerivationInput[] {
  const byPath = new Map<string, Set<string>>()
  const byOutputs = new Map<string, Set<string>>()
  for (const input of inputs) {
    const key = input.outputPaths.join(' ')
    const known = byPath.get(input.path) ?? byOutputs.get(key)
    if (known !== undefined) {
      for (const output of input.outputs) known.add(output)
      continue
    }
    const outputs = new Set(input.outputs)
    byOutputs.set(key, outputs)
    byPath.set(input.path, outputs)
  }
  return [...byPath]
    .map(([path, outputs]) => ({ path, outputs: [...outputs].sort(compareText) }))
    .sort((a, b) => compareText(a.path, b.path))
}
