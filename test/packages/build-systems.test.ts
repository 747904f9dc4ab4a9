/** All build systems: packages whose inputs are nothing but names are lowered for the host and for another machine, and
 *  the builders come out as those that GNU Guix 1.4 makes (test/fixtures/build-systems; builders.scm tells how).  And the
 *  modules of builds: each exports what its interface has, and phases do to small source trees what they should. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const main = resolve(import.meta.dirname, '../../runtime/cli/main.ts')
const fixtures = resolve(import.meta.dirname, '../fixtures/build-systems')
const directory = mkdtempSync(join(tmpdir(), 'strata-build-systems-'))

function strata(args: readonly string[]) {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--stack-size=3900', main, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
    maxBuffer: 1 << 24,
  })
}

/** The sections of a listing of builders by their titles. */
function sections(listing: string): Map<string, string> {
  const parts = listing.split(/^;;; /mu).slice(1)
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n')
      return [part.slice(0, end), part.slice(end + 1).trim()]
    }),
  )
}

afterAll(() => removeTree(directory))

test('builders are those that Guix makes, for all build systems, natively and for a target', () => {
  const outcome = strata(['-L', join(fixtures, 'collection'), join(fixtures, 'builders.scm')])
  expect(outcome.stderr).toBe('')
  const expected = sections(readFileSync(join(fixtures, 'builders.txt'), 'utf8'))
  const actual = sections(outcome.stdout)
  expect([...actual.keys()]).toEqual([...expected.keys()])
  for (const [title, builder] of expected) expect(actual.get(title), title).toBe(builder)
}, 120_000)
