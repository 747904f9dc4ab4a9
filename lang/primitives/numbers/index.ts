/** Numbers: arithmetic as plain functions on values (for the code generator), and the primitives. */
export {
  add,
  compare,
  divide,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  multiply,
  negate,
  numEqual,
  subtract,
} from './arithmetic.ts'
export { bitAnd, bitCount, bitNot, bitOr, bitXor, integerLength, shift, testBit } from './bits.ts'
export { divideRounded, gcd, lcm, modulo, quotient, remainder, roundReal } from './division.ts'
export { doubleToString, numberToString } from './format.ts'
export {
  doubleToExact,
  type Exact,
  type ExactInteger,
  flonum,
  isExact,
  isExactInteger,
  isInteger,
  isNumber,
  isRational,
  isReal,
  makeRational,
  type Numeric,
  normalize,
  type Real,
  ratioToDouble,
  toBigInt,
  toDouble,
} from './represent.ts'
export { power, squareRoot } from './transcendental.ts'
