export { checkOutputs } from './check-outputs.ts'
export { type HashOfInput, hashDerivationModulo } from './hash-modulo.ts'
export { type DerivationRequest, type MadeDerivation, makeDerivation, type RequestedInput } from './make.ts'
