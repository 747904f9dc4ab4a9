/** The loop on a terminal: editing over several lines, completion, history, Ctrl-C and Ctrl-D. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { isInstalled } from '../support/programs.ts'
import { plain, TerminalProcess } from '../support/terminal.ts'

const scratch = mkdtempSync(join(tmpdir(), 'strata-terminal-'))
const strata = join(import.meta.dirname, '../../runtime/cli/strata')
afterAll(() => rmSync(scratch, { recursive: true }))

let current: TerminalProcess | undefined
afterEach(() => current?.kill())

async function start(env: Record<string, string> = {}): Promise<TerminalProcess> {
  const state = { XDG_STATE_HOME: scratch, XDG_CONFIG_HOME: scratch }
  current = new TerminalProcess([strata, 'repl', '-q'], { TERM: 'xterm', NO_COLOR: '', ...state, ...env })
  await current.expect('scheme@(guile-user)> ')
  return current
}

describe.runIf(isInstalled('script'))('on a terminal', { retry: 2 }, () => {
  test('an entry of several lines is indented, kept together, and found again', async () => {
    const first = await start()
    first.type('(define (twice x)\r(* x 2))\r')
    await first.expect(/\(\* x 2\)\)\n⏎ +scheme@\(guile-user\)> /)
    first.type('(twice 21)\r')
    await first.expect('$1 = 42')
    first.type('\x04')
    expect(await first.ended()).toBe(0)
    expect(readFileSync(join(scratch, 'strata/repl-history'), 'utf8')).toContain(
      '(define (twice x)\\n  (* x 2))\n(twice 21)\n',
    )

    const second = await start()
    second.type('\x12twice x')
    await second.expect("(reverse-i-search)`twice x': (define (twice x)")
    second.type('\r')
    await second.expect(/⏎ +scheme@\(guile-user\)> /)
    second.type('(twice 4)\r')
    await second.expect('$1 = 8')
  })

  test('Ctrl-C stops a loop that calls nothing, a sleep, and an entry; the loop goes on', async () => {
    const terminal = await start()
    for (const endless of [
      '(let loop () (loop))',
      '(sleep 1000)',
      '(define l (list 1 2)) (let loop ((x l)) (loop (map 1+ x)))',
    ]) {
      terminal.type(`(begin (display "sta") (display "rted\\n") (force-output) ${endless})\r`)
      await terminal.expect('started\n')
      terminal.type('\x03')
      await terminal.expect('interrupted')
      await terminal.expect('scheme@(guile-user)> ')
    }
    terminal.type('(list "not finished\x03')
    terminal.type('(+ 40 2)\r')
    await terminal.expect('$1 = 42')
  })

  test('Tab completes names, modules, commands and files', async () => {
    const terminal = await start()
    terminal.type('(call-with-output-str\t')
    await terminal.expect('(call-with-output-string ')
    terminal.type('display)\x03')
    await terminal.expect(/⏎ +scheme@\(guile-user\)> /)
    terminal.type('(use-modules (ice-9 regex\t')
    await terminal.expect('(use-modules (ice-9 regex)')
    terminal.type(')\r')
    await terminal.expect(/⏎ +scheme@\(guile-user\)> /)
    terminal.type('(regexp-sub\t')
    await terminal.expect('(regexp-substitute')
    terminal.type('\x03')
    await terminal.expect(/⏎ +scheme@\(guile-user\)> /)
    terminal.type(',expa\t')
    await terminal.expect(',expand ')
    terminal.type('\x03')
    await terminal.expect(/⏎ +scheme@\(guile-user\)> /)
    terminal.type(`(open-input-file "${scratch}/str\t`)
    await terminal.expect(`${scratch}/strata/`)
    terminal.type('\x03')
    await terminal.expect(/⏎ +scheme@\(guile-user\)> /)
    terminal.type('vector-f\t\t')
    await terminal.expect(/vector-fill!.*\n[\s\S]*vector-for-each/)
  })

  test('an error opens a nested prompt, which Ctrl-D leaves', async () => {
    const terminal = await start()
    terminal.type('(vector-ref (vector 1) 9)\r')
    await terminal.expect('scheme@(guile-user) [1]> ')
    terminal.type('(car 1)\r')
    await terminal.expect('scheme@(guile-user) [2]> ')
    terminal.type(',q\r')
    await terminal.expect('scheme@(guile-user) [1]> ')
    terminal.type('\x04')
    await terminal.expect('scheme@(guile-user)> ')
    terminal.type('(exit 7)\r')
    expect(await terminal.ended()).toBe(7)
  })

  test('output without a line break stays before the prompt', async () => {
    const terminal = await start()
    terminal.type('(begin (display "no ") (display "break"))\r')
    await terminal.expect(/no break⏎ +scheme@\(guile-user\)> /)
  })

  test('NO_COLOR is respected', async () => {
    const colored = await start()
    colored.type('"text"\r')
    await colored.expect('$1 = "text"')
    expect(colored.output).toContain('\x1b[32m"text"\x1b[0m')
    colored.kill()
    const terminal = await start({ NO_COLOR: '1' })
    terminal.type('"text"\r')
    await terminal.expect('$1 = "text"')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    expect(terminal.output).not.toMatch(/\x1b\[[\d;]*m/)
    expect(plain(terminal.output)).toContain('scheme@(guile-user)> ')
  })
})
