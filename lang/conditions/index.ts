export { type ConditionLocation, locationOfArguments, raiseAt } from './located.ts'
export { installThrower, miscError, outOfRange, schemeError, type Thrower, throwArguments, throwKey, wrongType } from './raise.ts'
export { StrataError, type StrataErrorDetails } from './strata-error.ts'
