/** Start-up snapshots: a process that has booted is saved, and others start from there.
 *  Node has an interface for this in node:v8, but that module loads streams and more, which would be in every snapshot
 *  and could then not be loaded in worker threads. A global and a script that calls it (start.cjs of the bundle) do. */

const key = Symbol.for('strata.start')

/** Have MAIN called in each process that starts from the snapshot that is being made. */
export function startWith(main: () => void): void {
  Reflect.set(globalThis, key, main)
}

/** Text of the script that processes run which start from a snapshot. */
export const startScript = "globalThis[Symbol.for('strata.start')]()\n"

/** Whether this process is to be saved: it must not hold what cannot be, such as compiled scripts. */
export function isBuildingSnapshot(): boolean {
  return process.execArgv.includes('--build-snapshot')
}
