/** The probability models of LZMA: where each lies in one array, for the decoder and the encoder.
 *  Format: the LZMA specification of the LZMA SDK. */

/** Offsets of the probability models in one array. */
export const isMatch = 0
export const isRep = isMatch + (12 << 4)
export const isRep0 = isRep + 12
export const isRep1 = isRep0 + 12
export const isRep2 = isRep1 + 12
export const isRep0Long = isRep2 + 12
export const distanceSlot = isRep0Long + (12 << 4)
export const distanceSpecial = distanceSlot + (4 << 6)
export const distanceAlign = distanceSpecial + 128
export const matchLength = distanceAlign + 16
/** A length model: two choices, eight-way trees for each of 16 position states twice, one 256-way tree. */
export const lengthLow = 2
export const lengthMiddle = lengthLow + (16 << 3)
export const lengthHigh = lengthMiddle + (16 << 3)
export const repLength = matchLength + lengthHigh + 256
export const literal = repLength + lengthHigh + 256
export const modelCount = literal + (0x300 << 4)

export const initialProbability = 1024
