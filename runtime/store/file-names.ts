/** Names of files as strings and as the system has them. A name that is not UTF-8 is a string with lone surrogates (see
 *  formats/bytes.ts), which Node takes as bytes. */
import { readdirSync, readlinkSync } from 'node:fs'
import { decodeBytes, encodeText } from '../formats/index.ts'

/** What Node makes of bytes that are not UTF-8. */
const replaced = '\ufffd'

/** PATH as Node's procedures want it. */
export function fileName(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeText(path))
}

/** The names in a directory, in no order. */
export function namesIn(directory: string): string[] {
  const names = readdirSync(fileName(directory), 'utf8')
  if (!names.some((name) => name.includes(replaced))) return names
  return readdirSync(fileName(directory), 'buffer').map(decodeBytes)
}

/** Where a symbolic link points. */
export function linkTarget(path: string): string {
  const target = readlinkSync(fileName(path))
  return target.includes(replaced) ? decodeBytes(readlinkSync(fileName(path), 'buffer')) : target
}
