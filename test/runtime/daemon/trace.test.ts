/** The conversation of a real Guix client with the real daemon, word by word. */
import { mkdtempSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { guixVersion } from '../../../runtime/daemon/index.ts'
import { frames } from '../../../runtime/daemon/protocol/index.ts'
import { Session } from '../../../runtime/daemon/server/session.ts'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { type Registration, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { readVectors } from '../../support/vectors.ts'

interface Step {
  readonly step: string
  readonly exchange: readonly (readonly ['<' | '>', string])[]
}

const { session } = readVectors('worker-trace.json') as { session: readonly Step[] }

/** Steps that need more than the conversation: a builder or other items that only the recorded
 *  machine had, a link in its file system.
 *  clients.test.ts has their like. */
const elsewhere: readonly string[] = [
  'query-referrers',
  // strata has more builders than one.
  'built-in-builders',
  'build-things',
  'build-things (failing build)',
  'add-indirect-root',
  'find-roots',
]

/** What the recorded store held, and what was built there, as the replies have it. */
const builder = '/gnu/store/w5hwxwnnxs41iq0lmplvbdv3797cygyb-bash-static' as StorePath
const hello = '/gnu/store/8wwngj859kwivznicgbjj43yqdccipvs-hello' as StorePath

/** The words of a conversation in hexadecimal, one after the other. */
function word(hex: string, at: number): bigint {
  return Buffer.from(hex.slice(at, at + 16), 'hex').readBigUInt64LE()
}

/** HEX without the log text in front, which is for people. */
function withoutLog(hex: string): string {
  let rest = hex
  while (rest.length >= 32 && word(rest, 0) === frames.next) {
    const size = Number(word(rest, 16))
    rest = rest.slice(32 + 2 * (size + ((8 - (size % 8)) % 8)))
  }
  return rest
}

/** What query-path-info answered of the output that was built. */
function builtOutput(steps: readonly Step[]): Registration & { readonly time: number } {
  const exchange = steps.find(({ step }) => step === 'query-path-info')?.exchange ?? []
  const [question = '', reply = ''] = exchange.map(([, hex]) => hex)
  const text = (hex: string, at: number): string =>
    Buffer.from(hex.slice(at + 16, at + 16 + 2 * Number(word(hex, at))), 'hex').toString()
  const padded = (hex: string, at: number): number => at + 16 + 2 * (Math.ceil(Number(word(hex, at)) / 8) * 8)
  const hashAt = padded(reply, 16)
  const listAt = padded(reply, hashAt)
  let at = listAt + 16
  const references: StorePath[] = []
  for (let i = 0n; i < word(reply, listAt); i++) {
    references.push(text(reply, at) as StorePath)
    at = padded(reply, at)
  }
  return {
    path: text(question, 16) as StorePath,
    deriver: text(reply, 16) as StorePath,
    hash: `sha256:${text(reply, hashAt)}`,
    references,
    time: Number(word(reply, at)),
    narSize: Number(word(reply, at + 16)),
  }
}

describe('the recorded conversation with the real daemon', async () => {
  const root = mkdtempSync(join(tmpdir(), 'strata-daemon-'))
  const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  const server: Server = createServer((socket) => {
    void new Session(socket, { store, version: guixVersion, trusted: true }).run()
  })
  await new Promise<void>((resolve) => server.listen(join(root, 'socket'), () => resolve()))
  for (const path of [builder, hello])
    store.register([{ path, hash: `sha256:${'0'.repeat(64)}`, narSize: 1, references: [] }])
  const client: Socket = connect(join(root, 'socket'))
  let received = ''
  client.on('data', (bytes: Buffer) => {
    received += bytes.toString('hex')
  })
  afterAll(() => {
    client.destroy()
    server.close()
    store.close()
    removeTree(root)
  })

  const answer = async (length: number): Promise<string> => {
    for (let tries = 0; withoutLog(received).length < length && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    received = withoutLog(received)
    const bytes = received.slice(0, length)
    received = received.slice(length)
    return bytes
  }

  for (const { step, exchange } of session) {
    it.skipIf(elsewhere.includes(step))(step, async () => {
      if (step === 'query-path-info') {
        const { time, ...output } = builtOutput(session)
        store.database.register([output], time)
      }
      for (const [direction, bytes] of exchange) {
        if (direction === '>') client.write(Buffer.from(bytes, 'hex'))
        else {
          const expected = withoutLog(bytes)
          expect(await answer(expected.length)).toBe(expected)
        }
      }
    })
  }
})
