/** `hashDerivationModulo`: the hash of a derivation in which fixed outputs stand for how they are made.
 *  Pure but for the hashing and the finding of inputs, which are arguments.
 *  Algorithm: Dolstra's thesis, section 5.4.1; libstore/derivations.cc. */
import {
  compareText,
  type Derivation,
  type DerivationInput,
  encodeText,
  formatDerivation,
  type Hashing,
  isFixedOutput,
} from '../formats/index.ts'

/** The hash modulo of the derivation at a path, for example from a cache. */
export type HashOfInput = (drvPath: string) => Uint8Array

export function hashDerivationModulo(drv: Derivation, hashing: Hashing, hashOfInput: HashOfInput): Uint8Array {
  if (isFixedOutput(drv)) return hashFixedOutput(drv, hashing)
  return hashing('sha256', encodeText(formatDerivation({ ...drv, inputs: hashedInputs(drv.inputs, hashOfInput) })))
}

/** The hash modulo of a fixed-output derivation. */
export function hashFixedOutput(drv: Pick<Derivation, 'outputs'>, hashing: Hashing): Uint8Array {
  const out = drv.outputs.get('out')
  return hashing('sha256', encodeText(`fixed:out:${out?.hashAlgorithm}:${out?.hash}:${out?.path}`))
}

/** INPUTS, each named by its hash modulo, equal ones merged. */
export function hashedInputs(inputs: readonly DerivationInput[], hashOfInput: HashOfInput): DerivationInput[] {
  const byHash = new Map<string, readonly string[]>()
  for (const { path, outputs } of inputs) {
    const hash = hashOfInput(path).toHex()
    byHash.set(hash, mergeNames(byHash.get(hash) ?? [], outputs))
  }
  return [...byHash].map(([path, outputs]) => ({ path, outputs }))
}

/** The names in ONE and OTHER, sorted. */
export function mergeNames(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === 0 && other.length === 1) return other
  return [...new Set([...one, ...other])].sort(compareText)
}
