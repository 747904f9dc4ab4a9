/** The real programs of Nix as clients of strata's daemon: what they add and build through it is in strata's store. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { nixClientEnvironment, startDaemon, strata, waitFor } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const run = promisify(execFile)
const seeded = isInstalled('nix-store') ? await seededStore() : undefined
if (!isInstalled('nix-store')) console.log('skipped: nix-store is not installed')

describe.skipIf(seeded === undefined)('clients of Nix', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-clients-'))
  const socket = join(directory, 'socket')
  let daemon: ChildProcess

  beforeAll(async () => {
    daemon = await startDaemon(strata, ['daemon', '--dialect', 'nix', '--listen', socket], socket, {
      ...process.env,
      STRATA_ROOT: store.layout.root,
    })
  })
  afterAll(() => {
    daemon.kill()
    store.close()
    removeTree(directory)
  })

  const environment = nixClientEnvironment(socket, directory, store.layout.store)
  const nix = async (program: string, ...args: string[]): Promise<string> => {
    const { stdout, stderr } = await run(program, args, { timeout: 50_000, env: environment })
    log = stderr
    return stdout.trim()
  }
  let log = ''

  it('add files', async () => {
    const file = join(directory, 'some-text')
    writeFileSync(file, `text ${Date.now()}\n`)
    const added = await nix('nix-store', '--add', file)
    expect(readFileSync(store.physical(added), 'utf8')).toBe(readFileSync(file, 'utf8'))
    expect(await nix('nix-store', '--query', '--hash', added)).toMatch(/^sha256:[0-9a-z]{52}$/)
    expect(await nix('nix-store', '--add-fixed', 'sha256', file)).toMatch(/-some-text$/)
  })

  const expression = (name: string, script: string): string => {
    const bash = outputPath(seed.tools)
    const drv = seed.tools.path
    return `derivation { name = "${name}"; system = "x86_64-linux"; unique = "${process.hrtime.bigint()}";
      builder = let bash = builtins.storePath "${bash}"; in "\${bash}/bin/bash"; args = [ "-c" ''${script}'' ]; drv = "${drv}"; }`
  }

  it('build derivations and see their logs', async () => {
    const file = join(directory, 'built.nix')
    writeFileSync(file, expression('built', 'echo building now; echo result > $out'))
    const built = await nix('nix-build', '--no-out-link', file)
    expect(readFileSync(store.physical(built), 'utf8')).toBe('result\n')
    expect(log).toContain('building now')
    const drv = await nix('nix-store', '--query', '--deriver', built)
    expect(drv).toMatch(/-built\.drv$/)
    expect(await nix('nix-store', '--query', '--outputs', drv)).toBe(built)
    expect((await nix('nix-store', '--query', '--requisites', built)).split('\n')).toContain(built)
    expect(await nix('nix-store', '--query', '--valid-derivers', built).catch(() => drv)).toContain('built.drv')
  })

  it('learn why a build failed', async () => {
    const file = join(directory, 'failing.nix')
    writeFileSync(file, expression('failing', 'echo not good >&2; exit 7'))
    await expect(nix('nix-build', '--no-out-link', file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not good[\s\S]*failed with exit code 7[\s\S]*build of '.*' failed/),
    })
  })

  it('list and delete dead items', async () => {
    const file = join(directory, 'dead-text')
    writeFileSync(file, `dead ${Date.now()}\n`)
    const added = await nix('nix-store', '--add', file)
    expect((await nix('nix-store', '--gc', '--print-dead')).split('\n')).toContain(added)
    await nix('nix-store', '--delete', added)
    expect(existsSync(store.physical(added))).toBe(false)
  })

  it('may leave while a build runs, which then stops', async () => {
    const file = join(directory, 'endless.nix')
    writeFileSync(file, expression('endless', 'echo started; while :; do :; done'))
    const drv = await nix('nix-instantiate', file)
    const output = await nix('nix-store', '--query', '--outputs', drv)
    await expect(run('timeout', ['3', 'nix-store', '--realise', drv], { env: environment })).rejects.toThrow()
    const lock = `${store.physical(output)}.lock`
    for (let tries = 0; existsSync(lock) && tries < 250; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(existsSync(lock)).toBe(false)
  })

  it.each([
    'INT',
    'TERM',
    'HUP',
    'KILL',
  ])('that SIG%s ends take their builders along, and the next build works', async (signal) => {
    const file = join(directory, `interrupted-${signal}.nix`)
    const mark = `interrupted-${signal}-${process.hrtime.bigint()}`
    const sleep = `${outputPath(seed.tools)}/bin/sleep`
    const hidden = `trap "" TERM INT HUP; exec -a ${mark} ${sleep} 1000`
    writeFileSync(file, expression(`interrupted-${signal}`, `(${hidden}) & echo started; ${sleep} 1000`))
    const drv = await nix('nix-instantiate', file)
    const output = store.physical((await nix('nix-store', '--query', '--outputs', drv)) as StorePath)
    const client = spawn('nix-store', ['--realise', drv], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise<void>((resolve) => client.stderr.on('data', (text) => `${text}`.includes('started') && resolve()))
    await waitFor(() => running(mark).length > 0)
    client.kill(`SIG${signal}` as NodeJS.Signals)
    expect(await waitFor(() => running(mark).length === 0 && !existsSync(`${output}.lock`))).toBe(true)
    const next = join(directory, `next-${signal}.nix`)
    writeFileSync(next, expression(`next-${signal}`, 'echo next > $out'))
    expect(await nix('nix-build', '--no-out-link', next)).toContain(`-next-${signal}`)
  })
})

/** Processes whose command line mentions MARK. */
function running(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      // Clients and the daemon know the script, the builder's processes bear the name.
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(mark)
    } catch {
      return false
    }
  })
}
