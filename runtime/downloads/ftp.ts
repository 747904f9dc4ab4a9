/** Files of anonymous FTP servers, in passive mode (RFC 959, RFC 2428). Not listings, which (guix ftp-client) has. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { TransferFailure } from './transfer-failure.ts'

/** The bytes at URL, and how many they are if the server tells. @throws TransferFailure. */
export async function openFtp(
  url: string,
  abort: AbortSignal,
): Promise<{ body: AsyncIterable<Uint8Array>; total: number | undefined }> {
  const { hostname, port, pathname, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const path = decodeURIComponent(pathname)
  if (/[\r\n]/.test(path)) throw new TransferFailure('a file name with an end of line', { missing: true })
  const control = await open(host, Number(port || 21), abort)
  try {
    const replies = createInterface({ input: control })[Symbol.asyncIterator]()
    const ask = async (command: string | undefined, expected: RegExp): Promise<string> => {
      if (command !== undefined) control.write(`${command}\r\n`)
      const reply = await lastLine(replies)
      if (!expected.test(reply)) throw new TransferFailure(reply, { missing: reply.startsWith('550') })
      return reply
    }
    await ask(undefined, /^220/)
    const login = await ask(`USER ${username || 'anonymous'}`, /^(?:230|331)/)
    if (login.startsWith('331')) await ask(`PASS ${password || 'strata@example.org'}`, /^230/)
    await ask('TYPE I', /^200/)
    const size = /^213 (\d+)/.exec(await ask(`SIZE ${path}`, /^/))?.[1]
    const passive = await ask('EPSV', /^229|^5/)
    const dataPort = passive.startsWith('229') ? extendedPort(passive) : passivePort(await ask('PASV', /^227/))
    const data = await open(host, dataPort, abort)
    await ask(`RETR ${path}`, /^1/)
    return { body: untilEnd(data, control), total: size === undefined ? undefined : Number(size) }
  } catch (error) {
    control.destroy()
    throw error
  }
}

function open(host: string, port: number, abort: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: abort })
    socket.once('connect', () => resolve(socket))
    socket.on('error', (error) => reject(abort.aborted ? abort.reason : error))
  })
}

/** Of a reply of several lines, the last one has a space behind the code. */
async function lastLine(lines: AsyncIterator<string>): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done === true) throw new TransferFailure('the server closed the connection', { transient: true })
    if (/^\d{3} /.test(value)) return value
  }
}

function extendedPort(reply: string): number {
  return Number(/\((\D)\1\1(\d+)\1\)/.exec(reply)?.[2])
}

function passivePort(reply: string): number {
  const [, high, low] = /\d+,\d+,\d+,\d+,(\d+),(\d+)/.exec(reply) ?? []
  return Number(high) * 256 + Number(low)
}

async function* untilEnd(data: Socket, control: Socket): AsyncIterable<Uint8Array> {
  try {
    yield* data
  } finally {
    data.destroy()
    control.end('QUIT\r\n')
  }
}
