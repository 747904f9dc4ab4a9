/** The options of `strata build` that say what is built, as derivations: nothing is built here. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const program = resolve(import.meta.dirname, '../../runtime/cli/strata')
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-build-options-'))
})

afterAll(() => removeTree(directory))

function derivations(...args: string[]): { names: string[]; stderr: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(program, ['build', '-d', '--no-grafts', ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
  })
  return {
    names: stdout.split('\n').filter((line) => line !== ''),
    stderr,
    status,
  }
}

const packageName = (path: string): string => path.slice('/gnu/store/'.length + 33)

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe('what is named', () => {
  test('comes in the order of Guix: what is named last first; a manifest keeps its own', () => {
    const manifest = file('manifest.scm', '(specifications->manifest (list "hello" "sed"))')
    expect(derivations('-m', manifest).names.map(packageName)).toEqual(['hello-2.10.drv', 'tools-bootstrap-0.drv'])
    expect(derivations('sed', 'hello').names.map(packageName)).toEqual(['hello-2.10.drv', 'tools-bootstrap-0.drv'])
  })

  test('may be a gexp, or a monadic procedure', () => {
    const { names } = derivations(
      '-e',
      '#~(mkdir #$output)',
      '-e',
      '(lambda () (gexp->derivation "x" #~(mkdir #$output)))',
    )
    expect(names.map(packageName)).toEqual(['x.drv', 'gexp.drv'])
  })

  test('may be a file that was used before, together with another or alone', () => {
    const [hello, sed] = ['hello', 'sed'].map((name) =>
      file(`${name}.scm`, `(identity (specification->package "${name}"))`),
    )
    if (hello === undefined || sed === undefined) throw new Error('two files')
    expect(derivations('-f', hello, '-f', sed).names).toHaveLength(2)
    expect(derivations('-f', hello)).toMatchObject({ status: 0, stderr: '' })
    expect(derivations('-f', sed, '-f', hello).names).toHaveLength(2)
  })

  test('must be something that can be built', () => {
    const { stderr, status } = derivations('-f', file('definition.scm', '(define-public x 1)'))
    expect(stderr).toMatch(/error: #<unspecified>: not something we can build\n[\s\S]*hint: .*`define-public'/)
    expect(status).toBe(1)
  })

  test('nothing is a warning', () => {
    expect(derivations()).toEqual({
      names: [],
      stderr: 'strata: warning: no arguments specified, nothing to do\n',
      status: 0,
    })
  })
})

test('a target that does not exist is an error with the option that lists them', () => {
  const { stderr, status } = derivations('--target=foo-bar', 'hello')
  expect(stderr).toBe(
    "strata: error: 'foo-bar' is not a supported cross-compilation target\nhint: Try `--list-targets' to view available targets.\n",
  )
  expect(status).toBe(1)
})

test('sources of all that a package needs are none but its own where the rest is of the seed', () => {
  expect(derivations('--sources=transitive', 'hello').names.map(packageName)).toEqual(['hello-2.10.tar.gz.drv'])
  expect(derivations('--sources', 'hello').names.map(packageName)).toEqual(['hello-2.10.tar.gz.drv'])
})

test('a phase that does not exist is a warning with its place, and the name that was meant', () => {
  const recipe = file(
    'phases.scm',
    `(use-modules (guix packages) (guix gexp) (gnu packages hello))
(package
  (inherit hello)
  (arguments
   (list #:phases
         #~(modify-phases %standard-phases
             (add-after 'unpack 'mine (lambda _ #t))
             (add-before 'mine 'other (lambda _ #t))
             (add-after 'unpakc 'lost (lambda _ #t))))))
`,
  )
  const { stderr, names } = derivations('-f', recipe)
  expect(stderr).toBe(
    `${recipe}:9:13: warning: package hello@2.10 has no phase \`unpakc' here; did you mean \`unpack'?\n`,
  )
  expect(names).toHaveLength(1)
})

describe('transformations', () => {
  test('change what is built, and the version with the source', () => {
    const source = file('hello-3.1.tar.gz', '')
    expect(derivations(`--with-source=${source}`, 'hello').names.map(packageName)).toEqual(['hello-3.1.drv'])
    expect(derivations(`--with-source=hello@4=${source}`, 'hello').names.map(packageName)).toEqual(['hello-4.drv'])
    const [plain] = derivations('hello').names
    const [untested] = derivations('--without-tests=hello', 'hello').names
    expect(packageName(untested ?? '')).toBe('hello-2.10.drv')
    expect(untested).not.toBe(plain)
  })

  test('of what a package does not need leave it as it is', () => {
    expect(derivations('--without-tests=nothing', 'hello').names).toEqual(derivations('hello').names)
  })

  test('with bad arguments are errors', () => {
    expect(derivations('--with-input=foo', 'hello').stderr).toBe(
      'strata: error: invalid replacement specification: "foo"\n',
    )
  })
})
