export { addresses, usualSubstituteUrls } from './addresses.ts'
export { writeBinaryCache } from './binary-cache.ts'
export { decompress } from './decompression.ts'
export { type FetchOptions, fetchItem, HashMismatch } from './fetch-item.ts'
export {
  type CompressionChoice,
  type PublishedCompression,
  publishedCompressions,
  usualLevel,
} from './nar-streams.ts'
export { Publisher, type PublishOptions } from './publisher.ts'
export { type Substitute, SubstituteServers, substituteServers } from './servers.ts'
export { Trust } from './trust.ts'
