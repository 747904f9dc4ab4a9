/** Guix's signature of a narinfo: an s-expression over the SHA-256 of the text before it. Format: guix/narinfo.scm. */
import { createHash } from 'node:crypto'
import type { Sexp } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { encodeText, type GuixSignature, guixSignedText, type NarInfo, type ParsedNarInfo } from '../formats/index.ts'
import { type KeyPair, signerOfHash, signHash } from './signature.ts'

/** The signature of INFO by HOST. */
export function signNarInfoAsGuix(info: NarInfo, host: string, keys: KeyPair): GuixSignature {
  return { host, signature: encodeText(signHash(sha256(guixSignedText(info)), keys)) }
}

/** The key that signed a narinfo in Guix's way; undefined when none did.
 *  @throws StrataError `bad-signature`. */
export function guixSignerOf({ info, signedText }: ParsedNarInfo): Sexp | undefined {
  if (info.guixSignature === undefined || signedText === undefined) return undefined
  const text = Buffer.from(info.guixSignature.signature).toString('latin1')
  if (text.length > 1 << 16) throw new StrataError('bad-signature', 'the signature is too long')
  return signerOfHash(sha256(signedText), text)
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
