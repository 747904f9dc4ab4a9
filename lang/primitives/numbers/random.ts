/** Random states: the xorshift128+ generator on 64-bit words.
 *  Not for secrets, and not Guile's sequence, which no program may rely on. */
import { bitLength, type ExactInteger, normalize, toBigInt } from './represent.ts'

const MASK = (1n << 64n) - 1n

export class RandomState {
  #a: bigint
  #b: bigint
  constructor(a: bigint, b: bigint) {
    this.#a = a
    this.#b = b
  }
  copy(): RandomState {
    return new RandomState(this.#a, this.#b)
  }
  /** The next 64 random bits. */
  next(): bigint {
    let x = this.#a
    const y = this.#b
    this.#a = y
    x = (x ^ (x << 23n)) & MASK
    this.#b = x ^ y ^ (x >> 17n) ^ (y >> 26n)
    return (this.#b + y) & MASK
  }
}

/** A state whose words come from the SEED by splitmix64. */
export function makeRandomState(seed: bigint): RandomState {
  let z = seed & MASK
  const word = () => {
    z = (z + 0x9e3779b97f4a7c15n) & MASK
    let x = z
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK
    return x ^ (x >> 31n)
  }
  return new RandomState(word(), word() | 1n)
}

export function randomUniform(state: RandomState): number {
  return Number(state.next() >> 11n) * 2 ** -53
}

/** Uniform below BOUND, without bias. */
export function randomBelow(state: RandomState, bound: ExactInteger): ExactInteger {
  if (typeof bound === 'number' && bound <= 2 ** 32) return Math.floor(randomUniform(state) * bound)
  const limit = toBigInt(bound)
  const words = Math.ceil(bitLength(limit) / 64)
  const excess = BigInt(words * 64 - bitLength(limit))
  while (true) {
    let drawn = 0n
    for (let i = 0; i < words; i++) drawn = (drawn << 64n) | state.next()
    drawn >>= excess
    if (drawn < limit) return normalize(drawn)
  }
}

/** Box and Muller. */
export function randomNormal(state: RandomState): number {
  const radius = Math.sqrt(-2 * Math.log(1 - randomUniform(state)))
  return radius * Math.cos(2 * Math.PI * randomUniform(state))
}

export function randomExponential(state: RandomState): number {
  return -Math.log(1 - randomUniform(state))
}
