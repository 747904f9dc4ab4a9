/** The real nix-store verifies and deduplicates the store of strata's daemon. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'

const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname
const hasNix = isInstalled('nix-store')
if (!hasNix) console.log('skipped: nix-store is not installed')

describe.skipIf(!hasNix)('maintenance through the daemon', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strata-maintenance-'))
  const socket = join(directory, 'socket')
  const store = new Store(storeLayout({ STRATA_ROOT: join(directory, 'root'), HOME: directory }))
  let daemon: ChildProcess

  beforeAll(async () => {
    daemon = spawn(strata, ['daemon', '--dialect', 'nix', '--gc-keep-derivations=no', '--listen', socket], {
      env: { ...process.env, STRATA_ROOT: store.layout.root },
      stdio: 'ignore',
    })
    for (let tries = 0; !existsSync(socket) && tries < 500; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
  })
  afterAll(() => {
    daemon.kill()
    store.close()
    removeTree(directory)
  })

  const environment = {
    ...process.env,
    NIX_REMOTE: `unix://${socket}?real=${store.layout.store}`,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: join(directory, 'state'),
    NIX_LOG_DIR: join(directory, 'log'),
    NIX_CONF_DIR: join(directory, 'etc'),
    HOME: directory,
  }

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
