/** The commands of the REPL for package authors, in a pipe: what a recipe becomes, and stepping through its phases in the
 *  sandbox, with a change of the recipe on the way. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { strata } from '../support/daemons.ts'
import { isInstalled } from '../support/programs.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()
const directory = mkdtempSync(join(tmpdir(), 'strata-authoring-'))
afterAll(() => rmSync(directory, { recursive: true }))

const env = { ...process.env, STRATA_ROOT: root, XDG_CONFIG_HOME: directory }
const file = join(directory, 'stepped.scm')

function recipe(second: string): string {
  return `(define-module (stepped)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system gnu)
  #:use-module (gnu packages base) #:export (thing))
(define thing
  (package
    (inherit hello) (name "stepped")
    (arguments
     (list #:phases
           #~(list (cons 'first
                         (lambda* (#:key outputs #:allow-other-keys)
                           (mkdir "work") (chdir "work") (setenv "GREETING" "kept")
                           (mkdir (assoc-ref outputs "out"))))
                   (cons 'second (lambda _ ${second}))
                   (cons 'third
                         (lambda* (#:key outputs #:allow-other-keys)
                           (format #t "~a ~a~%" (basename (getcwd)) (file-exists? (assoc-ref outputs "out")))
                           (force-output))))))))
`
}

function run(...lines: string[]): string {
  const { stdout } = spawnSync(strata, ['repl', '-q'], { encoding: 'utf8', env, input: `${lines.join('\n')}\n` })
  return stdout
}

describe.skipIf(root === undefined)('package authors', () => {
  test('see what a recipe becomes', () => {
    const said = run(
      '(use-modules (gnu packages base) (guix gexp) (guix monads) (guix store))',
      ',inputs hello',
      ',drv hello',
      ',lower #~(list #$(plain-file "name" "text") 2)',
      ',enter-store-monad',
      '(return 42)',
      ',q',
      '(+ 1 1)',
    )
    expect(said).toMatch(/implicit inputs:\n(.*\n)* {2}gcc@/)
    expect(said).toMatch(/\$1 = "\/gnu\/store\/\w+-hello-2.10.drv"/)
    expect(said).toMatch(/\(list "\/gnu\/store\/\w+-name"\s+2\)/)
    expect(said).toContain('$2 = 42')
    expect(said).toContain('$3 = 2')
  }, 60_000)

  test('step through phases, change one in the file, and go on', async () => {
    writeFileSync(file, recipe('(error "not yet")'))
    const repl = spawn(strata, ['repl', '-q'], { env })
    let said = ''
    for (const stream of [repl.stdout, repl.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
    const until = async (text: string): Promise<void> => {
      while (!said.includes(text) && repl.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const enter = (...lines: string[]): boolean => repl.stdin.write(`${lines.join('\n')}\n`)
    enter(`(add-to-load-path "${directory}")`, '(use-modules (stepped))', ',phases thing', ',step', ',step')
    await until("phase `second' failed; look around")
    writeFileSync(file, recipe('(format #t "~a ~a~%" (getenv "GREETING") (basename (getcwd)))'))
    utimesSync(file, new Date(), new Date(Date.now() + 5000))
    enter(',reload', ',retry', ',step', ',step')
    repl.stdin.end()
    await new Promise((resolve) => repl.once('close', resolve))
    expect(said).toContain('-> first\n   second\n   third\n')
    expect(said).toMatch(/stepped\.scm:13:43: error: phase `second' failed\n +13 \| .*"not yet"/)
    expect(said).toMatch(/;;; reloaded .*stepped\.scm/)
    expect(said).toContain('kept work\n')
    expect(said).toContain('work #t\n')
    expect(said).toContain(';; that was the last phase')
    expect(said).toContain('all phases were run')
  }, 120_000)

  test('are told what commands cannot be about', () => {
    const said = run(
      ',inputs 3',
      ',drv "foo"',
      ',phases (@ (gnu packages base) glibc)',
      ',step',
      ',lint car',
      '(+ 1 1)',
    )
    expect(said).not.toContain('Entering a new prompt')
    expect(said).toContain('$1 = 2')
    const { stderr } = spawnSync(strata, ['repl', '-q'], { encoding: 'utf8', env, input: ',inputs 3\n,drv "foo"\n' })
    expect(stderr).toContain('3 is no package')
    expect(stderr).toContain('"foo" cannot be built')
  }, 60_000)

  test.skipIf(!isInstalled('script'))(
    'look around in the sandbox, in a shell that controls the terminal, and get that back',
    async () => {
      writeFileSync(file, recipe('(error "not yet")'))
      const repl = spawn('script', ['-qec', `${strata} repl -q`, '/dev/null'], {
        env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
      })
      let said = ''
      repl.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
      const answered = async (answer: string): Promise<void> => {
        while (!said.includes(answer) && repl.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const enter = async (text: string, answer: string): Promise<void> => {
        said = ''
        repl.stdin.write(`${text}\r`)
        await answered(answer)
      }
      await answered('scheme@')
      await enter(`(begin (add-to-load-path "${directory}") (* 3 37))`, '= 111')
      await enter('(begin (use-modules (stepped)) (* 2 37))', '= 74')
      await enter(',step thing', ';; next: second')
      await enter(',shell', '$ ')
      await enter('case $- in *m*) echo "$PWD+$GREETING" jobs $((20 + 3));; esac', ' 23')
      expect(said).toMatch(/\/tmp\/guix-build-stepped-2\.10\.drv-0\/work\+kept/)
      await enter('exit', 'scheme@')
      await enter('(* 6 7)', '= 42')
      expect(said).toContain('= 42')
      repl.stdin.write(',q\r')
      await new Promise((resolve) => repl.once('close', resolve))
    },
    120_000,
  )
})
