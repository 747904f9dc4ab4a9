/** A session of the read-eval-print loop: modules, values kept as `$1`, `$2` …, errors being looked at, options.
 *  Where the text comes from is repl.ts's; what commands do is in commands/. */
import { describeError, quitStatus } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { type BacktraceFrame, resultValues, UncaughtCondition } from '../../lang/execution/index.ts'
import { Interrupted } from '../../lang/execution/interrupt.ts'
import type { Interpreter } from '../../lang/index.ts'
import { type Module, moduleKey } from '../../lang/modules/index.ts'
import { flushAllPorts } from '../../lang/primitives/ports/port.ts'
import { writeString } from '../../lang/primitives/print.ts'
import { DatumReader, raiseReadError } from '../../lang/reader/index.ts'
import { SourceFile, type Span } from '../../lang/source/index.ts'
import { intern, SchemeSymbol, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { colorDiagnostic, type Palette } from './colors.ts'
import type { ReplCommand } from './commands/command.ts'
import { interruptible } from './interruptible.ts'
import { defaultOptions, type ReplOption } from './options.ts'

/** A mistake in the use of a command: told without a place. */
export class CommandError extends Error {}

/** An error that is being looked at: a nested prompt. */
export interface Level {
  readonly message: string
  readonly frames: readonly BacktraceFrame[]
  /** The selected frame. */
  frame: number
}

/** A way of evaluating that was entered, such as in a monad. */
export interface Mode {
  readonly name: string
  /** What is evaluated for DATUM. */
  begin(datum: Value): Value
  /** What is printed instead of VALUE. */
  finish(value: Value): Value
}

export interface SessionOptions {
  readonly interpreter: Interpreter
  readonly palette: Palette
  readonly commands: ReadonlyMap<string, ReplCommand>
  /** Whether a person sits at a terminal: then Ctrl-C stops an evaluation instead of the process. */
  readonly interactive: boolean
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

export class Session {
  readonly interpreter: Interpreter
  readonly palette: Palette
  readonly commands: ReadonlyMap<string, ReplCommand>
  readonly interactive: boolean
  readonly write: (text: string) => void
  readonly #writeError: (text: string) => void
  readonly levels: Level[] = []
  readonly modes: Mode[] = []
  /** The file of the package that was last built or stepped through, which `,reload' means where nothing else is said. */
  recipeFile: string | undefined
  readonly options: Map<string, ReplOption> = defaultOptions()
  /** Holds `$1`, `$2`, …: every module that is current at the prompt uses it. */
  readonly #values: Module
  #count = 0
  /** The status that a `quit` asked for. */
  status: number | undefined
  done = false

  constructor({ interpreter, palette, commands, interactive, write, writeError }: SessionOptions) {
    this.interpreter = interpreter
    this.palette = palette
    this.commands = commands
    this.interactive = interactive
    this.write = write
    this.#writeError = writeError
    this.#values = interpreter.realm.makeModule(['value-history'])
    this.#values.started = true
  }

  get module(): Module {
    return this.interpreter.realm.currentModule
  }

  get level(): Level | undefined {
    return this.levels.at(-1)
  }

  prompt(): string {
    const own = this.options.get('prompt')?.value
    if (typeof own === 'string') return own
    const level = this.levels.length === 0 ? '' : ` [${this.levels.length}]`
    return `${this.modes.at(-1)?.name ?? 'scheme'}@${moduleKey(this.module.name)}${level}> `
  }

  /** Evaluate a datum read at the prompt and print its values. */
  run(datum: Value, span?: Span): void {
    this.guard(() => {
      const mode = this.modes.at(-1)
      for (const value of resultValues(this.evaluate(mode?.begin(datum) ?? datum, this.module, span)))
        this.print(mode === undefined ? value : mode.finish(value))
    })
  }

  /** Evaluate a datum in the current module, or another. */
  evaluate(datum: Value, module: Module = this.module, span?: Span): Value {
    if (this.module !== this.#values) this.module.use(this.#values.publicInterface)
    return this.during(() => this.interpreter.evaluateDatum(datum, module, span))
  }

  /** Run ACTION so that Ctrl-C ends it. */
  during<T>(action: () => T): T {
    return this.interactive ? interruptible(this.interpreter, action) : action()
  }

  /** The data in TEXT. */
  read(text: string): Value[] {
    const reader = new DatumReader(new SourceFile('<input>', text), { r7rs: this.interpreter.realm.r7rs })
    const data: Value[] = []
    for (;;) {
      const result = reader.next()
      if (result.kind === 'end') return data
      if (result.kind !== 'datum') return this.interpreter.enter(() => raiseReadError(result))
      data.push(result.datum)
    }
  }

  /** The values of the expressions in TEXT. */
  evaluateText(text: string): Value[] {
    return this.read(text).map((datum) => this.evaluate(datum))
  }

  /** Print a value under the next name, as Guile does; nothing for the unspecified one. */
  print(value: Value): void {
    if (value === UNSPECIFIED) return
    const text = this.palette.scheme(this.written(value))
    const name = this.keep(value)
    this.write(name === undefined ? `${text}\n` : `${this.palette.history(name)} = ${text}\n`)
  }

  /** Give VALUE the next name; undefined when values are not kept. */
  keep(value: Value): string | undefined {
    if (this.options.get('value-history')?.value !== true) return undefined
    const name = `$${++this.#count}`
    this.#values.define(intern(name), value)
    this.#values.export(intern(name))
    return name
  }

  written(value: Value): string {
    return this.interpreter.enter(() => writeString(value))
  }

  /** Run a step of the loop; errors are told, and those of the program open a nested prompt. */
  guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      flushAllPorts()
      this.#tell(error)
    }
    flushAllPorts()
  }

  #tell(error: unknown): void {
    const status = quitStatus(error)
    if (status !== undefined) {
      this.status = status
      this.done = true
    } else if (error instanceof Interrupted) this.#writeError('interrupted\n')
    else if (error instanceof CommandError) this.#writeError(`${error.message}\n`)
    else {
      const { interpreter } = this
      const message = describeError(error, { program: 'strata', debug: false, interpreter })
      this.#writeError(`${colorDiagnostic(message, this.palette)}\n`)
      const mode = this.options.get('on-error')?.value
      if (error instanceof StrataError || !(error instanceof UncaughtCondition) || mode !== 'debug') return
      // What was never run has no frames to look at.
      if (error.key instanceof SchemeSymbol && ['syntax-error', 'read-error'].includes(error.key.name)) return
      this.levels.push({ message, frames: error.backtrace, frame: 0 })
      const advice = "Entering a new prompt.  Type `,bt' for a backtrace or `,q' to continue."
      this.#writeError(`\n${this.palette.faint(advice)}\n`)
    }
  }
}
