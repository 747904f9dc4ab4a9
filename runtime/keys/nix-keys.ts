/** Keys and signatures of Nix: ed25519, as `NAME:BASE64`. A secret key is the seed followed by the public key.
 *  Format: libstore/crypto.cc. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { atom, type Sexp } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { encodeText, type NarInfo, narInfoFingerprint } from '../formats/index.ts'

/** What stands before the 32 bytes of a key in its DER forms (RFC 8410). */
// Not Uint8Array.fromHex: it is missing while a start-up snapshot is made.
const secretPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

export interface NixSecretKey {
  readonly name: string
  readonly key: KeyObject
  readonly publicKey: NixPublicKey
}

export interface NixPublicKey {
  readonly name: string
  readonly key: KeyObject
}

/** NAME and the SIZE bytes of `NAME:BASE64`. @throws StrataError `bad-key`. */
function parts(text: string, size: number, what: string): readonly [name: string, bytes: Uint8Array] {
  const [, name, encoded] = /^([^:\s]+):([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? []
  if (name !== undefined && encoded !== undefined) {
    try {
      const bytes = Uint8Array.fromBase64(encoded)
      if (bytes.length === size) return [name, bytes]
    } catch {
      // Said below.
    }
  }
  throw new StrataError('bad-key', `not a ${what} of Nix`, { hint: `a ${what} is NAME:BASE64 with ${size} bytes` })
}

/** The key that `nix key generate-secret` printed. @throws StrataError `bad-key`. */
export function parseNixSecretKey(text: string): NixSecretKey {
  const [name, bytes] = parts(text, 64, 'secret key')
  const key = createPrivateKey({
    key: Buffer.concat([secretPrefix, bytes.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = nixPublicKey(name, bytes.subarray(32))
  if (!publicKey.key.equals(createPublicKey(key))) {
    throw new StrataError('bad-key', `the two halves of the secret key ${name} do not belong together`)
  }
  return { name, key, publicKey }
}

/** The key that `nix key convert-secret-to-public` printed. @throws StrataError `bad-key`. */
export function parseNixPublicKey(text: string): NixPublicKey {
  const [name, bytes] = parts(text, 32, 'public key')
  return nixPublicKey(name, bytes)
}

function nixPublicKey(name: string, bytes: Uint8Array): NixPublicKey {
  return { name, key: ed25519PublicKey(bytes) }
}

/** The key with these 32 bytes. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' })
}

/** The same key as an s-expression, as access control lists have it. @throws StrataError `bad-key`. */
export function nixPublicKeySexp(text: string): Sexp {
  const [, bytes] = parts(text, 32, 'public key')
  return [atom('public-key'), [atom('ecc'), [atom('curve'), atom('Ed25519')], [atom('q'), bytes]]]
}

type Signed = Pick<NarInfo, 'storePath' | 'narHash' | 'narSize' | 'references'>

/** The signature of INFO, for its `Sig` field. */
export function signNarInfo(info: Signed, { name, key }: NixSecretKey): string {
  return `${name}:${sign(undefined, encodeText(narInfoFingerprint(info)), key).toString('base64')}`
}

/** The names of those of KEYS that signed INFO. */
export function nixSignersOf(info: Signed & Pick<NarInfo, 'signatures'>, keys: readonly NixPublicKey[]): string[] {
  const fingerprint = encodeText(narInfoFingerprint(info))
  return info.signatures.flatMap((signature) => {
    const colon = signature.indexOf(':')
    const name = signature.slice(0, colon)
    const bytes = Buffer.from(signature.slice(colon + 1), 'base64')
    return keys.some((key) => key.name === name && verify(undefined, fingerprint, key.key, bytes)) ? [name] : []
  })
}
