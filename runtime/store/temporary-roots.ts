/** Temporary roots: what this process uses and the collector must not delete, whoever runs it.
 *  One file a process, `temproots/PID`, holding zero-terminated paths and locked while the process lives:
 *  the real daemons' protocol (libstore/gc.cc). The lock is shared except while the file is made, as the collector of
 *  Guix takes a shared one, too, to keep its own processes from adding roots. Roots are only added with a shared lock
 *  on `gc.lock`, that is while no collector works. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, threadId } from 'node:worker_threads'
import { encodeText, type StorePath } from '../formats/index.ts'
import { FileLock, Guard } from './file-locks.ts'
import { existsLink } from './trees.ts'

let opened = 0

/** Each open store of the process has its own, the first of the main thread the name that the real daemons use. */
function ownFile(): string {
  const number = opened++
  return isMainThread && number === 0 ? String(process.pid) : `${process.pid}.${threadId}.${number}`
}

/** How often to try to share the lock of a process that holds it exclusively, and may only do so for a moment. */
const sharingTries = 3

export class TemporaryRoots {
  readonly #directory: string
  readonly #known = new Set<StorePath>()
  #file: FileLock | undefined
  #guard: Guard | undefined

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'temproots')
  }

  /** Keep PATHS until this process ends. Waits while a collector is at work: it has read the roots already. */
  add(...paths: readonly StorePath[]): void {
    const added = paths.filter((path) => !this.#known.has(path))
    if (added.length === 0) return
    if (this.#guard === undefined) {
      mkdirSync(this.#directory, { recursive: true })
      this.#guard = new Guard(join(this.#directory, '../gc.lock'))
    }
    this.#guard.hold('shared', () => {
      this.#file ??= this.#create()
      this.#file.append(encodeText(added.map((path) => `${path}\0`).join('')))
    })
    for (const path of added) this.#known.add(path)
  }

  #create(): FileLock {
    const file = FileLock.acquireBlocking(join(this.#directory, ownFile()), 'exclusive')
    file.share()
    return file
  }

  has(path: StorePath): boolean {
    return this.#known.has(path)
  }

  close(): void {
    this.#file?.release({ remove: true })
    this.#file = undefined
    this.#known.clear()
  }
}

export interface RunningRoots {
  readonly paths: StorePath[]
  /** Locks that keep processes of Guix from adding more. */
  readonly locks: FileLock[]
}

/** The temporary roots of all running processes, or of all but this one. For a collector, which says so with COLLECTING
 *  and has locked `gc.lock`: files of dead processes are removed and those of others locked where that can be. */
export function readTemporaryRoots(
  stateDirectory: string,
  { ignoreOwn = false, collecting = false } = {},
): RunningRoots {
  const directory = join(stateDirectory, 'temproots')
  const result: RunningRoots = { paths: [], locks: [] }
  let names: string[] = []
  try {
    names = readdirSync(directory)
  } catch {
    return result
  }
  for (const name of names) {
    const file = join(directory, name)
    const own = name.split('.')[0] === String(process.pid)
    if (own && ignoreOwn) continue
    if (isAbandoned(file, collecting && !own)) continue
    if (collecting && !own) {
      const lock = tryToShare(file)
      if (lock !== undefined) result.locks.push(lock)
    }
    try {
      const text = readFileSync(file, 'utf8')
      // What follows the last zero is a root that is being written, by somebody who waits for us.
      for (const path of text.slice(0, text.lastIndexOf('\0') + 1).split('\0')) {
        if (path !== '') result.paths.push(path as StorePath)
      }
    } catch {
      // Its process has just ended.
    }
  }
  return result
}

/** Whether nobody holds FILE; if so and REMOVE it goes. */
function isAbandoned(file: string, remove: boolean): boolean {
  if (!existsLink(file)) return true
  try {
    const lock = FileLock.tryAcquire(file)
    lock?.release({ remove })
    return lock !== undefined
  } catch {
    // Another user's, who then is the one to keep it.
    return false
  }
}

function tryToShare(file: string): FileLock | undefined {
  for (let tries = 0; tries < sharingTries; tries++) {
    try {
      const lock = existsLink(file) ? FileLock.tryAcquire(file, 'shared') : undefined
      if (lock !== undefined) return lock
    } catch {
      // No file of ours, or not ours to lock.
      return undefined
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
  }
  return undefined
}
