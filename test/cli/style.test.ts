/** `strata style` and (guix read-print). The expected texts are what `guix style` 1.4 makes of the same files. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const repository = resolve(import.meta.dirname, '../..')
let directory: string
let file: string

function strata(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(repository, 'runtime/cli/strata'), args, {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), XDG_CACHE_HOME: join(directory, 'cache') },
  })
  return { status, stdout, stderr }
}

const source = `(define-module (sty all)
  #:use-module (guix packages) #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix build-system gnu) #:use-module (gnu packages base) #:use-module (gnu packages bash) #:use-module (srfi srfi-1))

;; A comment.
(define-public one
  (package (name "one") (version "1") (source #f)
    (build-system gnu-build-system)
    (arguments \`(#:tests? #f  ;no tests
      #:phases (modify-phases %standard-phases (delete 'check) (add-after 'install 'x (lambda _ #t)))))
    (inputs \`(("sed" ,sed)
              ;; for grep
              ("grep" ,grep "out")))
    (native-inputs \`(("the-bash" ,bash)))
    (home-page #f) (synopsis "One") (description "This is
one.") (license license:gpl3+)))

(define-public two
  (package (inherit one) (name "two")
    (inputs \`(("tar" ,tar) ,@(package-inputs one)))
    (native-inputs \`(("tar" ,tar) ,@(alist-delete "the-bash" (package-native-inputs one))))))
`

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-style-'))
})
beforeEach(() => {
  mkdirSync(join(directory, 'sty'), { recursive: true })
  file = join(directory, 'sty/all.scm')
  writeFileSync(file, source)
})
afterAll(() => removeTree(directory))

test('inputs lose labels that say nothing; others are told and stay', () => {
  const { stderr } = strata(['style', '-L', directory, '-S', 'inputs', 'one', 'two'])
  expect(stderr).toContain("warning: one: input label 'the-bash' does not match package name, bailing out")
  expect(readFileSync(file, 'utf8')).toMatchInlineSnapshot(`
    "(define-module (sty all)
      #:use-module (guix packages) #:use-module ((guix licenses) #:prefix license:)
      #:use-module (guix build-system gnu) #:use-module (gnu packages base) #:use-module (gnu packages bash) #:use-module (srfi srfi-1))

    ;; A comment.
    (define-public one
      (package (name "one") (version "1") (source #f)
        (build-system gnu-build-system)
        (arguments \`(#:tests? #f  ;no tests
          #:phases (modify-phases %standard-phases (delete 'check) (add-after 'install 'x (lambda _ #t)))))
        (inputs (list sed
                      ;; for grep
                      \`(,grep "out")))
        (native-inputs \`(("the-bash" ,bash)))
        (home-page #f) (synopsis "One") (description "This is
    one.") (license license:gpl3+)))

    (define-public two
      (package (inherit one) (name "two")
        (inputs (modify-inputs (package-inputs one)
                  (prepend tar)))
        (native-inputs (modify-inputs (package-native-inputs one)
                         (delete "the-bash")
                         (prepend tar)))))
    "
  `)
})

test('definitions are formatted; a dry run says where and changes nothing', () => {
  const { stderr } = strata(['style', '-L', directory, '-n', 'one'])
  expect(stderr).toMatch(/sty\/all\.scm:6:0: would be edited/)
  expect(readFileSync(file, 'utf8')).toBe(source)
  expect(strata(['style', '-L', directory, 'one', 'two']).status).toBe(0)
  expect(readFileSync(file, 'utf8')).toMatchInlineSnapshot(`
    "(define-module (sty all)
      #:use-module (guix packages) #:use-module ((guix licenses) #:prefix license:)
      #:use-module (guix build-system gnu) #:use-module (gnu packages base) #:use-module (gnu packages bash) #:use-module (srfi srfi-1))

    ;; A comment.
    (define-public one
      (package
        (name "one")
        (version "1")
        (source #f)
        (build-system gnu-build-system)
        (arguments
         \`(#:tests? #f ;no tests
           #:phases (modify-phases %standard-phases
                      (delete 'check)
                      (add-after 'install 'x
                        (lambda _
                          #t)))))
        (inputs \`(("sed" ,sed)
                  ;; for grep
                  ("grep" ,grep "out")))
        (native-inputs \`(("the-bash" ,bash)))
        (home-page #f)
        (synopsis "One")
        (description "This is
    one.")
        (license license:gpl3+)))

    (define-public two
      (package
        (inherit one)
        (name "two")
        (inputs \`(("tar" ,tar)
                  ,@(package-inputs one)))
        (native-inputs \`(("tar" ,tar)
                         ,@(alist-delete "the-bash"
                                         (package-native-inputs one))))))
    "
  `)
})

test('whole files are formatted, and a second time nothing changes', () => {
  expect(strata(['style', '-f', file]).status).toBe(0)
  const text = readFileSync(file, 'utf8')
  expect(text).not.toBe(source)
  expect(text).toContain(';; A comment.\n(define-public one\n  (package\n    (name "one")\n')
  const again = strata(['style', '-n', '-f', file])
  expect(again.stderr).toBe('')
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('a missing parenthesis is an error', () => {
  writeFileSync(file, '(define x (list 1 2)')
  const { status, stderr } = strata(['style', '-f', file])
  expect(status).not.toBe(0)
  expect(stderr).toContain('unexpected end of file')
  expect(stderr).toContain('Did you forget a closing parenthesis?')
})

const tests =
  process.env.STRATA_GUIX_TREE === undefined ? '' : join(process.env.STRATA_GUIX_TREE, 'tests/read-print.scm')
const hasTests = existsSync(tests)
if (!hasTests) console.log('skipped: the tests of (guix read-print) (STRATA_GUIX_TREE names no source of Guix 1.4)')

test.runIf(hasTests)('the tests that Guix has for (guix read-print) pass', () => {
  expect(strata([tests]).stdout).toContain('# of expected passes      42')
  expect(strata([tests]).stdout).not.toContain('unexpected failures')
})
