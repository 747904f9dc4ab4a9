/** The .xz container: streams, blocks, index and integrity checks. Decodes only, filters other
 *  than LZMA2 are refused. Node has no xz of its own, and a bare host may have no xz program.
 *  Format: "The .xz file format", version 1.1.0. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { StrataError } from '../../lang/conditions/index.ts'
import { crc64 } from './crc64.ts'
import { decodeLzma2 } from './lzma2.ts'

const headerMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
const lzma2Filter = 0x21
/** Size in bytes of a check, by its identifier. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

function corrupt(what: string): never {
  throw new StrataError('corrupt-archive', `corrupt xz data: ${what}`)
}

function unsupported(what: string): never {
  throw new StrataError('unsupported-archive', `xz data uses ${what}, which strata does not read`)
}

/** A position in the input, for variable-length integers. */
interface Cursor {
  readonly bytes: Uint8Array
  position: number
}

function readNumber(cursor: Cursor): number {
  let value = 0
  for (let shift = 1; ; shift *= 128) {
    const byte = cursor.bytes[cursor.position++]
    if (byte === undefined || shift > 2 ** 49) corrupt('bad integer')
    value += (byte & 0x7f) * shift
    if (byte < 0x80) return value
  }
}

function littleEndian32(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (at < 0 || at + 4 > bytes.length) corrupt('unexpected end')
  return view.getUint32(at, true)
}

function verifyCheck(kind: number, data: Uint8Array, stored: Uint8Array): void {
  if (kind === 0) return
  let good = false
  if (kind === 1) good = littleEndian32(stored, 0) === crc32(data)
  else if (kind === 4) {
    const sum = crc64(data)
    good = littleEndian32(stored, 0) === Number(sum & 0xffffffffn) && littleEndian32(stored, 4) === Number(sum >> 32n)
  } else if (kind === 10) good = createHash('sha256').update(data).digest().equals(stored)
  else unsupported(`integrity check ${kind}`)
  if (!good) corrupt('integrity check failed')
}

/** Where the streams of a file lie, found from the end by their footers, and the size of their contents. */
function locateStreams(bytes: Uint8Array): { start: number; indexStart: number; size: number; check: number }[] {
  const streams = []
  let end = bytes.length
  while (end > 0) {
    // Stream padding is whole groups of four zero bytes.
    if (end >= 4 && littleEndian32(bytes, end - 4) === 0) {
      end -= 4
      continue
    }
    if (end < 32 || bytes[end - 2] !== 0x59 || bytes[end - 1] !== 0x5a) corrupt('no stream footer')
    if (littleEndian32(bytes, end - 12) !== crc32(bytes.subarray(end - 8, end - 2))) corrupt('bad stream footer')
    const indexSize = (littleEndian32(bytes, end - 8) + 1) * 4
    const check = (bytes[end - 3] as number) & 0x0f
    const indexStart = end - 12 - indexSize
    if (indexStart < 12 || bytes[indexStart] !== 0) corrupt('bad index')
    if (littleEndian32(bytes, end - 16) !== crc32(bytes.subarray(indexStart, end - 16))) corrupt('bad index')
    const cursor: Cursor = { bytes, position: indexStart + 1 }
    let packed = 0
    let size = 0
    for (let count = readNumber(cursor); count > 0; count--) {
      packed += Math.ceil(readNumber(cursor) / 4) * 4
      size += readNumber(cursor)
    }
    const start = indexStart - packed - 12
    if (start < 0 || headerMagic.some((byte, i) => bytes[start + i] !== byte)) corrupt('no stream header')
    if (littleEndian32(bytes, start + 8) !== crc32(bytes.subarray(start + 6, start + 8))) corrupt('bad stream header')
    if (((bytes[start + 7] as number) & 0x0f) !== check) corrupt('stream header and footer differ')
    streams.unshift({ start, indexStart, size, check })
    end = start
  }
  if (streams.length === 0) corrupt('no stream')
  return streams
}

/** The decompressed contents of an .xz file. */
export function decodeXz(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const streams = locateStreams(bytes)
  const out = new Uint8Array(streams.reduce((sum, stream) => sum + stream.size, 0))
  let op = 0
  for (const { start, indexStart, check } of streams) {
    let ip = start + 12
    while (ip < indexStart) {
      const headerSize = ((bytes[ip] as number) + 1) * 4
      if (littleEndian32(bytes, ip + headerSize - 4) !== crc32(bytes.subarray(ip, ip + headerSize - 4)))
        corrupt('bad block header')
      const flags = bytes[ip + 1] as number
      const cursor: Cursor = { bytes, position: ip + 2 }
      if ((flags & 0x40) !== 0) readNumber(cursor)
      const declaredSize = (flags & 0x80) !== 0 ? readNumber(cursor) : undefined
      const filter = readNumber(cursor)
      if ((flags & 0x03) !== 0 || filter !== lzma2Filter) unsupported(`filter ${filter}`)
      const data = decodeLzma2(bytes, ip + headerSize, out, op)
      const size = data.outEnd - op
      if (declaredSize !== undefined && declaredSize !== size) corrupt('block has another size than declared')
      const checkStart = ip + headerSize + Math.ceil((data.inputEnd - ip - headerSize) / 4) * 4
      if (bytes.subarray(data.inputEnd, checkStart).some((byte) => byte !== 0)) corrupt('padding that is not zero')
      const checkSize = checkSizes[check] ?? 0
      verifyCheck(check, out.subarray(op, data.outEnd), bytes.subarray(checkStart, checkStart + checkSize))
      op = data.outEnd
      ip = checkStart + checkSize
    }
    if (ip !== indexStart) corrupt('blocks and index differ')
  }
  if (op !== out.length) corrupt('contents shorter than the index says')
  return out
}
