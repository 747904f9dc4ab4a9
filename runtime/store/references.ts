/** Scanning file trees for references: occurrences of the hash parts of store paths in their NAR.
 *  Model: libstore/references.cc. */
import { type StorePath, storePathHashPart } from '../formats/index.ts'

const hashLength = 32

const inAlphabet = new Uint8Array(256)
for (const c of '0123456789abcdfghijklmnpqrsvwxyz') inAlphabet[c.charCodeAt(0)] = 1

/** A sink that notes which of `candidates` the bytes passed to it mention. */
export class ReferenceScanner {
  readonly #byHash = new Map<string, StorePath>()
  readonly #found = new Set<StorePath>()
  /** The end of the previous piece, where a hash may have begun. */
  #tail = new Uint8Array()

  constructor(candidates: Iterable<StorePath>) {
    for (const path of candidates) this.#byHash.set(storePathHashPart(path), path)
  }

  scan(bytes: Uint8Array): void {
    if (this.#tail.length > 0) {
      const seam = new Uint8Array(this.#tail.length + Math.min(bytes.length, hashLength - 1))
      seam.set(this.#tail)
      seam.set(bytes.subarray(0, hashLength - 1), this.#tail.length)
      this.search(seam)
    }
    this.search(bytes)
    if (bytes.length >= hashLength - 1) this.#tail = bytes.slice(bytes.length - (hashLength - 1))
    else {
      const joined = new Uint8Array(this.#tail.length + bytes.length)
      joined.set(this.#tail)
      joined.set(bytes, this.#tail.length)
      this.#tail = joined.slice(Math.max(0, joined.length - (hashLength - 1)))
    }
  }

  /** Look at windows of 32 bytes from their end, so that one byte outside the alphabet skips past it. */
  private search(bytes: Uint8Array): void {
    let i = 0
    while (i + hashLength <= bytes.length) {
      let j = hashLength - 1
      while (j >= 0 && inAlphabet[bytes[i + j] ?? 0] === 1) j--
      if (j >= 0) {
        i += j + 1
        continue
      }
      let text = ''
      for (let k = i; k < i + hashLength; k++) text += String.fromCharCode(bytes[k] ?? 0)
      const path = this.#byHash.get(text)
      if (path !== undefined) {
        this.#found.add(path)
        this.#byHash.delete(text)
      }
      i++
    }
  }

  /** The mentioned paths, in order. */
  references(): StorePath[] {
    return [...this.#found].sort()
  }
}
