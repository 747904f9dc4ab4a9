/** The parameter types that primitives share: a name, a test, and how messages call what was wanted.
 *  Not the declarations themselves (see define.ts). */
import {
  Char,
  Keyword,
  NIL,
  type Nil,
  Pair,
  type Procedure,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'
import { type Parameter, parameter } from './define.ts'
import { type ExactInteger, isExactInteger, isNumber, isReal, type Numeric, type Real } from './numbers/represent.ts'

export { any, optional, parameter, rest } from './define.ts'

export function isString(value: Value): value is SchemeString {
  return value instanceof SchemeString
}
export function isSymbol(value: Value): value is SchemeSymbol {
  return value instanceof SchemeSymbol
}
export function isKeyword(value: Value): value is Keyword {
  return value instanceof Keyword
}
export function isChar(value: Value): value is Char {
  return value instanceof Char
}
export function isPair(value: Value): value is Pair {
  return value instanceof Pair
}
export function isListTail(value: Value): value is Pair | Nil {
  return value === NIL || value instanceof Pair
}
export function isVector(value: Value): value is Value[] {
  return Array.isArray(value)
}
export function isBytevector(value: Value): value is Uint8Array {
  return value instanceof Uint8Array
}
export function isProcedure(value: Value): value is Procedure {
  return typeof value === 'function'
}
export function isBoolean(value: Value): value is boolean {
  return typeof value === 'boolean'
}
export function isIndex(value: Value): value is number {
  return typeof value === 'number' && value >= 0
}
export function isFixnum(value: Value): value is number {
  return typeof value === 'number'
}

export const string = (name: string): Parameter<SchemeString> => parameter(name, isString, 'string')
export const symbol = (name: string): Parameter<SchemeSymbol> => parameter(name, isSymbol, 'symbol')
export const keyword = (name: string): Parameter<Keyword> => parameter(name, isKeyword, 'keyword')
export const character = (name: string): Parameter<Char> => parameter(name, isChar, 'character')
export const pair = (name: string): Parameter<Pair> => parameter(name, isPair, 'pair')
/** Any list, proper or not: `apply` walks it. */
export const listArgument = (name: string): Parameter<Pair | Nil> => parameter(name, isListTail, 'list')
export const vector = (name: string): Parameter<Value[]> => parameter(name, isVector, 'vector')
export const bytevector = (name: string): Parameter<Uint8Array> => parameter(name, isBytevector, 'bytevector')
export const procedure = (name: string): Parameter<Procedure> => parameter(name, isProcedure, 'procedure')
/** A small natural number, as for positions and sizes. */
export const index = (name: string): Parameter<number> => ({
  ...parameter(name, isIndex, 'exact non-negative integer'),
  ofType: isExactInteger,
})
export const fixnum = (name: string): Parameter<number> => parameter(name, isFixnum, 'exact integer')
export const exactInteger = (name: string): Parameter<ExactInteger> => parameter(name, isExactInteger)
export const real = (name: string): Parameter<Real> => parameter(name, isReal)
export const number = (name: string): Parameter<Numeric> => parameter(name, isNumber)
