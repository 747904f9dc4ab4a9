/** Builders of fixed outputs reach the host's network, and with it others who help them. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { rebuildItems } from '../../runtime/builds/index.ts'
import { Accomplice, Attacker } from '../support/attacker.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('a fixed-output build', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const attacker = await Attacker.prepare(seeded)
  const nobody = process.geteuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined

  function fixed(contents: string) {
    const digest = createHash('sha256').update(contents).digest()
    return { recursive: false, hash: { algorithm: 'sha256' as const, digest } }
  }

  it('CVE-2024-27297: cannot change its output through a descriptor given to an accomplice', async () => {
    const contents = `good ${process.hrtime.bigint()}\n`
    const socket = `strata-${process.hrtime.bigint()}`
    const accomplice = new Accomplice(attacker.hostProgram, socket, nobody)
    await accomplice.says('listen: done')
    const script = `printf '%s\\n' '${contents.trim()}' > $out; attack send ${socket} $out`
    const made = attacker.derivation('passes-descriptor', script, { fixed: fixed(contents) })
    const { lines, failure } = await attacker.build(made)
    expect(failure).toBeUndefined()
    if (lines.includes('connect: done')) {
      await accomplice.says('receive: done')
      accomplice.tell('write')
      await accomplice.says('write')
    } else expect(lines).toContain('connect: EPERM')
    accomplice.end()
    expect(readFileSync(store.physical(outputPath(made)), 'utf8')).toBe(contents)
  })

  it('CVE-2024-27297: has no descriptor of the store item, whoever kept one of the output', async () => {
    const contents = `kept open ${process.hrtime.bigint()}\n`
    const script = `${Attacker.reach}printf '%s\\n' '${contents.trim()}' > $out; reach written`
    const made = attacker.derivation('kept-open', script, { fixed: fixed(contents) })
    let descriptor: number | undefined
    const { failure } = await attacker.build(made, {}, () => {
      descriptor = openSync(attacker.outputFile(made), 'r+')
    })
    expect(failure).toBeUndefined()
    writeSync(descriptor ?? -1, 'evil', 0)
    closeSync(descriptor ?? -1)
    expect(readFileSync(store.physical(outputPath(made)), 'utf8')).toBe(contents)
  })

  it('CVE-2025-46416: does not reach another such build', async () => {
    const socket = `strata-${process.hrtime.bigint()}`
    const listens = attacker.derivation('listens', `timeout 1 attack receive ${socket} < /dev/zero; exit 1`, {
      fixed: fixed(`${socket} listens`),
      environment: { way: 'listens' },
    })
    const connects = attacker.derivation(
      'connects',
      `for i in 1 2 3 4 5 6 7 8; do attack connect ${socket}; sleep 0.1; done; exit 1`,
      { fixed: fixed(`${socket} connects`) },
    )
    const [, { lines }] = await Promise.all([attacker.build(listens), attacker.build(connects)])
    // Kernels before 6.12 cannot keep them apart; what they exchange does them no good (see above).
    if (!hasScopes()) console.log('this kernel cannot keep builds from abstract sockets')
    else {
      expect(lines).toContain('connect: EPERM')
      expect(lines).not.toContain('connect: done')
    }
  })

  it('CVE-2026-39860: cannot prepare a link where the copy of its output goes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'strata-victim-'))
    const victim = join(directory, 'victim')
    writeFileSync(victim, 'precious')
    const contents = `copied ${process.hrtime.bigint()}\n`
    const names = '.tmp-* $out.tmp $out.copy $(basename $out)-copy tmp copy .tmp'
    const hash = '$(basename $out | cut -c1-32)'
    const script = `printf '%s\\n' '${contents.trim()}' > $out
cd /gnu/store; for name in ${names} .tmp-${process.pid}-${hash}; do ln -s ${victim} $name || true; done`
    const made = attacker.derivation('prepares-link', script, { fixed: fixed(contents) })
    expect((await attacker.build(made)).failure).toBeUndefined()
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(readFileSync(store.physical(outputPath(made)), 'utf8')).toBe(contents)
    rmSync(directory, { recursive: true })
  })

  it('cannot exchange entries of its output under the hands of the store', async () => {
    const socket = `strata-${process.hrtime.bigint()}`
    const accomplice = new Accomplice(attacker.hostProgram, socket, nobody)
    await accomplice.says('listen: done')
    // Never has this hash: what counts is that nothing outside is touched while it is looked at and removed.
    const script = `umask 0; mkdir -p $out/deep/er; attack send ${socket} $out/deep; chmod 755 $out; exit 0`
    const made = attacker.derivation('swaps', script, {
      fixed: { ...fixed('never'), recursive: true },
    })
    const { lines, failure } = await attacker.build(made)
    if (lines.includes('connect: done')) {
      for (let i = 0; i < 20; i++) accomplice.tell('swap er')
      await accomplice.says('swap')
      expect(accomplice.lines.filter((line) => line === 'swap: done')).toEqual([])
    }
    accomplice.end()
    expect(failure?.reason).toBe('hash-mismatch')
    expect(existsSync('/etc/passwd')).toBe(true)
  })

  it('runs no program of its user for somebody outside', async () => {
    const socket = `strata-${process.hrtime.bigint()}`
    const accomplice = new Accomplice(attacker.hostProgram, socket, nobody)
    await accomplice.says('listen: done')
    const script = `${Attacker.reach}
cp $(type -p attack) $NIX_BUILD_TOP/program; chmod 4755 $NIX_BUILD_TOP/program
attack send ${socket} $NIX_BUILD_TOP/program; reach sent; exit 1`
    const made = attacker.derivation('set-user-id', script, { fixed: fixed(socket) })
    const { lines } = await attacker.build(made, {}, async () => {
      if (!accomplice.lines.includes('receive: done')) return
      accomplice.tell('run')
      await Promise.race([accomplice.says('identity'), accomplice.says('run')])
    })
    accomplice.end()
    if (lines.includes('connect: done') && nobody !== undefined)
      expect(accomplice.lines).toContain(`identity: ${nobody.uid} ${nobody.gid}`)
  })

  it('CVE-2026-110450: that repairs an item takes the place of nothing before it was verified', async () => {
    const contents = `repaired ${process.hrtime.bigint()}\n`
    let answer = contents
    const server = createServer((socket) => socket.end(answer))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const made = attacker.derivation('from-network', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3 > $out`, {
      fixed: fixed(contents),
    })
    const output = outputPath(made)
    const file = store.physical(output)
    expect((await attacker.build(made)).failure).toBeUndefined()
    chmodSync(file, 0o644)
    writeFileSync(file, 'broken\n')
    chmodSync(file, 0o444)
    for (const evil of ['evil\n', '']) {
      answer = evil
      expect((await attacker.build(made, { mode: 'repair' })).failure).toBeDefined()
      expect(await rebuildItems(store, [output])).toEqual([output])
      expect(readFileSync(file, 'utf8')).toBe('broken\n')
      expect(lstatSync(file).mode & 0o777).toBe(0o444)
    }
    answer = contents
    expect(await rebuildItems(store, [output])).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe(contents)
    server.close()
  })
})

/** Whether the kernel can scope abstract sockets (Landlock 6, Linux 6.12). */
function hasScopes(): boolean {
  const [, major = '0', minor = '0'] = /^Linux version (\d+)\.(\d+)/.exec(readFileSync('/proc/version', 'utf8')) ?? []
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 12)
}
