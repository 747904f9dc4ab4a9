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

interface Call {
  readonly ask: (store: RemoteStore) => unknown
  /** What a good daemon may answer. */
  readonly good: readonly Buffer[]
}
const one = number(1n)
const name = text(encodeText(item))
const last = number(0x616c7473n)
const logged = [number(0x6f6c6d67n), text(encodeText('building\n'))]
const calls: readonly Call[] = [
  { ask: (store) => store.isValid(item), good: [last, one] },
  {
    ask: (store) => store.pathInfo(item),
    good: [last, one, text(encodeText('')), text(encodeText('0'.repeat(64))), one, name, one, one, number(0n)],
  },
  { ask: (store) => store.references(item), good: [last, one, name] },
  { ask: (store) => store.roots(), good: [last, one, text(encodeText('/root')), name] },
  { ask: (store) => store.liveness('dead'), good: [last, one, name, number(9n), one] },
  { ask: (store) => store.collectGarbage(1n, [item]), good: [last, one, name, number(9n), one] },
  {
    ask: (store) => store.substitutes([item]),
    good: [last, one, name, text(encodeText('')), one, name, number(9n), number(8n)],
  },
  { ask: (store) => store.builtins(), good: [last, one, text(encodeText('download'))] },
  { ask: (store) => store.addText('name', encodeText('text'), []), good: [last, name] },
  { ask: (store) => store.buildThings([item]), good: [...logged, last, one] },
  {
    ask: (store) => store.importItems(() => new Uint8Array(5)),
    good: [number(0x64617461n), number(4n), last, one, name],
  },
  { ask: (store) => store.exportItem(item, () => {}), good: [number(0x64617416n), name, last, one] },
  { ask: (store) => store.setBuildOptions({}), good: [last] },
  { ask: (store) => store.verify(true, false), good: [...logged, last, number(0n)] },
]
/** A good answer to a call, some of it lost, other or more than it was. */
const nearlyGood = fc
  .record({
    index: fc.nat(calls.length - 1),
    version: fc.constantFrom(0x163n, 0x10fn, 0x122n),
    changes: fc.array(fc.record({ at: fc.nat(12), lost: fc.nat(2), more: fc.array(piece, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    cut: fc.option(fc.nat(200)),
  })
  .map(({ index, version, changes, cut }) => {
    const pieces = [...(calls[index]?.good ?? [])]
    for (const { at, lost, more } of changes) pieces.splice(at % (pieces.length + 1), lost, ...more)
    const bytes = Buffer.concat([number(0x6478696fn), number(version), last, ...pieces])
    return [cut === null ? bytes : bytes.subarray(0, 24 + cut), index] as const
  })

const runs = Number(process.env.HOSTILE_ANSWERS ?? 300)

describe('a client', { timeout: 120_000 + 10 * runs }, () => {
  it('survives whatever a server answers', () => {
    let connected = 0
    let answered = 0
    fc.assert(
      fc.property(fc.oneof(fc.tuple(answer, fc.nat(calls.length - 1)), nearlyGood), ([bytes, index]) => {
        server.postMessage(bytes)
        try {
          const store = new RemoteStore(socket)
          connected++
          try {
            calls[index]?.ask(store)
            answered++
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
    expect(answered).toBeGreaterThan(runs / 50)
  })
})
