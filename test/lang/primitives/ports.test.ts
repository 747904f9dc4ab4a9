/** Ports: text and bytes through one buffer, lines and columns, pushing back, encodings. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BytesOutputPort,
  bytesDevice,
  openInputString,
  Port,
  readDatumFrom,
  StringOutputPort,
  writeString,
} from '../../../lang/primitives/index.ts'
import { EOF } from '../../../lang/values/index.ts'

/** A device that gives its bytes one at a time, as a slow pipe would. */
function trickle(bytes: Uint8Array): Port {
  const whole = bytesDevice(bytes)
  return new Port('file', { read: () => whole.read?.(1) ?? new Uint8Array(0) }, 'r', 'UTF-8')
}
const text = fc.string({ unit: 'binary' }).map((s) => s.replace(/[\ud800-\udfff]/g, ''))

test('characters survive any split of their bytes', () => {
  fc.assert(
    fc.property(text, (s) => {
      const port = trickle(new TextEncoder().encode(s))
      let read = ''
      for (let code = port.readCode(); code >= 0; code = port.readCode()) read += String.fromCodePoint(code)
      expect(read).toBe(s)
    }),
  )
})

test('lines joined by newlines give back the text', () => {
  fc.assert(
    fc.property(text, (s) => {
      const port = trickle(new TextEncoder().encode(s))
      let read = ''
      for (let line = port.readLine(); line !== undefined; line = port.readLine())
        read += line.terminated ? `${line.text}\n` : line.text
      expect(read).toBe(s)
    }),
  )
})

test('a malformed byte reads as the replacement character and nothing is skipped', () => {
  const port = trickle(Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62))
  const codes: number[] = []
  for (let code = port.readCode(); code >= 0; code = port.readCode()) codes.push(code)
  // e2 82 is the beginning of a character: one replacement for both, as the Unicode Standard recommends.
  expect(codes).toEqual([0x61, 0xfffd, 0xfffd, 0x62])
})

test('line and column follow what is read, tabs included', () => {
  const port = openInputString('ab\n\tc')
  for (let i = 0; i < 5; i++) port.readCode()
  expect([port.line, port.column]).toEqual([1, 9])
})

test('what is pushed back is read again', () => {
  const port = openInputString('bc')
  port.unreadText('aλ')
  expect(port.readAllText()).toBe('aλbc')
})

test('a string port takes text and bytes in order', () => {
  const port = new StringOutputPort()
  port.writeText('a')
  port.writeBytes(new TextEncoder().encode('é'))
  port.writeText('b')
  expect(port.text()).toBe('aéb')
})

test('Latin-1 ports substitute what they cannot encode', () => {
  const port = new BytesOutputPort('ISO-8859-1')
  port.writeText('é€')
  expect([...port.bytes()]).toEqual([0xe9, 63])
})

test('data are read one by one, and the text between them stays', () => {
  const port = openInputString('(a . b) #:k "x\\ny" rest')
  expect(writeString(readDatumFrom(port, false))).toBe('(a . b)')
  expect(writeString(readDatumFrom(port, false))).toBe('#:k')
  expect(writeString(readDatumFrom(port, false))).toBe('"x\\ny"')
  expect(port.readAllText()).toBe(' rest')
  expect(readDatumFrom(port, false)).toBe(EOF)
})

/** What `read` gives for PORT until the end or a mistake. */
function dataOf(port: Port): string[] {
  const read: string[] = []
  try {
    for (let datum = readDatumFrom(port, false); datum !== EOF; datum = readDatumFrom(port, false))
      read.push(writeString(datum))
  } catch {
    read.push('mistake')
  }
  return read
}

test('data that arrive byte by byte are the ones of a file', () => {
  const pieces = [
    ...['a', '1', ' ', '\n', '(', ')', '[', ']', '#', ';', '"', "'", '`', ',', '@', '|', '\\', '.', ':', '{', '}', 'λ'],
    ...[
      '#(',
      '#;',
      '#|',
      '|#',
      '#t',
      '#\\',
      '#{',
      '}#',
      '#0=',
      '#0#',
      '#u8(1',
      '#2(',
      '#:k',
      '; c\n',
      '"x\\""',
      '#!eof',
    ],
  ]
  const syntax = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(syntax, (s) => {
      expect(dataOf(trickle(new TextEncoder().encode(s)))).toEqual(dataOf(openInputString(s)))
    }),
    { numRuns: 500 },
  )
})
