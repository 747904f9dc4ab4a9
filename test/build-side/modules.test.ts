/** The Scheme modules that run inside builds, checked by the same programs under strata and under Guile. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { isInstalled } from '../support/programs.ts'

const root = resolve(import.meta.dirname, '../..')
const programs = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.scm'))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()

const loadPath = ['-L', join(root, 'test/support'), '-L', join(root, 'build-side')]
const strata = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--stack-size=3900',
  join(root, 'runtime/cli/main.ts'),
  ...loadPath,
]
const guile = ['guile', '--no-auto-compile', ...loadPath]

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** The outcome of the checks of PROGRAM in an empty directory, under the interpreter that COMMAND starts. */
function run([command = '', ...args]: readonly string[], program: string) {
  const directory = mkdtempSync(join(tmpdir(), 'strata-build-side-'))
  directories.push(directory)
  const { stdout, stderr, status } = spawnSync(command, [...args, program], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: directory },
  })
  // Programs that the checks start print lines of their own.
  const lines = stdout.split('\n')
  return {
    failed: lines.filter((line) => line.startsWith('not ok ')),
    passed: lines.filter((line) => line.startsWith('ok ')).length,
    // Of interest only when the checks did not reach their end.
    errors: status === 0 ? '' : stderr,
  }
}

describe.each(programs.map((program) => relative(root, program)))('%s', (name) => {
  const program = join(root, name)
  let checks: number | undefined

  test('passes under strata', () => {
    const { failed, passed, errors } = run(strata, program)
    expect({ failed, errors }).toEqual({ failed: [], errors: '' })
    expect(passed).toBeGreaterThan(0)
    checks = passed
  })

  test.skipIf(!isInstalled('guile'))('passes under Guile', () => {
    const { failed, passed, errors } = run(guile, program)
    expect({ failed, errors }).toEqual({ failed: [], errors: '' })
    expect(passed).toBe(checks)
  })
})
