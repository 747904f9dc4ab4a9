/** Collectors beside processes that add: of strata and of the real nix-store, both as one and as the other. */
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collectGarbage, makeRoot, removeTree, Store, storeLayout, verifyStore } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'

const run = promisify(execFile)
const adder = new URL('../../harness/crash/adder.ts', import.meta.url).pathname
const duration = 3000

let root: string
let store: Store

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-concurrency-'))
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
})

afterEach(() => {
  store.close()
  removeTree(root)
})

async function add(name: string): Promise<number> {
  const args = ['--disable-warning=ExperimentalWarning', adder, root, name, String(duration)]
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, HOME: root } })
  return Number(stdout)
}

/** Run nix-store with what ARGS makes, again and again; each time must succeed. */
async function nix(args: (round: number) => string[]): Promise<number> {
  const { store: directory, state, log } = store.layout
  const env = {
    ...process.env,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: state,
    NIX_LOG_DIR: log,
    NIX_CONF_DIR: join(root, 'etc'),
    NIX_REMOTE: `local?real=${directory}&state=${state}`,
    HOME: root,
  }
  const end = performance.now() + duration
  let rounds = 0
  for (; performance.now() < end; rounds++) await run('nix-store', args(rounds), { env })
  return rounds
}

async function collect(): Promise<number> {
  const end = performance.now() + duration
  let deleted = 0
  while (performance.now() < end) {
    deleted += collectGarbage(store).deleted.length
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return deleted
}

async function expectSound(): Promise<void> {
  const messages: string[] = []
  const remain = await verifyStore(store, { contents: true, onMessage: (message) => messages.push(message) })
  expect({ remain, messages: messages.filter((message) => !/^(reading|checking) /.test(message)) }).toEqual({
    remain: false,
    messages: [],
  })
}

test('processes that add keep what they added while a collector works', async () => {
  const kept = store.addText('kept', new TextEncoder().encode('kept'), [])
  makeRoot(store.layout, join(root, 'result'), kept)
  const [deleted, ...added] = await Promise.all([collect(), add('a'), add('b'), add('c')])
  for (const count of added) expect(count).toBeGreaterThan(0)
  // Now that they have ended nothing keeps it any more.
  expect(deleted + collectGarbage(store).deleted.length).toBeGreaterThan(added.length)
  expect(store.database.isValid(kept)).toBe(true)
  await expectSound()
})

test.skipIf(!isInstalled('nix-store'))('so do those of Nix, and those of strata while Nix collects', async () => {
  const nixAdds = (round: number): string[] => {
    const file = join(root, `file-${round % 5}`)
    writeFileSync(file, `contents ${round % 5}`)
    return ['--add', file]
  }
  await Promise.all([collect(), nix(nixAdds), nix(() => ['--gc']), add('a'), add('b')])
  await expectSound()
})
