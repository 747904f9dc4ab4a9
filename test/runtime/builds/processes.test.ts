/** Builds of several strata processes beside each other, and processes that end before their builds. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import type { MadeDerivation } from '../../../runtime/derivations/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname
const seeded = await seededStore()
const asRoot = process.geteuid?.() === 0

describe.skipIf(seeded === undefined)('a strata process', () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const env = { ...process.env, STRATA_ROOT: store.layout.root }

  class Run {
    readonly child: ChildProcess
    readonly ended: Promise<unknown>
    output = ''
    errors = ''

    constructor(...args: readonly string[]) {
      this.child = spawn(strata, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
      this.child.stdout?.on('data', (text) => {
        this.output += text
      })
      this.child.stderr?.on('data', (text) => {
        this.errors += text
      })
      this.ended = once(this.child, 'close')
    }

    async says(text: string): Promise<void> {
      while (!this.errors.includes(text)) {
        if (this.child.exitCode !== null) throw new Error(`ended without saying ${text}: ${this.errors}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
  }

  /** What is left of the build of MADE, apart from its log. */
  function remains(made: MadeDerivation): string[] {
    const [drv, output] = [made.path, outputPath(made)].map((path) => path.slice('/gnu/store/'.length))
    const inStore = readdirSync(store.layout.store).filter(
      (name) => name !== drv && (name.startsWith(drv ?? '') || name.startsWith(output ?? '')),
    )
    const directories = readdirSync(tmpdir()).filter((name) => name.includes(drv?.slice(33) ?? ''))
    return [...inStore, ...directories]
  }

  /** Processes whose command line mentions MARK. */
  function running(mark: string): string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)
      } catch {
        return false
      }
    })
  }

  async function none(mark: string): Promise<string[]> {
    let left = running(mark)
    for (let tries = 0; left.length > 0 && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      left = running(mark)
    }
    return left
  }

  /** A build that goes on until it is stopped, with a process in the background that ignores what it can. */
  function endless(name: string): { readonly made: MadeDerivation; readonly mark: string } {
    const mark = `mark-${process.hrtime.bigint()}`
    const script = `trap '' TERM INT HUP; (exec -a ${mark} sleep 1000) & echo started; echo half > $out; exec -a ${mark} sleep 1000`
    return { made: seeded?.shellBuild(`${name}-${process.pid}`, script) as MadeDerivation, mark }
  }

  it('waits for another that builds the same, and takes its result', async () => {
    const made = seeded.shellBuild('both', 'echo started; sleep 3; echo done > $out')
    const first = new Run('build', made.path)
    await first.says('started')
    const second = new Run('build', made.path)
    await Promise.all([first.ended, second.ended])
    expect(first.output).toBe(`${outputPath(made)}\n`)
    expect(second.output).toBe(`${outputPath(made)}\n`)
    expect(second.errors).toContain(`waiting for the build of ${made.path}`)
    expect(second.errors).not.toContain('building')
    expect(remains(made)).toEqual([outputPath(made).slice('/gnu/store/'.length)])
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing behind when %s ends it', async (signal) => {
    const { made, mark } = endless(`ended-by-${signal.toLowerCase()}`)
    const run = new Run('build', made.path)
    await run.says('started')
    run.child.kill(signal)
    await run.ended
    expect(run.child.signalCode).toBe(signal)
    expect(running(mark)).toEqual([])
    expect(remains(made)).toEqual([])
    expect(store.database.isValid(outputPath(made))).toBe(false)
  })

  it('leaves no process behind when it is killed, and the next one can build', async () => {
    const mark = `mark-${process.hrtime.bigint()}`
    const made = seeded.shellBuild(
      `killed-${process.pid}`,
      `echo started; [ -z "$(ls -A)" ] || exit 1; touch x; (exec -a ${mark} sleep 3); echo > $out`,
    )
    const run = new Run('build', made.path)
    await run.says('started')
    run.child.kill('SIGKILL')
    await run.ended
    expect(await none(mark)).toEqual([])
    const again = new Run('build', made.path)
    await again.ended
    expect(again.output).toBe(`${outputPath(made)}\n`)
    expect(remains(made).filter((name) => /chroot|lock|control/.test(name))).toEqual([])
    spawnSync('rm', ['-rf', ...readdirSync(tmpdir()).filter((name) => name.includes(`killed-${process.pid}`))], {
      cwd: tmpdir(),
    })
  })

  it('takes the builds of a Scheme program with it', async () => {
    const { made, mark } = endless('scheme')
    const run = new Run('-c', `(use-modules (guix store)) (build-things (open-connection) '("${made.path}"))`)
    await run.says('started')
    run.child.kill('SIGTERM')
    await run.ended
    expect(await none(mark)).toEqual([])
    for (let tries = 0; remains(made).length > 0 && tries < 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(remains(made)).toEqual([])
  })

  it('checks and repairs for Scheme programs', () => {
    const made = seeded.shellBuild('scheme-modes', 'date +%N > $out')
    const program = (mode: string): string => `
      (use-modules (guix store) (srfi srfi-34))
      (define store (open-connection))
      (build-things store '("${made.path}"))
      (display (guard (c ((store-protocol-error? c) (store-protocol-error-message c)))
        (build-things store '("${made.path}") (build-mode '${mode}))))`
    const run = (mode: string): string => spawnSync(strata, ['-c', program(mode)], { env, encoding: 'utf8' }).stdout
    expect(run('check')).toContain(`derivation \`${made.path}' may not be deterministic`)
    expect(run('repair')).toBe('#t')
  })

  it('prints the log file of a derivation or of what it made', () => {
    const made = seeded.shellBuild('logged', 'echo text; echo > $out')
    const run = (...args: string[]) => spawnSync(strata, ['build', ...args], { env, encoding: 'utf8' })
    expect(run('--log-file', made.path).stderr).toContain(`no build log for '${outputPath(made)}'`)
    run(made.path)
    const base = made.path.slice('/gnu/store/'.length)
    const file = `${store.layout.log}/drvs/${base.slice(0, 2)}/${base.slice(2)}.gz\n`
    expect(run('--log-file', made.path).stdout).toBe(file)
    expect(run('--log-file', outputPath(made)).stdout).toBe(file)
  })

  it.skipIf(!asRoot)('runs builders as members of the group that is named', () => {
    const made = seeded.shellBuild('identity', 'id -u > $out; id -g >> $out')
    const run = (group: string) =>
      spawnSync(strata, ['build', '--build-users-group', group, made.path], { env, encoding: 'utf8' })
    expect(run('no-such-group').stderr).toContain(
      "the group `no-such-group' specified in `build-users-group' does not exist",
    )
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((one) => one.startsWith('nixbld:'))
    if (line === undefined) {
      console.log('skipped: there is no group of build users here')
      return
    }
    const [, , gid, members = ''] = line.split(':')
    expect(run('nixbld').stderr).not.toContain('error')
    const [uid, group] = readFileSync(store.physical(outputPath(made)), 'utf8').split('\n')
    expect(group).toBe(gid)
    const users = readFileSync('/etc/passwd', 'utf8').split('\n')
    const name = users.find((one) => one.split(':')[2] === uid)?.split(':')[0]
    expect(members.split(',')).toContain(name)
  })
})
