/** Recipes outside the repository, as authors of channels write them: found by -L and GUIX_PACKAGE_PATH, with patches,
 *  snippets and local files beside them, built in the sandbox, and refused with the place of the mistake. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { seededStore } from '../support/seeded-store.ts'

const main = resolve(import.meta.dirname, '../../runtime/cli/main.ts')
const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()

let directory: string

function strata(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--stack-size=3900', main, ...args],
    {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, STRATA_ROOT: root ?? join(directory, 'root'), ...env },
    },
  )
  return { status, stdout, stderr }
}

function file(name: string, text: string): void {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** A channel module (NAME) whose public package `thing` has the given fields in place of those of the base. */
function recipe(channel: string, name: string, fields: string): void {
  file(
    `${channel}/${channel}/${name}.scm`,
    `(define-module (${channel} ${name})
  #:use-module (guix) #:use-module (guix build-system trivial) #:use-module (guix build-system copy)
  #:use-module (guix git-download) #:use-module (gnu packages))
(define base
  (package
    (name "${name}") (version "1") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(mkdir #$output)))
    (synopsis "") (description "") (home-page #f) (license #f)))
(define-public thing
  (package
    (inherit base)
    ${fields}))
`,
  )
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-channel-'))
})

afterAll(() => removeTree(directory))

describe('finding packages', () => {
  test('by name in a relative directory of GUIX_PACKAGE_PATH', () => {
    recipe('found', 'channel-thing', '(arguments \'(#:builder (mkdir (assoc-ref %outputs "out"))))')
    const outcome = strata(['build', '-d', 'channel-thing'], { GUIX_PACKAGE_PATH: 'found' })
    expect(outcome.stdout).toMatch(/^\/gnu\/store\/.*-channel-thing-1\.drv\n$/)
  })

  test('by name in a directory given with -L, before the collection', () => {
    recipe('found', 'hello', '(arguments (list #:builder #~(mkdir #$output)))')
    const outcome = strata(['build', '-d', '-L', 'found', 'hello@1'])
    expect(outcome.stdout).toMatch(/-hello-1\.drv\n$/)
  })

  test('an expression may give several', () => {
    const outcome = strata(['build', '-d', '-e', '(list (plain-file "a" "a") (computed-file "b" #~(mkdir #$output)))'])
    expect(outcome.stdout).toMatch(/-b\.drv\n$/)
  })
})

describe.skipIf(root === undefined)('building', () => {
  test('a patch and a snippet change the source', () => {
    file('patched/note.patch', '--- a/note\n+++ b/note\n@@ -1 +1 @@\n-one\n+two\n')
    file('patched/source/note', 'one\n')
    file('patched/source/other', 'keep\n')
    spawnSync('tar', ['cf', 'patched/s.tar', '-C', 'patched', 'source'], { cwd: directory })
    const hash = strata(['hash', 'patched/s.tar']).stdout.trim()
    recipe(
      'patched',
      'note',
      `(source (origin (method url-fetch) (uri "file://${directory}/patched/s.tar") (sha256 (base32 "${hash}"))
                (patches (search-patches "note.patch"))
                (modules '((guix build utils)))
                (snippet '(substitute* "other" (("keep") "kept")))))`,
    )
    const { stdout, stderr } = strata(['build', '-q', '-S', '-L', 'patched', 'note'])
    expect(stderr).toBe('')
    const listed = spawnSync('tar', ['xOf', join(root ?? '', stdout.trim())], { encoding: 'utf8' })
    expect(listed.stdout.split('\n').sort()).toEqual(['', 'kept', 'two'])
  })

  test('a local file is beside the module that names it', () => {
    file('beside/data/text', 'beside')
    recipe('beside', 'reader', '(arguments (list #:builder #~(copy-file #$(local-file "../data/text") #$output)))')
    const { stdout, stderr } = strata(['build', '-q', '-L', 'beside', 'reader'])
    expect(stderr).toBe('')
    expect(readFileSync(join(root ?? '', stdout.trim()), 'utf8')).toBe('beside')
  })

  test('copy-build-system follows the install plan', () => {
    recipe(
      'copied',
      'plan',
      `(source (file-union "s" \`(("d/a.txt" ,(plain-file "a" "A")) ("d/b.log" ,(plain-file "b" "B")))))
       (build-system copy-build-system)
       (arguments '(#:install-plan '(("d/" "share/" #:include (".txt")) ("d/b.log" "log"))))`,
    )
    const { stdout, stderr } = strata(['build', '-q', '-L', 'copied', 'plan'])
    expect(stderr).toBe('')
    const found = spawnSync('find', ['.', '-not', '-type', 'd'], {
      cwd: join(root ?? '', stdout.trim()),
      encoding: 'utf8',
    })
    expect(found.stdout.split('\n').sort()).toEqual(['', './log', './share/a.txt'])
  })

  test('a script builds a derivation and reads its output by its name', () => {
    file(
      'script.scm',
      `(use-modules (guix) (ice-9 textual-ports))
       (with-store store
         (let* ((inner (computed-file "inner" #~(begin (mkdir #$output) (call-with-output-file (string-append #$output "/x")
                                                          (lambda (port) (write 42 port))))))
                (drv (run-with-store store
                       (gexp->derivation "linked" #~(symlink #$inner #$output)))))
           (build-derivations store (list drv))
           (display (call-with-input-file (string-append (derivation->output-path drv) "/x") get-string-all))))`,
    )
    expect(strata(['script.scm']).stdout).toBe('42')
  })
})

describe('mistakes', () => {
  test.each([
    [
      'an input that is no package',
      'odd',
      "(inputs (list 'foo))",
      /odd\.scm:12:12: error: package `odd@1' has an invalid input: foo/,
    ],
    [
      'an argument that the build system does not know',
      'arg',
      '(arguments (list #:test? #f))',
      /arg\.scm:12:15: error: package `arg@1': .*#:test\?/,
    ],
    [
      'an unknown field',
      'field',
      '(inputz (list))',
      /field\.scm:12:4: error: package: extraneous field initializers \(inputz\)/,
    ],
  ])('%s', (_, name, fields, message) => {
    recipe(`bad-${name}`, name, fields)
    const outcome = strata(['build', '-d', '-L', `bad-${name}`, '-e', `(@ (bad-${name} ${name}) thing)`])
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toMatch(message)
  })

  test('a module named otherwise than its file', () => {
    file('bad/bad/file.scm', '(define-module (bad other))\n')
    const outcome = strata(['build', '-d', '-L', 'bad', '-e', '(@ (bad file) thing)'])
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toMatch(/no code for module \(bad file\): .*bad\/file\.scm defines \(bad other\)/)
  })
})
