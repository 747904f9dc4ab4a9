/** The client's side of the worker protocol with a server that says anything at all: every call ends with a result or a
 *  StrataError, soon, and without claiming much memory. `HOSTILE_ANSWERS` sets how many conversations are tried. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StrataError } from '../../../lang/conditions/index.ts'
import { RemoteStore } from '../../../runtime/daemon/index.ts'
import { encodeText, type StorePath } from '../../../runtime/formats/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-hostile-'))
const socket = join(directory, 'socket')
const item = '/gnu/store/zgrjk2xmrg2pdam04w0a9xpp3zv11bky-hello.txt' as StorePath
let server: Worker

beforeAll(async () => {
  server = new Worker(new URL('../../support/hostile-server.mjs', import.meta.url), { workerData: socket })
  await new Promise((resolve) => server.once('message', resolve))
})
afterAll(async () => {
  await server.terminate()
  removeTree(directory)
})

const number = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return bytes
}
const text = (value: Uint8Array): Buffer =>
  Buffer.concat([number(BigInt(value.length)), value, Buffer.alloc((8 - (value.length % 8)) % 8)])

const frames = [0x6f6c6d67n, 0x64617461n, 0x64617416n, 0x616c7473n, 0x63787470n, 0x53545254n, 0x53544f50n, 0x52534c54n]
const versions = [0x163n, 0x10fn, 0x122n, 0x110n, 0x11an, 0x0n, 0x263n, (1n << 64n) - 1n]
const piece = fc.oneof(
  fc.constantFrom(...frames).map(number),
  fc.constantFrom(0n, 1n, 2n, 8n, 0xffffffffn, 1n << 32n, 1n << 62n, (1n << 64n) - 1n).map(number),
  fc.constantFrom(item, '', 'nonsense', `${item}.drv`, 'a\0b').map((name) => text(encodeText(name))),
  fc.uint8Array({ maxLength: 40 }).map(text),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
)
const answer = fc
  .tuple(fc.boolean(), fc.constantFrom(...versions), fc.array(piece, { maxLength: 12 }))
  .map(([polite, version, pieces]) =>
    Buffer.concat([
      number(polite ? 0x6478696fn : 7n),
      number(version),
      ...(polite ? [number(0x616c7473n)] : []),
      ...pieces,
    ]),
  )

const calls: readonly ((store: RemoteStore) => unknown)[] = [
  (store) => store.isValid(item),
  (store) => store.pathInfo(item),
  (store) => store.references(item),
  (store) => store.roots(),
  (store) => store.liveness('dead'),
  (store) => store.collectGarbage(1n, [item]),
  (store) => store.substitutes([item]),
  (store) => store.builtins(),
  (store) => store.addText('name', encodeText('text'), []),
  (store) => store.buildThings([item]),
  (store) => store.importItems(() => new Uint8Array(5)),
  (store) => store.exportItem(item, () => {}),
  (store) => store.setBuildOptions({}),
  (store) => store.verify(true, false),
]

describe('a client', { timeout: 120_000 }, () => {
  it('survives whatever a server answers', () => {
    const runs = Number(process.env.HOSTILE_ANSWERS ?? 300)
    let connected = 0
    fc.assert(
      fc.property(answer, fc.nat(calls.length - 1), (bytes, index) => {
        server.postMessage(bytes)
        try {
          const store = new RemoteStore(socket)
          connected++
          try {
            calls[index]?.(store)
          } finally {
            store.close()
          }
        } catch (error) {
          if (!(error instanceof StrataError)) throw error
        }
      }),
      { numRuns: runs },
    )
    // Many got past the handshake.
    expect(connected).toBeGreaterThan(runs / 10)
  })
})
