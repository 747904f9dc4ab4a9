/** NARs as servers of substitutes compress them. What Node cannot read itself is left to the programs of the same name;
 *  xz and lzip, the usual ones of Nix and Guix, are read even where there are no such programs. */
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib'
import { StrataError } from '../../lang/conditions/index.ts'
import { decodeLzip, decodeXz } from '../compression/index.ts'

/** The compressions that can be read, best first when there is a choice. */
export const knownCompressions: readonly string[] = ['zstd', 'gzip', 'none', 'lzip', 'br', 'xz', 'bzip2']

/** The bytes of COMPRESSED, a stream in COMPRESSION. @throws StrataError `unsupported-archive`, or of the decoder. */
export function decompress(compressed: AsyncIterable<Uint8Array>, compression: string): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
      return compressed
    case 'gzip':
      return through(compressed, createGunzip())
    case 'zstd':
      return through(compressed, createZstdDecompress())
    case 'br':
      return through(compressed, createBrotliDecompress())
    case 'xz':
      return withProgram(compressed, 'xz', (pieces) => whole(pieces, 'xz', decodeXz))
    case 'lzip':
      return withProgram(compressed, 'lzip', (pieces) => whole(pieces, 'lzip', decodeLzip))
    case 'bzip2':
      return withProgram(compressed, compression)
    default:
      throw new StrataError('unsupported-archive', `compression \`${compression}' is not known`)
  }
}

async function* through(
  compressed: AsyncIterable<Uint8Array>,
  decoder: NodeJS.ReadWriteStream & Readable,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(compressed, { objectMode: false })
  source.on('error', (error) => decoder.destroy(error))
  source.pipe(decoder)
  try {
    for await (const piece of decoder) yield piece
  } finally {
    source.destroy()
  }
}

/** Read through PROGRAM; without it in FALLBACK's way. */
async function* withProgram(
  compressed: AsyncIterable<Uint8Array>,
  program: string,
  fallback?: (compressed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const decoder = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const started = await new Promise<boolean>((resolve) => {
    decoder.once('spawn', () => resolve(true))
    decoder.once('error', () => resolve(false))
  })
  if (!started) {
    if (fallback === undefined) {
      throw new StrataError('unsupported-archive', `cannot read a compressed archive: there is no program ${program}`)
    }
    yield* fallback(compressed)
    return
  }
  const source = Readable.from(compressed, { objectMode: false })
  let broken: Error | undefined
  source.on('error', (error) => {
    broken = error
    decoder.kill()
  })
  // It ends early when the data is bad: its status says so.
  decoder.stdin.on('error', () => {})
  source.pipe(decoder.stdin)
  const ended = new Promise<number | null>((resolve) => decoder.once('close', resolve))
  try {
    for await (const piece of decoder.stdout) yield piece
    const status = await ended
    if (broken !== undefined) throw broken
    if (status !== 0) throw new StrataError('corrupt-archive', `corrupt data: ${program} ended with status ${status}`)
  } finally {
    source.destroy()
    decoder.kill()
  }
}

/** More would not be held in memory. */
const mostBytes = 1 << 29

async function* whole(
  compressed: AsyncIterable<Uint8Array>,
  program: string,
  decode: (bytes: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of compressed) {
    pieces.push(piece)
    size += piece.length
    if (size > mostBytes) {
      throw new StrataError('unsupported-archive', `too large an archive to read without the program ${program}`)
    }
  }
  yield decode(Buffer.concat(pieces))
}
