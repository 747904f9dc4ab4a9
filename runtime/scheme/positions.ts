/** Calls of (guix gexp positions), which knows where what the running interpreter has lowered was written. */
import { callProcedure } from '../../lang/execution/index.ts'
import { interfaceNamed, runningRealm } from '../../lang/modules/index.ts'
import { intern, list, type Value } from '../../lang/values/index.ts'

/** What PROCEDURE of the module returns for ARGS; #f when nothing was lowered, or no interpreter is running. */
export function callPositions(procedure: string, ...args: readonly Value[]): Value {
  if (runningRealm()?.modules.has('(guix gexp origins)') !== true) return false
  const { module } = interfaceNamed(list(['guix', 'gexp', 'positions'].map(intern)))
  return callProcedure(module.lookup(intern(procedure))?.value, [...args])
}
