/** Coming back after the engine was stopped in the middle of Scheme code, where no `finally` has run. */
import { leaveInnermost } from './dynamic.ts'
import { clearTransfer, machine, settleFrames } from './machine.ts'

/** What an embedder throws where it stopped a program; no Scheme handler sees it. */
export class Interrupted extends Error {
  constructor(message = 'interrupted') {
    super(message)
    this.name = 'Interrupted'
  }
}

/** Remember the state of the machine. The result puts it back; the extents of `dynamic-wind` that were entered since
 *  are forgotten, the values of fluids and parameters are restored. */
export function rememberMachine(): () => void {
  settleFrames()
  const { depth, frames, run, nested, dynamic } = machine
  return () => {
    while (machine.dynamic !== dynamic && machine.dynamic !== null) leaveInnermost()
    machine.dynamic = dynamic
    clearTransfer()
    machine.depth = depth
    machine.frames = frames
    machine.at = 0
    machine.run = run
    machine.nested = nested
  }
}
