/** C types as Guile's (system foreign) numbers them, their layout, and conversion between memory and Scheme.
 *  Not calls of C functions (see foreign.ts). */
import { schemeError, throwKey, wrongType } from '../../lang/conditions/index.ts'
import { type ExactInteger, flonum, isExactInteger, isReal, toDouble } from '../../lang/primitives/index.ts'
import { list, listToArray, NIL, Pair, SchemeString, SchemeSymbol, type Value } from '../../lang/values/index.ts'
import { Pointer, pointerAt } from './pointers.ts'

/** A number's representation in memory, or a pointer. */
export interface ScalarType {
  readonly kind: 'void' | 'integer' | 'float' | 'pointer'
  readonly size: number
  readonly signed: boolean
  /** What node:ffi calls it. */
  readonly ffi: FfiType
}
export type FfiType = 'void' | ArgumentType
export type ArgumentType =
  | 'float'
  | 'double'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'pointer'

const integer = (size: number, signed: boolean, ffi: FfiType): ScalarType => ({ kind: 'integer', size, signed, ffi })
export const POINTER: ScalarType = { kind: 'pointer', size: 8, signed: false, ffi: 'pointer' }
export const VOID: ScalarType = { kind: 'void', size: 0, signed: false, ffi: 'void' }
/** By Guile's numbers. */
const scalars: readonly ScalarType[] = [
  VOID,
  { kind: 'float', size: 4, signed: true, ffi: 'float' },
  { kind: 'float', size: 8, signed: true, ffi: 'double' },
  integer(1, false, 'uint8'),
  integer(1, true, 'int8'),
  integer(2, false, 'uint16'),
  integer(2, true, 'int16'),
  integer(4, false, 'uint32'),
  integer(4, true, 'int32'),
  integer(8, false, 'uint64'),
  integer(8, true, 'int64'),
]

/** The scalar that TYPE names: a number, or the symbol `*`. */
export function scalarType(type: Value): ScalarType | undefined {
  if (type instanceof SchemeSymbol && type.name === '*') return POINTER
  return typeof type === 'number' ? scalars[type] : undefined
}

function fieldsOf(type: Value): readonly Value[] | undefined {
  return type instanceof Pair || type === NIL ? listToArray(type) : undefined
}

export function alignmentOf(name: string, type: Value): number {
  const scalar = scalarType(type)
  if (scalar !== undefined) return Math.max(1, scalar.size)
  const fields = fieldsOf(type) ?? wrongType(name, 1, type)
  return Math.max(1, ...fields.map((field) => alignmentOf(name, field)))
}

export function sizeOf(name: string, type: Value): number {
  const scalar = scalarType(type)
  if (scalar !== undefined) return scalar.size
  const fields = fieldsOf(type) ?? wrongType(name, 1, type)
  let size = 0
  for (const field of fields) size = roundUp(size, alignmentOf(name, field)) + sizeOf(name, field)
  return roundUp(size, alignmentOf(name, type))
}
function roundUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}

export function checkedInteger(value: Value, type: ScalarType): ExactInteger {
  if (!isExactInteger(value))
    return throwKey(
      'wrong-type-arg',
      false,
      new SchemeString('Wrong type (expecting ~A): ~S', true),
      list([new SchemeString('exact integer', true), value]),
      list([value]),
    )
  const bits = BigInt(type.size * 8)
  const low = type.signed ? -(1n << (bits - 1n)) : 0n
  const high = type.signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n
  if (BigInt(value) < low || BigInt(value) > high) {
    const limit = (n: bigint): Value => (Number.isSafeInteger(Number(n)) ? Number(n) : n)
    return throwKey(
      'out-of-range',
      false,
      new SchemeString('Value out of range ~S to< ~S: ~S', true),
      list([limit(low), limit(high), value]),
      list([value]),
    )
  }
  return value
}
export function checkedReal(value: Value): number {
  if (isReal(value)) return toDouble(value)
  return schemeError('wrong-type-arg', undefined, 'Wrong type (expecting real number): ~S', [value])
}
export function checkedPointer(name: string, value: Value): Pointer {
  if (value instanceof Pointer) return value
  return throwKey(
    'wrong-type-arg',
    new SchemeString(name, true),
    new SchemeString('Wrong type argument in position ~A (expecting ~A): ~S', true),
    list([1, new SchemeString('POINTER_P', true), value]),
    list([value]),
  )
}
export function exactOf(value: bigint): ExactInteger {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function readScalar(view: DataView, at: number, type: ScalarType): Value {
  if (type.kind === 'float') return flonum(type.size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true))
  if (type.kind === 'pointer') return pointerAt(view.getBigUint64(at, true))
  switch (type.size) {
    case 1:
      return type.signed ? view.getInt8(at) : view.getUint8(at)
    case 2:
      return type.signed ? view.getInt16(at, true) : view.getUint16(at, true)
    case 4:
      return type.signed ? view.getInt32(at, true) : view.getUint32(at, true)
    default:
      return exactOf(type.signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true))
  }
}
function writeScalar(view: DataView, at: number, type: ScalarType, value: Value, name: string): void {
  if (type.kind === 'float') {
    if (type.size === 4) view.setFloat32(at, checkedReal(value), true)
    else view.setFloat64(at, checkedReal(value), true)
  } else if (type.kind === 'pointer') view.setBigUint64(at, checkedPointer(name, value).address, true)
  else {
    const n = BigInt.asUintN(64, BigInt(checkedInteger(value, type)))
    for (let i = 0; i < type.size; i++) view.setUint8(at + i, Number((n >> BigInt(8 * i)) & 255n))
  }
}

/** The values at AT of a structure whose fields have TYPES. */
export function readStructure(view: DataView, start: number, types: Value, name: string): Value {
  let at = start
  return list(
    (fieldsOf(types) ?? wrongType(name, 2, types)).map((type) => {
      at = start + roundUp(at - start, alignmentOf(name, type))
      const scalar = scalarType(type)
      const value = scalar === undefined ? readStructure(view, at, type, name) : readScalar(view, at, scalar)
      at += sizeOf(name, type)
      return value
    }),
  )
}
export function writeStructure(view: DataView, start: number, types: Value, values: Value, name: string): void {
  const fields = fieldsOf(types) ?? wrongType(name, 1, types)
  const contents = fieldsOf(values) ?? wrongType(name, 2, values)
  if (fields.length !== contents.length) return wrongType(name, 2, values)
  let at = start
  fields.forEach((type, i) => {
    at = start + roundUp(at - start, alignmentOf(name, type))
    const scalar = scalarType(type)
    if (scalar === undefined) writeStructure(view, at, type, contents[i], name)
    else writeScalar(view, at, scalar, contents[i], name)
    at += sizeOf(name, type)
  })
}
