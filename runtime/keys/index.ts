export { formatAccessControl, isAllowed, parseAccessControl } from './access-control.ts'
export { KeyFiles } from './key-files.ts'
export { guixSignerOf, signNarInfoAsGuix } from './narinfo-signature.ts'
export {
  type NixPublicKey,
  type NixSecretKey,
  nixSignersOf,
  parseNixPublicKey,
  parseNixSecretKey,
  signNarInfo,
} from './nix-keys.ts'
export { equalSexps, isKey, type KeyPair, parseKey, signerOfHash, signHash } from './signature.ts'
