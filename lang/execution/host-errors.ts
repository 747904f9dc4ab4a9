/** JavaScript errors as Scheme conditions: a program may run out of stack, of memory, or into a bug of strata's
 *  own, and its handlers see each as a throw. What a StrataError or an uncaught condition says is left alone. */
import { StrataError } from '../conditions/strata-error.ts'
import { intern, list, SchemeString } from '../values/index.ts'
import { Raised } from './raised.ts'
import { UncaughtCondition } from './uncaught.ts'

/** The key of conditions that stand for a mistake in strata itself. */
export const INTERNAL_ERROR = 'strata-internal-error'

/** Errors of the engine that say some limit of one object is reached. */
const TOO_LARGE =
  /^Invalid (?:typed )?(?:array|string|array buffer) length|^Array buffer allocation failed|^Invalid (?:count|array buffer max) |maximum size exceeded|^Invalid typed array length/

/** What a program sees of a JavaScript ERROR; undefined when it is no condition, but something for the embedder. */
export function raisedFromHost(error: unknown): Raised | undefined {
  if (!(error instanceof Error) || error instanceof UncaughtCondition || error instanceof StrataError) return undefined
  if (error.name === 'Interrupted') return undefined
  const [key, message] = conditionOf(error)
  const args = list([false, new SchemeString(message, true), false, false])
  return Raised.thrown(intern(key), args, error)
}

function conditionOf(error: Error): [key: string, message: string] {
  if (error instanceof RangeError) {
    if (/call stack/.test(error.message)) return ['stack-overflow', 'Stack overflow']
    if (/BigInt/.test(error.message)) return ['numerical-overflow', 'Numerical overflow']
    if (TOO_LARGE.test(error.message)) return ['out-of-memory', 'Out of memory']
  }
  if ('code' in error && error.code === 'ERR_STRING_TOO_LONG') return ['out-of-memory', 'Out of memory']
  return [INTERNAL_ERROR, `internal error: ${error.message}`]
}
