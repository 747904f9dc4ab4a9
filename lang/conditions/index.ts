export { installThrower, miscError, outOfRange, schemeError, type Thrower, throwKey, wrongType } from './raise.ts'
export { StrataError, type StrataErrorDetails } from './strata-error.ts'
