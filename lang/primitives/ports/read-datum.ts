/** Reading data from ports. Where input arrives bit by bit (pipes, terminals, sockets) no more is taken than a datum
 *  needs; from files all of the rest is read at once and parsed once. Not the syntax (see reader/). */
import { DatumExtent, DatumReader, type ReadOptions, raiseReadError, readerDefaults } from '../../reader/index.ts'
import { SourceFile, UNKNOWN_SOURCE } from '../../source/index.ts'
import { EOF, type Value } from '../../values/index.ts'
import type { Port } from './port.ts'
import { readWaiter, whenLineReady, whenReady } from './waiting.ts'

/** The next datum of a port: data for programs, or CODE. For tail position. */
export function readDatumFrom(source: Port, code: boolean): Value {
  const arriving = source.device.isStream?.() ?? source.device.seek === undefined
  return arriving ? readArriving(source, code) : readFromRest(source, code)
}

/** Where data were read: programs that edit files ask for it, syntax errors tell it. */
function readOptions(code: boolean): ReadOptions {
  return { plainPairs: !code && !readerDefaults.positions, forPrograms: !code }
}

/** The place of a port's next character. */
function placeOf(source: Port): { readonly line: number; readonly column: number } {
  return { line: source.line + 1, column: source.column }
}
function sourceOf(source: Port, content: string, origin: ReturnType<typeof placeOf>): SourceFile {
  const name = source.filename === false ? UNKNOWN_SOURCE : String(source.filename)
  return new SourceFile(name, content, name, origin)
}

/** Take characters until a datum is complete. */
function readArriving(source: Port, code: boolean): Value {
  const extent = new DatumExtent(readerDefaults.barSymbols)
  const origin = placeOf(source)
  let text = ''
  const step = (): Value => {
    for (;;) {
      if (!source.hasBuffered && readWaiter() !== undefined && !source.isReady) return whenReady(source, step)
      const next = source.peekCode()
      const c = next < 0 ? '' : String.fromCodePoint(next)
      const role = next < 0 ? 'behind' : extent.next(c)
      if (role === 'part' || role === 'last') {
        source.readCode()
        text += c
      }
      if (role === 'part') continue
      const result =
        role === 'unclear' ? undefined : new DatumReader(sourceOf(source, text, origin), readOptions(code)).next()
      if (result === undefined || (result.kind === 'incomplete' && next >= 0)) {
        source.unreadText(text)
        return whenLineReady(source, () => readByLines(source, code))
      }
      if (result.kind === 'end') return EOF
      if (result.kind !== 'datum') return raiseReadError(result)
      if (result.end < text.length) source.unreadText(text.slice(result.end))
      return result.datum
    }
  }
  return step()
}

/** The next line, and up to COUNT lines in all of what has arrived with it. */
function arrivedLines(source: Port, count: number): string | undefined {
  let text: string | undefined
  for (let i = 0; i < count && (i === 0 || source.hasBufferedLine); i++) {
    const line = source.readLine()
    if (line === undefined) return text
    text = `${text ?? ''}${line.text}${line.terminated ? '\n' : ''}`
  }
  return text
}

/** For syntax whose end takes the parser to find: no more is waited for than the lines that complete a datum. */
function readByLines(source: Port, code: boolean): Value {
  let origin = placeOf(source)
  let pending = ''
  let lines = 1
  for (;;) {
    // More each time: a long datum is not parsed again for every line of it.
    const arrived = arrivedLines(source, lines)
    lines *= 2
    if (arrived === undefined && pending === '') return EOF
    pending += arrived ?? ''
    const result = new DatumReader(sourceOf(source, pending, origin), readOptions(code)).next()
    if (result.kind === 'datum') {
      source.unreadText(pending.slice(result.end))
      return result.datum
    }
    if (result.kind === 'end') {
      pending = ''
      lines = 1
      origin = placeOf(source)
      continue
    }
    if (result.kind !== 'incomplete' || arrived === undefined) return raiseReadError(result)
  }
}

/** What is left of an unfinished `read` of a port: its text is parsed once, however many data it holds. */
interface Reading {
  readonly bytes: Uint8Array
  readonly text: string
  /** Whether each character is a byte. */
  readonly isNarrow: boolean
  readonly reader: DatumReader
  /** How much of it the data so far took, in bytes of the buffer and in characters. */
  position: number
  consumed: number
}
const readings = new WeakMap<Port, Reading>()

function readFromRest(source: Port, code: boolean): Value {
  let reading = readings.get(source)
  if (reading === undefined || !source.isBuffering(reading.bytes, reading.position))
    reading = beginReading(source, code)
  let result = reading.reader.next()
  if (result.kind === 'end' || result.kind === 'incomplete') {
    // The file may have grown since.
    const { bytes } = source.bufferRest()
    if (bytes !== reading.bytes) {
      reading = beginReading(source, code)
      result = reading.reader.next()
    }
  }
  if (result.kind !== 'datum') {
    // Whatever it was, the rest of the input has been looked at and is gone.
    source.skipText(reading.text.slice(reading.consumed))
    readings.delete(source)
    return result.kind === 'end' ? EOF : raiseReadError(result)
  }
  const taken = reading.text.slice(reading.consumed, result.end)
  reading.position = source.skipText(taken, reading.isNarrow ? taken.length : undefined)
  reading.consumed = result.end
  return result.datum
}

function beginReading(source: Port, code: boolean): Reading {
  const { bytes, position } = source.bufferRest()
  const text = source.bufferedText()
  const reader = new DatumReader(sourceOf(source, text, placeOf(source)), readOptions(code))
  const reading = { bytes, text, isNarrow: text.length === bytes.length - position, reader, position, consumed: 0 }
  readings.set(source, reading)
  return reading
}
