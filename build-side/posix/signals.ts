/** Signals with Scheme handlers. Node notes a signal when it arrives; its handler runs at the next place where the
 *  program waits or asks: reading, sleeping, waiting for a process, `kill`; and every few thousand turns of a loop or
 *  calls of a recursion, which are the checkpoints of the machine. */
import { outOfRange } from '../../lang/conditions/index.ts'
import { callProcedure, installCheckpoint } from '../../lang/execution/index.ts'
import { any, fixnum, primitives, real, toDouble } from '../../lang/primitives/index.ts'
import { UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'
import { raiseSystemError } from './errors.ts'
import { ffi } from './ffi.ts'
import { errno, libc } from './libc.ts'

const posix = primitives('(ice-9 posix-primitives)')

const SIG_IGN = 1

interface Disposition {
  readonly handler: Value
  readonly listener: (() => void) | undefined
}
const dispositions = new Map<number, Disposition>()
const arrived: number[] = []
let keepLoopAlive: NodeJS.Timeout | undefined

function signalName(signal: number): NodeJS.Signals | undefined {
  const { signals } = process.getBuiltinModule('node:os').constants
  for (const [name, number] of Object.entries(signals)) if (number === signal && isSignalName(name)) return name
  return undefined
}
function isSignalName(name: string): name is NodeJS.Signals {
  return name.startsWith('SIG')
}

posix(
  '%set-signal-handler!',
  [fixnum('signum'), any('handler')],
  'Let HANDLER, a procedure, 0 (default) or 1 (ignore), handle SIGNUM; return what did.',
  (signal, handler) => {
    const name = signalName(signal)
    // Nobody may catch these two, and Node keeps SIGPROF for itself.
    if (name === undefined || name === 'SIGKILL' || name === 'SIGSTOP') return raiseSystemError('sigaction', 22)
    const old = dispositions.get(signal)
    if (handler === undefined) return old?.handler ?? 0
    if (old?.listener !== undefined) process.removeListener(name, old.listener)
    if (handler === 0) dispositions.delete(signal)
    else {
      const listener = typeof handler === 'function' ? () => void arrived.push(signal) : () => {}
      process.on(name, listener)
      dispositions.set(signal, { handler, listener })
      installCheckpoint(checkForSignals)
    }
    return old?.handler ?? 0
  },
)
posix('%signal-handler', [fixnum('signum')], 'Return what handles SIGNUM: a procedure, 0 or 1.', (signal) => {
  if (signal <= 0 || signal > 64) return raiseSystemError('sigaction', 22)
  return dispositions.get(signal)?.handler ?? 0
})

/** Whether a Scheme procedure handles any signal. */
export function handlesSignals(): boolean {
  return dispositions.size > 0
}

/** Whether SIGNAL, which Node ignores, is not ignored by the program. */
export function givesSignalBack(signal: number): boolean {
  return dispositions.get(signal)?.handler !== SIG_IGN
}

/** Run the handlers of the signals that have arrived; true when there was one. */
export function deliverSignals(): boolean {
  if (dispositions.size === 0) return false
  const RUN_NOWAIT = 2
  keepLoopAlive ??= setTimeout(() => {}, 0x7fffffff)
  // A loop without anything to wait for would not look at its signals.
  keepLoopAlive.ref()
  libc().uv_run(ffi().getCurrentEventLoop(), RUN_NOWAIT)
  keepLoopAlive.unref()
  let any = false
  for (let signal = arrived.shift(); signal !== undefined; signal = arrived.shift()) {
    const handler = dispositions.get(signal)?.handler
    if (typeof handler !== 'function') continue
    any = true
    callProcedure(handler, [signal])
  }
  return any
}
/** Loops ask often: look not more often than this, in milliseconds. */
const CHECK_INTERVAL = 5
let nextCheck = 0
function checkForSignals(): void {
  const now = performance.now()
  if (now < nextCheck) return
  nextCheck = now + CHECK_INTERVAL
  deliverSignals()
}
posix('%deliver-signals', [], 'Run the handlers of the signals that have arrived.', () => {
  return deliverSignals()
})

function rest(milliseconds: number): void {
  if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
const POLL_INTERVAL = 20
/** Wait for MILLISECONDS, or until a signal was handled; returns how many are left. */
export function sleepFor(milliseconds: number): number {
  finishDeferredWork()
  if (!handlesSignals()) {
    rest(milliseconds)
    return 0
  }
  const end = performance.now() + milliseconds
  for (;;) {
    if (deliverSignals()) return Math.max(0, end - performance.now())
    const left = end - performance.now()
    if (left <= 0) return 0
    rest(Math.min(left, POLL_INTERVAL))
  }
}
posix('%sleep-until-signal', [real('seconds')], 'Wait for SECONDS or for a signal; return the seconds left.', (s) =>
  Math.round(sleepFor(toDouble(s) * 1000) / 1000),
)

/** Lets other Scheme threads run while one would block: a procedure that is given whether to go on. */
let waitHook: Value = false
posix(
  '%set-wait-hook!',
  [any('procedure')],
  'Let PROCEDURE run other threads while this one would block.',
  (procedure) => {
    waitHook = procedure
    return UNSPECIFIED
  },
)
posix('%wait-hook', [], 'Return the procedure that runs other threads, or #f.', () => waitHook)
/** Run other threads, if there are any, until IS-READY: on top of the stack, as nothing below can be suspended. */
export function runOthersUntil(isReady: () => boolean): void {
  if (typeof waitHook === 'function' && !isReady()) callProcedure(waitHook, [isReady, false])
}

/** Call POLL, which waits up to the milliseconds it is given, until it returns other than 0 or TIMEOUT is over;
 *  signals are handled meanwhile. */
export function pollWithSignals(timeout: number, poll: (milliseconds: number) => number): number {
  if (!handlesSignals()) return poll(timeout)
  const end = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout
  for (;;) {
    const left = end - performance.now()
    const ready = poll(Math.max(0, Math.min(left, POLL_INTERVAL)))
    deliverSignals()
    if (ready !== 0 || left <= 0) return ready
  }
}
posix(
  '%poll',
  [any('fds'), fixnum('timeout')],
  'Wait TIMEOUT milliseconds (-1: for ever) for events of FDS, the bytes of an array of struct pollfd.',
  (fds, timeout) => {
    if (!(fds instanceof Uint8Array)) return outOfRange('poll', 1, fds)
    const count = pollWithSignals(timeout, (ms) => libc().poll(fds, BigInt(fds.length >> 3), ms))
    return count < 0 ? raiseSystemError('poll', errno()) : count
  },
)
