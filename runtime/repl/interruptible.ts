/** Evaluation that Ctrl-C stops, even in a loop that calls nothing: V8 itself is told to terminate the code, by the
 *  thread that watches for the signal while a script of `node:vm` runs. Code that runs pays nothing for it. */
import { Script } from 'node:vm'
import { Interrupted, rememberMachine } from '../../lang/execution/interrupt.ts'
import type { Interpreter } from '../../lang/index.ts'

const ACTION = '__strataInterruptibleAction'
let script: Script | undefined

/** Run ACTION. @throws Interrupted when the user pressed Ctrl-C or, if given, after so many milliseconds. */
export function interruptible<T>(interpreter: Interpreter, action: () => T, milliseconds?: number): T {
  const { realm } = interpreter
  const { currentModule, currentFile } = realm
  const restore = rememberMachine()
  const outcome: { done?: () => T } = {}
  const run = (): void => {
    try {
      const value = action()
      outcome.done = () => value
    } catch (error) {
      outcome.done = () => {
        throw error
      }
    }
  }
  script ??= new Script(`globalThis.${ACTION}()`)
  Reflect.set(globalThis, ACTION, run)
  try {
    interpreter.enter(() =>
      script?.runInThisContext({
        breakOnSigint: milliseconds === undefined,
        ...(milliseconds === undefined ? {} : { timeout: milliseconds }),
      }),
    )
  } catch (error) {
    restore()
    realm.currentModule = currentModule
    realm.currentFile = currentFile
    // Half a module is none: its next use loads it again.
    for (const module of realm.loading) module.started = false
    realm.loading.clear()
    throw new Interrupted(isTimeout(error) ? 'time is up' : 'interrupted')
  }
  if (outcome.done === undefined) throw new Interrupted()
  return outcome.done()
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
