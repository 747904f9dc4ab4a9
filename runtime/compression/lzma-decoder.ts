/** LZMA: the bit decoder inside .xz and .lz files. Decodes into one buffer, which also serves as the dictionary. Not the
 *  containers (see lzma2.ts, xz.ts, lzip.ts); models.ts has what the encoder shares.
 *  Format: the LZMA specification of the LZMA SDK.
 *
 *  The seed of the store is 365 MB of tar data compressed this way, so the bit decoder is written
 *  out in place everywhere and all state of the range coder lives in local 32-bit integers. */
import { StrataError } from '../../lang/conditions/index.ts'
import {
  distanceAlign,
  distanceSlot,
  distanceSpecial,
  initialProbability,
  isMatch,
  isRep,
  isRep0,
  isRep0Long,
  isRep1,
  isRep2,
  lengthHigh,
  lengthLow,
  lengthMiddle,
  literal,
  matchLength,
  modelCount,
  repLength,
} from './models.ts'

export function corrupt(what: string): never {
  throw new StrataError('corrupt-archive', `corrupt compressed data: ${what}`)
}

/** What stays between the chunks of one block of LZMA2. */
export interface LzmaState {
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

export function resetState(lzma: LzmaState): void {
  lzma.models.fill(initialProbability)
  lzma.state = 0
  lzma.rep0 = 0
  lzma.rep1 = 0
  lzma.rep2 = 0
  lzma.rep3 = 0
}

export function setProperties(lzma: LzmaState, byte: number): void {
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

/** A decoder's state at the start of what goes to OUTSTART. */
export function initialState(outStart: number): LzmaState {
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
  resetState(lzma)
  return lzma
}

/** Decode one LZMA chunk: INPUT from START up to END fills OUT from OUTSTART up to OUTEND; ENDMARKER says that a match
 *  without a distance then ends it. */
export function decodeChunk(
  lzma: LzmaState,
  input: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outStart: number,
  outEnd: number,
  endMarker = false,
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

  while (op < outEnd || endMarker) {
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
      if (op === outEnd) corrupt('more than there should be')
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
          if (op === outEnd) corrupt('more than there should be')
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
    if (endMarker && rep0 === -1) {
      if (length !== 2 || op !== outEnd) corrupt('an end before the end')
      break
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
