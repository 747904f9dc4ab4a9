/** The command line as its user sees it: the bundle, run as a process, on a store kept between runs. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'
import { seededStore } from '../support/seeded-store.ts'
import { readVectors, type Vector } from '../support/vectors.ts'

const repository = resolve(import.meta.dirname, '../..')
const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

let directory: string

function strata(args: readonly string[], more: { input?: string; env?: Record<string, string> } = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(join(repository, 'runtime/cli/strata'), args, {
    cwd: directory,
    encoding: 'utf8',
    input: more.input ?? '',
    env: { ...process.env, STRATA_ROOT: root ?? join(directory, 'root'), ...more.env },
  })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const recipeModules =
  '(use-modules (guix packages) (guix download) (guix gexp) (guix build-system gnu) (gnu packages hello))\n'

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-cli-'))
})

afterAll(() => removeTree(directory))

describe('Scheme programs', () => {
  test('an expression is evaluated and nothing else is printed', () => {
    expect(strata(['-c', '(display (map (lambda (x) (* x x)) (iota 4)))'])).toEqual({
      status: 0,
      stdout: '(0 1 4 9)',
      stderr: '',
    })
  })

  test('a script sees its arguments, and its exit status is the process’s', () => {
    const script = file('script.scm', '(write (cdr (command-line)))\n(exit 7)\n')
    expect(strata([script, 'a', '--b'])).toEqual({ status: 7, stdout: '("a" "--b")', stderr: '' })
  })

  test('modules are found in the directories of GUILE_LOAD_PATH, after strata’s own', () => {
    const given = file('given.scm', '(define-module (given) #:export (it))\n(define it 42)\n')
    const env = { GUILE_LOAD_PATH: dirname(given) }
    expect(strata(['-c', '(write (list (@ (given) it) (last-pair %load-path)))'], { env })).toEqual({
      status: 0,
      stdout: `(42 ("${dirname(given)}"))`,
      stderr: '',
    })
  })

  test('what a kept program names with @ is loaded when it runs again', () => {
    const script = file(
      'at.scm',
      '(write (list ((@ (srfi srfi-43) vector-count) (lambda (i x) (even? x)) #(1 2 4)) ((@ (rnrs base) boolean=?) #t #f)))\n',
    )
    for (const _ of [1, 2]) expect(strata([script])).toEqual({ status: 0, stdout: '(2 #f)', stderr: '' })
  })

  test.skipIf(!isInstalled('guile'))('the same program prints the same under Guile', () => {
    const script = file(
      'same.scm',
      `(use-modules (srfi srfi-1) (ice-9 match) (ice-9 format))
       (define k #f)
       (define n 0)
       (write (+ 1 (call/cc (lambda (c) (set! k c) 1))))
       (set! n (+ n 1))
       (when (< n 3) (k n))
       (write (match '(1 (2 . 3)) ((a (b . c)) (list c b a))))
       (format #t "~5,2f ~a ~s~%" 3.14159 "x" "y")
       (write (catch 'oops (lambda () (throw 'oops 1 2)) (lambda args args)))
       (let loop ((i 0)) (if (< i 1000000) (loop (+ i 1)) (write i)))
       (write (fold + 0 (iota 100000)))`,
    )
    const guile = spawnSync('guile', ['--no-auto-compile', script], { encoding: 'utf8' })
    expect(strata([script]).stdout).toBe(guile.stdout)
  })

  test('a program that is no file is told as such', () => {
    expect(strata(['./none.scm'])).toMatchObject({
      status: 1,
      stderr: 'strata: error: In procedure open-file: No such file or directory: "./none.scm"\n',
    })
    expect(strata([directory])).toMatchObject({
      status: 1,
      stderr: `strata: error: In procedure open-file: Is a directory: "${directory}"\n`,
    })
  })

  test('an unbound variable names its place, and the module that has it', () => {
    const script = file('unbound.scm', '(define (f x)\n  (list x (fold + 0 x)))\n(f (list 1 2))\n')
    const { status, stderr } = strata([script])
    expect(status).toBe(1)
    expect(stderr).toContain('unbound.scm:2:11: error: Unbound variable: fold')
    expect(stderr).toContain('hint: (use-modules (srfi srfi-1))')
    expect(stderr).not.toMatch(/\.(ts|mjs):|at .*node:/)
  })

  test('an unbound variable that is only mentioned, in code that runs once, names its place too', () => {
    const { status, stderr } = strata([file('mention.scm', '(define x 1)\n(display\n  (list x\n   yyy))\n')])
    expect(status).toBe(1)
    expect(stderr).toContain('mention.scm:4:3: error: Unbound variable: yyy')
  })

  test('a name that the file defines further down hides the import of that name', () => {
    const script = file(
      'later.scm',
      '(define (f) (list-index even? 5))\n(define (list-index p x) (list x))\n(write (f))\n',
    )
    expect(strata([script])).toEqual({ status: 0, stdout: '(5)', stderr: '' })
  })

  test('a missing parenthesis names the one that is open', () => {
    const { status, stderr } = strata([file('open.scm', '(define x 1)\n(define (f y)\n  (+ y 1)\n')])
    expect(status).toBe(1)
    expect(stderr).toMatch(/open\.scm:\d+:\d+: error: unexpected end of input/)
    expect(stderr).toMatch(/hint: the one opened at .*open\.scm:2:0 is not closed/)
  })

  test('a prompt in a pipe prints values as Guile numbers them', () => {
    expect(strata(['repl'], { input: '(+ 1 2)\n(define x 5)\n(list x "s")\n' })).toEqual({
      status: 0,
      stdout: '$1 = 3\n$2 = (5 "s")\n',
      stderr: '',
    })
  })
})

describe('commands', () => {
  test('the help lists what exists', () => {
    const { status, stdout } = strata(['--help'])
    expect(status).toBe(0)
    for (const command of ['build', 'shell', 'gc', 'hash', 'repl'])
      expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'))
  })

  test('a mistyped command is an error with a suggestion', () => {
    const { status, stderr } = strata(['bild'])
    expect(status).toBe(1)
    expect(stderr).toContain('(Did you mean build?)')
  })

  test('git names a tree by the hash that -S git prints', () => {
    if (!isInstalled('git')) {
      console.log('skipped: git is not installed')
      return
    }
    const tree = join(directory, 'worktree')
    mkdirSync(join(tree, 'sub'), { recursive: true })
    // A directory sorts as if its name ended in a slash: after `sub-' and before `sub0'.
    for (const name of ['sub/file', 'sub-', 'sub.c', 'sub0']) writeFileSync(join(tree, name), name)
    chmodSync(join(tree, 'sub.c'), 0o755)
    symlinkSync('sub.c', join(tree, 'link'))
    const git = (...args: string[]) =>
      spawnSync('git', args, { cwd: tree, encoding: 'utf8', env: { ...process.env, HOME: directory } }).stdout.trim()
    git('init', '-q')
    git('add', '.')
    expect(strata(['hash', '-S', 'git', '-x', '-H', 'sha1', '-f', 'hex', tree]).stdout.trim()).toBe(git('write-tree'))
    expect(strata(['hash', '-S', 'git', '-H', 'sha1', '-f', 'hex', join(tree, 'sub0')]).stdout.trim()).toBe(
      git('hash-object', 'sub0'),
    )
    // Git knows no empty directories, but Guix counts them.
    const whole = join(directory, 'whole')
    mkdirSync(join(whole, 'subdir'), { recursive: true })
    writeFileSync(join(whole, 'exe'), 'executable', { mode: 0o755 })
    symlinkSync('exe', join(whole, 'symlink'))
    expect(strata(['hash', '-S', 'git', whole]).stdout.trim()).toBe(
      '1m9yxz99g7askm88h6hzyv4g2bfv57rp5wvwp3iq5ypsplq1xkkk',
    )
  })

  test('download puts a file into the store, or where it is told, and prints its hash', () => {
    const source = file('thing v1.txt', 'contents\n')
    const { stdout } = strata(['download', source])
    const [item, hash] = stdout.trim().split('\n')
    expect(item).toMatch(/^\/gnu\/store\/[a-z0-9]{32}-thing_20v1\.txt$/)
    expect(hash).toBe(strata(['hash', source]).stdout.trim())
    const copy = join(directory, 'copy.txt')
    expect(strata(['download', '-o', copy, '-H', 'sha1', '-f', 'hex', pathToFileURL(source).href]).stdout).toBe(
      `${copy}\n${strata(['hash', '-H', 'sha1', '-f', 'hex', source]).stdout}`,
    )
    expect(readFileSync(copy, 'utf8')).toBe('contents\n')
    const missing = strata(['download', 'no-such-file'])
    expect(missing.status).not.toBe(0)
    expect(missing.stderr).toContain('no-such-file: failed to parse URI')
  })

  test('a file and a tree have the hashes of the real tools', () => {
    const tree = join(directory, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'hello.txt'), 'Hello, world!\n')
    const same = readVectors('nar.json').cases.find((v: Vector) => v.name === 'single-entry')
    expect(strata(['hash', '-r', '-f', 'base16', tree]).stdout).toBe(`${same.narSha256}\n`)
    expect(strata(['hash', tree]).stderr).toContain('hint: strata hash -r')
  })

  test('an unknown package is an error with the nearest name', () => {
    const { status, stderr } = strata(['build', 'helo'])
    expect(status).toBe(1)
    expect(stderr).toContain('strata: error: helo: unknown package')
    expect(stderr).toContain("hint: Did you mean `hello'?")
  })

  test('a field that does not exist is named with its place', () => {
    const path = file('field.scm', `${recipeModules}(package (inherit hello)\n  (nme "x"))\n`)
    const { status, stderr } = strata(['build', '-f', path])
    expect(status).toBe(1)
    expect(stderr).toContain('field.scm:3:2: error: package: extraneous field initializers (nme)')
  })

  test('the derivation of hello is the same below another root', () => {
    const here = strata(['build', '-d', 'hello'])
    const there = strata(['build', '-d', 'hello'], { env: { STRATA_ROOT: join(directory, 'other-root') } })
    expect(here.stdout).toMatch(/^\/gnu\/store\/[0-9a-z]{32}-hello-2\.10\.drv\n$/)
    expect(there.stdout).toBe(here.stdout)
  })
})

describe.skipIf(seeded === undefined)('builds', () => {
  test('hello is built, found again, and runs; the collector keeps what a root needs', () => {
    const result = join(directory, 'result')
    const { status, stdout, stderr } = strata(['build', 'hello', `--root=${result}`])
    expect(stderr).toMatch(/^$|phase `check' succeeded/m)
    expect(status).toBe(0)
    const path = stdout.trim()
    expect(path).toMatch(/^\/gnu\/store\/[0-9a-z]{32}-hello-2\.10$/)
    expect(readlinkSync(result)).toBe(path)
    expect(strata(['build', 'hello']).stdout).toBe(stdout)
    expect(strata(['shell', 'hello', '--', 'hello'])).toMatchObject({ status: 0, stdout: 'Hello, world!\n' })

    const requisites = strata(['gc', '-R', path]).stdout.trim().split('\n')
    expect(requisites.map((item) => item.replace(/^.{44}/, '')).sort()).toEqual(['glibc-bootstrap-2.36', 'hello-2.10'])
    expect(strata(['gc', '--list-live']).stdout.split('\n')).toContain(path)
    const refused = strata(['gc', '-D', path])
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('still alive')
  }, 300_000)

  test('hello refers to nothing but the store', () => {
    if (!isInstalled('readelf')) return
    const path = strata(['build', 'hello']).stdout.trim()
    const { stdout } = spawnSync('readelf', ['-dlW', join(root ?? '', path, 'bin/hello')], { encoding: 'utf8' })
    const paths = [...stdout.matchAll(/(?:\[|: )(\/[^\s\]]+)/g)].flatMap((m) => (m[1] ?? '').split(':'))
    expect(paths.length).toBeGreaterThan(1)
    expect(paths.filter((p) => !p.startsWith('/gnu/store/'))).toEqual([])
  }, 300_000)

  test('a failing phase is named, its build directory kept, and its log found', () => {
    const path = file(
      'phase.scm',
      `${recipeModules}(package (inherit hello)
         (arguments (list #:phases #~(modify-phases %standard-phases
                                       (replace 'configure (lambda _ (display "before it fails\\n") (invoke "false")))))))`,
    )
    const { status, stdout, stderr } = strata(['build', '-K', '-f', path])
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain("phase `configure' failed")
    expect(stderr).toContain('command "false" failed with status 1')
    expect(stderr).toMatch(/error: build of .* failed: .* in phase `configure'/)
    const kept = /the build directory was kept: (\S+)/.exec(stderr)?.[1] ?? ''
    expect(readdirSync(kept)).toContain('hello-2.10')
    removeTree(kept)
    const log = /zcat (\S+)/.exec(stderr)?.[1] ?? ''
    expect(existsSync(log)).toBe(true)
    expect(spawnSync('zcat', [log], { encoding: 'utf8' }).stdout).toContain('before it fails')
  }, 300_000)

  test('a computed file is built by a script in the same interpreter', () => {
    const text =
      '(computed-file "squares" #~(call-with-output-file #$output (lambda (port) (write (map (lambda (x) (* x x)) (iota 5)) port))))'
    const { stdout, stderr } = strata(['build', '-e', text])
    expect(stderr).not.toContain('error:')
    const cat = strata(['shell', 'coreutils', '--', 'cat', stdout.trim()])
    expect(cat.stdout).toBe('(0 1 4 9 16)')
  }, 300_000)
})
