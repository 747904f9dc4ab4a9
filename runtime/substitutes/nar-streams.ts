/** NARs of items as a server of substitutes sends or keeps them: compressed, piece by piece, without holding up whatever
 *  else the server does. */
import { spawn } from 'node:child_process'
import { Readable, type Transform } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import { StrataError } from '../../lang/conditions/index.ts'
import { encodeLzip } from '../compression/index.ts'
import { dumpPath } from '../store/index.ts'

/** How NARs are offered; `none` is always there for those who ask. */
export const publishedCompressions = ['gzip', 'lzip', 'zstd', 'none'] as const
export type PublishedCompression = (typeof publishedCompressions)[number]

export interface CompressionChoice {
  readonly method: PublishedCompression
  readonly level: number
}

/** Quick rather than good: it is done while somebody waits. */
export const usualLevel = 3

/** Items this small are read at once. */
const smallSize = 1 << 18

/** Steps that make the NAR of the tree at FILE, which has SIZE bytes, one compressed in the CHOSEN way. */
export function narStream(file: string, size: number, chosen: CompressionChoice): [Readable, ...Transform[]] {
  const { method, level } = chosen
  const lzipLevel = method === 'lzip' ? level : undefined
  const pieces = size <= smallSize ? [wholeNar(file, lzipLevel)] : narOfProcess(file, lzipLevel)
  const stream = Readable.from(pieces, { objectMode: false })
  if (method === 'gzip') return [stream, createGzip({ level })]
  if (method === 'zstd') return [stream, createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } })]
  return [stream]
}

function wholeNar(file: string, lzipLevel: number | undefined): Uint8Array {
  const pieces: Uint8Array[] = []
  dumpPath(file, (bytes) => pieces.push(bytes.slice()))
  const nar = Buffer.concat(pieces)
  return lzipLevel === undefined ? nar : encodeLzip(nar, lzipLevel)
}

async function* narOfProcess(file: string, lzipLevel: number | undefined): AsyncGenerator<Uint8Array> {
  const args = ['--disable-warning=ExperimentalWarning', narProcess(), file]
  const child = spawn(process.execPath, lzipLevel === undefined ? args : [...args, String(lzipLevel)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-2000)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  try {
    for await (const piece of child.stdout) yield piece
    const status = await ended
    if (status !== 0) throw new StrataError('cannot-publish', `${file} cannot be read: ${said}`)
  } finally {
    child.kill()
  }
}

/** Beside the source this is TypeScript, in a bundle JavaScript. */
function narProcess(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return fileURLToPath(new URL(`./nar-process.${extension}`, import.meta.url))
}
