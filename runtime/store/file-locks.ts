/** Locks of files, those the real daemons take on `PATH.lock`, `gc.lock` and temporary roots: Guix takes record locks
 *  (fcntl), Nix since 2.1 BSD locks (flock), which know nothing of each other. Strata takes both, in this order.
 *  Through node:ffi, since Node has no call for them. On Linux the record locks belong to the open file (F_OFD_SETLK),
 *  as BSD locks do, not to the process: they keep out other processes' POSIX locks all the same, but also other
 *  threads, and are not lost when the process opens and closes the file elsewhere. Elsewhere they are POSIX locks:
 *  keep one FileLock a file. */

import { closeSync, fstatSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { ffi } from '../../build-side/posix/ffi.ts'
import { StrataError } from '../../lang/conditions/index.ts'

/** Loaded at the first lock: most programs take none. */
function openLibc() {
  return ffi().dlopen(null, {
    fcntl: { arguments: ['i32', 'i32', 'buffer'], return: 'i32' },
    flock: { arguments: ['i32', 'i32'], return: 'i32' },
  }).functions
}
let opened: ReturnType<typeof openLibc> | undefined
function libc(): ReturnType<typeof openLibc> {
  opened ??= openLibc()
  return opened
}

const setLock = process.platform === 'linux' ? 37 : 6
const setLockWait = process.platform === 'linux' ? 38 : 7
const doNotWait = 4
/** How each is called for record locks and for BSD locks. */
const kinds = { shared: [0, 1], exclusive: [1, 2], none: [2, 8] } as const
/** A signal may end a wait. */
const mostInterruptions = 1000

export type LockKind = 'shared' | 'exclusive'

/** Put a lock on the file that FD is open for; whether it was given. */
function lockFile(fd: number, kind: keyof typeof kinds, wait: boolean): boolean {
  const [record, bsd] = kinds[kind]
  // `struct flock' of the whole file.
  const range = new Uint8Array(32)
  new DataView(range.buffer).setInt16(0, record, true)
  const { fcntl, flock } = libc()
  const tries = wait ? mostInterruptions : 1
  const attempt = (take: () => number): boolean => {
    for (let i = 0; i < tries; i++) if (take() === 0) return true
    return false
  }
  if (!attempt(() => fcntl(fd, wait ? setLockWait : setLock, range))) return false
  if (attempt(() => flock(fd, wait ? bsd : bsd | doNotWait))) return true
  // The other kind must not remain with us.
  new DataView(range.buffer).setInt16(0, kinds.none[0], true)
  fcntl(fd, setLock, range)
  return false
}

export class FileLock {
  readonly path: string
  readonly #fd: number
  #open = true

  private constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  /** Take the lock if nobody holds it; undefined when another process does. */
  static tryAcquire(path: string, kind: LockKind = 'exclusive'): FileLock | undefined {
    for (;;) {
      const fd = openSync(path, 'a+', 0o600)
      if (!lockFile(fd, kind, false)) {
        closeSync(fd)
        return undefined
      }
      if (isStill(path, fd)) return new FileLock(path, fd)
      // The holder before us removed the file: what we locked is nobody's.
      closeSync(fd)
    }
  }

  /** Take the lock, polling while another process holds it; `onWait` is called once when that is so. */
  static async acquire(path: string, kind: LockKind = 'exclusive', onWait?: () => void): Promise<FileLock> {
    let waiting = false
    for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
      const lock = FileLock.tryAcquire(path, kind)
      if (lock !== undefined) return lock
      if (!waiting) onWait?.()
      waiting = true
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  /** Take the lock, blocking the whole process: for locks that are only held for moments. */
  static acquireBlocking(path: string, kind: LockKind): FileLock {
    for (;;) {
      const fd = openSync(path, 'a+', 0o600)
      if (!lockFile(fd, kind, true)) {
        closeSync(fd)
        throw new StrataError('cannot-lock', `cannot lock ${path}`)
      }
      if (isStill(path, fd)) return new FileLock(path, fd)
      closeSync(fd)
    }
  }

  /** Let others share what was exclusive. */
  share(): void {
    lockFile(this.#fd, 'shared', false)
  }

  /** Write all of BYTES at the end of the file, or fail. */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
  }

  /** Release the lock; `remove` deletes the file first, so that waiters start anew: strata's see that the name has
   *  gone, the real daemons that the file is no longer empty. */
  release(options: { readonly remove?: boolean } = {}): void {
    if (!this.#open) return
    this.#open = false
    if (options.remove === true) {
      try {
        unlinkSync(this.path)
        writeSync(this.#fd, 'd')
      } catch {
        // Somebody else removed it: the same result.
      }
    }
    closeSync(this.#fd)
  }
}

/** A lock that one process takes and gives back again and again, on a descriptor that it never closes:
 *  closing it would drop the process's other locks on the file. */
export class Guard {
  readonly #path: string
  readonly #fd: number

  constructor(path: string) {
    this.#path = path
    this.#fd = openSync(path, 'a+', 0o600)
  }

  /** Run BODY with the lock, waiting for it first. */
  hold(kind: LockKind, body: () => void): void {
    if (!lockFile(this.#fd, kind, true)) throw new StrataError('cannot-lock', `cannot lock ${this.#path}`)
    try {
      body()
    } finally {
      lockFile(this.#fd, 'none', false)
    }
  }
}

function isStill(path: string, fd: number): boolean {
  try {
    return statSync(path).ino === fstatSync(fd).ino
  } catch {
    return false
  }
}
