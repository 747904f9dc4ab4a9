/** Reads values of the worker protocol from a stream of chunks, waiting for those that have not come yet.
 *  Whatever comes is checked: lengths against a limit, padding for zeros, numbers for their range. */
import type { Readable } from 'node:stream'
import { StrataError } from '../../../lang/conditions/index.ts'
import type { NarVisitor } from '../../formats/index.ts'
import { readNar } from '../../formats/index.ts'

/** More than any name or list element; texts of derivations and of files come with a limit of their own. */
const longestString = 1 << 20
const longestText = 1 << 30
const longestList = 1 << 24

/** The other side closed the connection. */
export class ConnectionClosed extends Error {}

function malformed(problem: string): never {
  throw new StrataError('protocol-error', `malformed message: ${problem}`)
}

export class WireReader {
  readonly #stream: Readable
  #chunks: Uint8Array[] = []
  #available = 0
  #ended = false
  #wake: (() => void) | undefined
  /** Called when the other side closes the connection. */
  onClose: (() => void) | undefined

  constructor(stream: Readable) {
    this.#stream = stream
    stream.on('data', (chunk: Uint8Array) => {
      this.#chunks.push(chunk)
      this.#available += chunk.length
      if (this.#available > 1 << 22) stream.pause()
      this.#wake?.()
    })
    const end = (): void => {
      if (this.#ended) return
      this.#ended = true
      this.onClose?.()
      this.#wake?.()
    }
    stream.on('end', end)
    stream.on('close', end)
    stream.on('error', end)
    stream.resume()
  }

  get closed(): boolean {
    return this.#ended
  }

  /** Wait until SIZE bytes are there. */
  async #wait(size: number): Promise<void> {
    while (this.#available < size) {
      if (this.#ended) throw new ConnectionClosed('the connection was closed')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.#stream.resume()
      })
      this.#wake = undefined
    }
  }

  /** Exactly SIZE bytes, which are there. */
  #take(size: number): Uint8Array {
    const [first] = this.#chunks
    this.#available -= size
    if (first !== undefined && first.length >= size) {
      if (first.length === size) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(size)
      return first.subarray(0, size)
    }
    const bytes = new Uint8Array(size)
    for (let at = 0; at < size; ) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) break
      const part = chunk.subarray(0, size - at)
      bytes.set(part, at)
      at += part.length
      if (part.length === chunk.length) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(part.length)
    }
    return bytes
  }

  async raw(size: number): Promise<Uint8Array> {
    if (this.#available < size) await this.#wait(size)
    return this.#take(size)
  }

  /** A number of 64 bits. */
  async long(): Promise<bigint> {
    const bytes = await this.raw(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  }

  /** A number of 32 bits in 64. */
  async number(): Promise<number> {
    const value = await this.long()
    return value > 0xffffffffn ? malformed(`${value} is too large a number`) : Number(value)
  }

  async bool(): Promise<boolean> {
    return (await this.number()) !== 0
  }

  /** Bytes with their length in front; at most LIMIT. */
  async bytes(limit = longestText): Promise<Uint8Array> {
    const size = await this.long()
    if (size > BigInt(limit)) malformed(`a string of ${size} bytes`)
    const length = Number(size)
    // What is long may come slowly: take it in pieces, so that a wrong length claims no memory.
    const bytes = length <= 1 << 16 ? await this.raw(length) : await this.#long(length)
    const rest = length % 8
    if (rest !== 0 && (await this.raw(8 - rest)).some((byte) => byte !== 0)) malformed('padding that is not zero')
    return bytes
  }

  async #long(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for (let left = length; left > 0; ) {
      const part = await this.raw(Math.min(left, 1 << 16))
      parts.push(part)
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  async string(limit = longestString): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.bytes(limit))
  }

  async strings(): Promise<string[]> {
    const length = await this.number()
    if (length > longestList) malformed(`a list of ${length}`)
    const strings: string[] = []
    for (let i = 0; i < length; i++) strings.push(await this.string())
    return strings
  }

  async pairs(): Promise<[string, string][]> {
    const length = await this.number()
    if (length > longestList) malformed(`a list of ${length}`)
    const pairs: [string, string][] = []
    for (let i = 0; i < length; i++) pairs.push([await this.string(), await this.string()])
    return pairs
  }

  /** A NAR that stands in the stream as it is, shown to VISITOR. @throws StrataError `bad-nar`. */
  async nar(visitor: NarVisitor, onBytes?: (bytes: Uint8Array) => void): Promise<void> {
    const reader = readNar(visitor)
    let step = reader.next(new Uint8Array())
    while (step.done !== true) {
      const { size, exact } = step.value
      const needed = exact ? size : 1
      if (this.#available < needed) await this.#wait(needed)
      const piece = this.#take(exact ? size : Math.min(size, this.#available))
      onBytes?.(piece)
      step = reader.next(piece)
    }
  }
}
