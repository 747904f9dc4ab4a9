/** CRC-64 (ECMA-182, reflected), the usual integrity check of .xz files.
 *  Two 32-bit tables for each of eight byte positions: JavaScript has no fast 64-bit integers. */

const slices = 8
const low = new Int32Array(slices * 256)
const high = new Int32Array(slices * 256)

for (let i = 0; i < 256; i++) {
  let lo = i
  let hi = 0
  for (let bit = 0; bit < 8; bit++) {
    const odd = lo & 1
    lo = (lo >>> 1) | (hi << 31)
    hi >>>= 1
    if (odd) {
      lo ^= 0xd7870f42
      hi ^= 0xc96c5795
    }
  }
  low[i] = lo
  high[i] = hi
}
for (let i = 256; i < slices * 256; i++) {
  const lo = low[i - 256] as number
  const hi = high[i - 256] as number
  const byte = lo & 0xff
  low[i] = ((lo >>> 8) | (hi << 24)) ^ (low[byte] as number)
  high[i] = (hi >>> 8) ^ (high[byte] as number)
}

/** The CRC-64 of BYTES. */
export function crc64(bytes: Uint8Array): bigint {
  let lo = -1
  let hi = -1
  let i = 0
  for (const whole = bytes.length - 7; i < whole; i += 8) {
    const a =
      lo ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24))
    const b =
      hi ^
      ((bytes[i + 4] as number) |
        ((bytes[i + 5] as number) << 8) |
        ((bytes[i + 6] as number) << 16) |
        ((bytes[i + 7] as number) << 24))
    const a0 = 1792 + (a & 0xff)
    const a1 = 1536 + ((a >>> 8) & 0xff)
    const a2 = 1280 + ((a >>> 16) & 0xff)
    const a3 = 1024 + (a >>> 24)
    const b0 = 768 + (b & 0xff)
    const b1 = 512 + ((b >>> 8) & 0xff)
    const b2 = 256 + ((b >>> 16) & 0xff)
    const b3 = b >>> 24
    lo =
      (low[a0] as number) ^
      (low[a1] as number) ^
      (low[a2] as number) ^
      (low[a3] as number) ^
      (low[b0] as number) ^
      (low[b1] as number) ^
      (low[b2] as number) ^
      (low[b3] as number)
    hi =
      (high[a0] as number) ^
      (high[a1] as number) ^
      (high[a2] as number) ^
      (high[a3] as number) ^
      (high[b0] as number) ^
      (high[b1] as number) ^
      (high[b2] as number) ^
      (high[b3] as number)
  }
  for (; i < bytes.length; i++) {
    const byte = (lo ^ (bytes[i] as number)) & 0xff
    lo = ((lo >>> 8) | (hi << 24)) ^ (low[byte] as number)
    hi = (hi >>> 8) ^ (high[byte] as number)
  }
  return (BigInt(~hi >>> 0) << 32n) | BigInt(~lo >>> 0)
}
