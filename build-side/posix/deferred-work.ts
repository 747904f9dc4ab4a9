/** Work that a program may put off as long as nobody outside of it could tell: until it writes or waits, starts or
 *  signals a process, changes a directory, or ends. Whoever defers work does it himself before he reads its results.
 *  What is deferred is lost when the process is killed, as if the program had not come that far. */

const deferred = new Set<() => void>()

/** Call WORK once, before the next effect that others could see. */
export function deferWork(work: () => void): void {
  deferred.add(work)
}

/** Do what was deferred; whether there was any. For whatever has effects outside of this process; costs nothing when
 *  there is nothing to do. */
export function finishDeferredWork(): boolean {
  if (deferred.size === 0) return false
  const works = [...deferred]
  deferred.clear()
  for (const work of works) work()
  return true
}
