/** The binary port primitives: (ice-9 binary-ports), and what (rnrs io ports) adds that calls no procedure. */
import { miscError, outOfRange, wrongType } from '../../conditions/index.ts'
import { callProcedure } from '../../execution/index.ts'
import { EOF, type Procedure, SchemeString, UNSPECIFIED, type Value } from '../../values/index.ts'
import { primitives } from '../define.ts'
import { any, bytevector, fixnum, index, optional, parameter, string } from '../parameters.ts'
import { bounds } from '../strings.ts'
import { inputPort, outputPort } from './current.ts'
import { BytesOutputPort, openInputBytes } from './memory-ports.ts'
import { type Device, openOutputPorts, Port } from './port.ts'
import { installReadWaiter, readWaiter, whenBytesReady, whenReady } from './waiting.ts'

const binary = primitives('(ice-9 binary-ports)')
const port = (name: string) => parameter(name, (value: Value): value is Port => value instanceof Port, 'port')

const byteOrEnd = (byte: number): Value => (byte < 0 ? EOF : byte)
binary('get-u8', [port('port')], 'Read a byte from PORT.', (p) => {
  const source = inputPort('get-u8', 1, p)
  return whenReady(source, () => byteOrEnd(source.readByte()))
})
binary('lookahead-u8', [port('port')], 'Return the next byte of PORT without reading it.', (p) => {
  const source = inputPort('lookahead-u8', 1, p)
  return whenReady(source, () => byteOrEnd(source.peekByte()))
})
binary('get-bytevector-n', [port('port'), index('count')], 'Read up to COUNT bytes from PORT.', (p, count) => {
  const source = inputPort('get-bytevector-n', 1, p)
  return whenBytesReady(source, count, () => {
    const bytes = source.readBytes(count)
    return bytes.length === 0 && count > 0 ? EOF : bytes
  })
})
binary(
  'get-bytevector-n!',
  [port('port'), bytevector('bv'), index('start'), index('count')],
  'Read up to COUNT bytes into BV at START; return how many.',
  (p, bv, start, count) => {
    if (start + count > bv.length) return outOfRange('get-bytevector-n!', 4, count)
    const source = inputPort('get-bytevector-n!', 1, p)
    return whenBytesReady(source, count, () => {
      const bytes = source.readBytes(count)
      bv.set(bytes, start)
      return bytes.length === 0 && count > 0 ? EOF : bytes.length
    })
  },
)
binary('get-bytevector-some', [port('port')], 'Read what is available from PORT, at least a byte.', (p) => {
  const source = inputPort('get-bytevector-some', 1, p)
  return whenReady(source, () => {
    const bytes = source.readSome()
    return bytes.length === 0 ? EOF : bytes
  })
})
binary(
  'get-bytevector-some!',
  [port('port'), bytevector('bv'), index('start'), index('count')],
  'Read what is available into BV at START; return how many bytes.',
  (p, bv, start, count) => {
    if (start + count > bv.length) return outOfRange('get-bytevector-some!', 4, count)
    const source = inputPort('get-bytevector-some!', 1, p)
    return whenReady(source, () => {
      const bytes = source.readSome(count)
      bv.set(bytes, start)
      return bytes.length === 0 && count > 0 ? EOF : bytes.length
    })
  },
)
binary('get-bytevector-all', [port('port')], 'Read all bytes of PORT.', (p) => {
  const source = inputPort('get-bytevector-all', 1, p)
  return whenBytesReady(source, Number.POSITIVE_INFINITY, () => {
    const bytes = source.readAllBytes()
    return bytes.length === 0 ? EOF : bytes.slice()
  })
})
binary(
  'unget-bytevector',
  [port('port'), bytevector('bv'), optional(index('start')), optional(index('count'))],
  'Put COUNT bytes of BV from START back to PORT.',
  (p, bv, start = 0, count) => {
    inputPort('unget-bytevector', 1, p).unreadBytes(
      bv.slice(...bounds('unget-bytevector', bv.length, start, count === undefined ? undefined : start + count, 3)),
    )
    return UNSPECIFIED
  },
)
binary('put-u8', [port('port'), fixnum('byte')], 'Write BYTE to PORT.', (p, byte) => {
  if (byte < 0 || byte > 255) return outOfRange('put-u8', 2, byte)
  outputPort('put-u8', 1, p).writeByte(byte)
  return UNSPECIFIED
})
binary(
  'put-bytevector',
  [port('port'), bytevector('bv'), optional(index('start')), optional(index('count'))],
  'Write COUNT bytes of BV from START to PORT.',
  (p, bv, start = 0, count) => {
    outputPort('put-bytevector', 1, p).writeBytes(
      bv.subarray(...bounds('put-bytevector', bv.length, start, count === undefined ? undefined : start + count, 3)),
    )
    return UNSPECIFIED
  },
)
binary(
  'open-bytevector-input-port',
  [bytevector('bv'), optional(any('transcoder'))],
  'Return a port that reads BV.',
  (bv) => openInputBytes(bv.slice()),
)
binary(
  '%set-read-waiter!',
  [any('procedure')],
  'Let PROCEDURE, of a port, a predicate and a thunk that reads, wait for input; #f: the process waits. Return what did.',
  (procedure) => {
    const previous = readWaiter()
    installReadWaiter(typeof procedure === 'function' ? procedure : undefined)
    return previous ?? false
  },
)
binary('%open-bytevector-output-port', [], 'Return a port that collects bytes.', () => new BytesOutputPort())
binary('%get-output-bytevector', [port('port'), any('clear?')], 'Return the bytes written to PORT.', (p, clear) => {
  if (!(p instanceof BytesOutputPort)) return wrongType('get-output-bytevector', 1, p, 'bytevector port')
  const bytes = p.bytes()
  if (clear !== false) p.clear()
  return bytes
})

// Ports whose device is a set of procedures. They run on top of the primitive that reads or writes.

function call(procedure: Procedure, ...args: Value[]): Value {
  return callProcedure(procedure, args)
}
function optionalProcedure(value: Value): Procedure | undefined {
  return typeof value === 'function' ? value : undefined
}
function positioning(name: string, getPosition: Value, setPosition: Value): Pick<Device, 'seek'> {
  const get = optionalProcedure(getPosition)
  const set = optionalProcedure(setPosition)
  if (get === undefined) return {}
  return {
    seek(offset, whence) {
      const here = call(get)
      if (typeof here !== 'number') return wrongType(name, 1, here)
      if (whence === 1 && offset === 0) return here
      if (set === undefined || whence === 2) return miscError(name, 'port is not seekable')
      const target = whence === 0 ? offset : here + offset
      call(set, target)
      return target
    },
  }
}
function closing(close: Value): Pick<Device, 'close'> {
  const procedure = optionalProcedure(close)
  return procedure === undefined ? {} : { close: () => call(procedure) }
}
function reading(read: Procedure): Pick<Device, 'read'> {
  return {
    read(size) {
      const buffer = new Uint8Array(Math.min(size, 4096))
      const count = call(read, buffer, 0, buffer.length)
      if (typeof count !== 'number') return wrongType('custom-binary-input-port', 1, count)
      if (count < 0 || count > buffer.length) return outOfRange('custom-binary-input-port', 1, count)
      return buffer.subarray(0, count)
    },
  }
}
function writing(write: Procedure): Pick<Device, 'write'> {
  return {
    write(bytes) {
      let at = 0
      while (at < bytes.length) {
        const count = call(write, bytes, at, bytes.length - at)
        if (typeof count !== 'number' || count <= 0) return wrongType('custom-binary-output-port', 1, count)
        if (count > bytes.length - at) return outOfRange('custom-binary-output-port', 1, count)
        at += count
      }
    },
  }
}
const isProcedure = (value: Value): value is Procedure => typeof value === 'function'
const procedure = (name: string) => parameter(name, isProcedure, 'procedure')
binary(
  'make-custom-binary-input-port',
  [string('id'), procedure('read!'), any('get-position'), any('set-position!'), any('close')],
  'Return an input port whose bytes READ! delivers.',
  (id, read, get, set, close) => {
    const made = new Port(
      'custom-binary-input-port',
      { ...reading(read), ...positioning('seek', get, set), ...closing(close) },
      'r',
      'ISO-8859-1',
    )
    made.filename = new SchemeString(id.toString())
    return made
  },
)
binary(
  'make-custom-binary-output-port',
  [string('id'), procedure('write!'), any('get-position'), any('set-position!'), any('close')],
  'Return an output port whose bytes WRITE! takes.',
  (id, write, get, set, close) => {
    const made = new Port(
      'custom-binary-output-port',
      { ...writing(write), ...positioning('seek', get, set), ...closing(close) },
      'w',
      'ISO-8859-1',
    )
    made.filename = new SchemeString(id.toString())
    openOutputPorts.add(made)
    return made
  },
)
binary(
  'make-custom-binary-input/output-port',
  [string('id'), procedure('read!'), procedure('write!'), any('get-position'), any('set-position!'), any('close')],
  'Return a port on READ! and WRITE!.',
  (id, read, write, get, set, close) => {
    const made = new Port(
      'custom-binary-input/output-port',
      { ...reading(read), ...writing(write), ...positioning('seek', get, set), ...closing(close) },
      'r+',
      'ISO-8859-1',
    )
    made.filename = new SchemeString(id.toString())
    openOutputPorts.add(made)
    return made
  },
)
