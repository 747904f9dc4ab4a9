/** ECDSA on the curve Ed25519, with the deterministic nonces of RFC 6979: what libgcrypt does with keys of
 *  `(ecdsa (curve Ed25519) (flags rfc6979))`, the default of Guix. It is not EdDSA, and Node's crypto lacks it.
 *  Not constant in time: signing is for a machine that nobody else times. */
import { createHmac, randomBytes } from 'node:crypto'

const p = (1n << 255n) - 19n
/** The order of the base point. */
const order = (1n << 252n) + 27742317777372353535851937790883648493n
const ORDER_BITS = 253

function mod(a: bigint, m = p): bigint {
  const r = a % m
  return r < 0n ? r + m : r
}
function power(base: bigint, exponent: bigint, m = p): bigint {
  let result = 1n
  let b = mod(base, m)
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * b) % m
    b = (b * b) % m
  }
  return result
}
function inverse(a: bigint, m = p): bigint {
  return power(a, m - 2n, m)
}
const d = mod(-121665n * inverse(121666n))

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
interface Point {
  readonly X: bigint
  readonly Y: bigint
  readonly Z: bigint
  readonly T: bigint
}
const zero: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n }

function add(a: Point, b: Point): Point {
  const A = mod((a.Y - a.X) * (b.Y - b.X))
  const B = mod((a.Y + a.X) * (b.Y + b.X))
  const C = mod(2n * d * a.T * b.T)
  const D = mod(2n * a.Z * b.Z)
  const E = B - A
  const F = D - C
  const G = D + C
  const H = B + A
  return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) }
}
function multiply(k: bigint, point: Point): Point {
  let result = zero
  let q = point
  for (let n = k; n > 0n; n >>= 1n) {
    if ((n & 1n) === 1n) result = add(result, q)
    q = add(q, q)
  }
  return result
}
function affine(point: Point): { readonly x: bigint; readonly y: bigint } {
  const z = inverse(point.Z)
  return { x: mod(point.X * z), y: mod(point.Y * z) }
}
function fromAffine(x: bigint, y: bigint): Point {
  return { X: x, Y: y, Z: 1n, T: mod(x * y) }
}
const baseY = mod(4n * inverse(5n))
function recoverX(y: bigint, odd: boolean): bigint | undefined {
  const u = mod(y * y - 1n)
  const v = mod(d * y * y + 1n)
  let x = power(u * inverse(v), (p + 3n) >> 3n)
  if (mod(v * x * x) !== u) x = mod(x * power(2n, (p - 1n) >> 2n))
  if (mod(v * x * x) !== u) return undefined
  return ((x & 1n) === 1n) === odd ? x : mod(-x)
}
function basePoint(): Point {
  return fromAffine(recoverX(baseY, false) ?? 0n, baseY)
}

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
/** Big-endian, without leading zeros unless SIZE asks for them. */
export function toBytes(n: bigint, size = 0): Uint8Array {
  const hex = n === 0n ? '' : n.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return new Uint8Array(Buffer.from(even.padStart(size * 2, '0'), 'hex'))
}

/** The public key as 32 bytes: y little-endian, the lowest bit of x on top. */
function encodePoint(point: Point): Uint8Array {
  const { x, y } = affine(point)
  const bytes = toBytes(y, 32).reverse()
  bytes[31] = (bytes[31] ?? 0) | ((x & 1n) === 1n ? 0x80 : 0)
  return bytes
}
function decodePoint(bytes: Uint8Array): Point | undefined {
  // A leading 0x40 marks the same form.
  const compressed = bytes.length === 33 && bytes[0] === 0x40 ? bytes.subarray(1) : bytes
  if (compressed.length !== 32) return undefined
  const little = Uint8Array.from(compressed).reverse()
  const odd = ((little[0] ?? 0) & 0x80) !== 0
  little[0] = (little[0] ?? 0) & 0x7f
  const y = toNumber(little)
  const x = recoverX(y, odd)
  return x === undefined ? undefined : fromAffine(x, y)
}

/** The leftmost bits of a hash, as many as the order has. */
function leftmostBits(hash: Uint8Array): bigint {
  const extra = hash.length * 8 - ORDER_BITS
  return extra > 0 ? toNumber(hash) >> BigInt(extra) : toNumber(hash)
}

/** Nonces of RFC 6979 for the secret and hash, one after the other. */
function* nonces(secret: bigint, hash: Uint8Array, algorithm: string): Generator<bigint> {
  const size = createHmac(algorithm, '').digest().length
  const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array =>
    parts.reduce((mac, part) => mac.update(part), createHmac(algorithm, key)).digest()
  const x = toBytes(secret, 32)
  const h = toBytes(mod(leftmostBits(hash), order), 32)
  let v: Uint8Array = new Uint8Array(size).fill(1)
  let k: Uint8Array = new Uint8Array(size)
  k = hmac(k, v, Uint8Array.of(0), x, h)
  v = hmac(k, v)
  k = hmac(k, v, Uint8Array.of(1), x, h)
  v = hmac(k, v)
  for (;;) {
    let bytes: Uint8Array = new Uint8Array(0)
    while (bytes.length * 8 < ORDER_BITS) {
      v = hmac(k, v)
      bytes = Buffer.concat([bytes, v])
    }
    const nonce = leftmostBits(bytes)
    if (nonce > 0n && nonce < order) yield nonce
    k = hmac(k, v, Uint8Array.of(0))
    v = hmac(k, v)
  }
}

export interface EcdsaSignature {
  readonly r: bigint
  readonly s: bigint
}

export function signEcdsa(hash: Uint8Array, algorithm: string, secretBytes: Uint8Array): EcdsaSignature {
  const secret = toNumber(secretBytes)
  const e = leftmostBits(hash)
  for (const nonce of nonces(secret, hash, algorithm)) {
    const r = mod(affine(multiply(nonce, basePoint())).x, order)
    const s = mod(inverse(nonce, order) * (e + secret * r), order)
    if (r !== 0n && s !== 0n) return { r, s }
  }
  throw new Error('unreachable: there is always another nonce')
}

export function verifyEcdsa(hash: Uint8Array, { r, s }: EcdsaSignature, publicKey: Uint8Array): boolean {
  const Q = decodePoint(publicKey)
  if (Q === undefined || r <= 0n || r >= order || s <= 0n || s >= order) return false
  const w = inverse(s, order)
  const sum = add(multiply(mod(leftmostBits(hash) * w, order), basePoint()), multiply(mod(r * w, order), Q))
  return mod(affine(sum).x, order) === r
}

export function publicKeyOf(secret: Uint8Array): Uint8Array {
  return encodePoint(multiply(toNumber(secret), basePoint()))
}
/** A new secret scalar. */
export function generateSecret(): Uint8Array {
  return toBytes((toNumber(randomBytes(40)) % (order - 1n)) + 1n, 32)
}
