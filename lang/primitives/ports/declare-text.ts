/** The text port primitives of (guile): reading and writing characters, lines, data; port properties. */
import { miscError, outOfRange, wrongType } from '../../conditions/index.ts'
import {
  Char,
  char,
  EOF,
  intern,
  Pair,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
} from '../../values/index.ts'
import { primitives } from '../define.ts'
import { any, character, index, optional, parameter, rest, string, symbol } from '../parameters.ts'
import { displayString, print, writeString } from '../print.ts'
import { bounds, text } from '../strings.ts'
import {
  currentErrorPort,
  currentInputPort,
  currentLoadPort,
  currentOutputPort,
  currentWarningPort,
  inputPort,
  outputPort,
} from './current.ts'
import { openInputString, openVoidPort, StringOutputPort } from './memory-ports.ts'
import { defaultConversionStrategy, defaultEncoding, flushAllPorts, Port } from './port.ts'
import { readDatumFrom } from './read-datum.ts'
import { simpleFormat } from './simple-format.ts'
import { whenBytesReady, whenLineReady, whenReady } from './waiting.ts'

const guile = primitives('(guile)')

function isPort(value: Value): value is Port {
  return value instanceof Port
}
const port = (name: string) => parameter(name, isPort, 'port')

// Kinds and the current ports

guile('port?', [any('x')], 'Return #t when X is a port.', isPort)
guile('input-port?', [any('x')], 'Return #t when X is an input port.', (x) => x instanceof Port && x.isInput)
guile('output-port?', [any('x')], 'Return #t when X is an output port.', (x) => x instanceof Port && x.isOutput)
guile('port-closed?', [port('port')], 'Return #t when PORT is closed.', (p) => !p.isOpen)
guile('eof-object?', [any('x')], 'Return #t when X is the end-of-file object.', (x) => x === EOF)
guile('%the-eof-object', [], 'Return the end-of-file object.', () => EOF)
for (const [name, fluid] of [
  ['input', currentInputPort],
  ['output', currentOutputPort],
  ['error', currentErrorPort],
  ['warning', currentWarningPort],
] as const) {
  guile(`%current-${name}-port-fluid`, [], `Return the fluid behind current-${name}-port.`, () => fluid)
  guile(`set-current-${name}-port`, [port('port')], `Let PORT be the current ${name} port.`, (p) => {
    const previous = fluid.value
    fluid.value = p
    return previous
  })
}
guile('current-load-port', [], 'Return the port being loaded from, or #f.', () => currentLoadPort.value)

// Writing

guile('display', [any('x'), optional(any('port'))], 'Print X on PORT for people.', (x, p) => {
  outputPort('display', 2, p).writeText(displayString(x))
  return UNSPECIFIED
})
guile('write', [any('x'), optional(any('port'))], 'Print X on PORT so that it can be read back.', (x, p) => {
  outputPort('write', 2, p).writeText(writeString(x))
  return UNSPECIFIED
})
guile('%write-to-string', [any('x')], 'Return what `write` prints for X.', (x) => new SchemeString(writeString(x)))
for (const name of ['write-shared', 'write-simple'])
  primitives('(scheme write)')(
    name,
    [any('x'), optional(any('port'))],
    'Print X on PORT so that it can be read back.',
    (x, p) => {
      outputPort(name, 2, p).writeText(print(x, { mode: 'write', shared: name === 'write-shared' }))
      return UNSPECIFIED
    },
  )
guile('newline', [optional(any('port'))], 'Print a newline on PORT.', (p) => {
  outputPort('newline', 1, p).writeText('\n')
  return UNSPECIFIED
})
guile('write-char', [character('char'), optional(any('port'))], 'Print CHAR on PORT.', (c, p) => {
  outputPort('write-char', 2, p).writeText(c.toString())
  return UNSPECIFIED
})
guile('write-line', [any('x'), optional(any('port'))], 'Display X and a newline on PORT.', (x, p) => {
  outputPort('write-line', 2, p).writeText(`${displayString(x)}\n`)
  return UNSPECIFIED
})
guile(
  '%write-string',
  [string('s'), any('port'), optional(index('start')), optional(index('end'))],
  'Print S on PORT, from START up to END.',
  (s, p, from, to) => {
    outputPort('write-string', 2, p).writeText(s.slice(...bounds('write-string', s.length, from, to, 3)))
    return UNSPECIFIED
  },
)
for (const name of ['force-output', 'flush-output-port'])
  guile(name, [optional(any('port'))], 'Write out what PORT has buffered.', (p) => {
    outputPort(name, 1, p).flush()
    return UNSPECIFIED
  })
guile('flush-all-ports', [], 'Write out what all ports have buffered.', () => {
  flushAllPorts()
  return UNSPECIFIED
})
guile(
  'simple-format',
  [any('destination'), string('message'), rest(any('arg'))],
  'Print MESSAGE on DESTINATION (#t: the current output port, #f: return a string), with ~A and ~S replaced by the arguments.',
  (destination, message, ...args) => {
    const formatted = simpleFormat(message.toString(), args)
    if (destination === false) return text(formatted)
    outputPort('simple-format', 1, destination).writeText(formatted)
    return UNSPECIFIED
  },
)

// Reading

const charOrEnd = (code: number): Value => (code < 0 ? EOF : char(code))
guile('read-char', [optional(any('port'))], 'Read a character from PORT.', (p) => {
  const source = inputPort('read-char', 1, p)
  return whenReady(source, () => charOrEnd(source.readCode()))
})
guile('peek-char', [optional(any('port'))], 'Return the next character of PORT without reading it.', (p) => {
  const source = inputPort('peek-char', 1, p)
  return whenReady(source, () => charOrEnd(source.peekCode()))
})
guile(
  'char-ready?',
  [optional(any('port'))],
  'Return #t when reading a character would not wait.',
  (p) => inputPort('char-ready?', 1, p).isReady,
)
guile('%port-buffered?', [port('port')], 'Return #t when PORT has input that was read ahead.', (p) => p.hasBuffered)
guile('unread-char', [any('char'), optional(any('port'))], 'Put CHAR back to PORT.', (c, p) => {
  if (c instanceof Char) inputPort('unread-char', 2, p).unreadText(c.toString())
  return c
})
guile('unread-string', [string('s'), optional(any('port'))], 'Put S back to PORT.', (s, p) => {
  inputPort('unread-string', 2, p).unreadText(s.toString())
  return s
})
guile('drain-input', [port('port')], 'Return what PORT has buffered as a string.', (p) =>
  text(new TextDecoder().decode(p.drain())),
)

const rdelim = primitives('(ice-9 rdelim)')
type LineHandling = 'trim' | 'concat' | 'peek' | 'split'
function handling(name: string, value: Value): LineHandling {
  const kind = value === undefined ? 'trim' : value instanceof SchemeSymbol ? value.name : ''
  if (kind === 'trim' || kind === 'concat' || kind === 'peek' || kind === 'split') return kind
  return miscError(name, 'unexpected handle-delim value: ~S', value)
}
function finish(p: Port, part: string, delimiter: number, kind: LineHandling): Value {
  switch (kind) {
    case 'split':
      return new Pair(part === '' && delimiter < 0 ? EOF : text(part), delimiter < 0 ? EOF : char(delimiter))
    case 'peek':
      if (delimiter >= 0) p.unreadText(String.fromCodePoint(delimiter))
      return part === '' && delimiter < 0 ? EOF : text(part)
    case 'concat':
      return part === '' && delimiter < 0 ? EOF : text(delimiter < 0 ? part : part + String.fromCodePoint(delimiter))
    case 'trim':
      return part === '' && delimiter < 0 ? EOF : text(part)
  }
}
rdelim(
  'read-line',
  [optional(any('port')), optional(any('handle-delim'))],
  'Read a line from PORT; HANDLE-DELIM says what to do with the newline: trim, concat, peek or split.',
  (p, handle) => {
    const source = inputPort('read-line', 1, p)
    const kind = handling('read-line', handle)
    return whenLineReady(source, () => {
      const line = source.readLine()
      return line === undefined
        ? finish(source, '', -1, kind)
        : finish(source, line.text, line.terminated ? 10 : -1, kind)
    })
  },
)
rdelim(
  'read-delimited',
  [string('delims'), optional(any('port')), optional(any('handle-delim'))],
  'Read text from PORT up to one of the characters of DELIMS.',
  (delimiters, p, handle) => {
    const source = inputPort('read-delimited', 2, p)
    const kind = handling('read-delimited', handle)
    const stops = new Set(Array.from(delimiters.toString(), (c) => c.codePointAt(0) ?? 0))
    let part = ''
    for (;;) {
      const code = source.readCode()
      if (code < 0 || stops.has(code)) return finish(source, part, code, kind)
      part += String.fromCodePoint(code)
    }
  },
)
function readText(source: Port, limit: number): string {
  let part = ''
  for (let i = 0; i < limit; i++) {
    const code = source.readCode()
    if (code < 0) break
    part += String.fromCodePoint(code)
  }
  return part
}
rdelim('%read-string', [any('port'), any('count')], 'Read COUNT characters, or all, from PORT.', (p, count) => {
  const source = inputPort('read-string', 1, p === false ? undefined : p)
  if (typeof count === 'number') return whenBytesReady(source, count, () => text(readText(source, count)))
  return whenBytesReady(source, Number.POSITIVE_INFINITY, () => text(source.readAllText()))
})
rdelim(
  '%read-string!',
  [string('buffer'), any('port'), index('start'), index('end')],
  'Read text into BUFFER and return how many characters.',
  (buffer, p, from, to) => {
    const source = inputPort('read-string!', 2, p === false ? undefined : p)
    let i = from
    for (; i < to; i++) {
      const code = source.readCode()
      if (code < 0) break
      buffer.setCodePoint(i, code)
    }
    return i - from
  },
)

const textual = primitives('(ice-9 textual-ports)')
textual('get-char', [port('port')], 'Read a character from PORT.', (p) => {
  const source = inputPort('get-char', 1, p)
  return whenReady(source, () => charOrEnd(source.readCode()))
})
textual('lookahead-char', [port('port')], 'Return the next character of PORT without reading it.', (p) => {
  const source = inputPort('lookahead-char', 1, p)
  return whenReady(source, () => charOrEnd(source.peekCode()))
})
textual('get-line', [port('port')], 'Read a line from PORT, without its newline.', (p) => {
  const source = inputPort('get-line', 1, p)
  return whenLineReady(source, () => {
    const line = source.readLine()
    return line === undefined ? EOF : text(line.text)
  })
})
textual('get-string-all', [port('port')], 'Read all the text of PORT.', (p) => {
  const source = inputPort('get-string-all', 1, p)
  return whenBytesReady(source, Number.POSITIVE_INFINITY, () => text(source.readAllText()))
})
textual('get-string-n', [port('port'), index('count')], 'Read up to COUNT characters from PORT.', (p, count) => {
  const source = inputPort('get-string-n', 1, p)
  return whenBytesReady(source, count, () => {
    const part = readText(source, count)
    return part === '' && count > 0 ? EOF : text(part)
  })
})
// Guile's is in both modules.
primitives('(ice-9 binary-ports)')(
  'get-string-n!',
  [port('port'), string('buffer'), index('start'), index('count')],
  'Read up to COUNT characters into BUFFER at START.',
  (p, buffer, from, count) => {
    const source = inputPort('get-string-n!', 1, p)
    if (from + count > buffer.length) return outOfRange('get-string-n!', 4, count)
    for (let i = 0; i < count; i++) {
      const code = source.readCode()
      if (code < 0) return i === 0 ? EOF : i
      buffer.setCodePoint(from + i, code)
    }
    return count
  },
)
textual('unget-char', [port('port'), character('char')], 'Put CHAR back to PORT.', (p, c) => {
  p.unreadText(c.toString())
  return UNSPECIFIED
})
textual('unget-string', [port('port'), string('s')], 'Put S back to PORT.', (p, s) => {
  p.unreadText(s.toString())
  return UNSPECIFIED
})
textual('put-char', [port('port'), character('char')], 'Print CHAR on PORT.', (p, c) => {
  outputPort('put-char', 1, p).writeText(c.toString())
  return UNSPECIFIED
})
textual(
  'put-string',
  [port('port'), string('s'), optional(index('start')), optional(index('count'))],
  'Print COUNT characters of S from START on PORT.',
  (p, s, from = 0, count) => {
    outputPort('put-string', 1, p).writeText(
      s.slice(...bounds('put-string', s.length, from, count === undefined ? undefined : from + count, 3)),
    )
    return UNSPECIFIED
  },
)

guile('read', [optional(any('port'))], 'Read a datum from PORT.', (p) => {
  const source = inputPort('read', 1, p)
  return readDatumFrom(source, false)
})
guile('read-syntax', [optional(any('port'))], 'Read a form from PORT that knows where it was read.', (p) =>
  readDatumFrom(inputPort('read-syntax', 1, p), true),
)

// Opening and closing

guile('open-input-string', [string('s')], 'Return a port that reads S.', (s) => openInputString(s))
guile(
  'open-output-string',
  [],
  'Return a port that collects what is written, for get-output-string.',
  () => new StringOutputPort(),
)
guile('get-output-string', [port('port')], 'Return what was written to the string PORT.', (p) =>
  p instanceof StringOutputPort ? text(p.text()) : wrongType('get-output-string', 1, p, 'string port'),
)
guile('%truncate-output-string', [port('port')], 'Forget what was written to the string PORT.', (p) => {
  if (p instanceof StringOutputPort) p.clear()
  return UNSPECIFIED
})
guile('%make-void-port', [string('mode')], 'Return a port that reads as empty and swallows what is written.', (mode) =>
  openVoidPort(mode.toString()),
)
for (const name of ['close-port', 'close', 'close-input-port', 'close-output-port'])
  guile(name, [port('port')], 'Close PORT.', (p) => {
    p.close()
    return name === 'close-port' || name === 'close' ? true : UNSPECIFIED
  })

// Properties

guile('port-line', [port('port')], 'Return the line of PORT, from 0.', (p) => p.line)
guile('port-column', [port('port')], 'Return the column of PORT, from 0.', (p) => p.column)
guile('set-port-line!', [port('port'), index('line')], 'Set the line of PORT.', (p, line) => {
  p.line = line
  return UNSPECIFIED
})
guile('set-port-column!', [port('port'), index('column')], 'Set the column of PORT.', (p, column) => {
  p.column = column
  return UNSPECIFIED
})
guile('port-filename', [port('port')], 'Return the file name of PORT, or #f.', (p) => p.filename)
guile('set-port-filename!', [port('port'), any('filename')], 'Set the file name of PORT.', (p, filename) => {
  p.filename = filename
  return UNSPECIFIED
})
guile('port-encoding', [port('port')], 'Return the encoding of PORT.', (p) => text(p.encoding))
guile('set-port-encoding!', [port('port'), any('encoding')], 'Set the encoding of PORT.', (p, encoding) => {
  p.encoding = encoding === false ? 'ISO-8859-1' : String(encoding).toUpperCase()
  return UNSPECIFIED
})
guile('port-conversion-strategy', [any('port')], 'Return what PORT does with characters it cannot convert.', (p) =>
  intern(p instanceof Port ? p.strategy : 'substitute'),
)
guile(
  'set-port-conversion-strategy!',
  [any('port'), symbol('strategy')],
  'Set what PORT does with characters it cannot convert.',
  (p, strategy) => {
    const { name } = strategy
    if (name !== 'error' && name !== 'substitute' && name !== 'escape')
      return miscError('set-port-conversion-strategy!', 'unknown conversion strategy ~s', strategy)
    if (p instanceof Port) p.strategy = name
    return UNSPECIFIED
  },
)
guile('%default-port-encoding-fluid', [], 'Return the fluid behind %default-port-encoding.', () => defaultEncoding)
guile(
  '%default-port-conversion-strategy-fluid',
  [],
  'Return the fluid behind %default-port-conversion-strategy.',
  () => defaultConversionStrategy,
)
guile(
  'setvbuf',
  [port('port'), any('mode'), optional(index('size'))],
  'Set the buffering of PORT: none, line or block.',
  (p, mode) => {
    const kind = mode instanceof SchemeSymbol ? mode.name : ['none', 'line', 'block'][Number(mode)]
    if (kind !== 'none' && kind !== 'line' && kind !== 'block') return wrongType('setvbuf', 2, mode)
    if (p.isOutput) p.flush()
    p.buffering = kind
    return UNSPECIFIED
  },
)
guile('%port-buffering', [port('port')], 'Return how PORT is buffered: none, line or block.', (p) =>
  intern(p.buffering),
)
guile(
  '%seek-port',
  [any('port'), any('offset'), index('whence')],
  'Move in PORT by OFFSET from the start (0), here (1) or the end (2); return the new position.',
  (p, offset, whence) => {
    if (!(p instanceof Port)) return wrongType('seek', 1, p, 'port')
    if (typeof offset !== 'number') return wrongType('seek', 2, offset)
    if (whence !== 0 && whence !== 1 && whence !== 2) return outOfRange('seek', 3, whence)
    return p.seek(offset, whence)
  },
)
guile('ftell', [port('port')], 'Return the position in PORT.', (p) => p.seek(0, 1))
guile(
  '%truncate-port',
  [any('file'), optional(index('length'))],
  'Cut the file of a port to LENGTH (here).',
  (p, length) => {
    if (!(p instanceof Port)) return wrongType('truncate-file', 1, p, 'port')
    const size = length ?? p.seek(0, 1)
    p.flush()
    p.device.truncate?.(size)
    return UNSPECIFIED
  },
)
guile('port-mode', [port('port')], 'Return the mode of PORT.', (p) => text(p.mode))
guile(
  '%port-property',
  [port('port'), any('key')],
  'Return the property KEY of PORT, or #f.',
  (p, key) => p.properties.get(key) ?? false,
)
guile(
  '%set-port-property!',
  [port('port'), any('key'), any('value')],
  'Set the property KEY of PORT.',
  (p, key, value) => {
    p.properties.set(key, value)
    return UNSPECIFIED
  },
)
