/** Options of `strata daemon` that are guix-daemon's, as clients meet them. */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { findLogFile } from '../../../runtime/builds/index.ts'
import { RemoteStore } from '../../../runtime/daemon/index.ts'
import { namedItem, removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata } from '../../support/daemons.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = await seededStore()

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe.skipIf(seeded === undefined)('a daemon', { timeout: 60_000 }, () => {
  if (seeded === undefined) return
  const { store } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-options-'))
  const socket = join(directory, 'socket')
  let daemon: ChildProcess
  let network = ''
  beforeAll(async () => {
    network = `127.0.0.1:${await freePort()}`
    mkdirSync(join(directory, 'shown'))
    writeFileSync(join(directory, 'shown/file'), 'of the host\n')
    const options = [
      '--lose-logs',
      '--no-substitutes',
      '--timeout=2',
      '--no-offload',
      '--disable-deduplication',
      '--impersonate-linux-2.6',
    ]
    const listen = ['--listen', socket, '--listen', network]
    const shown = ['--chroot-directory', `/usr/share/shown=${join(directory, 'shown')}`]
    daemon = await startDaemon(strata, ['daemon', ...options, ...listen, ...shown], socket, {
      ...process.env,
      STRATA_ROOT: store.layout.root,
    })
  })
  afterAll(() => {
    daemon?.kill()
    store.close()
    removeTree(directory)
  })

  function connected<T>(uri: string, action: (remote: RemoteStore) => T): T {
    const remote = new RemoteStore(uri)
    try {
      return action(remote)
    } finally {
      remote.close()
    }
  }

  it('makes a directory for the profiles of who connects', () => {
    connected(`unix://${socket}`, () => {})
    const made = statSync(join(store.layout.state, 'profiles/per-user', userInfo().username))
    expect([made.uid, made.mode & 0o777]).toEqual([userInfo().uid, 0o755])
  })

  it('makes it for who says their name over the network, too', () => {
    const made = join(store.layout.state, 'profiles/per-user', userInfo().username)
    rmSync(made, { recursive: true })
    connected(`guix://${network}`, () => {})
    expect(statSync(made).uid).toBe(userInfo().uid)
  })

  it('collects nothing for clients of other machines', () => {
    connected(`guix://${network}`, (remote) => {
      const text = remote.addText('over-the-network', Buffer.from(directory), [])
      expect(remote.isValid(text)).toBe(true)
      expect(() => remote.collectGarbage(1n)).toThrow(/disabled for remote hosts/)
    })
  })

  it('lets the kernel call itself 2.6', () => {
    const made = seeded.shellBuild('kernel', 'uname -r > $out')
    connected(`unix://${socket}`, (remote) => remote.buildThings([made.path]))
    expect(readFileSync(store.physical(outputPath(made)), 'utf8')).toMatch(/^2\.6\./)
  })

  it('shows builders the directories that it was told of, and keeps no logs', () => {
    const made = seeded.shellBuild('shown', 'cat /usr/share/shown/file > $out')
    connected(`unix://${socket}`, (remote) => remote.buildThings([made.path]))
    expect(readFileSync(store.physical(outputPath(made)), 'utf8')).toBe('of the host\n')
    expect(findLogFile(store.layout.log, made.path)).toBeUndefined()
  })

  it('ends builds that take longer than it was told', () => {
    const made = seeded.shellBuild('endless', 'while :; do :; done')
    expect(() => connected(`unix://${socket}`, (remote) => remote.buildThings([made.path]))).toThrow(/failed/)
  })

  it('takes no substitutes, whatever clients say', () => {
    const item = `/gnu/store/${'a'.repeat(32)}-offered`
    const server = join(directory, 'server')
    mkdirSync(server)
    writeFileSync(join(server, 'nix-cache-info'), 'StoreDir: /gnu/store\n')
    connected(`unix://${socket}`, (remote) => {
      remote.setBuildOptions({ substituteUrls: [`file://${server}`] })
      expect(remote.substitutes([item as ReturnType<typeof outputPath>])).toEqual([])
    })
  })

  it('items may be named by links to them', () => {
    const link = join(directory, 'link')
    const item = outputPath(seeded.seed.tools)
    symlinkSync(`${item}/bin/bash`, link)
    expect(namedItem(store.layout, link)).toBe(item)
    expect(namedItem(store.layout, store.physical(item))).toBe(item)
    expect(namedItem(store.layout, directory)).toBeUndefined()
  })
})
