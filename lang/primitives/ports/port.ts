/** Ports: buffered bytes with a text encoding on top, over a device.
 *  Not the primitives (beside this file) and not devices on real files (build-side/posix).
 *  Guile's ports serve bytes and text at once; so do these. */
import { miscError, throwKey } from '../../conditions/index.ts'
import { Fluid } from '../../execution/dynamic.ts'
import { char, intern, list, SchemeString, SchemeSymbol, type Value } from '../../values/index.ts'
import { decodeBytes, encodeText } from '../bytevectors.ts'
import { escapeCode } from '../print.ts'
import { rememberDescriptorPort } from './descriptor-ports.ts'

/** Where bytes come from and go to. */
export interface Device {
  /** Up to SIZE bytes; none at the end. */
  read?(size: number): Uint8Array
  write?(bytes: Uint8Array): void
  /** Move to OFFSET from the start (0), here (1) or the end (2); returns the new position. */
  seek?(offset: number, whence: 0 | 1 | 2): number
  truncate?(length: number): void
  close?(): Value
  /** Whether reading would not block. */
  ready?(): boolean
  /** Whether input may arrive bit by bit, as from a pipe; devices that cannot seek are taken for such. */
  isStream?(): boolean
  readonly descriptor?: number
}

export type Buffering = 'none' | 'line' | 'block'
export type ConversionStrategy = 'error' | 'substitute' | 'escape'

/** Encodings whose byte order a mark tells. */
const WITHOUT_ORDER = /^utf-?(16|32)$/i
const UTF8 = /^utf-?8$/i
/** In place of a code point: the bytes are not of the encoding, and that is an error. */
const MALFORMED = -2

const NOTHING = new Uint8Array(0)
const BUFFER_SIZE = 65536

/** The encoding of ports that are opened without one, a string, or #f for bytes as characters. */
export const defaultEncoding = new Fluid(new SchemeString('UTF-8', true))
/** What new ports do with text that they cannot convert, a symbol. */
export const defaultConversionStrategy = new Fluid(intern('substitute'))

function encodingOfNewPort(): string {
  const { value } = defaultEncoding
  return value instanceof SchemeString ? value.toString().toUpperCase() : 'ISO-8859-1'
}
function strategyOfNewPort(): ConversionStrategy {
  const { value } = defaultConversionStrategy
  const name = value instanceof SchemeSymbol ? value.name : ''
  return name === 'error' || name === 'escape' ? name : 'substitute'
}

/** The characters that take no column of their own. */
const CONTROLS = new RegExp(`[${String.fromCharCode(7, 8, 9, 10, 13)}]`)

export class Port {
  readonly isInput: boolean
  readonly isOutput: boolean
  /** "file", "string", …: shown when printed. */
  readonly kind: string
  device: Device
  isOpen = true
  /** A string, or #f. */
  filename: Value = false
  #encoding: string
  /** Wide encodings without a byte order: the one the input's mark names, once it has been looked for. */
  #inputEncoding: string
  /** Whether a byte order mark that comes next is none of the text. */
  #expectsMark = true
  /** Whether the mark of the output's encoding has been written. */
  #wroteMark = false
  strategy: ConversionStrategy = strategyOfNewPort()
  buffering: Buffering = 'block'
  line = 0
  column = 0
  readonly properties = new Map<Value, Value>()
  /** "r", "w+", … as given to `open-file`. */
  mode: string
  #input: Uint8Array = NOTHING
  #position = 0
  /** Text or bytes not yet written. */
  #output: Uint8Array[] = []
  /** Where single bytes are gathered, and how many there are. */
  #gathered: { readonly bytes: Uint8Array; length: number } | undefined
  #outputSize = 0
  #outputText = ''

  constructor(kind: string, device: Device, mode: string, encoding = encodingOfNewPort()) {
    this.kind = kind
    this.device = device
    this.mode = mode
    this.isInput = /r|\+/.test(mode)
    this.isOutput = /w|a|\+/.test(mode)
    this.#encoding = encoding
    this.#inputEncoding = encoding
    if (device.descriptor !== undefined) rememberDescriptorPort(this)
  }

  get encoding(): string {
    return this.#encoding
  }
  set encoding(name: string) {
    this.#encoding = name
    this.#inputEncoding = name
    if (WITHOUT_ORDER.test(name)) this.#expectsMark = true
    this.#wroteMark = false
  }

  get descriptor(): number | undefined {
    return this.device.descriptor
  }

  // Bytes in

  /** Unbuffered ports take no byte before it is asked for: others may read the same descriptor. */
  get #readAhead(): number {
    return this.buffering === 'none' ? 1 : BUFFER_SIZE
  }

  /** Whether there is at least one more byte; reads from the device when the buffer is empty. */
  fill(): boolean {
    if (this.#position < this.#input.length) return true
    if (!this.isOpen) closedPort(this)
    const read = this.device.read?.(this.#readAhead) ?? NOTHING
    this.#input = read
    this.#position = 0
    return read.length > 0
  }

  /** Append more bytes to what is buffered; false at the end. */
  #extend(): boolean {
    const read = this.device.read?.(this.#readAhead) ?? NOTHING
    if (read.length === 0) return false
    const rest = this.#input.subarray(this.#position)
    const joined = new Uint8Array(rest.length + read.length)
    joined.set(rest)
    joined.set(read, rest.length)
    this.#input = joined
    this.#position = 0
    return true
  }

  /** The next byte, or -1. */
  peekByte(): number {
    return this.fill() ? (this.#input[this.#position] ?? -1) : -1
  }
  readByte(): number {
    const byte = this.peekByte()
    if (byte >= 0) this.#position++
    return byte
  }
  /** Up to COUNT bytes, fewer only at the end. */
  readBytes(count: number): Uint8Array {
    const parts: Uint8Array[] = []
    let left = count
    while (left > 0) {
      if (this.buffering === 'none' && !this.hasBuffered && this.isOpen) {
        this.#input = this.device.read?.(left) ?? NOTHING
        this.#position = 0
      }
      if (!this.fill()) break
      const part = this.#input.slice(this.#position, this.#position + left)
      this.#position += part.length
      left -= part.length
      parts.push(part)
    }
    return concatenate(parts)
  }
  /** What is buffered, or one read of the device. */
  readSome(limit = Number.MAX_SAFE_INTEGER): Uint8Array {
    if (this.buffering === 'none' && !this.hasBuffered && this.isOpen) {
      this.#input = this.device.read?.(Math.min(limit, BUFFER_SIZE)) ?? NOTHING
      this.#position = 0
    }
    if (!this.fill()) return NOTHING
    const part = this.#input.slice(this.#position, Math.min(this.#input.length, this.#position + limit))
    this.#position += part.length
    return part
  }
  readAllBytes(): Uint8Array {
    const parts: Uint8Array[] = []
    while (this.fill()) {
      parts.push(this.#input.subarray(this.#position))
      this.#position = this.#input.length
    }
    return concatenate(parts)
  }
  /** Put bytes back in front. */
  unreadBytes(bytes: Uint8Array): void {
    this.#input = concatenate([bytes, this.#input.subarray(this.#position)])
    this.#position = 0
  }
  /** Forget what is buffered and return it. */
  drain(): Uint8Array {
    const rest = this.#input.slice(this.#position)
    this.#position = this.#input.length
    return rest
  }
  /** Whether something was read from the device that nobody has taken yet. */
  get hasBuffered(): boolean {
    return this.#position < this.#input.length
  }
  get isReady(): boolean {
    return this.#position < this.#input.length || this.device.ready === undefined || this.device.ready()
  }

  /** Read what the device has ready into the buffer; false when that is too little for IS-ENOUGH and more may come. */
  #readReady(isEnough: () => boolean): boolean {
    while (!isEnough()) {
      if (this.device.ready?.() === false) return false
      if (!this.#extend()) return true
    }
    return true
  }
  /** Whether reading a line would not block. */
  isLineReady(): boolean {
    return this.device.ready === undefined || this.#readReady(() => this.hasBufferedLine)
  }
  /** Whether reading COUNT bytes, or up to the end, would not block. */
  areBytesReady(count: number): boolean {
    if (this.device.ready === undefined) return true
    return this.#readReady(() => this.#input.length - this.#position >= count)
  }

  // Text in

  /** The code point at the front and how many bytes it takes; [-1, 0] at the end. */
  #decode(): number {
    if (this.#expectsMark) this.#skipMark()
    const first = this.peekByte()
    this.#width = 1
    if (first < 0) {
      this.#width = 0
      return -1
    }
    if (first < 0x80 && this.encoding !== 'UTF-16' && this.#isByteBased()) return first
    return this.#decodeWide(first)
  }
  #width = 0

  /** Go past a byte order mark at the start of what is read as text. */
  #skipMark(): void {
    this.#expectsMark = false
    const order = WITHOUT_ORDER.exec(this.#encoding)
    if (order === null && !UTF8.test(this.#encoding)) return
    if (!this.fill()) {
      this.#expectsMark = true
      return
    }
    const isAhead = (...mark: number[]): boolean => {
      this.#need(mark.length)
      return mark.every((byte, i) => this.#input[this.#position + i] === byte)
    }
    if (order === null) {
      if (this.#input[this.#position] === 0xef && isAhead(0xef, 0xbb, 0xbf)) this.#position += 3
      return
    }
    const wide = order[1] === '32'
    const little = wide ? isAhead(0xff, 0xfe, 0, 0) : isAhead(0xff, 0xfe)
    if (little || (wide ? isAhead(0, 0, 0xfe, 0xff) : isAhead(0xfe, 0xff))) this.#position += wide ? 4 : 2
    this.#inputEncoding = `UTF-${order[1]}${little ? 'LE' : 'BE'}`
  }

  #isByteBased(): boolean {
    const start = this.encoding.charCodeAt(0)
    // UTF-16 and UTF-32 are the only ones whose units are wider than a byte.
    return !((start === 85 || start === 117) && /^utf-?(16|32)/i.test(this.encoding))
  }

  #decodeWide(first: number): number {
    const utf8 = UTF8.test(this.encoding)
    if (!utf8) {
      if (/^(iso-?8859-1|latin-?1)$/i.test(this.encoding)) return first
      const wide = /^utf-?32/i.test(this.encoding) ? 4 : /^utf-?16/i.test(this.encoding) ? 2 : 1
      this.#need(wide)
      let text = decodeBytes(this.#front(wide), this.#inputEncoding) ?? '\ufffd'
      this.#width = wide
      if (text === '\ufffd' && wide === 1) return this.#malformed(1)
      if (wide === 2 && /[\ud800-\udbff]/.test(text)) {
        this.#need(4)
        text = decodeBytes(this.#front(4), this.#inputEncoding) ?? '\ufffd'
        this.#width = 4
      }
      return text.codePointAt(0) ?? 0xfffd
    }
    // Table 3-7 of the Unicode Standard: what the second byte may be.
    const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 ? 2 : 0
    if (length === 0 || first >= 0xf5) return this.#malformed(1)
    this.#need(length)
    const bytes = this.#front(length)
    const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    let code = first & (0x7f >> length)
    for (let i = 1; i < length; i++) {
      const byte = bytes[i] ?? 0
      if (byte < (i === 1 ? low : 0x80) || byte > (i === 1 ? high : 0xbf)) return this.#malformed(i)
      code = (code << 6) | (byte & 0x3f)
    }
    this.#width = length
    return code
  }
  /** The first WIDTH bytes stand for no character. */
  #malformed(width: number): number {
    this.#width = width
    return this.strategy === 'substitute' ? 0xfffd : MALFORMED
  }
  /** Have COUNT bytes in the buffer if the device has them. */
  #need(count: number): void {
    while (this.#input.length - this.#position < count && this.#extend());
  }
  #front(count: number): Uint8Array {
    return this.#input.subarray(this.#position, this.#position + count)
  }

  peekCode(): number {
    const code = this.#decode()
    if (code === MALFORMED) return conversionError('decoding-error', 'peek-char', 'input decoding error', this)
    return code
  }
  /** The next code point, or -1 at the end. */
  readCode(): number {
    const code = this.#decode()
    if (code >= 0) {
      this.#position += this.#width
      this.#advance(code)
    } else if (code === MALFORMED) {
      // As in Guile, what cannot be decoded stays: who goes on changes the strategy or takes bytes.
      return conversionError('decoding-error', 'peek-char', 'input decoding error', this)
    }
    return code
  }
  #advance(code: number): void {
    if (code === 10) {
      this.line++
      this.column = 0
    } else if (code === 9) this.column += 8 - (this.column % 8)
    else if (code === 8) this.column = Math.max(0, this.column - 1)
    else if (code === 13) this.column = 0
    else if (code !== 7) this.column++
  }

  /** Text up to the next newline, which is consumed; the flag tells whether there was one. Undefined at the end. */
  readLine(): { readonly text: string; readonly terminated: boolean } | undefined {
    if (this.#expectsMark) this.#skipMark()
    if (!this.#isByteBased()) return this.#readLineSlowly()
    if (!this.fill()) return undefined
    let searched = this.#position
    for (;;) {
      const found = this.#input.indexOf(10, searched)
      if (found >= 0) {
        const text = this.#text(this.#input.subarray(this.#position, found))
        this.#position = found + 1
        this.line++
        this.column = 0
        return { text, terminated: true }
      }
      const seen = this.#input.length - this.#position
      if (!this.#extend()) {
        const text = this.#text(this.#input.subarray(this.#position))
        this.#position = this.#input.length
        this.column += text.length
        return { text, terminated: false }
      }
      searched = this.#position + seen
    }
  }
  #readLineSlowly(): { readonly text: string; readonly terminated: boolean } | undefined {
    let text = ''
    for (;;) {
      const code = this.readCode()
      if (code < 0) return text === '' ? undefined : { text, terminated: false }
      if (code === 10) return { text, terminated: true }
      text += String.fromCodePoint(code)
    }
  }
  #text(bytes: Uint8Array): string {
    const text = decodeBytes(bytes, this.#inputEncoding) ?? decodeBytes(bytes, 'ISO-8859-1') ?? ''
    if (this.strategy !== 'substitute' && text.includes('\ufffd') && UTF8.test(this.encoding) && !isWellFormed(bytes))
      conversionError('decoding-error', 'read-line', 'input decoding error', this)
    return text
  }
  /** All the rest as text. */
  readAllText(): string {
    if (this.#expectsMark) this.#skipMark()
    const text = this.#text(this.readAllBytes())
    this.trackText(text)
    return text
  }
  /** Whether the end of a line has been read from the device already. */
  get hasBufferedLine(): boolean {
    return this.#input.indexOf(10, this.#position) >= 0
  }
  /** Buffer all the input that is left. The same array and position as before mean that nothing was read or put
   *  back in between. */
  bufferRest(): { readonly bytes: Uint8Array; readonly position: number } {
    if (this.#expectsMark) this.#skipMark()
    while (this.#extend());
    return { bytes: this.#input, position: this.#position }
  }
  /** Whether the buffer is BYTES still, read up to POSITION. */
  isBuffering(bytes: Uint8Array, position: number): boolean {
    return this.isOpen && this.#input === bytes && this.#position === position
  }
  /** The text of what `bufferRest` has buffered, which stays there. */
  bufferedText(): string {
    return this.#text(this.#input.subarray(this.#position))
  }
  /** Go past TEXT, with which the buffered input begins, and which takes SIZE bytes. */
  skipText(text: string, size = (encodeText(text, this.#inputEncoding) ?? NOTHING).length): number {
    this.#position += size
    this.trackText(text)
    return this.#position
  }
  /** Push text back. */
  unreadText(text: string): void {
    this.unreadBytes(encodeText(text, this.#inputEncoding) ?? NOTHING)
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) === 10) this.line = Math.max(0, this.line - 1)
      else this.column = Math.max(0, this.column - 1)
    }
  }

  // Out

  writeText(text: string): void {
    if (!this.isOpen) closedPort(this)
    this.trackText(text)
    this.#outputText += text
    // What cannot be encoded is an error of who writes it, not of who flushes.
    if (this.strategy === 'error') this.#encodePending()
    if (this.#outputText.length > BUFFER_SIZE) this.flush()
    else this.#flushAsBuffered(text)
  }
  writeBytes(bytes: Uint8Array): void {
    if (!this.isOpen) closedPort(this)
    this.#encodePending()
    this.#output.push(bytes.slice())
    this.#outputSize += bytes.length
    if (this.#outputSize > BUFFER_SIZE || this.buffering === 'none') this.flush()
  }
  /** One byte: they are gathered in the last part of the output. */
  writeByte(byte: number): void {
    if (!this.isOpen) closedPort(this)
    this.#encodePending()
    const gathered = this.#gathered
    if (gathered === undefined || this.#output.at(-1) !== gathered.bytes || gathered.length === gathered.bytes.length) {
      this.#settleGathered()
      const bytes = new Uint8Array(256)
      bytes[0] = byte
      this.#gathered = { bytes, length: 1 }
      this.#output.push(bytes)
    } else gathered.bytes[gathered.length++] = byte
    this.#outputSize++
    if (this.#outputSize > BUFFER_SIZE || this.buffering === 'none') this.flush()
  }
  /** Cut what single bytes were gathered in to its length. */
  #settleGathered(): void {
    const gathered = this.#gathered
    if (gathered === undefined) return
    const at = this.#output.lastIndexOf(gathered.bytes)
    if (at >= 0) this.#output[at] = gathered.bytes.subarray(0, gathered.length)
    this.#gathered = undefined
  }
  #flushAsBuffered(text: string): void {
    if (this.buffering === 'none' || (this.buffering === 'line' && text.includes('\n'))) this.flush()
  }
  #encodePending(): void {
    if (this.#outputText === '') return
    let text = this.#outputText
    this.#outputText = ''
    const order = WITHOUT_ORDER.exec(this.encoding)
    if (order !== null && !this.#wroteMark) text = `\ufeff${text}`
    this.#wroteMark = true
    const encoding = order === null ? this.encoding : `UTF-${order[1]}BE`
    // With strategy `error`, what stands before a character that has no encoding is written still.
    const parts = this.strategy === 'error' && order === null && !UTF8.test(encoding) ? text : [text]
    for (const part of parts) {
      const bytes = this.encode(part, encoding)
      this.#output.push(bytes)
      this.#outputSize += bytes.length
    }
  }
  encode(text: string, encoding = this.encoding): Uint8Array {
    const onError =
      this.strategy === 'error'
        ? (code: number) =>
            conversionError('encoding-error', 'put-char', 'conversion to port encoding failed', this, char(code))
        : () => 63
    const source = this.strategy === 'escape' && !/^utf/i.test(this.encoding) ? this.#escaped(text, encoding) : text
    return encodeText(source, encoding, onError) ?? encodeText(source, 'UTF-8') ?? NOTHING
  }
  /** TEXT with the escapes of strings for what ENCODING does not have. */
  #escaped(text: string, encoding: string): string {
    return text.replace(/[\u0080-\u{10ffff}]/gu, (c) => {
      let has = true
      encodeText(c, encoding, () => {
        has = false
        return 63
      })
      return has ? c : escapeCode(c.codePointAt(0) ?? 0)
    })
  }
  /** Give the device what is pending. */
  flush(): void {
    this.#encodePending()
    if (this.#outputSize === 0) return
    this.#settleGathered()
    const bytes = concatenate(this.#output)
    this.#output = []
    this.#outputSize = 0
    this.device.write?.(bytes)
  }
  trackText(text: string): void {
    // Long texts are mostly one line of what takes one column each.
    if (text.length > 40 && !CONTROLS.test(text)) {
      this.column += text.length
      return
    }
    const newline = text.lastIndexOf('\n')
    if (newline >= 0) {
      for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.line++
      this.column = 0
    }
    for (let i = newline + 1; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 9) this.column += 8 - (this.column % 8)
      else if (code === 13) this.column = 0
      else if (code === 8) this.column = Math.max(0, this.column - 1)
      else if (code !== 7) this.column++
    }
  }

  // Position and end of life

  seek(offset: number, whence: 0 | 1 | 2): number {
    if (this.device.seek === undefined) return miscError('seek', 'port is not seekable: ~S', this)
    this.flush()
    const buffered = this.#input.length - this.#position
    if (whence === 1 && offset === 0) return this.device.seek(0, 1) - buffered
    const position = whence === 1 ? this.device.seek(offset - buffered, 1) : this.device.seek(offset, whence)
    this.#input = NOTHING
    this.#position = 0
    this.#expectsMark = position === 0
    return position
  }
  close(): Value {
    if (!this.isOpen) return false
    if (this.isOutput) this.flush()
    this.isOpen = false
    openOutputPorts.delete(this)
    return this.device.close?.() ?? true
  }
}

function isWellFormed(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const joined = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Ports with a device outside the program: flushed at exit and before a process starts. */
export const openOutputPorts = new Set<Port>()
export function flushAllPorts(): void {
  for (const port of openOutputPorts) if (port.isOpen) port.flush()
}

/** The C library's EILSEQ, which Guile's conversion errors carry. */
const EILSEQ = 84
function conversionError(key: string, procedure: string, message: string, ...about: Value[]): never {
  return throwKey(key, new SchemeString(procedure, true), new SchemeString(message, true), EILSEQ, ...about)
}

export function closedPort(port: Port): never {
  return throwKey('wrong-type-arg', false, new SchemeString('Port closed: ~S', true), list([port]), list([port]))
}
