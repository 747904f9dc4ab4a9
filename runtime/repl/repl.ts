/** The read-eval-print loop: on a terminal with line editing and more lines until a datum is complete, in a pipe
 *  one datum after the other. Values are numbered `$1`, `$2`, … as Guile numbers them. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { exitWith, printError, quitStatus } from '../../build-side/index.ts'
import { resultValues, UncaughtCondition } from '../../lang/execution/index.ts'
import type { Interpreter } from '../../lang/index.ts'
import { flushAllPorts } from '../../lang/primitives/ports/port.ts'
import { writeString } from '../../lang/primitives/print.ts'
import { DatumReader } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { intern, UNSPECIFIED, type Value } from '../../lang/values/index.ts'

/** Whether TEXT ends inside a datum. */
function isIncomplete(text: string): boolean {
  const reader = new DatumReader(new SourceFile('<input>', text))
  for (;;) {
    const result = reader.next()
    if (result.kind !== 'datum') return result.kind === 'incomplete'
  }
}

class Repl {
  readonly #interpreter: Interpreter
  #count = 0

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter
  }

  prompt(): string {
    return `scheme@${this.moduleName()}> `
  }

  moduleName(): string {
    return `(${this.#interpreter.realm.currentModule.name.join(' ')})`
  }

  /** Evaluate the data of TEXT and print their values. False when the program asked to quit. */
  evaluate(text: string): boolean {
    const source = new SourceFile('<input>', text)
    const reader = new DatumReader(source)
    try {
      for (;;) {
        const result = reader.next()
        if (result.kind === 'end') return true
        if (result.kind !== 'datum') {
          // Let the evaluation itself report it, with its place.
          this.#interpreter.evaluateText(text, '<input>')
          return true
        }
        for (const value of resultValues(this.#interpreter.evaluateDatum(result.datum))) this.#print(value)
        flushAllPorts()
      }
    } catch (error) {
      flushAllPorts()
      const status = quitStatus(error)
      if (status !== undefined) {
        process.exitCode = status
        return false
      }
      if (!(error instanceof UncaughtCondition)) throw error
      printError(error, { program: 'strata', debug: false, interpreter: this.#interpreter })
      return true
    }
  }

  #print(value: Value): void {
    if (value === UNSPECIFIED) return
    this.#count++
    const name = `$${this.#count}`
    this.#interpreter.realm.currentModule.define(intern(name), value)
    process.stdout.write(`${name} = ${this.#interpreter.enter(() => writeString(value))}\n`)
  }
}

/** Run a loop on standard input until its end or `(quit)`. */
export async function runRepl(interpreter: Interpreter): Promise<void> {
  const repl = new Repl(interpreter)
  if (!process.stdin.isTTY) {
    repl.evaluate(readFileSync(0, 'utf8'))
    exitWith(undefined, { program: 'strata', debug: false })
    return
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: repl.prompt() })
  let pending = ''
  lines.on('SIGINT', () => {
    pending = ''
    process.stdout.write('\n')
    lines.setPrompt(repl.prompt())
    lines.prompt()
  })
  lines.prompt()
  for await (const line of lines) {
    pending += `${line}\n`
    if (isIncomplete(pending)) {
      lines.setPrompt('... ')
    } else {
      const text = pending
      pending = ''
      if (!repl.evaluate(text)) break
      lines.setPrompt(repl.prompt())
    }
    lines.prompt()
  }
  lines.close()
}
