/** Small operations on byte arrays that formats share: order, concatenation, text.
 *  Names of files are bytes, and the real tools keep whatever bytes they are. Here names are strings all the same: a byte
 *  that is not part of UTF-8 is kept as a lone surrogate, U+DC80 to U+DCFF (Python's "surrogateescape"), and becomes that
 *  byte again when the text is written. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const kept = 0xdc00

/** UTF-8; what `decodeBytes` kept of other bytes is put back. */
export function encodeText(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : encodeKept(text)
}

function encodeKept(text: string): Uint8Array {
  const parts: Uint8Array[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      i++
    } else if (unit >= kept + 0x80 && unit <= kept + 0xff) {
      parts.push(encoder.encode(text.slice(start, i)), Uint8Array.of(unit - kept))
      start = i + 1
    }
  }
  parts.push(encoder.encode(text.slice(start)))
  return concatBytes(parts)
}

/** The text that BYTES are in UTF-8; of what is not UTF-8 each byte is kept for `encodeText`. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const size = sizeOfCharacter(bytes, at)
      text += size === 0 ? String.fromCharCode(kept + (bytes[at] ?? 0)) : decoder.decode(bytes.subarray(at, at + size))
      at += Math.max(size, 1)
    }
    return text
  }
}

/** How many bytes the UTF-8 character at AT takes, 0 when there is none. */
function sizeOfCharacter(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
  if (size === 0 || at + size > bytes.length) return 0
  try {
    decoder.decode(bytes.subarray(at, at + size))
    return size
  } catch {
    return 0
  }
}

/** Order of `compareText`, by bytes where names have bytes that are not UTF-8. */
export function compareNames(a: string, b: string): number {
  if (a.isWellFormed() && b.isWellFormed()) return compareText(a, b)
  const [x, y] = [encodeText(a), encodeText(b)]
  for (let i = 0; i < x.length && i < y.length; i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0)
    if (difference !== 0) return difference
  }
  return x.length - y.length
}

/** Sort NAMES by their bytes. */
export function sortNames(names: string[]): string[] {
  // JavaScript's own order is that of bytes but for surrogates.
  return names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort(compareNames) : names.sort()
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const chunk of chunks) size += chunk.length
  const all = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}

/** Order by code point, which is the order of the UTF-8 bytes (JavaScript's own is by UTF-16 unit). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x !== y) {
      // Surrogates stand for code points above every other unit.
      if (x >= 0xd800 && y >= 0xd800) {
        x = x >= 0xe000 ? x - 0x800 : x + 0x2000
        y = y >= 0xe000 ? y - 0x800 : y + 0x2000
      }
      return x - y
    }
  }
  return a.length - b.length
}
