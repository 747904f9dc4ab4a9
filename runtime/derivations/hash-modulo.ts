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
  if (isFixedOutput(drv)) {
    const out = drv.outputs.get('out')
    return hashing('sha256', encodeText(`fixed:out:${out?.hashAlgorithm}:${out?.hash}:${out?.path}`))
  }
  return hashing('sha256', encodeText(formatDerivation(withHashedInputs(drv, hashOfInput))))
}

/** DRV with each input named by its hash modulo, equal ones merged. */
function withHashedInputs(drv: Derivation, hashOfInput: HashOfInput): Derivation {
  const byHash = new Map<string, Set<string>>()
  for (const input of drv.inputs) {
    const hash = hashOfInput(input.path).toHex()
    const outputs = byHash.get(hash) ?? new Set()
    for (const output of input.outputs) outputs.add(output)
    byHash.set(hash, outputs)
  }
  const inputs: DerivationInput[] = [...byHash].map(([path, outputs]) => ({
    path,
    outputs: [...outputs].sort(compareText),
  }))
  return { ...drv, inputs }
}
