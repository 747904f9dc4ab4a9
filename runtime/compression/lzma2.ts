/** LZMA2: the compression method inside .xz files: chunks of LZMA, and of what could not be compressed.
 *  Format: "The .xz file format" section 5.3.1. */
import { corrupt, decodeChunk, initialState, resetState, setProperties } from './lzma-decoder.ts'

/** Decode the LZMA2 data that begins at START of INPUT into OUT from OUTSTART.
 *  Returns the position after it in INPUT and in OUT. */
export function decodeLzma2(
  input: Uint8Array,
  start: number,
  out: Uint8Array,
  outStart: number,
): { inputEnd: number; outEnd: number } {
  const lzma = initialState(outStart)
  let ip = start
  let op = outStart
  let needsDictionary = true
  let needsProperties = true
  for (;;) {
    const control = input[ip++]
    if (control === undefined) corrupt('unexpected end')
    if (control === 0) return { inputEnd: ip, outEnd: op }
    if (control >= 0xe0 || control === 1) {
      lzma.dictionaryStart = op
      needsDictionary = false
    } else if (needsDictionary) corrupt('no dictionary reset')
    if (control < 0x80) {
      if (control > 2) corrupt('unknown chunk')
      const size = (((input[ip] ?? 0) << 8) | (input[ip + 1] ?? 0)) + 1
      ip += 2
      if (ip + size > input.length || op + size > out.length) corrupt('chunk beyond the end')
      out.set(input.subarray(ip, ip + size), op)
      ip += size
      op += size
      continue
    }
    const size = (((control & 0x1f) << 16) | ((input[ip] ?? 0) << 8) | (input[ip + 1] ?? 0)) + 1
    const packed = (((input[ip + 2] ?? 0) << 8) | (input[ip + 3] ?? 0)) + 1
    ip += 4
    if (control >= 0xc0) {
      setProperties(lzma, input[ip++] ?? 255)
      needsProperties = false
    } else if (needsProperties) corrupt('no LZMA properties')
    if (control >= 0xa0) resetState(lzma)
    if (ip + packed > input.length || op + size > out.length) corrupt('chunk beyond the end')
    decodeChunk(lzma, input, ip, ip + packed, out, op, op + size)
    ip += packed
    op += size
  }
}
