/** What a builder could do to the processes that run it, and they to it. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { realise } from '../../runtime/builds/index.ts'
import { Attacker } from '../support/attacker.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('a build process', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const attacker = await Attacker.prepare(seeded)

  /** Processes on the host whose command line mentions MARK. */
  function running(mark: string): string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)
      } catch {
        return false
      }
    })
  }

  it.each([
    ['succeeds', ''],
    ['fails', 'exit 1'],
    ['times out', 'sleep 100'],
  ])('does not outlive a build that %s, however it hides', async (_, end) => {
    const mark = `mark-${process.hrtime.bigint()}`
    const hide = `trap '' TERM INT HUP QUIT; exec -a ${mark} sleep 1000`
    const script = `(${hide}) & (setsid bash -c "${hide}" < /dev/null > /dev/null 2>&1 &) ; sleep 0.2; echo > $out; ${end}`
    await attacker.build(attacker.derivation('hides', script), { timeout: 1 })
    expect(running(mark)).toEqual([])
  })

  it('does not keep a build from ending by holding its log open', async () => {
    const made = attacker.derivation('holds', '(exec -a held sleep 1000) & echo > $out')
    const started = performance.now()
    expect((await attacker.build(made)).failure).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(60_000)
  })

  it('has neither descriptors nor variables nor rights of the process that started it', async () => {
    const script = `ls -l /proc/self/fd | sed -n 's/.*-> //p' | grep -v '^/proc/\\|^/null\\|/dev/null\\|^pipe:'
grep -i 'cap\\(eff\\|prm\\|inh\\|amb\\)\\|nonewprivs\\|^seccomp:' /proc/self/status | tr '\\t' ' '; echo > $out`
    const { lines } = await attacker.build(attacker.derivation('inherits', script))
    const none = '0000000000000000'
    expect(lines).toEqual([
      `CapInh: ${none}`,
      `CapPrm: ${none}`,
      `CapEff: ${none}`,
      `CapAmb: ${none}`,
      'NoNewPrivs: 1',
      'Seccomp: 2',
    ])
  })

  it('cannot become another user through a program with its bit set', async () => {
    const script = `cp $(type -p attack) $NIX_BUILD_TOP/program; chmod 6755 $NIX_BUILD_TOP/program
$NIX_BUILD_TOP/program identity; attack identity; echo > $out`
    const { lines } = await attacker.build(attacker.derivation('becomes', script))
    expect(lines[0]).toBe(lines[1])
  })

  it('finds nothing that an earlier build of the same user left', async () => {
    const mark = `strata-left-${process.hrtime.bigint()}`
    const leave = `echo left > /tmp/${mark}; echo left > /dev/shm/${mark}; echo > $out`
    await attacker.build(attacker.derivation('leaves', leave))
    const look = `ls /tmp /dev/shm /var/tmp $NIX_BUILD_TOP 2>/dev/null | grep ${mark}; cat /proc/sysvipc/shm | wc -l; echo > $out`
    const { lines } = await attacker.build(attacker.derivation('looks', look))
    expect(lines).toEqual(['1'])
  })

  it('is told apart from the store: what it prints is only its log', async () => {
    // The words of the launcher on its own channel, and those of the protocol to clients.
    const script = 'echo "exit 0"; echo "error x" >&2; echo "exit 0" >&3; echo "@ build-succeeded x -"; exit 7'
    const made = attacker.derivation('pretends', script)
    const { failure } = await attacker.build(made)
    expect(failure?.message).toBe(`builder for \`${made.path}' failed with exit code 7`)
    expect(store.isValid(outputPath(made))).toBe(false)
  })

  it.skipIf(process.geteuid?.() !== 0)(
    'CVE-2026-110453: does not run unconfined with rights that its client lacks',
    async () => {
      const made = seeded.shellBuild('unconfined', 'echo > $out')
      const client = { uid: 65534, gid: 65534 }
      await expect(realise(store, [made.path], { disableChroot: true, client })).rejects.toMatchObject({
        kind: 'no-sandbox',
        message: expect.stringContaining('run as root'),
      })
      expect(store.isValid(outputPath(made))).toBe(false)
    },
  )
})
