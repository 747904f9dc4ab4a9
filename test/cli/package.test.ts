/** `strata package` on a profile that is made by hand: what it lists, and the generations it goes to. Nothing is built here. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const program = resolve(import.meta.dirname, '../../runtime/cli/strata')
const hello = `/gnu/store/${'a'.repeat(32)}-hello-2.10`
const gawk = `/gnu/store/${'b'.repeat(32)}-gawk-5.1`
let directory: string
let profile: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-package-'))
  profile = join(directory, 'profile')
  generation(1, `("hello" "2.10" "out" "${hello}")`)
  generation(2, `("gawk" "5.1" "out" "${gawk}") ("hello" "2.10" "out" "${hello}")`)
})

afterAll(() => removeTree(directory))

/** Make NUMBER the current generation, one with ENTRIES. */
function generation(number: number, entries: string): void {
  mkdirSync(join(directory, `content-${number}`))
  writeFileSync(join(directory, `content-${number}`, 'manifest'), `(manifest (version 4) (packages (${entries})))`)
  symlinkSync(`content-${number}`, `${profile}-${number}-link`)
  if (number === 2) symlinkSync('profile-2-link', profile)
}

function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return strata('package', '-p', profile, ...args)
}

function strata(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
  })
  return { stdout, stderr, status }
}

describe('lists', () => {
  test('what is installed, the last at the end, or what matches', () => {
    expect(run('-I').stdout).toBe(`hello\t2.10\tout\t${hello}\ngawk \t5.1 \tout\t${gawk}\n`)
    expect(run('-I', 'AW').stdout).toBe(`gawk\t5.1\tout\t${gawk}\n`)
  })

  test('generations as what has changed', () => {
    const { stdout } = run('-l')
    expect(stdout).toMatch(
      /^Generation 1\t.*\n {2}hello\t2\.10\tout\t.*\n\nGeneration 2\t.*\t\(current\)\n \+ gawk\t5\.1\tout/,
    )
    expect(run('--list-generations=2').stdout).not.toContain('Generation 1')
  })

  test('a manifest that has the same packages', () => {
    expect(run('--export-manifest').stdout).toMatch(/\(specifications->manifest\s+\(list "gawk" "hello"\)\)\n$/)
  })
})

describe('what cannot be done is an error', () => {
  test.each([
    [['-r', 'sed'], "package 'sed' not found in profile"],
    [['-i', 'hello:nothing'], "package `hello@2.10' lacks output `nothing'"],
    [['-S', '17'], "cannot switch to generation '17'"],
    [['--delete-generations=42'], 'no matching generation'],
    [['-e', '+'], 'not a package'],
    [['hello'], 'hello: extraneous argument'],
  ])('%j', (args, message) => {
    const { stderr, status } = run(...args)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('Throw')
    expect(status).toBe(1)
  })

  test('a profile that is not there', () => {
    const { stderr, status } = strata('package', '-p', 'nowhere', '-l')
    expect(stderr).toBe(`strata: error: profile '${join(directory, 'nowhere')}' does not exist\n`)
    expect(status).toBe(1)
  })
})

test('generations are gone back from and to, and deleted but for the current one', () => {
  expect(run('-S', '1').stdout).toBe('switched from generation 2 to 1\n')
  expect(run('-S', '+1').stdout).toBe('switched from generation 1 to 2\n')
  expect(run('--roll-back').stdout).toBe('switched from generation 2 to 1\n')
  expect(readlinkSync(profile)).toBe('profile-1-link')
  expect(run('--delete-generations=1..').stdout).toBe(`deleting ${profile}-2-link\n`)
  expect(existsSync(`${profile}-2-link`)).toBe(false)
})

test('an option of GUIX_BUILD_OPTIONS that there is not is an error, lists do without', () => {
  const { stderr, status } = spawnSync(program, ['build', 'hello'], {
    encoding: 'utf8',
    env: { ...process.env, GUIX_BUILD_OPTIONS: '--something-else' },
  })
  expect(stderr).toContain("unknown option '--something-else'")
  expect(status).toBe(1)
})
