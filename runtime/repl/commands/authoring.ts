/** Commands for authors of packages: what a recipe becomes, building it, and stepping through its phases.
 *  The Scheme side is (guix authoring); sandboxes for single phases are runtime/builds/stepping.ts. */
import { readFileSync, writeSync } from 'node:fs'
import { describeError } from '../../../build-side/index.ts'
import { StrataError } from '../../../lang/conditions/index.ts'
import { intern, list, listToArray, Pair, SchemeString, SchemeSymbol, type Value } from '../../../lang/values/index.ts'
import { findLogFile, PhaseSteps, readLogFile, realise } from '../../builds/index.ts'
import type { StorePath } from '../../formats/index.ts'
import { keepScriptPlaces, printBuildEvent, processStore, withRecipePlace } from '../../scheme/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'
import { prettyPrint } from './inspect.ts'

function call(session: Session, procedure: string, ...args: readonly Value[]): Value {
  const { interpreter } = session
  return session.during(() => interpreter.call(interpreter.lookup(['guix', 'authoring'], procedure), ...args))
}

/** The value of the one expression in ARGUMENT. */
function object(session: Session, argument: string): Value {
  const values = session.evaluateText(argument)
  if (values.length !== 1) throw new CommandError('an expression is needed: a package, or what else can be built')
  return values[0]
}

/** The value of the one expression in ARGUMENT, which must be something to build. */
function buildable(session: Session, argument: string, kind: 'package' | 'anything' = 'anything'): Value {
  const value = object(session, argument)
  const refusal = call(session, 'refusal', value, kind === 'package')
  if (refusal instanceof SchemeString) throw new CommandError(refusal.toString())
  return value
}

function derivationOf(session: Session, value: Value): StorePath {
  const [file] = listToArray(call(session, 'object-place', value)) ?? []
  if (file instanceof SchemeString) session.recipeFile = file.toString()
  return String(call(session, 'object->derivation-path', value)) as StorePath
}

const build: ReplCommand = {
  names: ['build'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Build a package, or what else can be built, and print its store items.',
  completes: 'binding',
  async run(session, argument) {
    const store = processStore()
    const path = derivationOf(session, buildable(session, argument))
    try {
      await realise(store, [{ path }], {}, printBuildEvent)
    } catch (error) {
      throw session.interpreter.enter(() => withRecipePlace(error, store))
    }
    session.interpreter.enter(() => keepScriptPlaces(store))
    const items = path.endsWith('.drv')
      ? [...store.readDerivation(path).outputs.values()].map((output) => output.path)
      : [path]
    for (const item of items) session.print(new SchemeString(item))
  },
}

const drv: ReplCommand = {
  names: ['drv'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Print the derivation file of a package or of what else can be built.',
  completes: 'binding',
  run(session, argument) {
    session.print(new SchemeString(derivationOf(session, buildable(session, argument))))
  },
}

const lower: ReplCommand = {
  names: ['lower'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Print the code that a G-expression, or the build of a package, is lowered to.',
  completes: 'binding',
  run(session, argument) {
    const value = buildable(session, argument)
    const code = call(session, 'lowered-code', value)
    if (code === false) {
      session.write(`;; no script: ${derivationOf(session, value)}\n`)
    } else if (code instanceof SchemeString) {
      const script = code.toString()
      session.write(`;; ${script}\n`)
      for (const datum of session.read(readFileSync(processStore().physical(script), 'utf8')))
        prettyPrint(session, datum)
    } else prettyPrint(session, code)
  },
}

const log: ReplCommand = {
  names: ['log'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Print the log of the last build of a package.',
  completes: 'binding',
  run(session, argument) {
    const path = derivationOf(session, buildable(session, argument))
    const file = findLogFile(processStore().layout.log, path)
    if (file === undefined) throw new CommandError(`there is no log of ${path}: ,build it first`)
    session.write(Buffer.from(readLogFile(file)).toString('utf8'))
  },
}

const inputs: ReplCommand = {
  names: ['inputs'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'List the inputs of a package by kind, with those that its build system adds.',
  completes: 'binding',
  run(session, argument) {
    call(session, 'print-inputs', buildable(session, argument, 'package'))
  },
}

const closure: ReplCommand = {
  names: ['closure'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'List all packages that a package is built with; of a store item or a derivation, what it refers to.',
  completes: 'binding',
  run(session, argument) {
    call(session, 'print-closure', buildable(session, argument))
  },
}

const runInStore: ReplCommand = {
  names: ['run-in-store'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Run a monadic value in the store, and print its result.',
  completes: 'binding',
  run(session, argument) {
    session.print(call(session, 'run-in-store', object(session, argument)))
  },
}

const enterStoreMonad: ReplCommand = {
  names: ['enter-store-monad'],
  group: 'authoring',
  usage: '',
  doc: 'Evaluate monadic expressions from here on, each run in the store; ,q leaves.',
  run(session) {
    session.modes.push({
      name: 'store-monad',
      begin: inStoreMonad,
      finish: (value) => call(session, 'run-in-store', value),
    })
  },
}

/** DATUM so that `return' and the like in it mean those of the store monad; definitions stay what they are. */
function inStoreMonad(datum: Value): Value {
  if (!(datum instanceof Pair)) return datum
  if (datum.car instanceof SchemeSymbol && /^(define|use-modules|import\b)/.test(datum.car.name)) return datum
  const from = (module: string, name: string): Value =>
    list([intern('@'), list([intern('guix'), intern(module)]), intern(name)])
  const monad = intern('%store-monad')
  return list([
    intern('let'),
    list([list([monad, from('store', '%store-monad')])]),
    list([from('monads', 'with-monad'), monad, datum]),
  ])
}

/** What is being stepped through. */
interface Stepping {
  readonly expression: string
  readonly steps: PhaseSteps
  /** The derivation whose script is run. */
  path: StorePath
  /** What stood at the end: the name of the phase that failed. */
  failed: string | undefined
  /** The end of what the phases have printed. */
  output: string
}

/** How much of the output is kept, to find the place of a failure. */
const KEPT_OUTPUT = 20_000
const steppings = new WeakMap<Session, Stepping>()

function stepping(session: Session): Stepping {
  const current = steppings.get(session)
  if (current === undefined) throw new CommandError('nothing to step through: ,step PACKAGE')
  return current
}

async function beginStepping(session: Session, expression: string): Promise<Stepping> {
  const path = derivationOf(session, buildable(session, expression))
  if (!path.endsWith('.drv')) throw new CommandError(`${path} is not built`)
  let begun: Stepping | undefined
  const steps = await PhaseSteps.start(processStore(), path, {}, printBuildEvent, (bytes) => {
    writeSync(2, bytes)
    if (begun !== undefined) begun.output = (begun.output + Buffer.from(bytes).toString()).slice(-KEPT_OUTPUT)
  })
  steppings.get(session)?.steps.end()
  begun = { expression, steps, path, failed: undefined, output: '' }
  steppings.set(session, begun)
  process.once('exit', () => steps.end())
  return begun
}

/** Say which line of the recipe the failure of phase NAME comes from, if that can be told. */
function tellPlace(session: Session, { path, output }: Stepping, name: string): void {
  const failure = { derivation: path, lastLines: output.split('\n') }
  const error = new StrataError('build-failed', `phase \`${name}' failed`, { irritants: [failure] })
  const { interpreter } = session
  const told = interpreter.enter(() => withRecipePlace(error, processStore()))
  if (told === error) return
  session.write(`${describeError(told, { program: 'strata', debug: false, interpreter })}\n`)
}

/** Run the next phase and say how it went. */
async function runPhase(session: Session, current: Stepping): Promise<void> {
  const { steps } = current
  const name = steps.next
  if (name === undefined) throw new CommandError('all phases were run; ,step PACKAGE begins again')
  current.output = ''
  if (await steps.step()) {
    current.failed = undefined
    session.write(steps.next === undefined ? ';; that was the last phase\n' : `;; next: ${steps.next}\n`)
  } else {
    current.failed = name
    tellPlace(session, current, name)
    session.write(
      `;; phase \`${name}' failed; look around with ,shell; after a change of the recipe: ,reload and ,retry\n`,
    )
  }
}

const phases: ReplCommand = {
  names: ['phases'],
  group: 'authoring',
  usage: '[EXP]',
  doc: `List the phases of the build of a package, or of the one that is being stepped through.

With a package, its inputs are built, and ,step begins with its first phase.`,
  completes: 'binding',
  async run(session, argument) {
    const { steps } = argument === '' ? stepping(session) : await beginStepping(session, argument)
    for (const name of steps.phases) session.write(`${name === steps.next ? '->' : '  '} ${name}\n`)
  },
}

const step: ReplCommand = {
  names: ['step'],
  group: 'authoring',
  usage: '[EXP]',
  doc: `Run the next phase of a build in the sandbox; with a package, the first of its phases.

What was there before each phase is kept: ,retry runs it again.  Nothing is added to the store.`,
  completes: 'binding',
  async run(session, argument) {
    await runPhase(session, argument === '' ? stepping(session) : await beginStepping(session, argument))
  },
}

const retry: ReplCommand = {
  names: ['retry'],
  group: 'authoring',
  usage: '[PHASE]',
  doc: `Run a phase again on what was there before it, as the recipe has it now.

By default it is the phase that failed, or else the one that comes next.  After a change in the file, ,reload its
module first.`,
  async run(session, argument) {
    const current = stepping(session)
    const path = derivationOf(session, buildable(session, current.expression))
    current.path = path
    await current.steps.change(path, argument === '' ? (current.failed ?? current.steps.next) : argument)
    await runPhase(session, current)
  },
}

const shell: ReplCommand = {
  names: ['shell'],
  group: 'authoring',
  usage: '',
  doc: 'Look around in the sandbox where the last phase stopped: an interactive shell.',
  async run(session) {
    await stepping(session).steps.shell()
  },
}

const lint: ReplCommand = {
  names: ['lint'],
  group: 'authoring',
  usage: 'EXP',
  doc: 'Check a package for common mistakes.',
  completes: 'binding',
  run(session, argument) {
    const { interpreter } = session
    const value = buildable(session, argument, 'package')
    const run = interpreter.lookup(['guix', 'authoring'], 'lint-package')
    session.during(() => interpreter.call(run, value))
  },
}

export const authoringCommands: readonly ReplCommand[] = [
  build,
  lower,
  drv,
  log,
  phases,
  step,
  retry,
  shell,
  closure,
  inputs,
  lint,
  runInStore,
  enterStoreMonad,
]
