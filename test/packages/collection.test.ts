/** The project's own packages: every module loads, and every package has a derivation. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
const directory = mkdtempSync(join(tmpdir(), 'strata-collection-'))
afterAll(() => removeTree(directory))

test('all packages of the collection are lowered', () => {
  const program = join(directory, 'lower.scm')
  writeFileSync(
    program,
    `(use-modules (gnu packages) (guix packages) (guix store))
     (with-store store
       (display (fold-packages (lambda (package count)
                                 (package-derivation store package)
                                 (+ count 1))
                               0)))`,
  )
  const { stdout, stderr } = spawnSync(command, [program], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
  })
  expect(stderr).toBe('')
  expect(Number(stdout)).toBeGreaterThan(100)
}, 60_000)
