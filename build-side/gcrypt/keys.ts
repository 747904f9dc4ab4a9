/** Signing, verifying and generating keys that are s-expressions, as libgcrypt's gcry_pk_sign and its kin:
 *  RSA, EdDSA, and ECDSA on Ed25519. */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  publicDecrypt,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto'
import { atom, atomAfter, findToken, type Sexp, textOf } from './canonical-sexp.ts'
import { verifyDsa } from './dsa.ts'
import { generateSecret, publicKeyOf, signEcdsa, toBytes, toNumber, verifyEcdsa } from './edwards.ts'

/** libgcrypt's code for what went wrong. */
export class KeyError extends Error {
  readonly code: number
  constructor(code: number) {
    super(`libgcrypt error ${code}`)
    this.code = code
  }
}
export const keyErrors = {
  badPublicKey: 6,
  badSecretKey: 7,
  badSignature: 8,
  invalidObject: 65,
  noObject: 68,
  notSupported: 60,
  unknownAlgorithm: 4,
  unknownCurve: 188,
} as const
function fail(code: number): never {
  throw new KeyError(code)
}

/** The DER of an AlgorithmIdentifier and OCTET STRING header before a hash, in PKCS #1 signatures. */
const digestPrefixes: Readonly<Record<string, string>> = {
  sha1: '3021300906052b0e03021a05000414',
  sha224: '302d300d06096086480165030402040500041c',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

interface Signed {
  readonly flags: readonly string[]
  readonly algorithm: string
  readonly hash: Uint8Array
}
function signedPart(data: Sexp): Signed {
  const flags = (findToken(data, 'flags') ?? [])
    .slice(1)
    .flatMap((f) => (f instanceof Uint8Array ? [textOf(f) ?? ''] : []))
  const hash = findToken(data, 'hash')
  const algorithm = hash?.[1]
  const value = hash?.[2]
  if (algorithm instanceof Uint8Array && value instanceof Uint8Array)
    return { flags, algorithm: (textOf(algorithm) ?? '').toLowerCase(), hash: value }
  const raw = atomAfter(data, 'value')
  return raw === undefined ? fail(keyErrors.noObject) : { flags, algorithm: 'sha512', hash: raw }
}
function digestInfo({ algorithm, hash }: Signed): Uint8Array {
  const prefix = digestPrefixes[algorithm]
  return prefix === undefined ? fail(keyErrors.notSupported) : Buffer.concat([Buffer.from(prefix, 'hex'), hash])
}

/** What RSA signs, and how it is padded. Data meant for a key of another kind, with RFC 6979's flag, and data marked
 *  `raw` are taken for the number that they are, as by libgcrypt. */
function rsaMessage(signed: Signed, size: number): { readonly padding: number; readonly bytes: Uint8Array } {
  const { flags } = signed
  const raw = !flags.includes('pkcs1') && (flags.includes('rfc6979') || flags.includes('raw'))
  return raw
    ? { padding: constants.RSA_NO_PADDING, bytes: toBytes(toNumber(signed.hash), size) }
    : { padding: constants.RSA_PKCS1_PADDING, bytes: digestInfo(signed) }
}
function modulusSize(part: Sexp, error: number): number {
  return unsigned(atomAfter(part, 'n') ?? fail(error)).length
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const unsigned = (bytes: Uint8Array): Uint8Array => toBytes(toNumber(bytes))
/** A number as libgcrypt writes those of keys: a zero before a set highest bit. */
function signedNumber(bytes: Uint8Array): Uint8Array {
  const plain = unsigned(bytes)
  return (plain[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), plain]) : plain
}

function rsaJwk(key: Sexp, secret: boolean): webcrypto.JsonWebKey {
  const error = secret ? keyErrors.badSecretKey : keyErrors.badPublicKey
  const part = (name: string): bigint => toNumber(atomAfter(key, name) ?? fail(error))
  const encode = (n: bigint): string => base64url(toBytes(n))
  const publicPart = { kty: 'RSA', n: encode(part('n')), e: encode(part('e')) }
  if (!secret) return publicPart
  // libgcrypt's u is the inverse of p modulo q: JWK's first prime is its second.
  const [p, q, d, u] = [part('q'), part('p'), part('d'), part('u')]
  return {
    ...publicPart,
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(u),
  }
}

function keyKind(key: Sexp): { readonly kind: 'rsa' | 'dsa' | 'ecc'; readonly part: Sexp } {
  for (const kind of ['rsa', 'dsa'] as const) {
    const part = findToken(key, kind)
    if (part !== undefined) return { kind, part }
  }
  const ecc = findToken(key, 'ecc') ?? findToken(key, 'ecdsa') ?? findToken(key, 'eddsa')
  if (ecc === undefined) return fail(keyErrors.noObject)
  if (textOf(atomAfter(ecc, 'curve')) !== 'Ed25519') return fail(keyErrors.unknownCurve)
  return { kind: 'ecc', part: ecc }
}
function usesEddsa(part: Sexp, flags: readonly string[]): boolean {
  const own = (findToken(part, 'flags') ?? []).some((f) => f instanceof Uint8Array && textOf(f) === 'eddsa')
  return own || flags.includes('eddsa')
}
function eddsaKey(part: Sexp, secret: boolean): webcrypto.JsonWebKey {
  const q = atomAfter(part, 'q') ?? fail(keyErrors.badPublicKey)
  const x = base64url(q.length === 33 ? q.subarray(1) : q)
  const base = { kty: 'OKP', crv: 'Ed25519', x }
  return secret ? { ...base, d: base64url(atomAfter(part, 'd') ?? fail(keyErrors.badSecretKey)) } : base
}

export function signData(data: Sexp, secretKey: Sexp): Sexp {
  const signed = signedPart(data)
  // A pair holds two keys.
  const { kind, part } = keyKind(findToken(secretKey, 'private-key') ?? secretKey)
  if (kind === 'rsa') {
    const key = createPrivateKey({ key: rsaJwk(part, true), format: 'jwk' })
    const { padding, bytes } = rsaMessage(signed, modulusSize(part, keyErrors.badSecretKey))
    const s = privateEncrypt({ key, padding }, bytes)
    return [atom('sig-val'), [atom('rsa'), [atom('s'), s]]]
  }
  if (usesEddsa(part, signed.flags)) {
    const made = sign(null, signed.hash, createPrivateKey({ key: eddsaKey(part, true), format: 'jwk' }))
    return [atom('sig-val'), [atom('eddsa'), [atom('r'), made.subarray(0, 32)], [atom('s'), made.subarray(32)]]]
  }
  const { r, s } = signEcdsa(signed.hash, signed.algorithm, atomAfter(part, 'd') ?? fail(keyErrors.badSecretKey))
  return [atom('sig-val'), [atom('ecdsa'), [atom('r'), toBytes(r)], [atom('s'), toBytes(s)]]]
}

export function verifySignature(signature: Sexp, data: Sexp, publicKey: Sexp): boolean {
  const signed = signedPart(data)
  const { kind, part } = keyKind(findToken(publicKey, 'public-key') ?? publicKey)
  const value = findToken(signature, 'sig-val') ?? fail(keyErrors.invalidObject)
  const number = (name: string): Uint8Array => atomAfter(value, name) ?? fail(keyErrors.noObject)
  if (kind === 'rsa') {
    const key = createPublicKey({ key: rsaJwk(part, false), format: 'jwk' })
    const size = modulusSize(part, keyErrors.badPublicKey)
    const { padding, bytes } = rsaMessage(signed, size)
    try {
      return Buffer.from(bytes).equals(publicDecrypt({ key, padding }, toBytes(toNumber(number('s')), size)))
    } catch (error) {
      // OpenSSL's word for a signature that is none.
      if (error instanceof Error && 'code' in error) return false
      throw error
    }
  }
  if (kind === 'dsa') {
    const own = (name: string): bigint => toNumber(atomAfter(part, name) ?? fail(keyErrors.badPublicKey))
    const key = { p: own('p'), q: own('q'), g: own('g'), y: own('y') }
    return verifyDsa(signed.hash, { r: toNumber(number('r')), s: toNumber(number('s')) }, key)
  }
  if (findToken(value, 'eddsa') !== undefined || usesEddsa(part, signed.flags)) {
    const key = createPublicKey({ key: eddsaKey(part, false), format: 'jwk' })
    return verify(null, signed.hash, key, Buffer.concat([number('r'), number('s')]))
  }
  const q = atomAfter(part, 'q') ?? fail(keyErrors.badPublicKey)
  return verifyEcdsa(signed.hash, { r: toNumber(number('r')), s: toNumber(number('s')) }, q)
}

/** A new key pair, `(key-data (public-key …) (private-key …))`, as PARAMETERS, `(genkey (rsa (nbits 4:2048)))`, say. */
export function generateKey(parameters: Sexp): Sexp {
  const pair = (name: string, shared: readonly Sexp[], secret: readonly Sexp[]): Sexp => [
    atom('key-data'),
    [atom('public-key'), [atom(name), ...shared]],
    [atom('private-key'), [atom(name), ...shared, ...secret]],
  ]
  const field = (name: string, value: Uint8Array): Sexp => [atom(name), value]
  if (findToken(parameters, 'rsa') !== undefined) {
    const bits = Number(textOf(atomAfter(parameters, 'nbits')) ?? fail(keyErrors.noObject))
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
    const jwk = privateKey.export({ format: 'jwk' })
    const part = (value: string | undefined): Uint8Array => signedNumber(Buffer.from(value ?? '', 'base64url'))
    return pair(
      'rsa',
      [field('n', part(jwk.n)), field('e', part(jwk.e))],
      [field('d', part(jwk.d)), field('p', part(jwk.q)), field('q', part(jwk.p)), field('u', part(jwk.qi))],
    )
  }
  if (textOf(atomAfter(parameters, 'curve')) !== 'Ed25519') return fail(keyErrors.unknownCurve)
  const curve: Sexp = field('curve', atom('Ed25519'))
  if (usesEddsa(parameters, [])) {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const bytes = (value: string | undefined): Uint8Array => Buffer.from(value ?? '', 'base64url')
    return pair('ecc', [curve, [atom('flags'), atom('eddsa')], field('q', bytes(jwk.x))], [field('d', bytes(jwk.d))])
  }
  const secret = generateSecret()
  return pair('ecc', [curve, field('q', publicKeyOf(secret))], [field('d', signedNumber(secret))])
}
