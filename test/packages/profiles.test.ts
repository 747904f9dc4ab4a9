/** Profiles, by programs of Scheme; builders' names were written by Guix 1.4.0 for the same program. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const program = resolve(import.meta.dirname, '../../runtime/cli/strata')
const fixtures = resolve(import.meta.dirname, '../fixtures/profiles')
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-profiles-'))
})

afterAll(() => removeTree(directory))

function linesOf(script: string): string[] {
  const { stdout, stderr } = spawnSync(program, [join(fixtures, script)], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
  })
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

test('the builder of a profile is that of Guix, for both formats of manifests', () => {
  expect(linesOf('builder.scm')).toEqual([
    '/gnu/store/cmxyi1qrx5dskszk2vablfyr9dw6qcbk-profile-builder',
    '/gnu/store/npwg5w844gcd33wjh4haxl40q0544vgb-profile-builder',
  ])
})

test('manifests are searched and changed, generations counted and switched', () => {
  expect(linesOf('manifests.scm')).toEqual([
    '("hello" "sed")',
    '("sed")',
    '#f',
    '(begin (specifications->manifest (list "hello" "sed")))',
    '"absent"',
    '(0 0 (("1.8" "2.0")) 0)',
    '(1 2 4 10)',
    '4',
    '(2 #f 2 10 #f)',
    '4',
    '"profile-2-link"',
    '((2 4) (4 10) (1 2) (1 10))',
  ])
})
