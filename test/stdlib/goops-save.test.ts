/** Instances saved by (oop goops save), shared and circular, and a class with methods of its own. Guile 3.0.8 cannot load
 *  them (its `restore` calls `%allocate-instance` wrongly): so not beside Guile, as test/conformance/goops-save.scm is. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const strata = join(import.meta.dirname, '../../runtime/cli/strata')

test('instances come back with their references to one another', () => {
  const { stdout, stderr } = spawnSync(strata, [join(import.meta.dirname, 'fixtures/goops-save.scm')], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toEqual(['(1 #t #t (1 . 2))', '#t', '(#t 2)'])
})
