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
import type { Parameter } from './define.ts'
import { type ExactInteger, isExactInteger, isNumber, isReal, type Numeric, type Real } from './numbers/represent.ts'

export { any, optional, rest } from './define.ts'

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

export const string = (name: string): Parameter<SchemeString> => ({ name, accepts: isString, expected: 'string' })
export const symbol = (name: string): Parameter<SchemeSymbol> => ({ name, accepts: isSymbol, expected: 'symbol' })
export const keyword = (name: string): Parameter<Keyword> => ({ name, accepts: isKeyword, expected: 'keyword' })
export const character = (name: string): Parameter<Char> => ({ name, accepts: isChar, expected: 'character' })
export const pair = (name: string): Parameter<Pair> => ({ name, accepts: isPair, expected: 'pair' })
/** Any list, proper or not: `apply` walks it. */
export const listArgument = (name: string): Parameter<Pair | Nil> => ({ name, accepts: isListTail, expected: 'list' })
export const vector = (name: string): Parameter<Value[]> => ({ name, accepts: isVector, expected: 'vector' })
export const bytevector = (name: string): Parameter<Uint8Array> => ({
  name,
  accepts: isBytevector,
  expected: 'bytevector',
})
export const procedure = (name: string): Parameter<Procedure> => ({ name, accepts: isProcedure, expected: 'procedure' })
/** A small natural number, as for positions and sizes. */
export const index = (name: string): Parameter<number> => ({
  name,
  accepts: isIndex,
  expected: 'exact non-negative integer',
})
export const fixnum = (name: string): Parameter<number> => ({ name, accepts: isFixnum, expected: 'exact integer' })
export const exactInteger = (name: string): Parameter<ExactInteger> => ({ name, accepts: isExactInteger })
export const real = (name: string): Parameter<Real> => ({ name, accepts: isReal })
export const number = (name: string): Parameter<Numeric> => ({ name, accepts: isNumber })
