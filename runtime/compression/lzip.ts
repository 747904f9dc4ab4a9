/** The .lz container: members, each a stream of LZMA with its checksum and sizes. Contents are encoded as members of a few
 *  dictionaries each, so that they can be made and read piece by piece.
 *  Format: the chapter "File format" of lzip's manual. */
import { crc32 } from 'node:zlib'
import { corrupt, decodeChunk, initialState, setProperties } from './lzma-decoder.ts'
import { type EncoderEffort, encodeLzma } from './lzma-encoder.ts'

const magic = [0x4c, 0x5a, 0x49, 0x50]
const headerSize = 6
const trailerSize = 20
/** lc=3, lp=0, pb=2: the only ones that there are. */
const properties = 3 + 9 * 5 * 2

/** How hard each level tries, from 0 to 9. */
export const lzipLevels: readonly EncoderEffort[] = [4, 8, 12, 16, 32, 64, 96, 128, 192, 273].map(
  (chainLength, level) => ({
    dictionarySize: 1 << Math.min(16 + Math.ceil(level * 1.2), 23),
    chainLength,
    goodLength: Math.min(273, 16 + level * 24),
  }),
)

/** The contents of the members in BYTES. @throws StrataError `corrupt-archive`. */
export function decodeLzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const members: { readonly start: number; readonly end: number; readonly size: number }[] = []
  for (let end = bytes.length; end > 0; ) {
    if (end < headerSize + trailerSize) corrupt('no member of lzip')
    const size = Number(view.getBigUint64(end - 16, true))
    const start = end - Number(view.getBigUint64(end - 8, true))
    if (start < 0 || start > end - headerSize - trailerSize) corrupt('a member of lzip beyond the start')
    if (magic.some((byte, i) => bytes[start + i] !== byte)) corrupt('no member of lzip')
    if (bytes[start + 4] !== 1) corrupt(`version ${bytes[start + 4]} of lzip`)
    // A byte of LZMA stands for some 7,000 at most.
    if (size > (end - start) * 8192) corrupt('a member of lzip with too large a size')
    members.unshift({ start, end, size })
    end = start
  }
  if (members.length === 0) corrupt('no member of lzip')
  const out = new Uint8Array(members.reduce((sum, { size }) => sum + size, 0))
  let at = 0
  for (const { start, end, size } of members) {
    const lzma = initialState(at)
    setProperties(lzma, properties)
    decodeChunk(lzma, bytes, start + headerSize, end - trailerSize, out, at, at + size, true)
    if (view.getUint32(end - trailerSize, true) !== crc32(out.subarray(at, at + size)))
      corrupt('integrity check failed')
    at += size
  }
  return out
}

function member(contents: Uint8Array, effort: EncoderEffort): Buffer {
  const data = encodeLzma(contents, effort)
  const header = Buffer.from([...magic, 1, Math.log2(effort.dictionarySize)])
  const trailer = Buffer.alloc(trailerSize)
  trailer.writeUInt32LE(crc32(contents), 0)
  trailer.writeBigUInt64LE(BigInt(contents.length), 4)
  trailer.writeBigUInt64LE(BigInt(headerSize + data.length + trailerSize), 12)
  return Buffer.concat([header, data, trailer])
}

/** Compresses what comes in pieces. */
export class LzipEncoder {
  readonly #effort: EncoderEffort
  readonly #memberSize: number
  #pieces: Uint8Array[] = []
  #size = 0
  #made = false

  /** @param level from 0 to 9 */
  constructor(level: number) {
    const effort = lzipLevels[level]
    if (effort === undefined) throw new RangeError(`lzip has levels 0 to 9, not ${level}`)
    this.#effort = effort
    this.#memberSize = Math.max(1 << 20, effort.dictionarySize * 2)
  }

  /** What is complete of the compressed contents with PIECE, which the encoder keeps. */
  update(piece: Uint8Array): readonly Uint8Array[] {
    const made: Uint8Array[] = []
    for (let start = 0; start < piece.length; ) {
      const part = piece.subarray(start, start + this.#memberSize - this.#size)
      start += part.length
      this.#pieces.push(part)
      this.#size += part.length
      if (this.#size === this.#memberSize) made.push(this.#member())
    }
    return made
  }

  /** The rest. */
  finish(): readonly Uint8Array[] {
    return this.#size === 0 && this.#made ? [] : [this.#member()]
  }

  #member(): Uint8Array {
    const made = member(Buffer.concat(this.#pieces), this.#effort)
    this.#pieces = []
    this.#size = 0
    this.#made = true
    return made
  }
}

/** CONTENTS compressed at LEVEL, from 0 to 9. */
export function encodeLzip(contents: Uint8Array, level: number): Uint8Array {
  const encoder = new LzipEncoder(level)
  return Buffer.concat([...encoder.update(contents), ...encoder.finish()])
}
