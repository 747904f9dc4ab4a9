/** Random choices that a seed decides, and the ways of spoiling bytes. */

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Uniform in [0, 1): the generator "mulberry32". */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer from 0 up to LIMIT, which is not reached. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  text(characters: string, least: number, most: number): string {
    let text = ''
    for (let left = least + this.below(most - least + 1); left > 0; left--) {
      text += characters.charAt(this.below(characters.length))
    }
    return text
  }
}

const numbers = [
  0n,
  1n,
  7n,
  8n,
  255n,
  4096n,
  0x7fffffffn,
  0xffffffffn,
  1n << 32n,
  1n << 53n,
  1n << 63n,
  (1n << 64n) - 1n,
] as const

/** BYTES with a few faults; OTHER is a valid input to take parts from. */
export function spoil(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let spoilt: Uint8Array = bytes.slice()
  for (let faults = 1 + random.below(3); faults > 0; faults--) spoilt = spoilOnce(spoilt, other, random)
  return spoilt
}

function spoilOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + random.below(24))
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      return bytes
    case 1:
      if (at < bytes.length) bytes[at] = random.below(256)
      return bytes
    case 2:
      return bytes.slice(0, at)
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    case 4:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    case 5: {
      const from = random.below(other.length + 1)
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(64)), bytes.subarray(at)])
    }
    case 6: {
      // Lengths stand at multiples of eight in most of the formats.
      const place = at & ~7
      if (place + 8 <= bytes.length) {
        new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(place, random.pick(numbers), true)
      }
      return bytes
    }
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        Uint8Array.from(random.list(4, () => random.below(256))),
        bytes.subarray(at),
      ])
  }
}
