/** A builder that looks for the host: its files, processes, network, names, users, time and kernel. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { Attacker } from '../support/attacker.ts'
import { seededStore } from '../support/seeded-store.ts'
import { readVectors } from '../support/vectors.ts'

const seeded = await seededStore()
/** What the builder of the real daemon saw. */
const real = readVectors('sandbox.json').normal

describe.skipIf(seeded === undefined)('a builder', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const attacker = await Attacker.prepare(seeded)

  /** What SCRIPT prints in a build. */
  async function see(script: string, environment: Record<string, string> = {}): Promise<string[]> {
    const made = attacker.derivation('looks', `(${script}) 2>&1; echo > $out`, { environment })
    // The name of the derivation is this test's, not the host's.
    return (await attacker.build(made)).lines.map((line) => line.replaceAll(/looks-\d+/g, 'looks'))
  }

  it('sees no files of the host', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'strata-host-'))
    const secret = join(directory, 'secret')
    writeFileSync(secret, 'secret')
    const names = [
      secret,
      '/etc/shadow',
      '/etc/hostname',
      '/root',
      '/home',
      '/usr',
      '/bin/sh',
      '/sys',
      '/var',
      '/run',
      '/boot',
    ]
    const lines = await see('for name in $names; do [ -e $name ] && echo $name; done; true', { names: names.join(' ') })
    expect(lines).toEqual([])
    // Neither by way of its own processes nor by climbing up.
    const escapes = await see(
      `ls /proc/1/root /proc/self/root/../.. /proc/self/cwd/../../.. | sort -u; cat /proc/*/root${secret}`,
    )
    expect(escapes.filter((line) => /usr|home|secret$|^var/.test(line) && !line.includes('No such file'))).toEqual([])
    rmSync(directory, { recursive: true })
  })

  it('sees no store items but its inputs', async () => {
    const other = attacker.derivation('other', 'echo > $out')
    await attacker.build(other)
    expect(
      await see('cat $hidden; ls /gnu/store', { hidden: outputPath(other).replace('/store/', '/./store/') }),
    ).toContainEqual(expect.stringContaining('No such file or directory'))
  })

  it('sees no processes of the host or of other builds, and cannot signal them', async () => {
    const mark = randomUUID()
    const victim = spawn('sleep', ['60', mark].slice(0, 1), { argv0: mark, stdio: 'ignore' })
    const other = attacker.derivation(
      'other-build',
      `${Attacker.reach}exec -a ${mark} sleep 2 & reach runs; wait; echo > $out`,
    )
    let seen: string[] = []
    await attacker.build(other, {}, async () => {
      seen = await see(
        `cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'; echo; ls -d /proc/[0-9]* | wc -l; kill -9 ${victim.pid}; kill -9 -1; attack system`,
        {},
      )
    })
    expect(seen.join('\n')).not.toContain(mark)
    expect(victim.exitCode).toBeNull()
    victim.kill('SIGKILL')
  })

  it('reaches no network but its own loopback, and no abstract sockets', async () => {
    const name = `strata-${randomUUID()}`
    const server = createServer((socket) => socket.end('host'))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    const abstract = createServer((socket) => socket.end('host'))
    await new Promise<void>((resolve) => abstract.listen(`\0${name}`, resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const lines = await see(
      `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3; attack connect ${name}
sed -n '3,$s/:.*//p' /proc/net/dev; wc -l < /proc/net/route; wc -l < /proc/net/unix`,
    )
    server.close()
    abstract.close()
    expect(lines.join('\n')).not.toContain('host')
    expect(lines.join('\n')).toMatch(/Connection refused/)
    expect(lines).toContain('connect: ECONNREFUSED')
    expect(lines.slice(-3).map((line) => line.trim())).toEqual(['lo', '1', '1'])
  })

  it('has a host name, users and groups that are the same everywhere', async () => {
    const lines = await see(
      'cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname; cut -d: -f1 /etc/passwd /etc/group',
    )
    expect(lines).toEqual([...real.hostname, 'nixbld', 'nobody', 'nixbld'])
    expect(lines).not.toContain(hostname() === 'localhost' ? 'another' : hostname())
  })

  it('gets nothing of the environment of whoever builds', async () => {
    const secret = randomUUID()
    process.env.STRATA_SECRET = secret
    try {
      expect((await see('cat /proc/*/environ; set; export')).join('\n')).not.toContain(secret)
    } finally {
      delete process.env.STRATA_SECRET
    }
  })

  it('has no name, terminal, descriptor or path that changes from build to build', async () => {
    const script = `umask; pwd; ls -a /proc/self/fd | wc -l; ls -l /proc/1/fd | sed 's/.*-> //;s/\\[.*//' | sort
cat /proc/self/personality; cut -d' ' -f1,4-7 /proc/1/stat; cat /proc/self/cgroup; ls -la --time-style=+ / /tmp /dev | grep -v 'kvm\\|proc$'
(echo > /dev/tty) && echo terminal; cat /proc/self/oom_score_adj /proc/self/loginuid 2>/dev/null`
    const first = await see(script)
    expect(await see(script)).toEqual(first)
    expect(first).not.toContain('terminal')
    for (const line of real.personality) expect(first).toContain(line)
    expect(first.filter((line) => /^\d+:/.test(line)).every((line) => line.endsWith(':/'))).toBe(true)
  })

  it('has the devices of the real daemon and can make no others', async () => {
    const listed = real.dev
      .map((line: string) => /^c.* \d+:\d\d (\S+)$/.exec(line)?.[1])
      .filter((name: string | undefined) => name !== undefined && name !== 'kvm' && name !== 'ptmx')
    const lines = await see(
      'cd /dev; for name in *; do [ -b $name ] && echo block; [ -c $name ] && [ ! -L $name ] && [ $name != kvm ] && echo $name; done',
    )
    expect(lines).toEqual([...listed].sort())
  })

  it('gets none of the rights over the kernel that it asks for', async () => {
    const allowed = (await see('attack system')).filter((line) => line.endsWith(': done'))
    expect(allowed).toEqual([])
  })

  it('sees only mounts that cannot run with rights of others, inputs read-only', async () => {
    const lines = await see(
      `grep ' /gnu/store' /proc/self/mounts; grep -c . /proc/self/mounts; grep ' / ' /proc/self/mounts`,
    )
    const inputs = lines.filter((line) => line.includes(' /gnu/store/'))
    expect(inputs.length).toBeGreaterThan(2)
    for (const line of inputs) expect(line.split(' ')[3]).toMatch(/^ro,.*nosuid,nodev/)
    expect(lines.find((line) => line.includes(' / '))?.split(' ')[3]).toMatch(/^ro,.*nosuid/)
  })

  it('cannot undo its mounts, even with a user namespace of its own', async () => {
    const lines = await see(
      `program=$(type -p attack); type unshare || exit 0
unshare -rm bash -c "mount -o remount,rw,bind $program; umount -l $program; echo x > $program; cat $program" | head -c 2`,
    )
    expect(lines.filter((line) => line === 'x')).toEqual([])
    expect(readFileSync(attacker.hostProgram).subarray(1, 4).toString()).toBe('ELF')
  })

  it('cannot trace or read the memory of the launcher', async () => {
    const lines = await see(
      'ls /proc | grep -c "^[0-9]*$"; cat /proc/0/mem /proc/2/mem; ls -l /proc/1/exe | sed "s/.*-> //"',
    )
    expect(lines.at(-1)).toMatch(/\/bin\/bash$/)
  })
})
