export {
  type ArrayStore,
  arrayView,
  type Dimension,
  extent,
  isArrayStore,
  SchemeArray,
  storeLength,
} from './array.ts'
export { Char, char } from './char.ts'
export { CharSet, charSetOfRanges } from './char-set.ts'
export { HashTable, identityHash, installCommonContent, type KeyMode, structuralHash } from './hash-table.ts'
export { MultipleValues } from './multiple-values.ts'
export { Compnum, Flonum, Ratnum } from './number-types.ts'
export { list, listToArray, Pair, SourcePair } from './pair.ts'
export { isInstance, type RecordClass, RecordType, type RecordTypeOptions, SchemeRecord } from './record.ts'
export { EOF, EofObject, LISP_NIL, LispNil, NIL, Nil, UNSPECIFIED, Unspecified } from './singletons.ts'
export { SchemeString } from './string.ts'
export { intern, internKeyword, Keyword, SchemeSymbol, uninternedSymbol } from './symbol.ts'
export { Bitvector, isUniformKind, type UniformKind, UniformVector, uniformSizes } from './uniform-vector.ts'
export type { Procedure, Value } from './value.ts'
export { DeferredVariable, Variable } from './variable.ts'
