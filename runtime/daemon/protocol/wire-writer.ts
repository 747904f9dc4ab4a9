/** Values of the worker protocol as bytes: numbers in 8 bytes, little endian; strings with their length in front and
 *  padded with zeros to a multiple of 8; lists with their length in front. */
import { concatBytes, encodeText } from '../../formats/index.ts'

export class WireWriter {
  #chunks: Uint8Array[] = []

  number(value: number | bigint): this {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
    this.#chunks.push(bytes)
    return this
  }

  bool(value: boolean): this {
    return this.number(value ? 1 : 0)
  }

  bytes(value: Uint8Array): this {
    this.number(value.length)
    this.#chunks.push(value)
    const rest = value.length % 8
    if (rest !== 0) this.#chunks.push(new Uint8Array(8 - rest))
    return this
  }

  string(value: string): this {
    return this.bytes(encodeText(value))
  }

  strings(values: readonly string[]): this {
    this.number(values.length)
    for (const value of values) this.string(value)
    return this
  }

  pairs(values: Iterable<readonly [string, string]>): this {
    const all = [...values]
    this.number(all.length)
    for (const [first, second] of all) this.string(first).string(second)
    return this
  }

  /** All that was written since the last call. */
  take(): Uint8Array {
    const chunks = this.#chunks
    this.#chunks = []
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concatBytes(chunks)
  }
}
