/** Whom the daemon trusts with archives: it signs what it exports with the key of this machine, and takes in what a key
 *  of its access control list has signed. */
import { KeyFiles } from '../../keys/index.ts'
import type { Judge, Signer } from '../../store/index.ts'
import type { Session } from './session.ts'

export function signerOf({ store }: Session): Signer {
  return new KeyFiles(store.layout).signer()
}

/** Nix's clients send archives without signatures and leave it to the daemon to trust them or not. */
export function judgeOf({ store, dialect, trusted }: Session): Judge {
  const judge = new KeyFiles(store.layout).judge()
  return (hash, signature, path) => {
    if (signature === undefined && dialect === 'nix' && trusted) return
    judge(hash, signature, path)
  }
}
