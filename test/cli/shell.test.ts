/** `strata shell`: environments with packages, containers, manifests of what was asked, files of the current directory. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()
if (root === undefined) console.log('skipped: the seed cannot be downloaded')

let directory: string

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'strata-shell-')))
  mkdirSync(join(directory, 'project'))
})
afterAll(() => removeTree(directory))

function shell(args: readonly string[], more: { cwd?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(
    resolve(import.meta.dirname, '../../runtime/cli/strata'),
    ['shell', ...args],
    {
      cwd: more.cwd ?? directory,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...(root === undefined ? {} : { STRATA_ROOT: root }),
        XDG_CONFIG_HOME: join(directory, 'config'),
        XDG_CACHE_HOME: join(directory, 'cache'),
        ...more.env,
      },
    },
  )
  return { status, stdout, stderr }
}

/** With profiles that are made without hooks. */
const quick = ['--bootstrap', '--no-substitutes']

describe.skipIf(root === undefined)('environments', () => {
  test('the profile is first in PATH and named by GUIX_ENVIRONMENT; the status is the command’s', () => {
    const { status, stdout } = shell([...quick, 'sed', '--', 'sh', '-c', 'echo $GUIX_ENVIRONMENT; echo $PATH; exit 42'])
    const [profile = '', path = ''] = stdout.split('\n')
    expect(profile).toMatch(/^\/gnu\/store\/.*-profile$/)
    expect(path.startsWith(`${profile}/bin:`)).toBe(true)
    expect(status).toBe(42)
  })

  test('--pure leaves what matches --preserve', () => {
    const { stdout } = shell([...quick, '--pure', '-E', '^ABC', 'sed', 'coreutils', '--', 'env'], {
      env: { ABCDE: '1', XYZ: '2' },
    })
    expect(stdout).toContain('\nABCDE=1\n')
    expect(stdout).not.toContain('XYZ')
  })

  test('-D is about the next package alone', () => {
    const { stdout } = shell([...quick, '-D', 'hello', 'zlib', '--search-paths'])
    expect(stdout).toMatch(/^export C_INCLUDE_PATH=/m)
    expect(shell(['--export-manifest', '-D', 'hello', 'sed']).stdout).toMatch(
      /\(concatenate-manifests\s+\(list \(specifications->manifest\s+\(list "sed"\)\)\s+\(package->development-manifest/,
    )
  })

  test('a command that is not there is told with one that is', () => {
    expect(shell([...quick, 'sed', '--', 'sedd'])).toMatchObject({
      status: 127,
      stderr: expect.stringMatching(/sedd: command not found\nhint: Did you mean '[a-z]*sed'\?/),
    })
  })

  test('a container has the packages, the current directory, and nothing else', () => {
    writeFileSync(join(directory, 'project/file'), 'text\n')
    const { status, stdout } = shell(
      [...quick, '-C', 'coreutils', '--', 'sh', '-c', 'cat file; ls / | tr "\\n" " "; ls /etc | tr "\\n" " "; exit 3'],
      { cwd: join(directory, 'project') },
    )
    expect(stdout).toMatch(/^text\nbin dev .*gnu .*proc /)
    expect(stdout).toContain('group hosts passwd ')
    expect(status).toBe(3)
  })

  test('in a container one may be somebody else, with links and files that are shared', () => {
    const { stdout } = shell(
      [
        ...['-C', '-u', 'foo', '--no-cwd', '--link-profile', '-S', '/usr/bin/env=bin/env'],
        ...[`--expose=${join(directory, 'project')}=/project`, ...quick, 'coreutils'],
        ...[
          '--',
          '/usr/bin/env',
          'sh',
          '-c',
          'id -un; pwd; cat /project/file; echo $GUIX_ENVIRONMENT; touch /project/x',
        ],
      ],
      { cwd: join(directory, 'project') },
    )
    expect(stdout).toBe('foo\n/home/foo\ntext\n/home/foo/.guix-profile\n')
  })

  test('a container that emulates other systems runs programs made for them', () => {
    const cwd = join(directory, 'foreign')
    mkdirSync(cwd)
    writeFileSync(
      join(cwd, 'program.c'),
      '#include <stdio.h>\nextern const char *const __gmp_version;\nint main() { puts(__gmp_version); return 7; }\n',
    )
    // The library is found by the cache of the container alone, as the loader is at its usual place.
    const compilation =
      'cc -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 program.c /lib/libgmp.so.10 -o program && ./program'
    const program = [...quick, 'gcc-toolchain', '--']
    const { status, stdout, stderr } = shell(['-CF', ...program, 'sh', '-c', compilation], { cwd })
    expect(stdout, stderr).toMatch(/^6\.\d+\.\d+\n$/)
    expect(status).toBe(7)
    expect(shell(['-C', ...program, './program'], { cwd })).toMatchObject({ status: 1, stdout: '' })
  })
})

describe('options', () => {
  test('a manifest of what was asked has the transformations', () => {
    expect(shell(['--export-manifest', 'hello', '--without-tests=hello']).stdout).toMatch(
      /\(options->transformation\s+'\(\(without-tests \. "hello"\)\)\)/,
    )
  })

  test('what is for containers only is refused without one', () => {
    expect(shell(['hello', '-S', '/bin/x=bin/hello'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("'--symlink' cannot be used without '--container'"),
    })
    expect(shell(['--ad-hoc', 'hello'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ad-hoc: unrecognized option'),
    })
  })

  test('a file of a directory that was not authorized is not loaded', () => {
    const cwd = join(directory, 'unauthorized')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'guix.scm'), 'not Scheme')
    const { status, stderr } = shell([], { cwd })
    expect(status).toBe(1)
    expect(stderr).toContain(`not loading '${cwd}/guix.scm' because not authorized to do so`)
    expect(stderr).toContain(`echo ${cwd} >> ${directory}/config/guix/shell-authorized-directories`)
  })
})
