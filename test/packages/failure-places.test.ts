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

/** Build TEXT's last form, and return what is said of its failure: the line marked by a comment `here` is expected. */
function failure(name: string, text: string): { readonly said: string; readonly expected: string } {
  const path = join(directory, name)
  writeFileSync(path, text)
  const { stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--stack-size=3900', main, 'build', '-f', path],
    { encoding: 'utf8', env: { ...process.env, STRATA_ROOT: root } },
  )
  const line = text.split('\n').findIndex((each) => each.includes('; here')) + 1
  return { said: stderr, expected: `${path}:${line}:` }
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
