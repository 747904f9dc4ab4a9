/** The process that reads an item for a server of substitutes, which meanwhile answers others: it writes the NAR of the
 *  file tree that its first argument names to standard output, compressed by lzip when a level follows. */
import { writeSync } from 'node:fs'
import { LzipEncoder } from '../compression/index.ts'
import { dumpPath } from '../store/index.ts'

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}

const [file = '', level] = process.argv.slice(2)
if (level === undefined) dumpPath(file, write)
else {
  const encoder = new LzipEncoder(Number(level))
  // Pieces are only valid during the call.
  dumpPath(file, (bytes) => encoder.update(bytes.slice()).forEach(write))
  encoder.finish().forEach(write)
}
