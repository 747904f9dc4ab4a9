export { ClientError } from './client-error.ts'
export * from './numbers.ts'
export { ConnectionClosed, WireReader } from './wire-reader.ts'
export { WireWriter } from './wire-writer.ts'
