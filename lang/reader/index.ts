export { installArrayLiterals } from './array-literal.ts'
export type { KeywordStyle } from './atoms.ts'
export { DatumExtent } from './datum-extent.ts'
export { denotesNumber, parseNumber } from './number.ts'
export {
  DatumReader,
  type HashExtension,
  installHashExtension,
  type ReadOptions,
  type ReadProblem,
  type ReadResult,
  raiseReadError,
  readAll,
  readDatum,
  readerDefaults,
} from './read.ts'
