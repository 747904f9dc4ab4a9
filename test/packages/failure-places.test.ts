/** A build that fails is told with the line of the recipe that the failing form came from: through G-expressions that
 *  procedures put together, splices, and lists that recipes quote. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { seededStore } from '../support/seeded-store.ts'

const main = resolve(import.meta.dirname, '../../runtime/cli/main.ts')
const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()
const directory = mkdtempSync(join(tmpdir(), 'strata-places-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Write a file with TEXT, and return its name and the place of the line marked by a comment `here`. */
function written(name: string, text: string): { readonly path: string; readonly expected: string } {
  const path = join(directory, name)
  writeFileSync(path, text)
  const line = text.split('\n').findIndex((each) => each.includes('; here')) + 1
  return { path, expected: `${path}:${line}:` }
}

function strata(...args: readonly string[]) {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--stack-size=3900', main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: root },
  })
}

/** Build TEXT's last form, and return what is said of its failure: the line marked by a comment `here` is expected. */
function failure(name: string, text: string): { readonly said: string; readonly expected: string } {
  const { path, expected } = written(name, text)
  return { said: strata('build', '-L', directory, '-f', path).stderr, expected }
}

const modules = `(use-modules (guix packages) (guix gexp) (guix build-system gnu) (gnu packages base))\n`

describe.skipIf(root === undefined)('the place of a failure', () => {
  test('in a computed file', () => {
    const { said, expected } = failure(
      'computed.scm',
      `${modules}(computed-file "place-computed"
  (with-imported-modules '((guix build utils))
    #~(begin
        (use-modules (guix build utils))
        (define (run program)
          (invoke program "x") ; here
          #t)
        (mkdir #$output)
        (run "false"))))`,
    )
    expect(said).toContain(expected)
    expect(said).toMatch(/the lowered script: \/gnu\/store\/[^ ]+-place-computed-builder:1:\d+/)
  })

  test.each([
    ['a program', 'program-file', 'system*'],
    ['a Scheme file', 'scheme-file', 'load'],
  ])('in %s that a build runs', (_, make, run) => {
    const { said, expected } = failure(
      `${make}.scm`,
      `${modules}(define it
  (${make} "place-script"
    #~(begin
        (define (check things)
          (for-each (lambda (thing)
                      (string-length thing)) ; here
                    things))
        (check (list "a" #$"b" 'c)))))
(computed-file "place-${make}"
  #~(begin
      (mkdir #$output)
      (unless (eq? 0 (${run} #$it))
        (error "it failed"))))`,
    )
    expect(said).toContain(expected)
    expect(said).toMatch(/lowered (script: |to )\/gnu\/store\/[^ ]+-place-script:\d:\d+/)
  })

  test('in the forms of a Scheme file that are spliced', () => {
    const { said, expected } = failure(
      'spliced.scm',
      `${modules}(define one #~(define x 1))
(define two #~(display (vector-ref (vector 1) x))) ; here
(computed-file "place-spliced"
  #~(begin (mkdir #$output) (load #$(scheme-file "place-forms" (list one two) #:splice? #t))))`,
    )
    expect(said).toContain(expected)
  })

  test('in a script of the user', () => {
    const script = written('its-script.scm', `(define (f x)\n  (car x)) ; here\n(display (f '()))`)
    const { said } = failure(
      'local.scm',
      `${modules}(computed-file "place-local" #~(begin (mkdir #$output) (load #$(local-file "its-script.scm"))))`,
    )
    expect(said).toContain(script.expected)
  })

  test.each([
    ['package', (file: string) => ['package', '-f', file, '-p', join(directory, 'profile')]],
    ['shell', (file: string) => ['shell', '-f', file, '--', 'true']],
    ['build of a manifest', (file: string) => ['build', '-m', file]],
    ['a script', (file: string) => [file]],
  ])('with %s', (command, args) => {
    const last: Readonly<Record<string, string>> = {
      'build of a manifest': '((@ (guix profiles) packages->manifest) (list broken))',
      'a script': `((@ (guix store) with-store) store
  ((@ (guix derivations) build-derivations) store (list (package-derivation store broken))))`,
    }
    const { path, expected } = written(
      'package.scm',
      `${modules}(use-modules (guix build-system trivial))
(define broken
  (package
    (name "place-broken") (version "1") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(begin
                                   (mkdir #$output)
                                   (string-length 42)))) ; here
    (synopsis "Broken") (description "It fails.") (home-page #f) (license #f)))
${last[command] ?? 'broken'}`,
    )
    const { stderr, status } = strata(...args(path))
    expect(stderr).toContain(expected)
    expect(stderr).toMatch(/hint: the lowered script: \/gnu\/store\/[^ ]+-place-broken-1-builder:1:\d+/)
    expect(status).toBe(1)
  })

  const ownModule = `(define-module (place-module)
  #:export (work))
(define (work x)
  (+ 1 (vector-ref (vector 1 2) x))) ; here`

  test('in a module of the user, where it runs and where it is compiled', () => {
    const text = `${modules}(computed-file "place-of-module"
  (with-imported-modules '((place-module))
    #~(begin
        (use-modules (place-module))
        (mkdir #$output)
        (display (work 7)))))`
    const { expected } = written('place-module.scm', ownModule)
    expect(failure('module.scm', text).said).toContain(expected)
    const broken = written(
      'place-module.scm',
      `(define-module (place-module)\n  #:export (work))\n(define (work) ; here\n)`,
    )
    expect(failure('module.scm', text).said).toContain(broken.expected)
  })

  test('in a program that is run later', () => {
    const inModule = written('place-module.scm', ownModule)
    const { path, expected } = written(
      'later.scm',
      `${modules}(program-file "place-later"
  (with-imported-modules '((place-module))
    #~(begin
        (use-modules (place-module))
        (if (null? (cdr (command-line)))
            (display (work 5))
            (begin
              (display "so")
              (string-length 'symbol)))))) ; here`,
    )
    const built = strata('build', '-L', directory, '-f', path)
    expect(strata('shell', '--', 'sh', '-c', `${built.stdout.trim()} x`).stderr).toContain(
      `note: lowered from ${expected}`,
    )
    expect(strata('shell', '--', built.stdout.trim()).stderr).toContain(`note: lowered from ${inModule.expected}`)
  })

  test('in a phase that procedures put together', () => {
    const { said, expected } = failure(
      'phase.scm',
      `${modules}(define (check things)
  #~(for-each (lambda (thing)
                (display thing)
                (error "not good:" thing)) ; here
              (list "first" #$@things "last")))
(define (phases . things)
  #~(list (cons 'try (lambda _
                       #$@(map (lambda (thing) #~(display #$thing)) things)
                       #$(check things)
                       #t))))
(package
  (inherit hello) (name "place-phase")
  (arguments (list #:phases (phases "a" "b"))))`,
    )
    expect(said).toContain(expected)
    expect(said).toContain("in phase `try'")
  })

  test('in phases that are quoted', () => {
    const { said, expected } = failure(
      'quoted.scm',
      `${modules}(package
  (inherit hello) (name "place-quoted")
  (arguments
   \`(#:phases
     (list (cons 'try
                 (lambda _
                   (display ,(package-version hello))
                   (rename-file "no-such-file" ; here
                                "another")))))))`,
    )
    expect(said).toContain(expected)
  })

  test.each([
    ['quoted', "'"],
    ['a G-expression', '#~'],
  ])('in a snippet that is %s', (name, prefix) => {
    const { said, expected } = failure(
      `snippet-${name.length}.scm`,
      `${modules}(package
  (inherit hello) (name "place-snippet")
  (source (origin (inherit (package-source hello))
    (modules '((guix build utils)))
    (snippet
     ${prefix}(begin
        (delete-file-recursively "doc")
        (delete-file "no-such-file") ; here
        #t)))))`,
    )
    expect(said).toContain(`${expected}8: error: `)
  })

  test('in the code that all packages share: the package is named', () => {
    const { said, expected } = failure(
      'shared.scm',
      `${modules}(package (inherit hello) ; here
  (name "place-shared")
  (arguments (list #:make-flags #~(list "CC=no-such-compiler"))))`,
    )
    expect(said).toContain(`${expected}0: error: `)
    expect(said).toContain("in phase `build'")
  })
})
