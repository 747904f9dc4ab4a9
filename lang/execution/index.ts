export { callProcedure, execute } from './execute.ts'
