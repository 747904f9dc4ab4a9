/** R7RS-small beyond what Guile's own printing shows: r7rs.scm, run with --r7rs, prints what differs. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../../runtime/cli/main.ts')

test('every check of r7rs.scm holds', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [main, '--r7rs', join(import.meta.dirname, 'r7rs.scm')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  expect(stdout + stderr).toBe('')
})
