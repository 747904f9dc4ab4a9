/** LZMA2: the compression method inside .xz files. Decodes a whole block into one buffer,
 *  which also serves as the dictionary. Not the container (see xz.ts), no encoder.
 *  Format: "The .xz file format" section 5.3.1 and the LZMA specification of the LZMA SDK.
 *
 *  The seed of the store is 365 MB of tar data compressed this way, so the bit decoder is written
 *  out in place everywhere and all state of the range coder lives in local 32-bit integers. */
import { StrataError } from '../../lang/conditions/index.ts'

/** Offsets of the probability models in one array. */
const isMatch = 0
const isRep = isMatch + (12 << 4)
const isRep0 = isRep + 12
const isRep1 = isRep0 + 12
const isRep2 = isRep1 + 12
const isRep0Long = isRep2 + 12
const distanceSlot = isRep0Long + (12 << 4)
const distanceSpecial = distanceSlot + (4 << 6)
const distanceAlign = distanceSpecial + 128
const matchLength = distanceAlign + 16
/** A length model: two choices, eight-way trees for each of 16 position states twice, one 256-way tree. */
const lengthLow = 2
const lengthMiddle = lengthLow + (16 << 3)
const lengthHigh = lengthMiddle + (16 << 3)
const repLength = matchLength + lengthHigh + 256
const literal = repLength + lengthHigh + 256
const modelCount = literal + (0x300 << 4)

const initialProbability = 1024

function corrupt(what: string): never {
  throw new StrataError('corrupt-archive', `corrupt xz data: ${what}`)
}

/** What stays between the chunks of one block. */
interface LzmaState {
  readonly models: Uint16Array
  state: number
  rep0: number
  rep1: number
  rep2: number
  rep3: number
  literalContextBits: number
  literalPositionMask: number
  positionMask: number
  /** Where the dictionary begins in the output: distances may not reach before it. */
  dictionaryStart: number
}

function resetState(lzma: LzmaState): void {
  lzma.models.fill(initialProbability)
  lzma.state = 0
  lzma.rep0 = 0
  lzma.rep1 = 0
  lzma.rep2 = 0
  lzma.rep3 = 0
}

function setProperties(lzma: LzmaState, byte: number): void {
  if (byte >= 225) corrupt('invalid LZMA properties')
  const lc = byte % 9
  const rest = (byte - lc) / 9
  const lp = rest % 5
  const pb = (rest - lp) / 5
  if (lc + lp > 4) corrupt('invalid LZMA properties')
  lzma.literalContextBits = lc
  lzma.literalPositionMask = (1 << lp) - 1
  lzma.positionMask = (1 << pb) - 1
}

/** Decode one LZMA chunk: INPUT from START up to END fills OUT from OUTSTART up to OUTEND. */
function decodeChunk(
  lzma: LzmaState,
  input: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outStart: number,
  outEnd: number,
): void {
  if (end - start < 5 || input[start] !== 0) corrupt('bad start of a range coder')
  const models = lzma.models
  const lc = lzma.literalContextBits
  const lpMask = lzma.literalPositionMask
  const pbMask = lzma.positionMask
  const base = lzma.dictionaryStart
  let { state, rep0, rep1, rep2, rep3 } = lzma
  let ip = start + 5
  let op = outStart
  // Signed 32-bit integers; comparisons are made unsigned with >>> 0.
  let range = -1
  let code =
    ((input[start + 1] as number) << 24) |
    ((input[start + 2] as number) << 16) |
    ((input[start + 3] as number) << 8) |
    (input[start + 4] as number)
  let index = 0
  let p = 0
  let bound = 0

  while (op < outEnd) {
    const positionState = (op - base) & pbMask
    index = isMatch + (state << 4) + positionState
    p = models[index] as number
    bound = Math.imul(range >>> 11, p)
    if (code >>> 0 < bound >>> 0) {
      range = bound
      models[index] = p + ((2048 - p) >> 5)
      if ((range & 0xff000000) === 0) {
        range <<= 8
        code = (code << 8) | (input[ip++] as number)
      }
      // A literal byte.
      const previous = op > base ? (out[op - 1] as number) : 0
      const tree = literal + 0x300 * ((((op - base) & lpMask) << lc) + (previous >> (8 - lc)))
      let symbol = 1
      if (state >= 7) {
        const distance = rep0 + 1
        if (distance > op - base) corrupt('distance beyond the dictionary')
        let matchByte = out[op - distance] as number
        do {
          matchByte <<= 1
          const bit = matchByte & 0x100
          index = tree + 0x100 + bit + symbol
          p = models[index] as number
          bound = Math.imul(range >>> 11, p)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            models[index] = p + ((2048 - p) >> 5)
            symbol <<= 1
            if ((range & 0xff000000) === 0) {
              range <<= 8
              code = (code << 8) | (input[ip++] as number)
            }
            if (bit !== 0) break
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            models[index] = p - (p >> 5)
            symbol = (symbol << 1) | 1
            if ((range & 0xff000000) === 0) {
              range <<= 8
              code = (code << 8) | (input[ip++] as number)
            }
            if (bit === 0) break
          }
        } while (symbol < 0x100)
      }
      while (symbol < 0x100) {
        index = tree + symbol
        p = models[index] as number
        bound = Math.imul(range >>> 11, p)
        if (code >>> 0 < bound >>> 0) {
          range = bound
          models[index] = p + ((2048 - p) >> 5)
          symbol <<= 1
        } else {
          range = (range - bound) | 0
          code = (code - bound) | 0
          models[index] = p - (p >> 5)
          symbol = (symbol << 1) | 1
        }
        if ((range & 0xff000000) === 0) {
          range <<= 8
          code = (code << 8) | (input[ip++] as number)
        }
      }
      out[op++] = symbol
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
      continue
    }
    range = (range - bound) | 0
    code = (code - bound) | 0
    models[index] = p - (p >> 5)
    if ((range & 0xff000000) === 0) {
      range <<= 8
      code = (code << 8) | (input[ip++] as number)
    }

    let lengthModel = matchLength
    index = isRep + state
    p = models[index] as number
    bound = Math.imul(range >>> 11, p)
    if (code >>> 0 < bound >>> 0) {
      // A match with a new distance, which is decoded after its length.
      range = bound
      models[index] = p + ((2048 - p) >> 5)
      rep3 = rep2
      rep2 = rep1
      rep1 = rep0
      state = state < 7 ? 7 : 10
    } else {
      range = (range - bound) | 0
      code = (code - bound) | 0
      models[index] = p - (p >> 5)
      if ((range & 0xff000000) === 0) {
        range <<= 8
        code = (code << 8) | (input[ip++] as number)
      }
      lengthModel = repLength
      index = isRep0 + state
      p = models[index] as number
      bound = Math.imul(range >>> 11, p)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        models[index] = p + ((2048 - p) >> 5)
        if ((range & 0xff000000) === 0) {
          range <<= 8
          code = (code << 8) | (input[ip++] as number)
        }
        index = isRep0Long + (state << 4) + positionState
        p = models[index] as number
        bound = Math.imul(range >>> 11, p)
        if (code >>> 0 < bound >>> 0) {
          // One byte from the last distance.
          range = bound
          models[index] = p + ((2048 - p) >> 5)
          if ((range & 0xff000000) === 0) {
            range <<= 8
            code = (code << 8) | (input[ip++] as number)
          }
          if (rep0 >= op - base) corrupt('distance beyond the dictionary')
          out[op] = out[op - rep0 - 1] as number
          op++
          state = state < 7 ? 9 : 11
          continue
        }
        range = (range - bound) | 0
        code = (code - bound) | 0
        models[index] = p - (p >> 5)
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        models[index] = p - (p >> 5)
        if ((range & 0xff000000) === 0) {
          range <<= 8
          code = (code << 8) | (input[ip++] as number)
        }
        index = isRep1 + state
        p = models[index] as number
        bound = Math.imul(range >>> 11, p)
        let distance = rep1
        if (code >>> 0 < bound >>> 0) {
          range = bound
          models[index] = p + ((2048 - p) >> 5)
        } else {
          range = (range - bound) | 0
          code = (code - bound) | 0
          models[index] = p - (p >> 5)
          if ((range & 0xff000000) === 0) {
            range <<= 8
            code = (code << 8) | (input[ip++] as number)
          }
          index = isRep2 + state
          p = models[index] as number
          bound = Math.imul(range >>> 11, p)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            models[index] = p + ((2048 - p) >> 5)
            distance = rep2
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            models[index] = p - (p >> 5)
            distance = rep3
            rep3 = rep2
          }
          rep2 = rep1
        }
        rep1 = rep0
        rep0 = distance
      }
      state = state < 7 ? 8 : 11
    }
    if ((range & 0xff000000) === 0) {
      range <<= 8
      code = (code << 8) | (input[ip++] as number)
    }

    // The length: which of three trees, then a number from it.
    let tree = 0
    let limit = 8
    let length = 2
    index = lengthModel
    p = models[index] as number
    bound = Math.imul(range >>> 11, p)
    if (code >>> 0 < bound >>> 0) {
      range = bound
      models[index] = p + ((2048 - p) >> 5)
      tree = lengthModel + lengthLow + (positionState << 3)
    } else {
      range = (range - bound) | 0
      code = (code - bound) | 0
      models[index] = p - (p >> 5)
      if ((range & 0xff000000) === 0) {
        range <<= 8
        code = (code << 8) | (input[ip++] as number)
      }
      index = lengthModel + 1
      p = models[index] as number
      bound = Math.imul(range >>> 11, p)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        models[index] = p + ((2048 - p) >> 5)
        tree = lengthModel + lengthMiddle + (positionState << 3)
        length = 10
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        models[index] = p - (p >> 5)
        tree = lengthModel + lengthHigh
        limit = 256
        length = 18
      }
    }
    if ((range & 0xff000000) === 0) {
      range <<= 8
      code = (code << 8) | (input[ip++] as number)
    }
    let node = 1
    do {
      index = tree + node
      p = models[index] as number
      bound = Math.imul(range >>> 11, p)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        models[index] = p + ((2048 - p) >> 5)
        node <<= 1
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        models[index] = p - (p >> 5)
        node = (node << 1) | 1
      }
      if ((range & 0xff000000) === 0) {
        range <<= 8
        code = (code << 8) | (input[ip++] as number)
      }
    } while (node < limit)
    length += node - limit

    if (lengthModel === matchLength) {
      // The distance: a slot, then more bits from trees or directly.
      tree = distanceSlot + ((length < 6 ? length - 2 : 3) << 6)
      node = 1
      do {
        index = tree + node
        p = models[index] as number
        bound = Math.imul(range >>> 11, p)
        if (code >>> 0 < bound >>> 0) {
          range = bound
          models[index] = p + ((2048 - p) >> 5)
          node <<= 1
        } else {
          range = (range - bound) | 0
          code = (code - bound) | 0
          models[index] = p - (p >> 5)
          node = (node << 1) | 1
        }
        if ((range & 0xff000000) === 0) {
          range <<= 8
          code = (code << 8) | (input[ip++] as number)
        }
      } while (node < 64)
      const slot = node - 64
      if (slot < 4) rep0 = slot
      else {
        let bits = (slot >> 1) - 1
        rep0 = (2 | (slot & 1)) << bits
        if (slot < 14) tree = distanceSpecial + rep0 - slot
        else {
          bits -= 4
          let direct = 0
          do {
            range >>>= 1
            code = (code - range) | 0
            const mask = code >> 31
            code = (code + (range & mask)) | 0
            direct = (direct << 1) | (mask + 1)
            if ((range & 0xff000000) === 0) {
              range <<= 8
              code = (code << 8) | (input[ip++] as number)
            }
          } while (--bits > 0)
          rep0 = (rep0 + (direct << 4)) | 0
          tree = distanceAlign
          bits = 4
        }
        node = 1
        for (let i = 0; i < bits; i++) {
          index = tree + node
          p = models[index] as number
          bound = Math.imul(range >>> 11, p)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            models[index] = p + ((2048 - p) >> 5)
            node <<= 1
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            models[index] = p - (p >> 5)
            node = (node << 1) | 1
            rep0 = (rep0 + (1 << i)) | 0
          }
          if ((range & 0xff000000) === 0) {
            range <<= 8
            code = (code << 8) | (input[ip++] as number)
          }
        }
      }
    }
    if (rep0 >>> 0 >= op - base) corrupt('distance beyond the dictionary')
    if (length > outEnd - op) corrupt('match beyond the end of a chunk')
    let from = op - rep0 - 1
    const to = op + length
    if (rep0 + 1 >= length && length > 32) {
      out.copyWithin(op, from, from + length)
      op = to
    } else while (op < to) out[op++] = out[from++] as number
  }

  if (ip !== end || code !== 0) corrupt('bad end of a chunk')
  lzma.state = state
  lzma.rep0 = rep0
  lzma.rep1 = rep1
  lzma.rep2 = rep2
  lzma.rep3 = rep3
}

/** Decode the LZMA2 data that begins at START of INPUT into OUT from OUTSTART.
 *  Returns the position after it in INPUT and in OUT. */
export function decodeLzma2(
  input: Uint8Array,
  start: number,
  out: Uint8Array,
  outStart: number,
): { inputEnd: number; outEnd: number } {
  const lzma: LzmaState = {
    models: new Uint16Array(modelCount),
    state: 0,
    rep0: 0,
    rep1: 0,
    rep2: 0,
    rep3: 0,
    literalContextBits: 0,
    literalPositionMask: 0,
    positionMask: 0,
    dictionaryStart: outStart,
  }
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
