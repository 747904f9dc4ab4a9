/** Processes that are of use only as long as the one that started them. */
import { ffi } from '../build-side/posix/ffi.ts'

/** From now on this process ends when its parent does. Whoever waits for it, asleep, cannot pass on a signal that ends it:
 *  the kernel does. */
export function endWithParent(): void {
  if (process.platform !== 'linux') return
  const parentDeathSignal = 1
  const terminate = 15
  const { prctl } = ffi().dlopen(null, {
    prctl: { arguments: ['i32', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
  }).functions
  prctl(parentDeathSignal, BigInt(terminate), 0n, 0n, 0n)
}
