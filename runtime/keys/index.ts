export { formatAccessControl, isAllowed, parseAccessControl } from './access-control.ts'
export { KeyFiles, readKeyPair } from './key-files.ts'
export { guixSignerOf, signNarInfoAsGuix } from './narinfo-signature.ts'
export {
  ed25519PublicKey,
  type NixPublicKey,
  type NixSecretKey,
  nixPublicKeySexp,
  nixSignersOf,
  parseNixPublicKey,
  parseNixSecretKey,
  signNarInfo,
} from './nix-keys.ts'
export { equalSexps, isKey, type KeyPair, parseKey, signerOfHash, signHash } from './signature.ts'
