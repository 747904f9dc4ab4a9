/** Stores that something else has damaged: commands say what is wrong, in words, and change nothing for the worse. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'

const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-damage-'))
  const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  for (let i = 0; i < 100; i++) store.addText(`text-${i}`, Buffer.from(`${i}`), [])
  store.close()
})
afterEach(() => removeTree(root))

function gc(...args: string[]) {
  const { status, stderr } = spawnSync(strata, ['gc', ...args], {
    env: { ...process.env, STRATA_ROOT: root },
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { status, stderr }
}

describe('a database', () => {
  const file = () => join(root, 'var/guix/db/db.sqlite')

  it.each([['--verify=contents'], ['--list-dead'], ['--collect-garbage']])('with bad pages: %s', (option) => {
    const fd = openSync(file(), 'r+')
    writeSync(fd, Buffer.alloc(12_000, 0xa5), 0, 12_000, 4096)
    expect(gc(option)).toEqual({ status: 1, stderr: expect.stringMatching(/malformed/) })
    expect(gc(option).stderr).not.toMatch(/internal error|bug|^\s+at /m)
  })

  it('that is none', () => {
    writeFileSync(file(), 'not a database'.repeat(1000))
    expect(gc('--verify')).toEqual({ status: 1, stderr: expect.stringContaining('file is not a database') })
  })

  it('without the log of its last changes', () => {
    rmSync(`${file()}-wal`, { force: true })
    expect(gc('--verify=contents')).toMatchObject({ status: 0 })
  })
})

it('a collection is not kept from its work by what nobody put there for a reason', () => {
  const state = join(root, 'var/guix')
  mkdirSync(join(state, 'temproots/directory'), { recursive: true })
  writeFileSync(join(state, 'temproots/1'), Buffer.alloc(300, 0xff))
  symlinkSync('/nowhere', join(state, 'gcroots/dangling'))
  symlinkSync('loop', join(state, 'gcroots/loop'))
  mkdirSync(join(state, 'gcroots/up'))
  symlinkSync('..', join(state, 'gcroots/up/up'))
  expect(gc()).toEqual({ status: 0, stderr: expect.stringContaining('100 store items deleted') })
})

it('too few descriptors are told as such', () => {
  const script = `ulimit -n 24; exec ${strata} -c '(use-modules (guix store))
    (with-store s (add-text-to-store s "a" "b") (collect-garbage s))'`
  const { stderr } = spawnSync('sh', ['-c', script], { env: { ...process.env, STRATA_ROOT: root }, encoding: 'utf8' })
  expect(stderr).not.toMatch(/internal error|is a bug/)
})
