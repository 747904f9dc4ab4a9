/** A checkout of Guix named with -L or GUIX_PACKAGE_PATH: its packages are found, strata's modules stay the language. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const strata = new URL('../../runtime/cli/strata', import.meta.url).pathname
const scratch = mkdtempSync(join(tmpdir(), 'strata-whole-guix-'))
const guix = join(scratch, 'guix')
afterAll(() => removeTree(scratch))

function write(name: string, text: string): void {
  const file = join(guix, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const pack = (name: string) => `
(define-public ${name}
  (package
    (name "${name}") (version "1.0") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(mkdir #$output)))
    (home-page "https://example.org") (synopsis "Words") (description "Words.") (license #f)))`

beforeAll(() => {
  // Of those that strata has too, none may be loaded.
  for (const name of ['guix/packages', 'guix/gexp', 'guix/build/utils', 'gnu/packages']) {
    write(`${name}.scm`, `(define-module (${name.replaceAll('/', ' ')})) (error "Guix's own ${name}")`)
  }
  write('guix/words.scm', '(define-module (guix words)) (define-public synopsis-of-all "All words")')
  write(
    'gnu/packages/words.scm',
    `(define-module (gnu packages words)
       #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial)
       #:use-module (guix words))
     ${pack('words').replace('"Words"', 'synopsis-of-all')}`,
  )
  write('tests/words.scm', `(define-module (tests words) #:use-module (guix packages)) ${pack('no-package')}`)
})

function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  return spawnSync(strata, args, {
    encoding: 'utf8',
    timeout: 120_000,
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(scratch, 'cache'),
      STRATA_ROOT: join(scratch, 'root'),
      GUIX_PACKAGE_PATH: '',
      ...variables,
    },
  })
}

test('commands find its packages', () => {
  const { stdout, stderr } = run(['show', '-L', guix, 'words'])
  expect(stdout).toContain('synopsis: All words')
  expect(stderr).not.toContain("Guix's own")
  const named = run(['build', '-d', '--no-grafts', '-L', guix, 'words'])
  expect(named.stdout).toMatch(/^\/gnu\/store\/\w{32}-words-1\.0\.drv\n$/)
  const { stdout: path } = run(['build', '-d', '--no-grafts', 'words'], { GUIX_PACKAGE_PATH: guix })
  expect(path).toBe(named.stdout)
})

test('programs load its modules that strata does not have, and what came to it since', () => {
  const program = '(use-modules (guix packages) (gnu packages words)) (display (package-synopsis words))'
  expect(run(['-L', guix, '-c', program]).stdout).toBe('All words')
  write('guix/later.scm', '(define-module (guix later)) (define-public now "now")')
  expect(run(['-L', guix, '-c', '(use-modules (guix later)) (display now)']).stdout).toBe('now')
})

test('an error in it names its file', () => {
  write('gnu/packages/broken.scm', '(define-module (gnu packages broken))\n(define-public x (car 1))')
  const { stderr } = run(['-L', guix, '-c', '(use-modules (gnu packages broken))'])
  expect(stderr).toContain('gnu/packages/broken.scm:2:')
})

test('caches of input methods are made with the programs of its GTK', () => {
  write(
    'gnu/packages/gtk.scm',
    `(define-module (gnu packages gtk)
       #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial))
     (define-public gtk+
       (package
         (name "gtk+") (version "3.24") (source #f) (build-system trivial-build-system) (outputs '("out" "bin"))
         (arguments (list #:builder #~(begin (mkdir #$output) (mkdir #$output:bin))))
         (home-page #f) (synopsis "") (description "") (license #f)))
     (define-public gtk+-2 (package (inherit gtk+) (version "2.24")))`,
  )
  const { stdout, stderr } = run([
    '-L',
    guix,
    '-c',
    `(use-modules (guix profiles) (guix profiles hooks) (guix store) (guix derivations) (gnu packages gtk))
     (with-store store
       (let ((drv (run-with-store store (gtk-im-modules (packages->manifest (list gtk+))))))
         (write (filter (lambda (input) (string=? (derivation-name (derivation-input-derivation input)) "gtk+-3.24"))
                        (derivation-inputs drv)))))`,
  ])
  expect(stdout, stderr).toMatch(/-gtk\+-3\.24.drv.*\("bin" "out"\)/)
})
