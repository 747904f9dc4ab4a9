/** Constants of compiled code as JSON, and back. Knows the data types of values/; lang/syntax adds syntax objects.
 *  What cannot be written down (a procedure, a port) makes the unit one that is not cached. */
import { Module } from '../modules/module.ts'
import { PlacesOnly, type SourceFile, type Span } from '../source/index.ts'
import {
  Char,
  Compnum,
  char,
  EOF,
  Flonum,
  intern,
  internKeyword,
  Keyword,
  LISP_NIL,
  NIL,
  Pair,
  Ratnum,
  SchemeString,
  SchemeSymbol,
  SourcePair,
  UNSPECIFIED,
  UniformVector,
  uninternedSymbol,
  type Value,
} from '../values/index.ts'

export type Encoded = number | boolean | null | string | readonly Encoded[]

/** A constant of a kind that has no written form. */
export class NotEncodable extends Error {}

export interface Encoder {
  encode(value: Value): Encoded
  /** The file that places within the constant being encoded belong to. */
  file: SourceFile | undefined
  /** The number that stands for an object of a codec's own, given on first sight. */
  identify(object: object): { readonly id: number; readonly isNew: boolean }
}

export interface Decoder {
  decode(encoded: Encoded): Value
  /** The file that places within the constant being decoded belong to. */
  file: SourceFile | undefined
  /** The object decoded under a number before, or a new one. */
  object<T extends object>(id: number, make: () => T): T
  moduleNamed(name: readonly string[]): Module
}

/** Writes and reads objects of one class; TAG is unique. */
export interface ConstantCodec {
  readonly tag: string
  encode(value: object, encoder: Encoder): readonly Encoded[] | undefined
  decode(parts: readonly Encoded[], decoder: Decoder): Value
}

const codecs = new Map<string, ConstantCodec>()

/** For lang/syntax and lang/modules, whose objects may be constants. */
export function addConstantCodec(codec: ConstantCodec): void {
  codecs.set(codec.tag, codec)
}

const MOST_NESTING = 2000

export function makeEncoder(): Encoder {
  const ids = new Map<object, number>()
  let nesting = 0
  const encoder: Encoder = {
    file: undefined,
    identify(object) {
      const known = ids.get(object)
      if (known !== undefined) return { id: known, isNew: false }
      const id = ids.size
      ids.set(object, id)
      return { id, isNew: true }
    },
    encode(value) {
      switch (typeof value) {
        case 'number':
        case 'boolean':
          return value
        case 'bigint':
          return ['b', String(value)]
        case 'object':
          break
        default:
          throw new NotEncodable(`a ${typeof value} is no constant`)
      }
      if (nesting === 0 && value instanceof SourcePair && isCode(value)) {
        encoder.file = value.span.source
        try {
          return ['P', encoder.file.name, encodeNested(value)]
        } finally {
          encoder.file = undefined
        }
      }
      return encodeNested(value)
    },
  }
  const encodeNested = (value: object | null): Encoded => {
    if (nesting > MOST_NESTING) throw new NotEncodable('a constant is nested too deeply')
    nesting++
    try {
      return encodeObject(value, encoder)
    } finally {
      nesting--
    }
  }
  return encoder
}

function encodeObject(value: object | null, encoder: Encoder): Encoded {
  if (value instanceof SchemeSymbol) {
    return value.interned ? value.name : ['u', encoder.identify(value).id, value.name]
  }
  if (value instanceof SchemeString) return [value.immutable ? '"' : 'w', value.toString()]
  if (value instanceof Keyword) return ['k', value.name]
  if (value instanceof Char) return ['c', value.code]
  if (value === NIL) return null
  if (value === UNSPECIFIED) return ['_']
  if (value === LISP_NIL) return ['N']
  if (value === EOF) return ['e']
  if (value instanceof Pair) {
    const items = encodePair(value, encoder)
    const isPlaced = value instanceof SourcePair && value.span.source === encoder.file
    return isPlaced ? ['p', ...placeNumbers(value.span), ...items] : items
  }
  if (Array.isArray(value)) return ['v', ...value.map((item) => encoder.encode(item))]
  if (value instanceof Flonum) return ['f', Object.is(value.value, -0) ? '-0' : String(value.value)]
  if (value instanceof Ratnum) return ['r', String(value.numerator), String(value.denominator)]
  if (value instanceof Compnum) return ['z', String(value.real), String(value.imaginary)]
  if (value instanceof Uint8Array && !(value instanceof UniformVector)) return ['y', ...value]
  if (value instanceof Module) return ['m', ...value.name]
  if (value !== null) {
    for (const codec of codecs.values()) {
      const parts = codec.encode(value, encoder)
      if (parts !== undefined) return ['x', codec.tag, ...parts]
    }
  }
  throw new NotEncodable(`a ${value?.constructor.name} is no constant`)
}

/** Quoted code, for `eval`, keeps its places; other lists do not, as in compiled code of Guile. */
const codeHeads = new Set([
  'begin',
  'let',
  'let*',
  'letrec',
  'define',
  'define*',
  'define-module',
  'use-modules',
  'lambda',
])

function isCode({ car }: Pair): boolean {
  return car instanceof SchemeSymbol && codeHeads.has(car.name)
}

function placeNumbers({ source, start }: Span): [number, number] {
  const { line, column } = source.position(start)
  return [line, column]
}

function encodePair(value: Pair, encoder: Encoder): readonly Encoded[] {
  const items: Encoded[] = []
  let left: Value = value
  for (let steps = 0; left instanceof Pair; steps++) {
    if (steps > 1_000_000) throw new NotEncodable('a constant is circular')
    items.push(encoder.encode(left.car))
    left = left.cdr
  }
  return left === NIL ? ['l', ...items] : ['d', encoder.encode(left), ...items]
}

export function makeDecoder(moduleNamed: (name: readonly string[]) => Module): Decoder {
  const objects = new Map<number, object>()
  const decoder: Decoder = {
    file: undefined,
    moduleNamed,
    object<T extends object>(id: number, make: () => T): T {
      const known = objects.get(id)
      // Only the codec that made it asks for this number.
      if (known !== undefined) return known as T
      const made = make()
      objects.set(id, made)
      return made
    },
    decode(encoded) {
      if (typeof encoded === 'string') return intern(encoded)
      if (encoded === null) return NIL
      if (typeof encoded !== 'object') return encoded
      return decodeTagged(encoded, decoder)
    },
  }
  return decoder
}

function decodeTagged(encoded: readonly Encoded[], decoder: Decoder): Value {
  const [tag, first, second] = encoded
  switch (tag) {
    case 'b':
      return BigInt(String(first))
    case 'u':
      return decoder.object(Number(first), () => uninternedSymbol(String(second)))
    case '"':
      return new SchemeString(String(first), true)
    case 'w':
      return new SchemeString(String(first))
    case 'k':
      return internKeyword(String(first))
    case 'c':
      return char(Number(first))
    case '_':
      return UNSPECIFIED
    case 'N':
      return LISP_NIL
    case 'e':
      return EOF
    case 'l':
    case 'd': {
      // In the order of encoding: an object is described where it was met first.
      const items = encoded.slice(tag === 'l' ? 1 : 2).map((item) => decoder.decode(item))
      let result: Value = tag === 'l' ? NIL : decoder.decode(first ?? null)
      for (let i = items.length - 1; i >= 0; i--) result = new Pair(items[i] ?? NIL, result)
      return result
    }
    case 'P': {
      decoder.file = new PlacesOnly(String(first))
      try {
        return decoder.decode(second ?? null)
      } finally {
        decoder.file = undefined
      }
    }
    case 'p': {
      const pair = decodeTagged(encoded.slice(3), decoder)
      const { file } = decoder
      if (file === undefined || !(pair instanceof Pair)) return pair
      const start = PlacesOnly.offset(Number(first), Number(second))
      return new SourcePair(pair.car, pair.cdr, { source: file, start, end: start })
    }
    case 'v':
      return encoded.slice(1).map((item) => decoder.decode(item))
    case 'f':
      return new Flonum(Number(first))
    case 'r':
      return new Ratnum(BigInt(String(first)), BigInt(String(second)))
    case 'z':
      return new Compnum(Number(first), Number(second))
    case 'y':
      return bytes(encoded.slice(1).map(Number))
    case 'm':
      return decoder.moduleNamed(encoded.slice(1).map(String))
    case 'x': {
      const codec = codecs.get(String(first))
      if (codec === undefined) throw new Error(`strata bug: no decoder for constants tagged ${String(first)}`)
      return codec.decode(encoded.slice(2), decoder)
    }
    default:
      throw new Error(`strata bug: a constant is tagged ${String(tag)}`)
  }
}

/** Bytes in a buffer of their own: V8 rounds the size of small arrays on its heap up, and what happened to be in memory
 *  then becomes part of start-up snapshots, which are to be reproducible. */
function bytes(values: readonly number[]): Uint8Array {
  const array = new Uint8Array(new ArrayBuffer(values.length))
  array.set(values)
  return array
}
