/** Ports on memory: strings and bytevectors, in and out. */
import type { SchemeString } from '../../values/index.ts'
import { decodeBytes } from '../bytevectors.ts'
import { closedPort, concatenate, type Device, Port } from './port.ts'

/** A device that reads BYTES and can seek in them. */
export function bytesDevice(bytes: Uint8Array): Device {
  let position = 0
  return {
    read(size) {
      const part = bytes.subarray(position, position + size)
      position += part.length
      return part
    },
    seek(offset, whence) {
      position = Math.max(
        0,
        Math.min(bytes.length, offset + (whence === 0 ? 0 : whence === 1 ? position : bytes.length)),
      )
      return position
    },
  }
}

export function openInputString(text: SchemeString | string): Port {
  return new Port('string', bytesDevice(new TextEncoder().encode(text.toString())), 'r', 'UTF-8')
}

export function openInputBytes(bytes: Uint8Array): Port {
  return new Port('bytevector', bytesDevice(bytes), 'r', 'ISO-8859-1')
}

/** Collects text; only bytes written to it are encoded and decoded. */
export class StringOutputPort extends Port {
  #text: string[] = []
  #length = 0
  /** Where text is written, unless that is the end. */
  #position: number | undefined
  constructor() {
    super('string', {}, 'w', 'UTF-8')
    this.device = {
      write: (bytes) => {
        this.writeText(new TextDecoder().decode(bytes))
      },
      seek: (offset, whence) => {
        const from = whence === 0 ? 0 : whence === 1 ? (this.#position ?? this.#length) : this.#length
        const to = Math.max(0, Math.min(from + offset, this.#length))
        this.#position = to === this.#length ? undefined : to
        return to
      },
    }
  }
  override writeText(written: string): void {
    if (!this.isOpen) closedPort(this)
    super.flush()
    const text = this.encoding === 'UTF-8' ? written : this.#throughEncoding(written)
    this.trackText(text)
    if (this.#position !== undefined) return this.#overwrite(this.#position, text)
    this.#text.push(text)
    this.#length += text.length
  }
  /** What is left of TEXT in the port's encoding. */
  #throughEncoding(text: string): string {
    return decodeBytes(this.encode(text), this.encoding) ?? text
  }
  #overwrite(at: number, text: string): void {
    const all = this.text()
    this.#text = [all.slice(0, at) + text + all.slice(at + text.length)]
    this.#length = this.#text[0]?.length ?? 0
    this.#position = at + text.length < this.#length ? at + text.length : undefined
  }
  text(): string {
    super.flush()
    if (this.#text.length > 1) this.#text = [this.#text.join('')]
    return this.#text[0] ?? ''
  }
  clear(): void {
    this.text()
    this.#text = []
    this.#length = 0
    this.#position = undefined
  }
}

export class BytesOutputPort extends Port {
  #parts: Uint8Array[] = []
  constructor(encoding = 'ISO-8859-1') {
    super('bytevector', {}, 'w', encoding)
    this.device = {
      write: (bytes) => {
        this.#parts.push(bytes)
      },
      seek: (_offset, _whence) => this.#parts.reduce((n, part) => n + part.length, 0),
    }
  }
  bytes(): Uint8Array {
    this.flush()
    this.#parts = [concatenate(this.#parts)]
    return this.#parts[0]?.slice() ?? new Uint8Array(0)
  }
  clear(): void {
    this.flush()
    this.#parts = []
  }
}

/** What is written to it vanishes; it reads as empty. */
export function openVoidPort(mode: string): Port {
  return new Port('void', { read: () => new Uint8Array(0), write: () => {} }, mode)
}
