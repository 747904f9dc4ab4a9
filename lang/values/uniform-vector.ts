/** SRFI 4's vectors of numbers of one type, and Guile's bit vectors. As in Guile a uniform vector is a
 *  bytevector too: what takes bytes takes one. Arrays of any rank are in array.ts. */

export type UniformKind = 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32' | 'u64' | 's64' | 'f32' | 'f64' | 'c32' | 'c64'

/** Bytes of one element. */
export const uniformSizes: Readonly<Record<UniformKind, number>> = {
  u8: 1,
  s8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
  f32: 4,
  f64: 8,
  c32: 8,
  c64: 16,
}

export function isUniformKind(name: string): name is UniformKind {
  return Object.hasOwn(uniformSizes, name)
}

export class UniformVector extends Uint8Array<ArrayBuffer> {
  readonly kind: UniformKind
  /** The same bytes, for reading and writing elements. */
  readonly view: DataView

  constructor(kind: UniformKind, elements: number) {
    super(new ArrayBuffer(elements * uniformSizes[kind]))
    this.kind = kind
    this.view = new DataView(this.buffer)
  }

  /** Slices and copies are plain bytevectors. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array
  }

  get elements(): number {
    return this.length / uniformSizes[this.kind]
  }
}

/** A vector of booleans, one byte each. */
export class Bitvector {
  readonly bits: Uint8Array

  constructor(bits: Uint8Array) {
    this.bits = bits
  }

  toString(): string {
    return `#*${this.bits.join('')}`
  }
}
