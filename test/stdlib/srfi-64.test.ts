/** (srfi srfi-64): what its runners print and log, and exit codes, beside Guile's. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isInstalled } from '../support/programs.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const strata = join(import.meta.dirname, '../../runtime/cli/strata')

/** Run SCRIPT in a directory of its own; what it printed and the logs it left there. */
function run(command: string, args: readonly string[], script: string) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'srfi-64-')))
  try {
    const { stdout, status } = spawnSync(command, [...args, join(fixtures, script)], {
      cwd: directory,
      encoding: 'utf8',
    })
    const logs = readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')])
    return { stdout, status, logs: JSON.stringify(logs).replaceAll(/actual-error: .*?\\n/g, 'actual-error\\n') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.skipIf(!isInstalled('guile')).each(['srfi-64-outcomes.scm', 'srfi-64-runners.scm', 'srfi-64-bad-end.scm'])(
  '%s prints, logs and exits as under guile',
  (script) => {
    expect(run(strata, [], script)).toEqual(run('guile', ['--no-auto-compile'], script))
  },
)
