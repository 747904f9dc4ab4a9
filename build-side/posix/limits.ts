/** Calls within limits of time and memory, for (ice-9 sandbox). V8 itself stops code whose time is up, by a thread that
 *  watches while a script of `node:vm` runs; memory is looked at where the stack moves to the heap, and at the end. */
import { Script } from 'node:vm'
import { callProcedure, Interrupted, installCheckpoint, rememberMachine } from '../../lang/execution/index.ts'
import { currentRealm } from '../../lang/modules/index.ts'
import { any, primitives, real, toDouble } from '../../lang/primitives/index.ts'
import type { Value } from '../../lang/values/index.ts'

const posix = primitives('(ice-9 posix-primitives)')

const ACTION = '__strataLimitedAction'
let script: Script | undefined

/** What ACTION returns; undefined when it was stopped after so many MILLISECONDS. */
function withinTime<T>(milliseconds: number, action: () => T): { readonly value: T } | undefined {
  const realm = currentRealm()
  const { currentModule, currentFile } = realm
  const restore = rememberMachine()
  const outcome: { finish?: () => T } = {}
  const run = (): void => {
    try {
      const value = action()
      outcome.finish = () => value
    } catch (error) {
      outcome.finish = () => {
        throw error
      }
    }
  }
  script ??= new Script(`globalThis.${ACTION}()`)
  const outer: unknown = Reflect.get(globalThis, ACTION)
  Reflect.set(globalThis, ACTION, run)
  try {
    script.runInThisContext({ timeout: Math.max(1, Math.ceil(milliseconds)) })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error
    restore()
    realm.currentModule = currentModule
    realm.currentFile = currentFile
    // Half a module is none: its next use loads it again.
    for (const module of realm.loading) module.started = false
    realm.loading.clear()
    return undefined
  } finally {
    Reflect.set(globalThis, ACTION, outer)
  }
  return outcome.finish === undefined ? undefined : { value: outcome.finish() }
}

posix(
  '%call-with-time-limit',
  [real('seconds'), any('thunk')],
  'Return what THUNK returns; #f when it was stopped after SECONDS.',
  (seconds, thunk): Value => withinTime(toDouble(seconds) * 1000, () => callProcedure(thunk, []))?.value ?? false,
)

/** Bytes that the program has allocated so far, garbage with them. */
function allocated(): number {
  const { total_allocated_bytes: inHeap = 0 } = process.getBuiltinModule('node:v8').getHeapStatistics() as HeapInfo
  return inHeap + process.memoryUsage().external
}
/** Node's types do not have it yet. */
type HeapInfo = { readonly total_allocated_bytes?: number }

posix(
  '%call-with-allocation-limit',
  [real('bytes'), any('thunk')],
  'Return what THUNK returns; #f when it was stopped because it allocated more than BYTES.',
  (bytes, thunk): Value => {
    const most = allocated() + toDouble(bytes)
    const restore = rememberMachine()
    const stop = new Interrupted('out of memory')
    const remove = installCheckpoint(() => {
      if (allocated() > most) throw stop
    })
    try {
      const value = callProcedure(thunk, [])
      return allocated() > most ? false : value
    } catch (error) {
      if (error !== stop) throw error
      restore()
      return false
    } finally {
      remove()
    }
  },
)
