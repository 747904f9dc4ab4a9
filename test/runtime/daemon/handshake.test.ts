/** Both ends of the protocol with peers of other versions, and with what is no peer at all: clear errors, no waiting. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RemoteStore } from '../../../runtime/daemon/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata } from '../../support/daemons.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-handshake-'))
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill()
  removeTree(directory)
})

function numbers(...values: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  values.forEach((value, i) => {
    bytes.writeBigUInt64LE(BigInt(value), i * 8)
  })
  return bytes
}

let servers = 0

/** A process that answers every connection with ANSWER and then, unless OPEN, closes it; the name of its socket. */
async function answering(answer: Uint8Array, open = false): Promise<string> {
  const socket = join(directory, `server-${servers++}`)
  const program = `require('node:net').createServer((c) => {
    c.on('error', () => {}); c.write(Buffer.from('${Buffer.from(answer).toString('hex')}', 'hex')); ${open ? '' : 'c.end()'}
  }).listen(${JSON.stringify(socket)}, () => console.log('ready'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(child)
  if (child.stdout !== null) await once(child.stdout, 'data')
  return socket
}

const magic = 0x6478696f

describe('the client', () => {
  it.each([
    ['of another major version', numbers(magic, 0x263), /speaks version 263 of the protocol/],
    ['that is too old', numbers(magic, 0x105), /version 105 of the protocol, which is too old/],
    ['that is no daemon', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /is not the socket of a daemon/],
    ['that goes away', numbers(magic), /the daemon closed the connection/],
    ['that cannot open its store', numbers(magic, 0x163, 0x63787470, 4n, 0x6c6c7566n, 1), /^full$/],
    ['that says nonsense', numbers(magic, 0x163, 0x1234), /sent 1234 where a frame starts/],
  ])('refuses a daemon %s', async (_, answer, message) => {
    const socket = await answering(answer)
    expect(() => new RemoteStore(socket)).toThrow(message)
  })

  it('says that nothing listens', () => {
    expect(() => new RemoteStore(join(directory, 'nothing'))).toThrow(
      /cannot connect to the daemon at .*nothing listens/,
    )
  })

  it.each([0x163, 0x162, 0x10f, 0x111, 0x115, 0x119, 0x11a, 0x122, 0x125])('talks to version %i', async (version) => {
    const socket = await answering(numbers(magic, version, 0x616c7473, 0x616c7473, 1), true)
    const remote = new RemoteStore(socket)
    expect(remote.isValid('/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-x' as never)).toBe(true)
    remote.close()
  })
})

describe('the daemon', () => {
  const socket = join(directory, 'strata')
  const nixSocket = join(directory, 'strata-nix')

  /** What the daemon answers to BYTES, up to the end of the connection. */
  const answer = async (to: string, bytes: Uint8Array): Promise<Buffer> => {
    const connection = connect(to)
    const chunks: Buffer[] = []
    connection.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    connection.end(bytes)
    await once(connection, 'close')
    return Buffer.concat(chunks)
  }

  it('serves both dialects, a socket each, and refuses what is no client', async () => {
    const env = { ...process.env, STRATA_ROOT: join(directory, 'root') }
    started.push(
      await startDaemon(strata, ['daemon', `--listen=${socket}`, `--nix-listen=${nixSocket}`], nixSocket, env),
    )
    const hello = numbers(0x6e697863, 0x163, 0, 1)
    expect(await answer(socket, hello)).toEqual(numbers(magic, 0x163, 0x616c7473))
    expect(await answer(nixSocket, numbers(0x6e697863, 0x122, 0, 1))).toEqual(numbers(magic, 0x10f, 0x616c7473))
    expect(await answer(socket, Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual(Buffer.alloc(0))
    const other = await answer(socket, numbers(0x6e697863, 0x263, 0, 1))
    expect(other.subarray(16, 24)).toEqual(numbers(0x63787470))
    expect(other.toString('latin1')).toContain('the client speaks version 263 of the protocol')
    // An operation nobody knows: an error, and the end.
    const unknown = await answer(socket, Buffer.concat([hello, numbers(999)]))
    expect(unknown.toString('latin1')).toContain('invalid operation 999')
    // A string of a terabyte is refused before it comes.
    const giant = await answer(socket, Buffer.concat([hello, numbers(1, 1n << 40n)]))
    expect(giant.toString('latin1')).toContain('a string of 1099511627776 bytes')
  })
})
