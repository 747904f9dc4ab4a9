/** Every Scheme file beside this one, run form by form under Guile and under strata: the outputs must agree.
 *  Forms on which strata departs from Guile knowingly are not in the files. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const here = import.meta.dirname
const main = join(here, '../../runtime/cli/main.ts')
const files = readdirSync(here).filter((name) => name.endsWith('.scm') && name !== 'driver.scm')
const environment = { ...process.env, GUILE_AUTO_COMPILE: '0', GUILE_WARN_DEPRECATED: 'no', NODE_NO_WARNINGS: '1' }

function run(program: string, args: readonly string[]): string | undefined {
  const result = spawnSync(program, args, { cwd: here, env: environment, encoding: 'utf8', maxBuffer: 1 << 26 })
  return result.error === undefined ? result.stdout : undefined
}

const guile = run('guile', ['-c', '(display (version))'])
if (guile === undefined) console.warn('conformance: skipped, guile is not installed')

/** Files for which Guile needs a library of its own, and one of its modules. */
const libraries: Readonly<Record<string, string>> = { 'gcrypt.scm': '(gcrypt pk-crypto)' }
const present = files.filter((file) => {
  const library = libraries[file]
  if (guile === undefined || library === undefined) return true
  const found = run('guile', ['-c', `(display (->bool (false-if-exception (resolve-interface '${library}))))`]) === '#t'
  if (!found) console.warn(`conformance: ${file} skipped, ${library} is not installed`)
  return found
})

test.runIf(guile !== undefined).each(present)('%s gives what Guile gives', (file) => {
  const expected = run('guile', ['--no-auto-compile', 'driver.scm', file])
  const actual = run(process.execPath, [main, 'driver.scm', file])
  expect(actual?.split('\n')).toEqual(expected?.split('\n'))
})
