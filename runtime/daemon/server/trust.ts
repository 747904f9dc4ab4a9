/** Whom the daemon trusts with archives: it signs what it exports with the key of this machine, and takes in what a key
 *  of its access control list has signed. */
import { StrataError } from '../../../lang/conditions/index.ts'
import type { Judge, Signer } from '../../store/index.ts'
import type { Session } from './session.ts'

export function signerOf(_session: Session): Signer {
  throw new StrataError('no-signing-key', 'there is no signing key')
}

/** Nix's clients send archives without signatures and leave it to the daemon to trust them or not. */
export function judgeOf(session: Session): Judge {
  return (_hash, signature, path) => {
    if (signature === undefined && session.dialect === 'nix' && session.trusted) return
    throw new StrataError('unsigned', `imported archive of \`${path}' lacks a signature`)
  }
}
