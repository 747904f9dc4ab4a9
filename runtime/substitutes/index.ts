export { writeBinaryCache } from './binary-cache.ts'
