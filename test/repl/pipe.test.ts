/** The loop in a pipe: values, commands, nested prompts, the exit status. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { replCommands } from '../../runtime/repl/commands/index.ts'
import { isInstalled } from '../support/programs.ts'

const scratch = mkdtempSync(join(tmpdir(), 'strata-repl-'))
const strata = join(import.meta.dirname, '../../runtime/cli/strata')
afterAll(() => rmSync(scratch, { recursive: true }))

interface Ran {
  readonly out: string
  readonly err: string
  readonly status: number | null
}

function repl(input: string, { args = ['-q'], env = {} }: { args?: string[]; env?: Record<string, string> } = {}): Ran {
  const { stdout, stderr, status } = spawnSync(strata, ['repl', ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, XDG_CONFIG_HOME: scratch, XDG_STATE_HOME: scratch, XDG_CACHE_HOME: scratch, ...env },
  })
  return { out: stdout, err: stderr, status }
}

/** The output of a session that makes no error. */
function output(input: string): string {
  const { out, err } = repl(input)
  expect(err).toBe('')
  return out
}

const shared = `(+ 1 2)
(values 1 "two")
(define x 5)
(if #f #f)
$1
(list x 'sym #\\a 1.5 #t)
(begin (display "shown") (newline) 'done)
`

test.runIf(isInstalled('guile'))('values are printed as Guile prints them', () => {
  const { stdout } = spawnSync('guile', ['-q'], {
    input: shared,
    encoding: 'utf8',
    env: { ...process.env, HOME: scratch },
  })
  const values = stdout.slice(stdout.indexOf('$1')).replace(/scheme@.*\n?$/, '')
  expect(output(shared).trimEnd()).toBe(values.trimEnd())
})

test('an error is told, and the loop goes on', () => {
  const { out, err, status } = repl('(car 5)\n(+ 1 1)\n')
  expect(out).toBe('$1 = 2\n')
  expect(err).toContain('<input>:1:0: error: In procedure car: Wrong type argument in position 1 (expecting pair): 5')
  expect(err).toContain("Entering a new prompt.  Type `,bt' for a backtrace or `,q' to continue.")
  expect(status).toBe(0)
})

test('the exit status is what the program asks for', () => {
  expect(repl('(exit 3)\n(display "never")')).toEqual({ out: '', err: '', status: 3 })
})

test('an error can be looked at: calls, arguments, variables', () => {
  const { out } = repl(
    '(define (f x y) (let ((z (string-append y "!"))) (+ (car x) (string-length z))))\n(f 5 "y")\n,bt\n,locals\n,up\n,down\n,error\n,q\n,bt\n',
  )
  expect(out).toContain('  0 (f 5 "y") at <input>:1:49\n')
  expect(out).toContain('= x = 5\n')
  expect(out).toContain('= z = "y!"\n')
  expect(out).toContain('  1 top level at <input>:2:0\n')
  expect(out).toContain('error: In procedure car')
  expect(repl(',bt\n').err).toBe('Nothing to debug.\n')
})

describe('commands', () => {
  test.each([
    ['expand', ',expand (when #t 1)', '(if #t 1)\n'],
    ['x', ',x (let loop ((i 0)) (loop i))', '(letrec ((loop (lambda (i) (loop i)))) (loop 0))\n'],
    ['optimize', ',optimize (car (list 1))', '(car (list 1))\n'],
    ['module', ',m (srfi srfi-1)\n,m\n(first (list 1 2))', '(srfi srfi-1)\n$1 = 1\n'],
    ['use', ',use (srfi srfi-1)\n(iota 2)', '$1 = (0 1)\n'],
    ['in', ',in (srfi srfi-1) (first (list 7))', '$1 = 7\n'],
    ['apropos', ',a ^string-pad', '(guile): string-pad\t#<procedure string-pad'],
    ['describe', ',describe car', 'Return the first part of PAIR.'],
    ['describe a macro', ',d when', 'when is a macro.'],
    ['describe a procedure with a docstring', '(define (g) "Say nothing." 1)\n,d g', 'Say nothing.'],
    ['pretty-print', ",pp '(define (f x) x)", '(define (f x) x)\n'],
    ['time', ',time (+ 1 2)', 's real time, '],
    ['profile', ',profile (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))', 'Total time:'],
    ['trace', '(define (f x) (* x 2))\n,trace (f 4)', 'trace: (f 4)\ntrace: 8\n$1 = 8\n'],
    ['inspect', ',inspect (list 1 "b")', '(1 "b")\n  $1 = 0: 1\n  $2 = 1: "b"\n'],
    ['compile', ',compile (car x)', 'return function'],
    ['binding', '(define only-one 1)\n,binding', 'only-one'],
    ['import', ',import', '(guile)\n'],
    ['option', ',option value-history #f\n(+ 1 1)\n,option value-history', '2\nvalue-history #f\n'],
    ['statistics', ',stat', 'heap in use:'],
    ['gc', ',gc', ' after\n'],
    ['show', ',show version', 'Guile 3.0'],
    ['help', ',help', 'Help Commands [abbrev]:'],
    ['help of a command', ',help -c describe', 'Usage: describe OBJ\n'],
  ])(',%s', (_, input, expected) => {
    expect(output(`${input}\n`)).toContain(expected)
  })

  test(',load and ,reload run a file again, and ,edit opens it at the line', () => {
    mkdirSync(join(scratch, 'm'), { recursive: true })
    const file = join(scratch, 'm/mod.scm')
    const text = (n: number): string => `(define-module (m mod)\n  #:export (number))\n\n(define (number) ${n})\n`
    writeFileSync(file, text(1))
    const editor = join(scratch, 'editor')
    writeFileSync(editor, `#!/bin/sh\necho "editor $1"\nsed -i 's/(number) 1/(number) 2/' "$2"\n`, { mode: 0o755 })
    const { out, err } = repl('(use-modules (m mod))\n(number)\n,edit number\n(number)\n,reload (m mod)\n', {
      args: ['-q', '-L', scratch],
      env: { EDITOR: editor, VISUAL: '' },
    })
    expect(err).toBe('')
    expect(out).toBe(`$1 = 1\neditor +4\n;;; reloaded ${file}\n$2 = 2\n;;; reloaded ${file}\n`)
  })

  test('programs define more of them', () => {
    const definition = `(use-modules (system repl command))
(define-meta-command ((greet salutations) repl (name) . more) "Greet NAME." (format #t "hello ~a ~s~%" name more))
,greet world 1 2
,help salutations
`
    const text = output(definition)
    expect(text).toContain('hello world (1 2)\n')
    expect(text).toContain('Salutations Commands [abbrev]:')
    expect(text).toContain('Greet NAME.')
  })

  test('each is documented, and help lists it', () => {
    const text = output(',help all\n')
    for (const command of new Set(replCommands.values())) {
      expect(text).toContain(` ,${[command.names[0], command.usage].join(' ').trim()}`)
      expect(text).toContain(command.doc.split('\n')[0])
    }
  })

  test('one that does not exist is told', () => {
    expect(repl(',nonsense\n1\n')).toMatchObject({ out: '$1 = 1\n', err: 'Unknown meta command: nonsense\n' })
  })
})

test('the file of definitions is loaded, unless -q says no', () => {
  mkdirSync(join(scratch, 'strata'), { recursive: true })
  writeFileSync(join(scratch, 'strata/init.scm'), '(define from-init 1)\n')
  expect(repl('from-init\n', { args: [] }).out).toBe('$1 = 1\n')
  expect(repl('from-init\n').err).toContain('Unbound variable: from-init')
})

test('a program reads the lines after it', () => {
  const input = "(use-modules (ice-9 rdelim))\n(list (read-line) (read-line))\nfirst\n(second\n'after\n"
  expect(output(input)).toBe('$1 = ("first" "(second")\n$2 = after\n')
})

test('a name that means nothing is told with its place', () => {
  expect(repl('1\n  no-such-name\n').err).toContain('<input>:2:2: error: Unbound variable: no-such-name')
})

test('a datum that ends too early is told at the end', () => {
  const { err } = repl('(display 1\n')
  expect(err).toContain('unexpected end of input while searching for: )')
  expect(err).toContain('the one opened at <input>:1:0 is not closed')
})

test('a tracepoint prints the calls of a procedure until it is deleted', () => {
  const text = output(
    '(define (twice x) (* 2 x))\n,tracepoint twice\n(twice 4)\n,traps\n,delete 0\n(twice 5)\n,traps\n',
  )
  const tracepoint = 'Trap 0: Tracepoint at #<procedure twice (x)>.\n'
  expect(text).toBe(`${tracepoint}trace: (twice 4)\ntrace: 8\n$1 = 8\n${tracepoint}$2 = 10\nNo traps set.\n`)
})
