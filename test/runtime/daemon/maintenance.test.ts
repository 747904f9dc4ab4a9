/** The real nix-store verifies and deduplicates the store of strata's daemon. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { nixClientEnvironment, startDaemon, strata } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'

const hasNix = isInstalled('nix-store')
if (!hasNix) console.log('skipped: nix-store is not installed')

describe.skipIf(!hasNix)('maintenance through the daemon', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strata-maintenance-'))
  const socket = join(directory, 'socket')
  const store = new Store(storeLayout({ STRATA_ROOT: join(directory, 'root'), HOME: directory }))
  let daemon: ChildProcess

  beforeAll(async () => {
    daemon = await startDaemon(
      strata,
      ['daemon', '--dialect', 'nix', '--gc-keep-derivations=no', '--listen', socket],
      socket,
      {
        ...process.env,
        STRATA_ROOT: store.layout.root,
      },
    )
  })
  afterAll(() => {
    daemon.kill()
    store.close()
    removeTree(directory)
  })

  const environment = nixClientEnvironment(socket, directory, store.layout.store)

  test('nix-store --optimise makes equal files one', () => {
    for (const name of ['one', 'two']) {
      writeFileSync(join(directory, name), Buffer.alloc(20_000, 1))
      store.addFile(name, join(directory, name))
    }
    execFileSync('nix-store', ['--optimise'], { env: environment, stdio: 'ignore' })
    expect(readdirSync(join(store.layout.store, '.links'))).toHaveLength(1)
  })

  test('nix-store --verify finds what was modified', () => {
    const path = store.addText('text', new TextEncoder().encode('text'), [])
    const verify = (): { status: number | null; stderr: string } =>
      spawnSync('nix-store', ['--verify', '--check-contents'], { env: environment, encoding: 'utf8' })
    expect(verify().status).toBe(0)
    chmodSync(store.physical(path), 0o644)
    writeFileSync(store.physical(path), 'TEXT')
    const { status, stderr } = verify()
    expect(status).toBe(1)
    expect(stderr).toContain(`path \`${path}' was modified! expected hash`)
  })
})
