/** Waiting for promises from Scheme: a procedure that starts one aborts to the prompt of its evaluation, whose
 *  continuation goes on with what the promise comes to. */
import { miscError } from '../conditions/index.ts'
import { type Frame, type FrameCode, save1 } from '../execution/machine.ts'
import { findPrompt } from '../execution/prompts.ts'
import type { Interpreter } from '../index.ts'
import { type Procedure, SchemeString, type Value } from '../values/index.ts'
import type { SchemeValue } from './api.ts'

/** An evaluation that waits. */
export class Pending {
  readonly promise: Promise<SchemeValue>
  /** The procedure that waits. */
  readonly name: string
  /** Takes a thunk: what the promise came to. */
  continuation: Value = undefined
  constructor(promise: Promise<SchemeValue>, name: string) {
    this.promise = promise
    this.name = name
  }
}

/** The waiting procedure goes on: the thunk it receives returns its value or raises. */
const code: FrameCode = {
  resume: (_frame: Frame, value: Value): Value => (typeof value === 'function' ? value() : value),
}

export interface Promises {
  /** Call a thunk, or a continuation with one; a Pending as the result means that it waits. */
  readonly start: (thunk: Procedure) => Value
  readonly resume: (pending: Pending, settled: Procedure) => Value
  /** For tail position of a host procedure. */
  await(promise: Promise<SchemeValue>, name: string): Value
}

export function promisesOf(interpreter: Interpreter): Promises {
  const callWithPrompt = procedureOf(interpreter, 'call-with-prompt')
  const abortToPrompt = procedureOf(interpreter, 'abort-to-prompt')
  const tag = new SchemeString('promise')
  const suspend = (continuation: Value, pending: Pending): Value => {
    pending.continuation = continuation
    return pending
  }
  return {
    start: (thunk) => interpreter.call(() => callWithPrompt(tag, thunk, suspend)),
    resume: ({ continuation }, settled) =>
      interpreter.call(() => {
        const thunk = (): Value => (typeof continuation === 'function' ? continuation(settled) : settled())
        return callWithPrompt(tag, thunk, suspend)
      }),
    await: (promise, name) => {
      if (findPrompt(tag) === undefined) {
        promise.catch(() => undefined)
        return miscError(name, 'only an asynchronous evaluation can wait for a promise')
      }
      const result: Value = abortToPrompt(tag, new Pending(promise, name))
      return result === undefined ? save1(code, 0, undefined) : result
    },
  }
}

function procedureOf(interpreter: Interpreter, name: string): Procedure {
  const value = interpreter.lookup(['guile'], name)
  if (typeof value === 'function') return value
  throw new Error(`strata bug: ${name} is no procedure`)
}
