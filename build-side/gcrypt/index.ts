/** Keys, signatures and hashes as libgcrypt has them, for Scheme (gcrypt …) and for the daemon's signed archives. */
import './declare.ts'

export {
  atom,
  atomAfter,
  canonicalBytes,
  findToken,
  formatSexp,
  parseSexp,
  type Sexp,
  SexpSyntaxError,
  textOf,
} from './canonical-sexp.ts'
export { generateKey, KeyError, signData, verifySignature } from './keys.ts'
