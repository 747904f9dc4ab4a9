/** A built tree that was copied or moved is itself: it reads nothing of where it was made. */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'strata-moved-'))
afterAll(() => rmSync(copy, { recursive: true }))

test('a copy of a built tree starts from its own files', () => {
  for (const directory of ['dist', 'stdlib', 'build-side', 'packages'])
    execFileSync('cp', ['-a', join(repository, directory), copy])
  mkdirSync(join(copy, 'runtime/cli'), { recursive: true })
  cpSync(join(repository, 'runtime/cli/strata'), join(copy, 'runtime/cli/strata'))
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  appendFileSync(join(copy, 'stdlib/srfi/srfi-1.scm'), '\n(define-public of-the-copy 42)\n')
  const { stdout, stderr } = spawnSync(
    join(copy, 'runtime/cli/strata'),
    ['-c', '(use-modules (srfi srfi-1)) (display (list of-the-copy (search-path %load-path "srfi/srfi-1.scm")))'],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(stdout).toBe(`(42 ${copy}/stdlib/srfi/srfi-1.scm)`)
})
