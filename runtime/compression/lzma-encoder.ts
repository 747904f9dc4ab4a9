/** LZMA: an encoder for .lz files. It looks for matches by chains of equal hashes, one position ahead, with the properties
 *  lc=3, lp=0, pb=2, and ends its output with a marker. Not the container (see lzip.ts); how hard to try is its caller's.
 *  Format: the LZMA specification of the LZMA SDK. */
import {
  distanceAlign,
  distanceSlot,
  distanceSpecial,
  initialProbability,
  isMatch,
  isRep,
  isRep0,
  isRep0Long,
  isRep1,
  isRep2,
  lengthHigh,
  lengthLow,
  lengthMiddle,
  literal,
  matchLength,
  modelCount,
  repLength,
} from './models.ts'

export interface EncoderEffort {
  /** How far back matches reach: a power of two. */
  readonly dictionarySize: number
  /** How many earlier places are tried. */
  readonly chainLength: number
  /** A match of this length is taken without a look at the next byte. */
  readonly goodLength: number
}

const leastLength = 2
const greatestLength = 273
const literalContextBits = 3
const positionMask = 3
/** The least length of what the chains find. */
const hashedLength = 4

/** Arithmetic coding of bits, least probable carries included. */
class RangeEncoder {
  readonly models = new Uint16Array(modelCount).fill(initialProbability)
  #bytes = new Uint8Array(1 << 16)
  #end = 0
  #low = 0
  #range = 0xffffffff
  #cache = 0
  #pending = 1

  bit(index: number, bit: number): void {
    const p = this.models[index] ?? 0
    const bound = (this.#range >>> 11) * p
    if (bit === 0) {
      this.#range = bound
      this.models[index] = p + ((2048 - p) >> 5)
    } else {
      this.#low += bound
      this.#range -= bound
      this.models[index] = p - (p >> 5)
    }
    this.#normalize()
  }

  /** COUNT bits of VALUE, each as likely as not. */
  direct(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#range >>>= 1
      if (((value >>> i) & 1) === 1) this.#low += this.#range
      this.#normalize()
    }
  }

  /** COUNT bits of VALUE, the highest first, by the tree of models at BASE. */
  tree(base: number, count: number, value: number): void {
    let node = 1
    for (let i = count - 1; i >= 0; i--) {
      const bit = (value >>> i) & 1
      this.bit(base + node, bit)
      node = (node << 1) | bit
    }
  }

  /** The same, the lowest bit first. */
  reverseTree(base: number, count: number, value: number): void {
    let node = 1
    for (let i = 0; i < count; i++) {
      const bit = (value >>> i) & 1
      this.bit(base + node, bit)
      node = (node << 1) | bit
    }
  }

  /** All that was encoded. */
  finish(): Uint8Array {
    for (let i = 0; i < 5; i++) this.#shift()
    return this.#bytes.subarray(0, this.#end)
  }

  #normalize(): void {
    while (this.#range < 0x1000000) {
      this.#range = (this.#range << 8) >>> 0
      this.#shift()
    }
  }

  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= 0x100000000) {
      const carry = this.#low >= 0x100000000 ? 1 : 0
      this.#put(this.#cache + carry)
      while (--this.#pending > 0) this.#put(0xff + carry)
      this.#cache = Math.floor(this.#low / 0x1000000) & 0xff
    }
    this.#pending++
    this.#low = (this.#low % 0x1000000) * 256
  }

  #put(byte: number): void {
    if (this.#end === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#end++] = byte
  }
}

/** The bits of distances: which slot, of 64, DISTANCE lies in. */
function slotOf(distance: number): number {
  if (distance < 4) return distance
  const bits = 31 - Math.clz32(distance)
  return (bits << 1) | ((distance >>> (bits - 1)) & 1)
}

class Encoder {
  readonly #range = new RangeEncoder()
  readonly #input: Uint8Array
  readonly #effort: EncoderEffort
  /** The last position of each hash, and for each position in the dictionary the one before it; one more than the position. */
  readonly #heads: Int32Array
  readonly #previous: Int32Array
  readonly #hashShift: number
  #state = 0
  readonly #reps: [number, number, number, number] = [0, 0, 0, 0]
  #position = 0
  /** Up to where positions are in the chains. */
  #entered = 0
  /** The match found last: its distance, less one. */
  #distance = 0

  constructor(input: Uint8Array, effort: EncoderEffort) {
    this.#input = input
    this.#effort = effort
    const bits = Math.min(31 - Math.clz32(effort.dictionarySize), 32 - Math.clz32(input.length | 0x3ff))
    this.#heads = new Int32Array(1 << bits)
    this.#hashShift = 32 - bits
    this.#previous = new Int32Array(1 << bits)
  }

  encode(): Uint8Array {
    const end = this.#input.length
    while (this.#position < end) this.#step()
    // The marker of the end: a match of the least length at the greatest distance.
    this.#range.bit(isMatch + (this.#state << 4) + (this.#position & positionMask), 1)
    this.#range.bit(isRep + this.#state, 0)
    this.#length(matchLength, leastLength)
    this.#distanceBits(0xffffffff, leastLength)
    return this.#range.finish()
  }

  /** Encode what stands next. */
  #step(): void {
    const at = this.#position
    const [rep, repeated] = this.#longestRepeat(at)
    if (repeated >= this.#effort.goodLength) {
      this.#repeat(rep, repeated)
      return
    }
    let length = this.#find(at)
    const distance = this.#distance
    if (repeated >= leastLength && (repeated + 1 >= length || (repeated + 2 >= length && distance >= 512))) {
      this.#repeat(rep, repeated)
      return
    }
    if (length > 0 && length < this.#effort.goodLength) {
      // A longer one may begin at the next byte.
      const next = this.#find(at + 1)
      if (next > length) length = 0
    }
    if (length === 0) this.#literal(at)
    else this.#match(distance, length)
  }

  #commonLength(from: number, at: number): number {
    const input = this.#input
    const most = Math.min(greatestLength, input.length - at)
    let length = 0
    while (length < most && input[from + length] === input[at + length]) length++
    return length
  }

  /** Which of the last four distances gives the longest match at AT, and how long it is. */
  #longestRepeat(at: number): readonly [number, number] {
    let best = 0
    let length = 0
    for (let i = 0; i < 4; i++) {
      const from = at - (this.#reps[i] ?? 0) - 1
      if (from < 0) continue
      const found = this.#commonLength(from, at)
      if (found > length) {
        length = found
        best = i
      }
    }
    return [best, length]
  }

  #hash(at: number): number {
    const input = this.#input
    const start = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8) | ((input[at + 2] ?? 0) << 16)
    return Math.imul(start | ((input[at + 3] ?? 0) << 24), 0x9e3779b1) >>> this.#hashShift
  }

  /** Put the positions before AT into the chains. */
  #enter(at: number): void {
    const mask = this.#previous.length - 1
    const last = Math.min(at, this.#input.length - hashedLength + 1)
    for (; this.#entered < last; this.#entered++) {
      const hash = this.#hash(this.#entered)
      this.#previous[this.#entered & mask] = this.#heads[hash] ?? 0
      this.#heads[hash] = this.#entered + 1
    }
  }

  /** The length of the longest match at AT, or 0. */
  #find(at: number): number {
    const input = this.#input
    if (at + hashedLength > input.length) return 0
    this.#enter(at)
    const { dictionarySize, chainLength, goodLength } = this.#effort
    const mask = this.#previous.length - 1
    const least = Math.max(0, at - dictionarySize + 1)
    let best = 0
    let from = (this.#heads[this.#hash(at)] ?? 0) - 1
    for (let tries = chainLength; from >= least && tries > 0; tries--) {
      if (input[from + best] === input[at + best]) {
        const length = this.#commonLength(from, at)
        if (length > best) {
          best = length
          this.#distance = at - from - 1
          if (length >= goodLength || at + length === input.length) break
        }
      }
      const before = (this.#previous[from & mask] ?? 0) - 1
      if (before >= from) break
      from = before
    }
    return best >= hashedLength ? best : 0
  }

  #literal(at: number): void {
    const range = this.#range
    const input = this.#input
    range.bit(isMatch + (this.#state << 4) + (at & positionMask), 0)
    const previous = at === 0 ? 0 : (input[at - 1] ?? 0)
    const tree = literal + 0x300 * (previous >> (8 - literalContextBits))
    const byte = input[at] ?? 0
    let symbol = 1
    let left = 8
    if (this.#state >= 7) {
      let matchByte = input[at - this.#reps[0] - 1] ?? 0
      while (left > 0) {
        matchByte <<= 1
        const matchBit = matchByte & 0x100
        const bit = (byte >>> --left) & 1
        range.bit(tree + 0x100 + matchBit + symbol, bit)
        symbol = (symbol << 1) | bit
        if (matchBit !== bit << 8) break
      }
    }
    while (left > 0) {
      const bit = (byte >>> --left) & 1
      range.bit(tree + symbol, bit)
      symbol = (symbol << 1) | bit
    }
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
    this.#position++
  }

  #match(distance: number, length: number): void {
    this.#range.bit(isMatch + (this.#state << 4) + (this.#position & positionMask), 1)
    this.#range.bit(isRep + this.#state, 0)
    this.#length(matchLength, length)
    this.#distanceBits(distance, length)
    const [first, second, third] = this.#reps
    this.#reps.splice(0, 4, distance, first, second, third)
    this.#state = this.#state < 7 ? 7 : 10
    this.#position += length
  }

  /** A match of LENGTH at the distance of number REP among the last. */
  #repeat(rep: number, length: number): void {
    const range = this.#range
    const place = this.#position & positionMask
    range.bit(isMatch + (this.#state << 4) + place, 1)
    range.bit(isRep + this.#state, 1)
    range.bit(isRep0 + this.#state, rep === 0 ? 0 : 1)
    if (rep === 0) range.bit(isRep0Long + (this.#state << 4) + place, 1)
    else {
      range.bit(isRep1 + this.#state, rep === 1 ? 0 : 1)
      if (rep > 1) range.bit(isRep2 + this.#state, rep - 2)
      const [distance = 0] = this.#reps.splice(rep, 1)
      this.#reps.unshift(distance)
    }
    this.#length(repLength, length)
    this.#state = this.#state < 7 ? 8 : 11
    this.#position += length
  }

  #length(base: number, length: number): void {
    const range = this.#range
    const place = this.#position & positionMask
    const rest = length - leastLength
    if (rest < 8) {
      range.bit(base, 0)
      range.tree(base + lengthLow + (place << 3), 3, rest)
    } else if (rest < 16) {
      range.bit(base, 1)
      range.bit(base + 1, 0)
      range.tree(base + lengthMiddle + (place << 3), 3, rest - 8)
    } else {
      range.bit(base, 1)
      range.bit(base + 1, 1)
      range.tree(base + lengthHigh, 8, rest - 16)
    }
  }

  #distanceBits(distance: number, length: number): void {
    const range = this.#range
    const slot = distance === 0xffffffff ? 63 : slotOf(distance)
    range.tree(distanceSlot + (Math.min(length - leastLength, 3) << 6), 6, slot)
    if (slot < 4) return
    const bits = (slot >> 1) - 1
    const base = ((2 | (slot & 1)) << bits) >>> 0
    const rest = (distance - base) >>> 0
    if (slot < 14) range.reverseTree(distanceSpecial + base - slot, bits, rest)
    else {
      range.direct(rest >>> 4, bits - 4)
      range.reverseTree(distanceAlign, 4, rest & 15)
    }
  }
}

/** INPUT as LZMA with lc=3, lp=0, pb=2 and a marker of its end. */
export function encodeLzma(input: Uint8Array, effort: EncoderEffort): Uint8Array {
  return new Encoder(input, effort).encode()
}
