/** A real installation of Guix, to run its programs on stores of the test's own. STRATA_GUIX_ROOT names the directory
 *  that is its root directory: `/` where Guix is installed, or one with a distribution's package of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const root = process.env.STRATA_GUIX_ROOT

/** Whether its programs can be run here; prints why not. */
export function hasGuix(): boolean {
  const reason =
    root === undefined || !existsSync(join(root, 'usr/bin/guix'))
      ? 'STRATA_GUIX_ROOT names no installation of Guix'
      : process.geteuid?.() === 0
        ? undefined
        : 'only root can give programs of Guix another store'
  if (reason !== undefined) console.log(`skipped: ${reason}`)
  return reason === undefined
}

export interface GuixStore {
  /** The directories that stand at /gnu/store, /var/guix, /var/log/guix and /etc/guix. */
  readonly store: string
  readonly state: string
  readonly log: string
  readonly configuration: string
}

/** What runs PROGRAM where the directories of STORE have the names that Guix knows them by. */
function command({ store, state, log, configuration }: GuixStore, program: readonly string[]): string[] {
  const places: readonly (readonly [string, string])[] = [
    [store, 'gnu/store'],
    [state, 'var/guix'],
    [log, 'var/log/guix'],
    [configuration, 'etc/guix'],
  ]
  const mounts = places.map(([directory, place]) => {
    mkdirSync(directory, { recursive: true })
    const target = join(root ?? '/', place)
    mkdirSync(target, { recursive: true })
    return `mount --bind '${directory}' '${target}'`
  })
  // A daemon wants its root directory to be a mount point.
  const script = `mount --rbind '${root}' '${root}' && ${mounts.join(' && ')} && exec chroot '${root}' "$@"`
  const environment = ['HOME=/root', 'GUILE_AUTO_COMPILE=0', 'LC_ALL=C.UTF-8', 'PATH=/usr/bin:/bin:/usr/sbin']
  return ['-m', 'sh', '-c', script, 'sh', 'env', ...environment, ...program]
}

export interface Finished {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

export function runGuix(store: GuixStore, args: readonly string[], input: string | Buffer = ''): Finished {
  const { status, stdout, stderr } = spawnSync('unshare', command(store, ['guix', ...args]), {
    input,
    timeout: 60_000,
    maxBuffer: 1 << 28,
  })
  return { status, stdout, stderr: stderr.toString() }
}

/** Start a command of `guix` that runs until it is ended. */
export function startGuix(store: GuixStore, args: readonly string[]): ChildProcess {
  return spawn('unshare', command(store, ['guix', ...args]), { stdio: 'ignore' })
}

export function startGuixDaemon(store: GuixStore, args: readonly string[]): ChildProcess {
  return spawn('unshare', command(store, ['guix-daemon', ...args]), { stdio: 'ignore' })
}
