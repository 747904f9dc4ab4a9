/** Copies of this process: fork(2), and clone(2) with name spaces, for `primitive-fork' and (guix build syscalls).
 *
 *  Only the thread that calls is in the copy, and Node is made of several. A copy works all the same, as the interpreter
 *  needs only that thread, when three things are seen to (measured on Node 26, Linux, glibc):
 *  - V8 keeps its heap out of copies (madvise, MADV_DONTFORK): that is undone for all of it just before. A copy that
 *    was made when the heap had grown once more is thrown away before it does anything.
 *  - V8's helpers must be idle, or the copy waits for what they had begun.
 *  - The condition variable that the helpers wait for says that there are waiters, and whoever signals it may wait for
 *    them to leave: in the copy it is told that there are none. Tasks given to helpers are then done by the only thread.
 *  The copy ends by _exit: Node would wait for its helpers. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs'
import { openPipe } from './descriptors.ts'
import { raiseSystemError } from './errors.ts'
import { ffi } from './ffi.ts'
import { errno, libc } from './libc.ts'

const ENOSYS = 38
/** How often to try when the heap grows meanwhile. */
const ATTEMPTS = 100
const MADV_DOFORK = 11
const POLLIN = 1
const SIGCHLD = 17
/** The flags of clone(2) begin with the number of a signal. */
const SIGNAL_BITS = 256

/** The numbers of the system calls futex and clone. */
const systemCalls: Partial<Record<string, { readonly futex: number; readonly clone: number }>> = {
  x64: { futex: 202, clone: 56 },
  arm64: { futex: 98, clone: 220 },
}

let generation = 0
/** How many times this process and those that it is a copy of were copied: what is tied to a process (a connection to a
 *  database) is opened anew when that has changed. */
export function forkGeneration(): number {
  return generation
}

/** Make a copy of this process, in new name spaces when FLAGS (CLONE_NEW…) say so; returns 0 in the copy and its number
 *  in this process. @throws system-error, ENOSYS where that cannot be done. */
export function copyProcess(name: string, flags = 0): number {
  const { isMainThread } = process.getBuiltinModule('node:worker_threads')
  const numbers = process.platform === 'linux' && isMainThread ? systemCalls[process.arch] : undefined
  if (numbers === undefined) return raiseSystemError(name, ENOSYS)
  const spaces = flags - (flags % SIGNAL_BITS)
  const make = spaces === 0 ? libc().fork : () => clone(numbers.clone, spaces)
  for (let i = 0; i < ATTEMPTS; i++) {
    const helpers = waitForHelpers(numbers.futex)
    if (helpers === undefined) break
    const { setUint32, getRawPointer } = ffi()
    const { waiterWords } = helpers
    // What the copy does first must not have to be compiled: that takes memory, and the collector asks the helpers.
    setUint32(getRawPointer(scratch), 0, NO_WAITERS)
    while (includeExcludedMemory());
    const pipes = { ready: openPipe(), go: openPipe() }
    const pid = make()
    if (pid === 0) {
      for (const word of waiterWords) setUint32(word, 0, NO_WAITERS)
      becomeCopy(pipes)
      return 0
    }
    const reason = errno()
    // A copy that ends is noticed.
    closeSync(pipes.ready[1])
    const isGood = pid > 0 && isCopyGood(pipes, () => helpersAtRest(numbers.futex)?.history === helpers.history)
    if (isGood) writeSync(pipes.go[1], 'y')
    else if (pid > 0) process.kill(pid, 'SIGKILL')
    for (const end of [pipes.ready[0], ...pipes.go]) closeSync(end)
    if (isGood) return pid
    if (pid < 0) return raiseSystemError(name, reason)
    libc().waitpid(pid, new Uint8Array(4), 0)
  }
  return raiseSystemError(name, ENOSYS)
}

/** The ends of pipes: the copy says that it is ready, and is told to go on. */
interface Pipes {
  readonly ready: readonly [number, number]
  readonly go: readonly [number, number]
}

/** Whether the copy has come so far, and what it is a copy of was fit to be copied: the heap had not grown once more,
 *  and no helper had begun to work. */
function isCopyGood({ ready }: Pipes, stillAtRest: () => boolean): boolean {
  const request = new DataView(new ArrayBuffer(8))
  request.setInt32(0, ready[0], true)
  request.setInt16(4, POLLIN, true)
  libc().poll(new Uint8Array(request.buffer), 1n, PATIENCE_IN_MILLISECONDS)
  const isReady = (request.getInt16(6, true) & POLLIN) !== 0
  return isReady && !includeExcludedMemory() && stillAtRest()
}

function clone(number: number, flags: number): number {
  return Number(libc().syscall(BigInt(number), BigInt(flags + SIGCHLD), 0n, 0n, 0n, 0n))
}

/** Make the copy a process of its own, when it is good. */
function becomeCopy({ ready, go }: Pipes): void {
  const { _exit, getpid, uv_loop_fork } = libc()
  closeSync(go[1])
  writeSync(ready[1], 'y')
  if (readSync(go[0], new Uint8Array(1)) === 0) _exit(1)
  for (const end of [...ready, go[0]]) closeSync(end)
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  for (const flag of ['--no-concurrent-recompilation', '--no-concurrent-sparkplug']) setFlagsFromString(flag)
  if (mapsOfCopy !== undefined) closeSync(mapsOfCopy)
  mapsOfCopy = existsSync(MAPS) ? openSync(MAPS, 'r') : undefined
  generation++
  Object.defineProperty(process, 'pid', { value: getpid(), enumerable: true, configurable: true })
  process.removeAllListeners('exit')
  // What process.exit calls at last.
  Reflect.set(process, 'reallyExit', (status: number) => _exit(status))
  uv_loop_fork(ffi().getCurrentEventLoop())
}

/** Whether this process is a copy: it must end by `process.exit'. */
export function isCopy(): boolean {
  return generation > 0
}

// The helpers

/** A condition variable of glibc counts its waiters in a word, above bits that say which clock it has: libuv's. */
const WAITER_SHIFT = 3
const NO_WAITERS = 2
const scratch = new Uint8Array(4)

const PATIENCE_IN_MILLISECONDS = 2000

interface Helpers {
  /** The addresses of what may be the word that counts those that wait. */
  readonly waiterWords: readonly bigint[]
  /** What tells whether one has run. */
  readonly history: string
}

/** Wait until no other thread runs. Returns undefined when that does not come, or this is not the C library we know. */
function waitForHelpers(futex: number): Helpers | undefined {
  const nap = new Int32Array(new SharedArrayBuffer(4))
  for (let i = 0; i < PATIENCE_IN_MILLISECONDS; i++) {
    const helpers = helpersAtRest(futex)
    if (helpers !== undefined) return helpers
    Atomics.wait(nap, 0, 0, 1)
  }
  return undefined
}

/** The helpers, if all of them wait for work. A copy has none. */
function helpersAtRest(futex: number): Helpers | undefined {
  if (isCopy()) return { waiterWords: [], history: '' }
  const addresses: bigint[] = []
  let history = ''
  for (const id of readdirSync('/proc/self/task')) {
    const [comm, call, status] = ['comm', 'syscall', 'status'].map((file) => threadFile(id, file))
    if (comm?.includes('V8Worker') !== true) continue
    // The number of the system call and its arguments, or "running".
    const [number, address = '0'] = (call ?? '').split(' ')
    if (number !== String(futex)) return undefined
    addresses.push(BigInt(address))
    history += /^voluntary_ctxt.*/ms.exec(status ?? '')?.[0]
  }
  if (addresses.length === 0) return { waiterWords: [], history }
  const waiterWords = waiterWordsOf(addresses)
  return waiterWords.length === 0 ? undefined : { waiterWords, history }
}

function threadFile(id: string, file: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/${file}`, 'latin1')
  } catch {
    // It has ended.
    return ''
  }
}

/** The words that may count waiters, where all of the helpers wait at ADDRESSES: at two words that follow it. One of the
 *  two may look like it by chance, but to reset that one does no harm where nobody waits. */
function waiterWordsOf(addresses: readonly bigint[]): bigint[] {
  const [first = 0n] = addresses
  return [first - 4n, first - 8n].filter(
    (word) =>
      ffi().getUint32(word) === (addresses.length << WAITER_SHIFT) + NO_WAITERS &&
      addresses.every((address) => address === word + 4n || address === word + 8n),
  )
}

// The heap

const MAPS = '/proc/self/smaps'

/** Where it is read into: outside of the heap. */
let smaps = new Uint8Array(0)

const code = (character: string) => character.charCodeAt(0)
const [NEW_LINE, SPACE, DASH] = [code('\n'), code(' '), code('-')]
const [DIGIT_0, DIGIT_9, LETTER_A, LETTER_F] = [code('0'), code('9'), code('a'), code('f')]
const FLAGS = [code('V'), code('m'), code('F')] as const
const EXCLUDED = [code(' '), code('d'), code('c')] as const

/** Include all memory that is excluded from copies; returns whether there was any. Reads bytes, as strings would make
 *  the heap grow. */
function includeExcludedMemory(): boolean {
  const length = readMaps()
  const { madvise } = libc()
  let any = false
  let start = 0
  let end = 0
  for (let at = 0; at < length; ) {
    let stop = smaps.indexOf(NEW_LINE, at)
    if (stop < 0) stop = length
    if (isHexadecimal(smaps[at])) {
      // START-END PERMISSIONS ...
      const dash = smaps.indexOf(DASH, at)
      start = hexadecimal(at, dash)
      end = hexadecimal(dash + 1, smaps.indexOf(SPACE, dash))
    } else if (isAt(at, FLAGS)) {
      // VmFlags: rd wr mr mw me dc
      for (let flag = at; flag < stop; flag++)
        if (isAt(flag, EXCLUDED)) {
          madvise(BigInt(start), BigInt(end - start), MADV_DOFORK)
          any = true
        }
    }
    at = stop + 1
  }
  return any
}

/** The maps of a copy, opened in time: later /proc may be one that does not know it, in other name spaces. */
let mapsOfCopy: number | undefined

function readMaps(): number {
  const file = mapsOfCopy ?? openSync(MAPS, 'r')
  let length = 0
  for (;;) {
    if (length === smaps.length) {
      const larger = new Uint8Array(Math.max(1 << 20, 2 * smaps.length))
      larger.set(smaps)
      smaps = larger
    }
    const count = readSync(file, smaps, length, smaps.length - length, length)
    if (count === 0) break
    length += count
  }
  if (file !== mapsOfCopy) closeSync(file)
  return length
}

function isAt(at: number, [a, b, c]: readonly [number, number, number]): boolean {
  return smaps[at] === a && smaps[at + 1] === b && smaps[at + 2] === c
}

function isHexadecimal(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= DIGIT_0 && byte <= DIGIT_9) || (byte >= LETTER_A && byte <= LETTER_F))
}

function hexadecimal(from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const byte = smaps[at] ?? 0
    number = number * 16 + (byte <= DIGIT_9 ? byte - DIGIT_0 : byte - LETTER_A + 10)
  }
  return number
}
