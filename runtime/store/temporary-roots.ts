/** Temporary roots: what this process uses and the collector must not delete, whoever runs it.
 *  One file a process, `temproots/PID`, holding zero-terminated paths and locked while the process lives:
 *  the real daemons' protocol (libstore/gc.cc). */
import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, threadId } from 'node:worker_threads'
import { encodeText, type StorePath } from '../formats/index.ts'
import { FileLock, Guard } from './file-locks.ts'

/** Each thread has its own: record locks do not tell threads apart. */
function ownFile(): string {
  return isMainThread ? String(process.pid) : `${process.pid}.${threadId}`
}

export class TemporaryRoots {
  readonly #directory: string
  readonly #known = new Set<StorePath>()
  #file: FileLock | undefined
  #guard: Guard | undefined

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'temproots')
  }

  /** Keep PATH until this process ends. Waits while a collector is at work: it has read the roots already. */
  add(path: StorePath): void {
    if (this.#known.has(path)) return
    if (this.#guard === undefined) {
      mkdirSync(this.#directory, { recursive: true })
      this.#guard = new Guard(join(this.#directory, '../gc.lock'))
    }
    this.#guard.hold('shared', () => {
      this.#file ??= FileLock.acquireBlocking(join(this.#directory, ownFile()), 'exclusive')
      this.#file.append(encodeText(`${path}\0`))
    })
    this.#known.add(path)
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

/** The temporary roots of all running processes, or of all but this one; files of dead ones are removed. */
export function readTemporaryRoots(stateDirectory: string, ignoreOwn = false): StorePath[] {
  const directory = join(stateDirectory, 'temproots')
  const roots: StorePath[] = []
  let names: string[] = []
  try {
    names = readdirSync(directory)
  } catch {
    return roots
  }
  for (const name of names) {
    const file = join(directory, name)
    const own = name.split('.')[0] === String(process.pid)
    if (own && ignoreOwn) continue
    if (!own) {
      const lock = FileLock.tryAcquire(file)
      if (lock !== undefined) {
        lock.release({ remove: true })
        continue
      }
    }
    try {
      for (const path of readFileSync(file, 'utf8').split('\0')) if (path !== '') roots.push(path as StorePath)
    } catch {
      unlinkSync(file)
    }
  }
  return roots
}
