/** What clients are told of builds that succeed and fail: text and status of the real daemon, case by case. */
import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { guixVersion } from '../../../runtime/daemon/index.ts'
import { clientMagic, frames, operations, WireReader, WireWriter } from '../../../runtime/daemon/protocol/index.ts'
import { Session } from '../../../runtime/daemon/server/session.ts'
import type { MadeDerivation } from '../../../runtime/derivations/index.ts'
import { encodeText } from '../../../runtime/formats/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { type ShellBuild, seededStore } from '../../support/seeded-store.ts'
import { readVectors } from '../../support/vectors.ts'

interface Case {
  readonly id: string
  readonly drvPath?: string
  readonly outputs?: Readonly<Record<string, string>>
  readonly result: { readonly ok?: true; readonly message?: string; readonly status?: number }
  readonly log: string
  readonly connectionAlive: boolean
}

const { cases } = readVectors('daemon-messages.json') as { cases: readonly Case[] }
const seeded = await seededStore()

describe.skipIf(seeded === undefined)('the daemon says what the real one says of', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-messages-'))
  const server: Server = createServer((socket) => {
    void new Session(socket, { store, version: guixVersion, trusted: true }).run()
  })
  await new Promise<void>((resolve) => server.listen(join(directory, 'socket'), () => resolve()))
  afterAll(() => {
    server.close()
    store.close()
    removeTree(directory)
  })

  /** A client of one connection that collects what it is told. */
  class Client {
    readonly #socket: Socket = connect(join(directory, 'socket'))
    readonly #input = new WireReader(this.#socket)
    log = ''
    result: Case['result'] = {}

    async open(trace: boolean, options: Readonly<Record<string, string>>): Promise<void> {
      this.#socket.write(new WireWriter().number(clientMagic).number(guixVersion).bool(false).bool(false).take())
      for (let i = 0; i < 2; i++) await this.#input.long()
      await this.#answer()
      const writer = new WireWriter().number(operations['set-options'])
      writer.bool(false).bool(false).bool(false).number(0).bool(true).number(0).number(0).bool(trace).bool(true)
      const traced = { 'print-extended-build-trace': '1', 'multiplexed-build-output': 'true' }
      writer.pairs(Object.entries({ ...(trace ? traced : {}), ...options }))
      this.#socket.write(writer.take())
      await this.#answer()
    }

    async build(things: readonly string[]): Promise<void> {
      this.log = ''
      this.#socket.write(new WireWriter().number(operations['build-things']).strings(things).number(0).take())
      this.result = {}
      if (await this.#answer()) {
        expect(await this.#input.number()).toBe(1)
        this.result = { ok: true }
      }
    }

    /** Whether the connection still answers. */
    async isAlive(): Promise<boolean> {
      try {
        this.#socket.write(new WireWriter().number(operations['query-failed-paths']).take())
        await this.#answer()
        await this.#input.strings()
        return true
      } catch {
        return false
      }
    }

    close(): void {
      this.#socket.destroy()
    }

    async #answer(): Promise<boolean> {
      for (;;) {
        const frame = await this.#input.long()
        if (frame === frames.last) return true
        const text = await this.#input.string()
        if (frame === frames.next) this.log += text
        else {
          this.result = { message: text, status: await this.#input.number() }
          return false
        }
      }
    }
  }

  const text = store.addText('some-text', encodeText('hello'), [])
  const other = store.addText('some-text-2', encodeText(`see ${text}`), [text])
  const recordedText = '/gnu/store/scldzz4kd3dc0pk3ssm2yn9yjf88vkrm-some-text'
  const recordedOther = '/gnu/store/j9n482q7kb2vxah9i7fj84qwl4d07gkp-some-text-2'
  const digest = createHash('sha256').update('expected').digest()
  const refers: ShellBuild = { sources: [text], environment: { text } }

  const success = seeded.shellBuild('m-success', 'echo out 1795304352; sleep 0.05; echo err >&2; echo > $out')
  const failing = (name: string): MadeDerivation => seeded.shellBuild(name, 'echo failing; exit 3')
  const dependency = seeded.shellBuild('m-dep', 'exit 1')
  const made: Readonly<Record<string, MadeDerivation>> = {
    success,
    'success-plain': seeded.shellBuild('m-plain', 'echo out 1795304352; sleep 0.05; echo err >&2; echo > $out'),
    'exit-3': failing('m-exit'),
    'exit-3-plain': failing('m-exit'),
    'killed-by-signal': seeded.shellBuild('m-signal', 'kill -9 $$'),
    'no-output': seeded.shellBuild('m-no-output', 'true'),
    'no-output-of-several': seeded.shellBuild('m-no-doc', 'echo > $out', { outputs: ['out', 'doc'] }),
    'missing-builder': seeded.shellBuild('m-missing-builder', '', { builder: '/no/such/builder' }),
    'hash-mismatch-flat': seeded.shellBuild('m-hash', 'echo other > $out', {
      fixed: { recursive: false, hash: { algorithm: 'sha256', digest } },
    }),
    'hash-mismatch-recursive': seeded.shellBuild('m-hash-r', 'echo other > $out', {
      fixed: { recursive: true, hash: { algorithm: 'sha256', digest } },
    }),
    'allowed-references-violation': seeded.shellBuild('m-allowed', 'echo $text > $out', {
      ...refers,
      environment: { text, allowedReferences: 'out' },
    }),
    'disallowed-references-violation': seeded.shellBuild('m-disallowed', 'echo $text > $out', {
      ...refers,
      environment: { text, disallowedReferences: text },
    }),
    'max-silent-time': seeded.shellBuild('m-silent', 'while true; do sleep 1; done'),
    timeout: seeded.shellBuild('m-timeout', 'while true; do sleep 1; done'),
    'other-system': seeded.shellBuild('m-other-system', 'echo > $out', { system: 'mips64el-linux' }),
    'dependency-fails': seeded.shellBuild('m-top', 'echo > $out', { inputs: [dependency] }),
    'already-built': success,
    'builtin-unknown': seeded.shellBuild('m-builtin', '', { builder: 'builtin:frob' }),
    'builtin-download-file': seeded.shellBuild('m-download', '', {
      builder: 'builtin:download',
      environment: { url: '"file:///nonexistent"' },
      fixed: { recursive: false, hash: { algorithm: 'sha256', digest } },
    }),
    graph: seeded.shellBuild('m-graph', 'cat graph; echo --; cat graph2; echo > $out', {
      sources: [text, other],
      environment: { exportReferencesGraph: `graph ${other} graph2 ${text}` },
    }),
  }

  /** What is the same whatever machine and builder: names of items by their part, no process numbers. */
  function comparable(log: string, names: ReadonlyMap<string, string>): string {
    let result = log.replaceAll(/(\/drvs\/..\/\/)([^ ]*)/g, '/drvs/LOG').replaceAll(store.layout.log, '/var/log/guix')
    for (const [path, name] of names) result = result.replaceAll(path, name)
    return result
      .replaceAll(/(LOG) \d+/g, '$1 PID')
      .replaceAll(/build-log \d+ (\d+)/g, 'build-log PID $1')
      .replaceAll(/(sha256) [0-9a-z]{52} [0-9a-z]{52}/g, '$1 EXPECTED ACTUAL')
      .replaceAll(/\/gnu\/store\/[0-9a-z]{32}-(m-[a-z]+)(-\d+)?(\.drv)?/g, 'ITEM-$1$3')
  }

  /** The graph of the closure is in the order of its paths, which the names here decide otherwise. */
  function sortedLines(log: string): string[] {
    return log.split('\n').sort()
  }

  it.each(
    cases.filter(({ id }) => id !== 'builtin-download-file').map((one) => [one.id, one] as const),
  )('%s', async (id, recorded) => {
    const client = new Client()
    await client.open(!/plain|graph/.test(id), {
      ...(id === 'timeout' ? { 'build-timeout': '2' } : {}),
      ...(id === 'max-silent-time' ? { 'build-max-silent-time': '2' } : {}),
    })
    const one = made[id]
    const path =
      one?.path ?? (id === 'missing-drv' ? '/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv' : '/tmp/foo.drv')
    if (id === 'already-built') await client.build([path])
    await client.build([path])
    const ours = new Map<string, string>([
      [other, 'OTHER'],
      [text, 'TEXT'],
      [path, 'DRV'],
      ...[...(one?.derivation.outputs ?? [])].map(([name, output]) => [output.path, name] as const),
    ])
    const theirs = new Map<string, string>([
      [recordedOther, 'OTHER'],
      [recordedText, 'TEXT'],
      [recorded.drvPath ?? path, 'DRV'],
      ...Object.entries(recorded.outputs ?? {}).map(([name, output]) => [output, name] as const),
    ])
    const seen = comparable(client.log, ours)
    const expected = comparable(recorded.log, theirs)
    if (id === 'graph') expect(sortedLines(seen)).toEqual(sortedLines(expected))
    else expect(seen).toBe(expected)
    expect(client.result).toEqual({
      ...recorded.result,
      ...(recorded.result.message === undefined
        ? {}
        : { message: recorded.result.message.replace(recorded.drvPath ?? path, path) }),
    })
    expect(await client.isAlive()).toBe(recorded.connectionAlive)
    client.close()
  })

  // The real daemon leaves downloads to a program of Guix with a log of its own.
  it('builtin-download-file', async () => {
    const client = new Client()
    await client.open(true, {})
    const { path } = made['builtin-download-file'] ?? { path: '' }
    await client.build([path])
    expect(client.result).toEqual({ message: `build of \`${path}' failed`, status: 1 })
    client.close()
  })
})
