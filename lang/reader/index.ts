export { parseNumber } from './number.ts'
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
} from './read.ts'
