/** Making derivations: from what a recipe asks for to a complete derivation with output paths.
 *  Pure but for hashing and looking up inputs. Writing it to the store is the caller's.
 *  Model: `derivation` of guix/derivations.scm; its treatment of duplicate inputs included. */
import { StrataError } from '../../lang/conditions/index.ts'
import {
  assembleDerivation,
  checkStoreName,
  compareText,
  type Derivation,
  type DerivationInput,
  type DerivationOutput,
  derivationReferences,
  encodeText,
  type FixedContent,
  formatEnvironment,
  formatInputs,
  formatOutputs,
  formatProgram,
  makeFixedOutputPath,
  makeOutputPath,
  makeTextPath,
  type PathMaking,
  type StorePath,
} from '../formats/index.ts'
import { type HashOfInput, hashedInputs, hashFixedOutput, mergeNames } from './hash-modulo.ts'

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
  const base = { inputs, sources, system: request.system, builder: request.builder, args: request.args }
  const environment = new Map(request.environment)
  const outputs = new Map<string, DerivationOutput>()

  const program = formatProgram({ ...base, environment })
  // What the hash modulo is taken of; the same but for outputs and environment while these are still unknown.
  const hashedText = once(() => formatInputs(hashedInputs(inputs, hashOfInput)))
  const hashModulo = (): Uint8Array => {
    const parts = [formatOutputs(outputs), hashedText(), program, formatEnvironment(environment)] as const
    return making.hashing('sha256', encodeText(assembleDerivation(...parts)))
  }

  const { fixed } = request
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
    const digest = hashModulo()
    for (const name of names) {
      const path = makeOutputPath(making, name, digest, request.name)
      outputs.set(name, { path, hashAlgorithm: '', hash: '' })
      environment.set(name, path)
    }
  }

  const derivation: Derivation = { ...base, outputs, environment }
  const bytes = encodeText(
    assembleDerivation(formatOutputs(outputs), formatInputs(inputs), program, formatEnvironment(environment)),
  )
  const references = derivationReferences(derivation)
  return {
    path: makeTextPath(making, `${request.name}.drv`, bytes, references),
    derivation,
    bytes,
    references,
    hashModulo: fixed === undefined ? hashModulo() : hashFixedOutput(derivation, making.hashing),
  }
}

function once<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | undefined
  return () => {
    computed ??= { value: compute() }
    return computed.value
  }
}

/** Merge inputs with the same derivation or the same output paths: the first stays, with the outputs of all, sorted. */
function mergeInputs(inputs: readonly RequestedInput[]): DerivationInput[] {
  const merged: { readonly path: string; outputs: readonly string[] }[] = []
  const byPath = new Map<string, (typeof merged)[number]>()
  const byOutputs = new Map<string, (typeof merged)[number]>()
  for (const { path, outputs, outputPaths } of inputs) {
    const key = outputPaths.length === 1 ? (outputPaths[0] ?? '') : outputPaths.join(' ')
    const known = byPath.get(path) ?? byOutputs.get(key)
    if (known !== undefined) known.outputs = mergeNames(known.outputs, outputs)
    else {
      const input = { path, outputs: mergeNames([], outputs) }
      byPath.set(path, input)
      byOutputs.set(key, input)
      merged.push(input)
    }
  }
  return merged.sort((a, b) => compareText(a.path, b.path))
}
