export { formatAccessControl, isAllowed, parseAccessControl } from './access-control.ts'
export { KeyFiles } from './key-files.ts'
export { equalSexps, isKey, type KeyPair, parseKey, signerOfHash, signHash } from './signature.ts'
