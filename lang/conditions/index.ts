export { installThrower, miscError, outOfRange, schemeError, type Thrower, throwKey, wrongType } from './raise.ts'
