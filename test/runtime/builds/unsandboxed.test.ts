/** Builds without a sandbox, which need a store at /gnu/store: bwrap gives a process one of its own. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { strata } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'

const repository = new URL('../../..', import.meta.url).pathname
const placed = ['/usr', '/etc', '/bin', '/lib', '/lib64', '/sbin', repository].filter(existsSync)
const directory = mkdtempSync(join(tmpdir(), 'strata-unsandboxed-'))
for (const name of ['gnu/store', 'var']) mkdirSync(join(directory, name), { recursive: true })

/** The arguments of bwrap for a process that has the store of this test. */
const world = [
  '--tmpfs',
  '/tmp',
  ...placed.flatMap((place) => ['--ro-bind', place, place]),
  ...['gnu', 'var'].flatMap((name) => ['--bind', join(directory, name), `/${name}`]),
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/root', '--setenv', 'HOME', '/root'],
]
const able = isInstalled('bwrap') && spawnSync('bwrap', [...world, 'true']).status === 0
if (!able) console.log('skipped: bwrap is not installed, or may not make namespaces')

describe.skipIf(!able)('without a sandbox', () => {
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const environment = { PATH: process.env.PATH ?? '' }

  it('builders see the host, and what they make is valid', () => {
    const program = `(use-modules (guix store) (guix derivations))
      (display (with-store store
        (derivation-file-name (derivation store "free" "/bin/sh" '("-c" "PATH=/usr/bin:/bin; mkdir $out; cat /etc/passwd > $out/users")))))`
    const file = execFileSync('bwrap', [...world, strata, '-c', program], { encoding: 'utf8', env: environment })
    const args = [...world, strata, 'build', '--disable-chroot', file.trim()]
    const built = execFileSync('bwrap', args, { encoding: 'utf8', env: environment }).trim()
    expect(built).toMatch(/^\/gnu\/store\/[0-9a-z]{32}-free$/)
    expect(readFileSync(join(directory, built, 'users'), 'utf8')).toBe(readFileSync('/etc/passwd', 'utf8'))
    const verified = execFileSync('bwrap', [...world, strata, 'gc', '--verify=contents'], { env: environment })
    expect(verified.toString()).not.toContain('modified')
    execFileSync('bwrap', [...world, strata, 'gc', '--delete', built], { env: environment })
    expect(existsSync(join(directory, built))).toBe(false)
  })

  it('what is valid is checked by building it elsewhere under a name as long', () => {
    const built = (name: string, script: string): string => {
      const program = `(use-modules (guix store) (guix derivations))
        (display (with-store store
          (derivation-file-name (derivation store "${name}" "/bin/sh" '("-c" ${JSON.stringify(script)})))))`
      return execFileSync('bwrap', [...world, strata, '-c', program], { encoding: 'utf8', env: environment }).trim()
    }
    const build = (...args: string[]) =>
      spawnSync('bwrap', [...world, strata, 'build', '--disable-chroot', ...args], {
        encoding: 'utf8',
        env: environment,
      })
    // The name occurs in a file, in a link and in the name of a file.
    const same = built(
      'same',
      'PATH=/usr/bin:/bin; mkdir $out; echo $out > $out/a; ln -s $out $out/l; : > $out/$(basename $out)',
    )
    const first = build(same)
    expect(first.stderr).toContain('successfully built')
    expect(build('--check', same)).toMatchObject({ status: 0, stdout: first.stdout })
    const other = built('other', 'PATH=/usr/bin:/bin; cat /proc/sys/kernel/random/uuid > $out')
    const output = build(other).stdout.trim()
    const before = readFileSync(join(directory, output), 'utf8')
    const checked = build('--check', other)
    expect(checked.status).toBe(1)
    expect(checked.stderr).toContain('may not be deterministic')
    expect(readFileSync(join(directory, output), 'utf8')).toBe(before)
    expect(readdirSync(join(directory, 'gnu/store')).filter((name) => /-other$/.test(name))).toEqual([
      output.slice('/gnu/store/'.length),
    ])
  })
})
