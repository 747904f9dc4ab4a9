export {
  component,
  EXCEPTION,
  exceptionArgs,
  exceptionFromThrow,
  exceptionKind,
  exceptionTypes,
  IRRITANTS,
  isException,
  KIND_AND_ARGS,
  MESSAGE,
  makeException,
  NON_CONTINUABLE,
  ORIGIN,
  quitCode,
  simpleExceptions,
} from './exceptions.ts'
export { type ConditionLocation, locationOfArguments, noteContext, raiseAt } from './located.ts'
export { nearest } from './nearest.ts'
export {
  installThrower,
  miscError,
  outOfBounds,
  outOfRange,
  schemeError,
  type Thrower,
  throwArguments,
  throwKey,
  wrongType,
} from './raise.ts'
export { StrataError, type StrataErrorDetails } from './strata-error.ts'
