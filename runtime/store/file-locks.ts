/** Record locks (fcntl), the kind the real daemons take on `PATH.lock`, `gc.lock` and temporary roots.
 *  Through node:ffi, since Node has no call for them. On Linux they belong to the open file (F_OFD_SETLK), not to the
 *  process: they keep out other processes' POSIX locks all the same, but also other threads, and are not lost when
 *  the process opens and closes the file elsewhere. Elsewhere they are POSIX locks: keep one FileLock a file. */

import { dlopen } from 'node:ffi'
import { closeSync, fstatSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'

/** Loaded at the first lock: most programs take none. */
function openLibc() {
  return dlopen(null, { fcntl: { arguments: ['i32', 'i32', 'buffer'], return: 'i32' } }).functions
}
let opened: ReturnType<typeof openLibc> | undefined
function libc(): ReturnType<typeof openLibc> {
  opened ??= openLibc()
  return opened
}

const setLock = process.platform === 'linux' ? 37 : 6
const setLockWait = process.platform === 'linux' ? 38 : 7
const kinds = { shared: 0, exclusive: 1, none: 2 } as const

export type LockKind = 'shared' | 'exclusive'

/** `struct flock` of the whole file. */
function flock(kind: keyof typeof kinds): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setInt16(0, kinds[kind], true)
  return bytes
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
      if (libc().fcntl(fd, setLock, flock(kind)) !== 0) {
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
      if (libc().fcntl(fd, setLockWait, flock(kind)) !== 0) {
        closeSync(fd)
        throw new StrataError('cannot-lock', `cannot lock ${path}`)
      }
      if (isStill(path, fd)) return new FileLock(path, fd)
      closeSync(fd)
    }
  }

  /** Let others share what was exclusive. */
  share(): void {
    libc().fcntl(this.#fd, setLock, flock('shared'))
  }

  append(bytes: Uint8Array): void {
    writeSync(this.#fd, bytes)
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
  readonly #fd: number

  constructor(path: string) {
    this.#fd = openSync(path, 'a+', 0o600)
  }

  /** Run BODY with the lock, waiting for it first. */
  hold(kind: LockKind, body: () => void): void {
    libc().fcntl(this.#fd, setLockWait, flock(kind))
    try {
      body()
    } finally {
      libc().fcntl(this.#fd, setLock, flock('none'))
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
