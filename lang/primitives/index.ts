/** All primitives of the language: importing this declares them. */
import './arrays.ts'
import './bytevectors.ts'
import './char-sets.ts'
import './chars.ts'
import './equality.ts'
import './exceptions.ts'
import './format.ts'
import './hash-tables.ts'
import './lists.ts'
import './numbers/declare.ts'
import './objects.ts'
import './options.ts'
import './pairs.ts'
import './ports/declare-binary.ts'
import './ports/declare-text.ts'
import './ports/printing.ts'
import './primitive-generics.ts'
import './records.ts'
import './regexps.ts'
import './string-search.ts'
import './strings.ts'
import './symbols.ts'
import './time.ts'
import './uniform-vectors.ts'
import './vectors.ts'
import './stacks.ts'
import './weak.ts'

export { decodeBytes, encodeText } from './bytevectors.ts'
export {
  declarationOf,
  definePrimitive,
  makePrimitive,
  type Parameter,
  type PrimitiveDeclaration,
  primitiveModules,
  primitives,
  primitivesOf,
  wrongArgumentCount,
} from './define.ts'
export { isEqual, isEqv } from './equality.ts'
export { elements } from './lists.ts'
export * from './numbers/index.ts'
export * from './parameters.ts'
export * from './ports/index.ts'
export {
  addObjectPrinter,
  addressOf,
  displayString,
  installProcedureFormals,
  print,
  setR7rsPrinting,
  writeString,
} from './print.ts'
export { Regexp } from './regexps.ts'
