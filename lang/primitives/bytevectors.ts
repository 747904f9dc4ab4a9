/** Bytevectors: (rnrs bytevectors), with SRFI 4's u8vector under the same representation. */
import { outOfBounds, outOfRange, schemeError, wrongType } from '../conditions/index.ts'
import { Flonum, intern, list, SchemeString, SchemeSymbol, UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { type ExactInteger, isExactInteger, normalize, toBigInt, toDouble } from './numbers/represent.ts'
import { any, bytevector, exactInteger, fixnum, index, optional, real, rest, string, symbol } from './parameters.ts'
import { bounds } from './strings.ts'

const rnrs = primitives('(rnrs bytevectors)')
const start = optional(index('start'))
const end = optional(index('end'))

/** The view made last: loops read one bytevector again and again. Large ones are not kept for that. */
let lastBytes: Uint8Array | undefined
let lastView: DataView = new DataView(new ArrayBuffer(0))
const MOST_KEPT = 1 << 20
function view(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView
  const made = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length <= MOST_KEPT) {
    lastBytes = bytes
    lastView = made
  }
  return made
}
function byte(name: string, position: number, value: number): number {
  if (value < -128 || value > 255) return outOfRange(name, position, value)
  return value & 255
}
/** Is it big-endian? */
function isBig(name: string, position: number, endianness: Value): boolean {
  if (endianness instanceof SchemeSymbol) {
    if (endianness.name === 'big') return true
    if (endianness.name === 'little') return false
  }
  return wrongType(name, position, endianness)
}

rnrs('native-endianness', [], 'Return the symbol little or big.', () => intern('little'))
rnrs('bytevector?', [any('x')], 'Return #t when X is a bytevector.', (x) => x instanceof Uint8Array)
rnrs(
  'make-bytevector',
  [index('length'), optional(fixnum('fill'))],
  'Return a bytevector of LENGTH times FILL.',
  (length, fill = 0) => new Uint8Array(length).fill(byte('make-bytevector', 2, fill)),
)
rnrs('bytevector-length', [bytevector('bv')], 'Return the number of bytes of BV.', (bv) => bv.length)
rnrs(
  'bytevector=?',
  [bytevector('bv1'), bytevector('bv2')],
  'Return #t when both have the same bytes.',
  (a, b) => a.length === b.length && a.every((x, i) => x === b[i]),
)
rnrs(
  'bytevector-fill!',
  [bytevector('bv'), fixnum('fill'), start, end],
  'Store FILL in BV from START up to END.',
  (bv, fill, from, to) => {
    bv.fill(byte('bytevector-fill!', 2, fill), ...bounds('bytevector-fill!', bv.length, from, to, 3))
    return UNSPECIFIED
  },
)
rnrs('bytevector-copy', [bytevector('bv'), start, end], 'Return a copy of BV from START up to END.', (bv, from, to) =>
  Uint8Array.prototype.slice.call(bv, ...bounds('bytevector-copy', bv.length, from, to, 2)),
)
rnrs(
  'bytevector-copy!',
  [bytevector('source'), index('source-start'), bytevector('target'), index('target-start'), index('length')],
  'Copy LENGTH bytes of SOURCE into TARGET.',
  (source, from, target, at, length) => {
    if (from + length > source.length) return outOfRange('bytevector-copy!', 5, length)
    if (at + length > target.length) return outOfRange('bytevector-copy!', 4, at)
    if (source === target) target.copyWithin(at, from, from + length)
    else target.set(source.subarray(from, from + length), at)
    return UNSPECIFIED
  },
)
rnrs('bytevector-append', [rest(bytevector('bv'))], 'Return the concatenation of the bytevectors.', (...parts) => {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
})
rnrs('bytevector', [rest(fixnum('byte'))], 'Return a bytevector of the bytes.', (...bytes) =>
  Uint8Array.from(bytes, (b, i) => byte('bytevector', i + 1, b)),
)
rnrs('bytevector->u8-list', [bytevector('bv')], 'Return the bytes of BV as a list.', (bv) => list([...bv]))
rnrs('u8-list->bytevector', [any('list')], 'Return a bytevector of the integers of LIST.', (items) =>
  Uint8Array.from(elements('u8-list->bytevector', 1, items), (b) =>
    typeof b === 'number' && b >= 0 && b < 256 ? b : wrongType('u8-list->bytevector', 1, b),
  ),
)
rnrs(
  'bytevector-slice',
  [bytevector('bv'), index('offset'), optional(index('size'))],
  'Return a bytevector that shares SIZE bytes of BV from OFFSET.',
  (bv, offset, size) => {
    const length = size ?? bv.length - offset
    if (offset > bv.length) return outOfRange('bytevector-slice', 2, offset)
    return offset + length > bv.length
      ? outOfRange('bytevector-slice', 3, length)
      : bv.subarray(offset, offset + length)
  },
)

// Single bytes and fixed sizes

function at(name: string, bv: Uint8Array, k: number, size: number): number {
  return k + size <= bv.length ? k : outOfBounds(name, 2, k, bv.length, 'bytevector')
}
rnrs(
  'bytevector-u8-ref',
  [bytevector('bv'), index('k')],
  'Return byte K of BV.',
  (bv, k) => bv[at('bytevector-u8-ref', bv, k, 1)] ?? 0,
)
rnrs(
  'bytevector-s8-ref',
  [bytevector('bv'), index('k')],
  'Return byte K of BV, signed.',
  (bv, k) => ((bv[at('bytevector-s8-ref', bv, k, 1)] ?? 0) << 24) >> 24,
)
for (const [name, low, high] of [
  ['bytevector-u8-set!', 0, 255],
  ['bytevector-s8-set!', -128, 127],
] satisfies [string, number, number][])
  rnrs(name, [bytevector('bv'), index('k'), exactInteger('value')], 'Store VALUE as byte K of BV.', (bv, k, value) => {
    if (typeof value !== 'number' || value < low || value > high) return outOfRange(name, 3, value)
    bv[at(name, bv, k, 1)] = value
    return UNSPECIFIED
  })

interface Kind {
  readonly name: string
  readonly size: number
  readonly get: (v: DataView, at: number, little: boolean) => number | bigint
  readonly set: (v: DataView, at: number, value: ExactInteger, little: boolean) => void
  readonly low: bigint
  readonly high: bigint
}
const kinds: readonly Kind[] = [
  {
    name: 'u16',
    size: 2,
    get: (v, k, l) => v.getUint16(k, l),
    set: (v, k, x, l) => v.setUint16(k, Number(x), l),
    low: 0n,
    high: 0xffffn,
  },
  {
    name: 's16',
    size: 2,
    get: (v, k, l) => v.getInt16(k, l),
    set: (v, k, x, l) => v.setInt16(k, Number(x), l),
    low: -0x8000n,
    high: 0x7fffn,
  },
  {
    name: 'u32',
    size: 4,
    get: (v, k, l) => v.getUint32(k, l),
    set: (v, k, x, l) => v.setUint32(k, Number(x), l),
    low: 0n,
    high: 0xffffffffn,
  },
  {
    name: 's32',
    size: 4,
    get: (v, k, l) => v.getInt32(k, l),
    set: (v, k, x, l) => v.setInt32(k, Number(x), l),
    low: -0x80000000n,
    high: 0x7fffffffn,
  },
  {
    name: 'u64',
    size: 8,
    get: (v, k, l) => v.getBigUint64(k, l),
    set: (v, k, x, l) => v.setBigUint64(k, toBigInt(x), l),
    low: 0n,
    high: 0xffffffffffffffffn,
  },
  {
    name: 's64',
    size: 8,
    get: (v, k, l) => v.getBigInt64(k, l),
    set: (v, k, x, l) => v.setBigInt64(k, toBigInt(x), l),
    low: -0x8000000000000000n,
    high: 0x7fffffffffffffffn,
  },
]
function exact(value: number | bigint): ExactInteger {
  return typeof value === 'bigint' ? normalize(value) : value
}
for (const kind of kinds) {
  const { name, size, get, set, low, high } = kind
  const ref = `bytevector-${name}-ref`
  const store = `bytevector-${name}-set!`
  const inRange = (procedure: string, value: ExactInteger) => {
    const big = toBigInt(value)
    return big >= low && big <= high ? value : outOfRange(procedure, 3, value)
  }
  rnrs(
    ref,
    [bytevector('bv'), index('k'), symbol('endianness')],
    `Return the ${name} integer at K of BV.`,
    (bv, k, order) => exact(get(view(bv), at(ref, bv, k, size), !isBig(ref, 3, order))),
  )
  rnrs(
    store,
    [bytevector('bv'), index('k'), exactInteger('value'), symbol('endianness')],
    `Store VALUE as a ${name} integer at K of BV.`,
    (bv, k, value, order) => {
      set(view(bv), at(store, bv, k, size), inRange(store, value), !isBig(store, 4, order))
      return UNSPECIFIED
    },
  )
  rnrs(
    `bytevector-${name}-native-ref`,
    [bytevector('bv'), index('k')],
    `Return the native ${name} integer at K of BV.`,
    (bv, k) => exact(get(view(bv), at(`bytevector-${name}-native-ref`, bv, k, size), true)),
  )
  rnrs(
    `bytevector-${name}-native-set!`,
    [bytevector('bv'), index('k'), exactInteger('value')],
    `Store VALUE as a native ${name} integer at K of BV.`,
    (bv, k, value) => {
      set(
        view(bv),
        at(`bytevector-${name}-native-set!`, bv, k, size),
        inRange(`bytevector-${name}-native-set!`, value),
        true,
      )
      return UNSPECIFIED
    },
  )
}
for (const [name, size] of [
  ['ieee-single', 4],
  ['ieee-double', 8],
] satisfies [string, number][]) {
  const get = (bv: Uint8Array, k: number, little: boolean) =>
    new Flonum(size === 4 ? view(bv).getFloat32(k, little) : view(bv).getFloat64(k, little))
  const set = (bv: Uint8Array, k: number, x: number, little: boolean) => {
    if (size === 4) view(bv).setFloat32(k, x, little)
    else view(bv).setFloat64(k, x, little)
    return UNSPECIFIED
  }
  const ref = `bytevector-${name}-ref`
  const store = `bytevector-${name}-set!`
  rnrs(
    ref,
    [bytevector('bv'), index('k'), symbol('endianness')],
    `Return the ${name} number at K of BV.`,
    (bv, k, order) => get(bv, at(ref, bv, k, size), !isBig(ref, 3, order)),
  )
  rnrs(
    `bytevector-${name}-native-ref`,
    [bytevector('bv'), index('k')],
    `Return the native ${name} number at K of BV.`,
    (bv, k) => get(bv, at(ref, bv, k, size), true),
  )
  rnrs(
    store,
    [bytevector('bv'), index('k'), real('value'), symbol('endianness')],
    `Store VALUE as a ${name} number at K of BV.`,
    (bv, k, x, order) => set(bv, at(store, bv, k, size), toDouble(x), !isBig(store, 4, order)),
  )
  rnrs(
    `bytevector-${name}-native-set!`,
    [bytevector('bv'), index('k'), real('value')],
    `Store VALUE as a native ${name} number at K of BV.`,
    (bv, k, x) => set(bv, at(store, bv, k, size), toDouble(x), true),
  )
}

// Integers of any size

function readInteger(bytes: Uint8Array, big: boolean, signed: boolean): ExactInteger {
  let value = 0n
  const ordered = big ? bytes : bytes.slice().reverse()
  for (const b of ordered) value = (value << 8n) | BigInt(b)
  return normalize(signed ? BigInt.asIntN(bytes.length * 8, value) : value)
}
function writeInteger(bytes: Uint8Array, value: bigint, big: boolean): void {
  let left = value
  for (let i = 0; i < bytes.length; i++) {
    bytes[big ? bytes.length - 1 - i : i] = Number(left & 255n)
    left >>= 8n
  }
}
for (const signed of [false, true]) {
  const name = `bytevector-${signed ? 's' : 'u'}int`
  const letter = signed ? 's' : 'u'
  rnrs(
    `${name}-ref`,
    [bytevector('bv'), index('k'), symbol('endianness'), index('size')],
    'Return the integer of SIZE bytes at K of BV.',
    (bv, k, order, size) => {
      at(`${name}-ref`, bv, k, size)
      return readInteger(bv.subarray(k, k + size), isBig(`${name}-ref`, 3, order), signed)
    },
  )
  rnrs(
    `${name}-set!`,
    [bytevector('bv'), index('k'), exactInteger('value'), symbol('endianness'), index('size')],
    'Store VALUE as an integer of SIZE bytes at K of BV.',
    (bv, k, value, order, size) => {
      at(`${name}-set!`, bv, k, size)
      writeInteger(bv.subarray(k, k + size), fits(`${name}-set!`, value, size, signed), isBig(`${name}-set!`, 4, order))
      return UNSPECIFIED
    },
  )
  rnrs(
    `bytevector->${letter}int-list`,
    [bytevector('bv'), symbol('endianness'), index('size')],
    'Return the integers of SIZE bytes in BV.',
    (bv, order, size) => {
      const values: Value[] = []
      if (size === 0 || bv.length % size !== 0) return outOfRange(`bytevector->${letter}int-list`, 3, size)
      for (let k = 0; k < bv.length; k += size)
        values.push(readInteger(bv.subarray(k, k + size), isBig(name, 2, order), signed))
      return list(values)
    },
  )
  rnrs(
    `${letter}int-list->bytevector`,
    [any('list'), symbol('endianness'), index('size')],
    'Return a bytevector of the integers of LIST, SIZE bytes each.',
    (items, order, size) => {
      const all = elements(`${letter}int-list->bytevector`, 1, items)
      const bytes = new Uint8Array(all.length * size)
      for (const [i, value] of all.entries()) {
        if (!isExactInteger(value)) return wrongType(`${letter}int-list->bytevector`, 1, value)
        writeInteger(bytes.subarray(i * size, (i + 1) * size), fits(name, value, size, signed), isBig(name, 2, order))
      }
      return bytes
    },
  )
}
function fits(name: string, value: ExactInteger, size: number, signed: boolean): bigint {
  const big = toBigInt(value)
  const width = BigInt(size * 8)
  const low = signed ? -(1n << (width - 1n)) : 0n
  const high = signed ? (1n << (width - 1n)) - 1n : (1n << width) - 1n
  return big < low || big > high ? outOfRange(name, 3, value) : big
}

// Text

const utf8 = new TextEncoder()

/** The bytes of TEXT in an encoding this system knows; undefined for others. Unencodable characters become `?`, or fail. */
export function encodeText(
  text: string,
  encoding: string,
  onError?: (code: number) => number | undefined,
): Uint8Array | undefined {
  switch (encoding.toUpperCase().replace(/_/g, '-')) {
    case 'UTF-8':
    case 'UTF8':
      return utf8.encode(text)
    case 'ISO-8859-1':
    case 'LATIN1':
    case 'LATIN-1':
    case 'ISO8859-1':
      return encodeNarrow(text, 256, onError)
    case 'US-ASCII':
    case 'ASCII':
    case 'ANSI-X3.4-1968':
      return encodeNarrow(text, 128, onError)
    case 'UTF-16BE':
      return encodeUtf16(text, false)
    case 'UTF-16LE':
      return encodeUtf16(text, true)
    case 'UTF-16':
      return encodeUtf16(`\ufeff${text}`, false)
    case 'UTF-32BE':
    case 'UTF-32':
      return encodeUtf32(text, false)
    case 'UTF-32LE':
      return encodeUtf32(text, true)
    default: {
      const table = singleByteTable(encoding)
      return table === undefined ? undefined : encodeBy((code) => table.get(code), text, onError)
    }
  }
}

/** The bytes of the characters of an encoding of single bytes, such as ISO-8859-7; undefined for others. */
const singleByteTables = new Map<string, ReadonlyMap<number, number> | undefined>()
function singleByteTable(encoding: string): ReadonlyMap<number, number> | undefined {
  if (singleByteTables.has(encoding)) return singleByteTables.get(encoding)
  const table = new Map<number, number>()
  for (let byte = 0; byte < 256; byte++) {
    const text = decodeBytes(Uint8Array.of(byte), encoding)
    const code = text?.codePointAt(0)
    if (text?.length !== 1 || code === undefined) break
    if (code !== 0xfffd) table.set(code, byte)
  }
  // Others have bytes that are no character by themselves.
  const known = table.size > 128 ? table : undefined
  singleByteTables.set(encoding, known)
  return known
}
function encodeNarrow(text: string, limit: number, onError?: (code: number) => number | undefined): Uint8Array {
  return encodeBy((code) => (code < limit ? code : undefined), text, onError)
}
function encodeBy(
  byteOf: (code: number) => number | undefined,
  text: string,
  onError?: (code: number) => number | undefined,
): Uint8Array {
  const bytes: number[] = []
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0
    const byte = byteOf(code)
    if (byte !== undefined) bytes.push(byte)
    else {
      const replacement = onError === undefined ? 63 : onError(code)
      if (replacement !== undefined) bytes.push(replacement)
    }
  }
  return Uint8Array.from(bytes)
}
function encodeUtf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  const target = view(bytes)
  for (let i = 0; i < text.length; i++) target.setUint16(2 * i, text.charCodeAt(i), little)
  return bytes
}
function encodeUtf32(text: string, little: boolean): Uint8Array {
  const codes = Array.from(text, (c) => c.codePointAt(0) ?? 0)
  const bytes = new Uint8Array(codes.length * 4)
  const target = view(bytes)
  codes.forEach((code, i) => {
    target.setUint32(4 * i, code, little)
  })
  return bytes
}
/** TEXT of bytes; malformed parts become U+FFFD. */
export function decodeBytes(bytes: Uint8Array, encoding: string): string | undefined {
  const name = encoding.toUpperCase().replace(/_/g, '-')
  switch (name) {
    case 'ISO-8859-1':
    case 'LATIN1':
    case 'LATIN-1':
    case 'ISO8859-1': {
      let text = ''
      for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
      return text
    }
    case 'US-ASCII':
    case 'ASCII':
    case 'ANSI-X3.4-1968':
      return decodeBytes(bytes, 'ISO-8859-1')?.replace(/[\u0080-\u00ff]/g, '\ufffd')
    case 'UTF-32':
    case 'UTF-32BE':
    case 'UTF-32LE': {
      const source = view(bytes)
      let text = ''
      for (let i = 0; i + 4 <= bytes.length; i += 4) {
        const code = source.getUint32(i, name === 'UTF-32LE')
        text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code)
      }
      return text
    }
    case 'UTF-16': {
      const little = bytes[0] === 0xff && bytes[1] === 0xfe
      const marked = little || (bytes[0] === 0xfe && bytes[1] === 0xff)
      return decodeBytes(marked ? bytes.subarray(2) : bytes, little ? 'UTF-16LE' : 'UTF-16BE')
    }
    default:
      try {
        return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)
      } catch (error) {
        if (error instanceof RangeError) return undefined
        throw error
      }
  }
}

function decodingError(name: string, bytes: Value): never {
  return schemeError('decoding-error', name, 'input decoding error', [bytes])
}
rnrs('string->utf8', [string('string'), start, end], 'Return the UTF-8 bytes of STRING.', (s, from, to) =>
  utf8.encode(s.slice(...bounds('string->utf8', s.length, from, to, 2))),
)
rnrs(
  'utf8->string',
  [bytevector('utf'), start, end],
  'Return the string whose UTF-8 bytes are UTF.',
  (bv, from, to) => {
    const part = bv.subarray(...bounds('utf8->string', bv.length, from, to, 2))
    try {
      return new SchemeString(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part))
    } catch (error) {
      if (error instanceof TypeError) return decodingError('utf8->string', bv)
      throw error
    }
  },
)
for (const width of [16, 32]) {
  rnrs(
    `string->utf${width}`,
    [string('string'), optional(any('endianness'))],
    `Return the UTF-${width} bytes of STRING.`,
    (s, order) => {
      const little = order !== undefined && !isBig(`string->utf${width}`, 2, order)
      return width === 16 ? encodeUtf16(s.toString(), little) : encodeUtf32(s.toString(), little)
    },
  )
  rnrs(
    `utf${width}->string`,
    [bytevector('utf'), optional(any('endianness'))],
    `Return the string whose UTF-${width} bytes are UTF.`,
    (bv, order) => {
      const little = order !== undefined && !isBig(`utf${width}->string`, 2, order)
      return new SchemeString(decodeBytes(bv, `UTF-${width}${little ? 'LE' : 'BE'}`) ?? '')
    },
  )
}
primitives('(ice-9 iconv)')(
  'string->bytevector',
  [string('string'), string('encoding'), optional(any('conversion-strategy'))],
  'Return the bytes of STRING in ENCODING.',
  (s, encoding, strategy) => {
    const substitute = strategy instanceof SchemeSymbol && strategy.name === 'substitute'
    const bytes = encodeText(
      s.toString(),
      encoding.toString(),
      substitute
        ? () => 63
        : (code) => schemeError('encoding-error', 'put-char', 'conversion to port encoding failed', [false, code]),
    )
    return bytes ?? schemeError('misc-error', 'string->bytevector', 'unknown encoding: ~s', [encoding])
  },
)
primitives('(ice-9 iconv)')(
  'bytevector->string',
  [bytevector('bv'), string('encoding'), optional(any('conversion-strategy'))],
  'Return the string whose bytes in ENCODING are BV.',
  (bv, encoding, strategy) => {
    const decoded = decodeBytes(bv, encoding.toString())
    if (decoded === undefined)
      return schemeError('misc-error', 'bytevector->string', 'unknown encoding: ~s', [encoding])
    const substitute = strategy instanceof SchemeSymbol && strategy.name === 'substitute'
    if (!substitute && decoded.includes('\ufffd') && encodeText('\ufffd', encoding.toString())?.length === 3) {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bv)
      } catch (error) {
        if (error instanceof TypeError) return decodingError('bytevector->string', bv)
        throw error
      }
    }
    return new SchemeString(decoded)
  },
)
