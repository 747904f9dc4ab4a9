/** Ports on memory: strings and bytevectors, in and out. */
import type { SchemeString } from '../../values/index.ts'
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
  constructor() {
    super('string', {}, 'w', 'UTF-8')
    this.device = {
      write: (bytes) => {
        this.writeText(new TextDecoder().decode(bytes))
      },
      seek: (offset, whence) => (whence === 1 && offset === 0 ? this.#length : this.#length),
    }
  }
  override writeText(text: string): void {
    if (!this.isOpen) closedPort(this)
    super.flush()
    this.trackText(text)
    this.#text.push(text)
    this.#length += text.length
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
