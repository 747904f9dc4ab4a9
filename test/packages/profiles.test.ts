/** Profiles, by programs of Scheme; builders' names were written by Guix 1.4.0 for the same program. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

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

test.skipIf(!isInstalled('whatis'))("the index of a profile's manual pages answers man-db's whatis and apropos", () => {
  const [pages = ''] = linesOf('manual-database.scm')
  const ask = (program: string, ...words: string[]): string[] =>
    spawnSync(program, ['-M', join(directory, 'root', pages), ...words], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
      .stdout.trimEnd()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' '))
  expect(ask('whatis', 'frob', 'refrob', 'blink', 'topic0', 'topic699')).toEqual([
    'frob (1) - frobnicate whole trees',
    'frob (3) - frobnicate, français',
    'refrob (3) - frobnicate, français',
    'Blink (8) - blink lights',
    'topic0 (7) - about number 0',
    'topic699 (7) - about number 699',
  ])
  expect(ask('apropos', 'about number')).toHaveLength(700)
})
