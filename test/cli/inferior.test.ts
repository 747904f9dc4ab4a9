/** `strata repl` for scripts and for programs, and (guix inferior), which talks to it. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const repository = resolve(import.meta.dirname, '../..')
const program = join(repository, 'runtime/cli/strata')
let directory: string

const environment = () => ({ ...process.env, STRATA_ROOT: join(directory, 'root') })

function strata(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    input,
    env: environment(),
  })
  return { status, stdout, stderr }
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-inferior-'))
  mkdirSync(join(directory, 'installation/bin'), { recursive: true })
  writeFileSync(join(directory, 'installation/bin/guix'), `#!/bin/sh\nexec '${program}' "$@"\n`, { mode: 0o755 })
  mkdirSync(join(directory, 'modules'))
  writeFileSync(join(directory, 'modules/foo.scm'), '(define-module (foo)) (define-public x 42)')
  writeFileSync(
    join(directory, 'script.scm'),
    '(use-modules (foo)) (write (list x (basename (car (command-line))) (cdr (command-line))))',
  )
})
afterAll(() => removeTree(directory))

test('scripts have the arguments behind them, and modules of -L before or behind', () => {
  expect(strata(['repl', 'script.scm', '-L', 'modules'])).toEqual({
    status: 0,
    stdout: '(42 "script.scm" ())',
    stderr: '',
  })
  expect(strata(['repl', '-L', 'modules', '--', 'script.scm', '-a', 'b', '--input=c']).stdout).toBe(
    '(42 "script.scm" ("-a" "b" "--input=c"))',
  )
})

test('programs get values, objects and exceptions as data', () => {
  const requests = `(() repl-version 0 1 1) (values 1 "two" '(3)) (current-output-port) (throw 'a 'b 3) (define y 7) y`
  const { stdout } = strata(['repl', '-t', 'machine'], requests)
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toBe('(repl-version 0 1 1)')
  expect(lines[1]).toBe('(values (value 1) (value "two") (value (3)))')
  expect(lines[2]).toMatch(/^\(values \(non-self-quoting \d+ "#<.*>"\)\)$/)
  expect(lines[3]).toMatch(/^\(exception \(arguments a \(value b\) \(value 3\)\) \(stack \(.*\)\)\)$/)
  expect(lines.at(-1)).toBe('(values (value 7))')
  // The first version of the protocol has no stacks.
  expect(strata(['repl', '-t', 'machine'], "(throw 'a 'b)").stdout.split('\n')[1]).toBe('(exception a (value b))')
})

test('whoever connects to a socket is served, one after the other', async () => {
  const socket = join(directory, 'socket')
  const server = spawn(program, ['repl', '-t', 'machine', `--listen=unix:${socket}`], { env: environment() })
  try {
    while (!existsSync(socket)) await new Promise((wake) => setTimeout(wake, 50))
    for (const [expression, answer] of [
      ['(* 6 7)', '(values (value 42))'],
      ['(list 1)', '(values (value (1)))'],
    ]) {
      // Until it listens, connections are refused.
      const client = await new Promise<ReturnType<typeof connect>>((done, fail) => {
        const attempt = (left: number) => {
          const candidate = connect(socket)
          candidate.once('connect', () => done(candidate))
          candidate.once('error', (error) => (left > 0 ? setTimeout(attempt, 50, left - 1) : fail(error)))
        }
        attempt(100)
      })
      client.write(`${expression}\n`)
      const lines: string[] = []
      for await (const line of createInterface({ input: client })) if (lines.push(line) === 2) break
      expect(lines).toEqual(['(repl-version 0 1 1)', answer])
      client.destroy()
    }
  } finally {
    server.kill()
    await once(server, 'exit')
  }
})

test('an endpoint or a kind of prompt that there is not is an error', () => {
  expect(strata(['repl', '--listen=nowhere'])).toMatchObject({
    status: 1,
    stderr: 'strata: error: nowhere: invalid listen specification\n',
  })
  expect(strata(['repl', '--listen=ipx:1']).stderr).toBe('strata: error: ipx: unsupported protocol family\n')
  expect(strata(['repl', '-t', 'typewriter']).status).toBe(1)
})

test('packages of another installation lower as they do here', () => {
  writeFileSync(
    join(directory, 'inferior.scm'),
    `(use-modules (guix inferior) (guix store) (guix derivations) (guix packages) (guix profiles)
       (gnu packages) (gnu packages hello) (srfi srfi-1) (srfi srfi-34))
     (define inferior (open-inferior (canonicalize-path "installation")))
     (define hello* (first (lookup-inferior-packages inferior "hello")))
     (define (same? what a b) (format #t "~a: ~a~%" what (equal? a b)))
     (with-store store
       (same? 'version (package-version hello) (inferior-package-version hello*))
       (same? 'synopsis (package-synopsis hello) (inferior-package-synopsis hello*))
       (same? 'location (package-location hello) (inferior-package-location hello*))
       (same? 'derivation (derivation-file-name (package-derivation store hello))
              (derivation-file-name (inferior-package-derivation store hello*)))
       (same? 'item "hello" (manifest-entry-name (inferior-package->manifest-entry hello*)))
       (same? 'names (fold-packages (lambda (p result) (+ 1 result)) 0) (length (inferior-packages inferior)))
       (same? 'object #t (inferior-object? (inferior-eval '(current-output-port) inferior)))
       (same? 'exception '(key 1 2)
              (guard (c ((inferior-exception? c) (inferior-exception-arguments c)))
                (inferior-eval '(throw 'key 1 2) inferior)))
       (same? 'protocol-error #t
              (guard (c ((store-protocol-error? c) (string? (store-protocol-error-message c))))
                (inferior-eval-with-store inferior store
                                          '(lambda (store) (add-text-to-store store "we|rd/?!@" "")))))
       (close-inferior inferior))`,
  )
  const { stdout, stderr } = strata(['./inferior.scm'])
  expect({ stderr, stdout }).toEqual({
    stderr: '',
    stdout: ['version', 'synopsis', 'location', 'derivation', 'item', 'names', 'object', 'exception', 'protocol-error']
      .map((name) => `${name}: #t\n`)
      .join(''),
  })
})

test('the modules of (gnu) are used by short names; one that there is not has a hint', () => {
  const show = (name: string) =>
    strata(['-c', `(use-modules (gnu) (guix packages)) (use-package-modules ${name}) (display (package-name zlib))`])
  expect(show('compression').stdout).toBe('zlib')
  expect(show('zlib').stderr).toContain('module (gnu packages zlib) not found')
  expect(show('zlib').stderr).toContain("hint: Try adding `(use-package-modules compression)'.")
})
