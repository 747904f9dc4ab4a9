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

/** What PROGRAM prints in an empty directory, under the interpreter that COMMAND starts. */
function outputOf([command = '', ...args]: readonly string[], program: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'strata-build-side-'))
  directories.push(directory)
  const { stdout, stderr, status } = spawnSync(command, [...args, program], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: directory },
  })
  // Programs that the checks start may complain; only a program that did not reach its end is of interest.
  return status === 0 ? stdout : `${stdout}${stderr}`
}

describe.each(programs)('%s', (program) => {
  const name = relative(root, program)
  test(`${name} passes under strata`, () => {
    const lines = outputOf(strata, program).split('\n')
    expect(lines.filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([])
    expect(lines.at(-2)).toMatch(/^ok /)
  })

  test.skipIf(!isInstalled('guile'))(`${name} passes under Guile`, () => {
    const lines = outputOf(guile, program).split('\n')
    expect(lines.filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([])
    expect(lines.at(-2)).toMatch(/^ok /)
  })
})
