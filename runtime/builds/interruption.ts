/** Ending in good order on SIGINT, SIGTERM and SIGHUP: builds are stopped and leave nothing behind, then the signal
 *  has its usual effect. */
import { StrataError } from '../../lang/conditions/index.ts'

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Do WORK with a signal that aborts when the process is told to end; CLOSE what is open before it does. */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  close: () => void = () => {},
): Promise<T> {
  const controller = new AbortController()
  let received: NodeJS.Signals | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    received ??= signal
    controller.abort(new StrataError('interrupted', 'interrupted'))
  }
  for (const ending of endings) process.on(ending, onSignal)
  try {
    return await work(controller.signal)
  } finally {
    for (const ending of endings) process.off(ending, onSignal)
    if (received !== undefined) {
      close()
      process.kill(process.pid, received)
      // The signal comes before anything else is said.
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
