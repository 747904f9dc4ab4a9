/** SRFI 4: vectors of numbers of one type, and Guile's bit vectors.
 *  Arrays of any rank are in arrays.ts. */
import { outOfRange, wrongType } from '../conditions/index.ts'
import {
  Bitvector,
  Compnum,
  Flonum,
  list,
  UNSPECIFIED,
  type UniformKind,
  UniformVector,
  uniformSizes,
  type Value,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { isExactInteger, isNumber, isReal, normalize, toBigInt, toDouble } from './numbers/represent.ts'
import { any, index, optional, parameter, rest } from './parameters.ts'

/** Bounds of the integer kinds. */
const integerBounds: Partial<Record<UniformKind, readonly [bigint, bigint]>> = {
  u8: [0n, 0xffn],
  s8: [-0x80n, 0x7fn],
  u16: [0n, 0xffffn],
  s16: [-0x8000n, 0x7fffn],
  u32: [0n, 0xffffffffn],
  s32: [-0x80000000n, 0x7fffffffn],
  u64: [0n, 0xffffffffffffffffn],
  s64: [-0x8000000000000000n, 0x7fffffffffffffffn],
}

/** Element K of V, which must be in range. */
export function uniformRef(v: UniformVector, k: number): Value {
  const at = k * uniformSizes[v.kind]
  switch (v.kind) {
    case 'u8':
      return v.view.getUint8(at)
    case 's8':
      return v.view.getInt8(at)
    case 'u16':
      return v.view.getUint16(at, true)
    case 's16':
      return v.view.getInt16(at, true)
    case 'u32':
      return v.view.getUint32(at, true)
    case 's32':
      return v.view.getInt32(at, true)
    case 'u64':
      return normalize(v.view.getBigUint64(at, true))
    case 's64':
      return normalize(v.view.getBigInt64(at, true))
    case 'f32':
      return new Flonum(v.view.getFloat32(at, true))
    case 'f64':
      return new Flonum(v.view.getFloat64(at, true))
    case 'c32':
      return new Compnum(v.view.getFloat32(at, true), v.view.getFloat32(at + 4, true))
    case 'c64':
      return new Compnum(v.view.getFloat64(at, true), v.view.getFloat64(at + 8, true))
  }
}

/** Store X as element K of V, which must be in range; WHO and POSITION are for messages. */
export function uniformSet(v: UniformVector, k: number, x: Value, who: string, position: number): void {
  const { kind, view } = v
  const at = k * uniformSizes[kind]
  const bounds = integerBounds[kind]
  if (bounds !== undefined) {
    if (!isExactInteger(x)) return wrongType(who, position, x)
    const big = toBigInt(x)
    if (big < bounds[0] || big > bounds[1]) return outOfRange(who, position, x)
    if (kind === 'u64') view.setBigUint64(at, big, true)
    else if (kind === 's64') view.setBigInt64(at, big, true)
    else if (uniformSizes[kind] === 1) view.setUint8(at, Number(x))
    else if (uniformSizes[kind] === 2) view.setUint16(at, Number(x), true)
    else view.setUint32(at, Number(x), true)
    return
  }
  if (kind === 'f32' || kind === 'f64') {
    if (!isReal(x)) return wrongType(who, position, x)
    if (kind === 'f32') view.setFloat32(at, toDouble(x), true)
    else view.setFloat64(at, toDouble(x), true)
    return
  }
  if (!isNumber(x)) return wrongType(who, position, x)
  const real = x instanceof Compnum ? x.real : toDouble(x)
  const imaginary = x instanceof Compnum ? x.imaginary : 0
  if (kind === 'c32') {
    view.setFloat32(at, real, true)
    view.setFloat32(at + 4, imaginary, true)
  } else {
    view.setFloat64(at, real, true)
    view.setFloat64(at + 8, imaginary, true)
  }
}

/** Whether X may be an element of a vector of KIND. */
export function uniformAccepts(kind: UniformKind, x: Value): boolean {
  const bounds = integerBounds[kind]
  if (bounds !== undefined) return isExactInteger(x) && toBigInt(x) >= bounds[0] && toBigInt(x) <= bounds[1]
  return kind === 'f32' || kind === 'f64' ? isReal(x) : isNumber(x)
}

export function makeUniform(kind: UniformKind, items: readonly Value[], who: string): UniformVector {
  const made = new UniformVector(kind, items.length)
  for (let k = 0; k < items.length; k++) uniformSet(made, k, items[k], who, k + 1)
  return made
}

export function uniformElements(v: UniformVector): Value[] {
  return Array.from({ length: v.elements }, (_, k) => uniformRef(v, k))
}

const kinds: readonly UniformKind[] = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64']
const complexKinds: readonly UniformKind[] = ['c32', 'c64']

for (const kind of [...kinds, ...complexKinds]) {
  const define = primitives(complexKinds.includes(kind) ? '(srfi srfi-4 gnu)' : '(srfi srfi-4)')
  const name = `${kind}vector`
  /** A plain bytevector serves as a u8vector. */
  const accepts = (x: Value): x is Uint8Array =>
    x instanceof UniformVector ? x.kind === kind : kind === 'u8' && x instanceof Uint8Array
  const vector = parameter('v', accepts, name)
  const size = (v: Uint8Array) => (v instanceof UniformVector ? v.elements : v.length)
  define(`${name}?`, [any('x')], `Return #t when X is a ${name}.`, (x) => x instanceof UniformVector && x.kind === kind)
  define(
    `make-${name}`,
    [index('length'), optional(any('fill'))],
    `Return a ${name} of LENGTH times FILL.`,
    (length, fill) => {
      const made = new UniformVector(kind, length)
      if (fill !== undefined) for (let k = 0; k < length; k++) uniformSet(made, k, fill, `make-${name}`, 2)
      return made
    },
  )
  define(name, [rest(any('x'))], `Return a ${name} of the arguments.`, (...xs) => makeUniform(kind, xs, name))
  define(`${name}-length`, [vector], 'Return the number of elements of V.', size)
  define(`${name}-ref`, [vector, index('k')], 'Return element K of V.', (v, k) => {
    if (k >= size(v)) return outOfRange(`${name}-ref`, 2, k)
    return v instanceof UniformVector ? uniformRef(v, k) : v[k]
  })
  define(`${name}-set!`, [vector, index('k'), any('value')], 'Store VALUE as element K of V.', (v, k, value) => {
    if (k >= size(v)) return outOfRange(`${name}-set!`, 2, k)
    if (v instanceof UniformVector) uniformSet(v, k, value, `${name}-set!`, 3)
    else if (typeof value === 'number' && value >= 0 && value < 256) v[k] = value
    else return outOfRange(`${name}-set!`, 3, value)
    return UNSPECIFIED
  })
  define(`${name}->list`, [vector], 'Return the elements of V.', (v) =>
    list(v instanceof UniformVector ? uniformElements(v) : [...v]),
  )
  define(`list->${name}`, [any('list')], `Return a ${name} of the elements of LIST.`, (items) =>
    makeUniform(kind, elements(`list->${name}`, 1, items), `list->${name}`),
  )
}

// Bit vectors

const guile = primitives('(guile)')
function isBitvector(value: Value): value is Bitvector {
  return value instanceof Bitvector
}
const bits = parameter('bv', isBitvector, 'bitvector')
const checked = (who: string, bv: Bitvector, k: number) => (k < bv.bits.length ? k : outOfRange(who, 2, k))

guile('bitvector?', [any('x')], 'Return #t when X is a bitvector.', isBitvector)
guile(
  'make-bitvector',
  [index('length'), optional(any('fill'))],
  'Return a bitvector of LENGTH times FILL.',
  (length, fill = false) => new Bitvector(new Uint8Array(length).fill(fill === false ? 0 : 1)),
)
guile(
  'bitvector',
  [rest(any('bit'))],
  'Return a bitvector of the arguments.',
  (...items) => new Bitvector(Uint8Array.from(items, (bit) => (bit === false ? 0 : 1))),
)
guile(
  'list->bitvector',
  [any('list')],
  'Return a bitvector of the bits of LIST.',
  (items) => new Bitvector(Uint8Array.from(elements('list->bitvector', 1, items), (bit) => (bit === false ? 0 : 1))),
)
guile('bitvector->list', [bits], 'Return the bits of BV.', (bv) => list(Array.from(bv.bits, (bit) => bit === 1)))
guile('bitvector-length', [bits], 'Return the number of bits of BV.', (bv) => bv.bits.length)
for (const name of ['bitvector-ref', 'bitvector-bit-set?'])
  guile(name, [bits, index('k')], 'Return bit K of BV.', (bv, k) => bv.bits[checked(name, bv, k)] === 1)
guile('bitvector-bit-clear?', [bits, index('k')], 'Return #t when bit K of BV is clear.', (bv, k) => {
  return bv.bits[checked('bitvector-bit-clear?', bv, k)] === 0
})
function setBit(name: string, doc: string, value: number): void {
  guile(name, [bits, index('k')], doc, (bv, k) => {
    bv.bits[checked(name, bv, k)] = value
    return UNSPECIFIED
  })
}
setBit('bitvector-set-bit!', 'Set bit K of BV.', 1)
setBit('bitvector-clear-bit!', 'Clear bit K of BV.', 0)
guile('bitvector-set!', [bits, index('k'), any('value')], 'Store VALUE as bit K of BV.', (bv, k, value) => {
  bv.bits[checked('bitvector-set!', bv, k)] = value === false ? 0 : 1
  return UNSPECIFIED
})
function fill(name: string, doc: string, value: (bit: number) => number): void {
  guile(name, [bits], doc, (bv) => {
    bv.bits.forEach((bit, k) => {
      bv.bits[k] = value(bit)
    })
    return UNSPECIFIED
  })
}
fill('bitvector-set-all-bits!', 'Set all bits of BV.', () => 1)
fill('bitvector-clear-all-bits!', 'Clear all bits of BV.', () => 0)
fill('bitvector-flip-all-bits!', 'Flip all bits of BV.', (bit) => 1 - bit)
fill('bit-invert!', 'Flip all bits of BV.', (bit) => 1 - bit)
guile(
  'bitvector-fill!',
  [bits, any('value'), optional(index('start')), optional(index('end'))],
  'Store VALUE in the bits of BV from START up to END.',
  (bv, value, from = 0, to = bv.bits.length) => {
    bv.bits.fill(value === false ? 0 : 1, from, to)
    return UNSPECIFIED
  },
)
guile(
  'bitvector-copy',
  [bits, optional(index('start')), optional(index('end'))],
  'Return a copy of BV from START up to END.',
  (bv, from = 0, to = bv.bits.length) =>
    to > bv.bits.length || from > to ? outOfRange('bitvector-copy', 2, from) : new Bitvector(bv.bits.slice(from, to)),
)
guile('bitvector-count', [bits], 'Return how many bits of BV are set.', (bv) => count(bv))
function count(bv: Bitvector): number {
  let sum = 0
  for (const bit of bv.bits) sum += bit
  return sum
}
guile('bit-count', [any('value'), bits], 'Return how many bits of BV are VALUE.', (value, bv) =>
  value === false ? bv.bits.length - count(bv) : count(bv),
)
for (const [name, swapped] of [
  ['bitvector-position', false],
  ['bit-position', true],
] satisfies [string, boolean][])
  guile(
    name,
    [any('first'), any('second'), optional(index('start'))],
    'Return the first position from START on where the bitvector has the value, or #f.',
    (first, second, start = 0) => {
      const [value, bv] = swapped ? [first, second] : [second, first]
      if (!isBitvector(bv)) return wrongType(name, swapped ? 2 : 1, bv, 'bitvector')
      const found = bv.bits.indexOf(value === false ? 0 : 1, start)
      return found < 0 ? false : found
    },
  )
/** The positions a selector picks: the set bits of a bitvector, or the numbers of a u32vector. */
function selected(who: string, selector: Value): number[] {
  if (isBitvector(selector)) return [...selector.bits.keys()].filter((k) => selector.bits[k] === 1)
  if (selector instanceof UniformVector) return uniformElements(selector).map(Number)
  return wrongType(who, 2, selector)
}
for (const [name, value] of [
  ['bitvector-set-bits!', 1],
  ['bitvector-clear-bits!', 0],
] satisfies [string, number][])
  guile(name, [bits, any('selector')], 'Change the bits of BV that SELECTOR picks.', (bv, selector) => {
    for (const k of selected(name, selector)) bv.bits[checked(name, bv, k)] = value
    return UNSPECIFIED
  })
guile(
  'bit-set*!',
  [bits, any('selector'), any('value')],
  'Store VALUE where SELECTOR picks.',
  (bv, selector, value) => {
    for (const k of selected('bit-set*!', selector)) bv.bits[checked('bit-set*!', bv, k)] = value === false ? 0 : 1
    return UNSPECIFIED
  },
)
for (const name of ['bitvector-count-bits', 'bit-count*'])
  guile(
    name,
    [bits, any('selector'), optional(any('value'))],
    'Return how many of the bits of BV that SELECTOR picks are VALUE (set).',
    (bv, selector, value = true) =>
      selected(name, selector).filter((k) => bv.bits[k] === (value === false ? 0 : 1)).length,
  )
