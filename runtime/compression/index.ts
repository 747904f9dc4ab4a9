export { decodeLzip, encodeLzip, LzipEncoder } from './lzip.ts'
export { decodeXz } from './xz.ts'
