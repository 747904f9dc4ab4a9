/** Running Scheme from TypeScript: top-level forms and calls of procedures. */
import { compile } from '../codegen/compile.ts'
import { schemeError } from '../conditions/index.ts'
import type { Core } from '../core/index.ts'
import { list, MultipleValues, UNSPECIFIED, type Value } from '../values/index.ts'
import { runNested, runTopLevel } from './machine.ts'
import { isWalkable, walkForm } from './walk.ts'

/** Run one top-level form to completion on an empty stack. */
export function execute(core: Core): Value {
  return runTopLevel(() => executeInPlace(core))
}

/** Run a form's code as a call in the place of this one. For tail position. */
export function executeInPlace(core: Core): Value {
  return isWalkable(core) ? walkForm(core) : compile(core)()
}

/** Call a Scheme procedure from a primitive or an embedder. The call is a continuation barrier:
 *  escapes pass through it, but no continuation captured inside can come back once it is over.
 *  Of several values it gives the first. */
export function callProcedure(procedure: Value, args: readonly Value[]): Value {
  if (typeof procedure !== 'function') {
    return schemeError('wrong-type-arg', undefined, 'Wrong type to apply: ~S', [procedure], list([procedure]))
  }
  const result = runNested(() => procedure(...args))
  return result instanceof MultipleValues ? (result.values[0] ?? UNSPECIFIED) : result
}
