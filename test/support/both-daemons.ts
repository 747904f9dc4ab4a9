/** Strata's daemon in Nix's dialect beside the real nix-daemon, each with a store that has the bootstrap seed, and Nix's
 *  own programs as clients of both. */
import { type ChildProcess, execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { push, RemoteStore } from '../../runtime/daemon/index.ts'
import { removeTree } from '../../runtime/store/index.ts'
import { nixClientEnvironment, startDaemon, strata } from './daemons.ts'
import type { SeededStore } from './seeded-store.ts'

const run = promisify(execFile)

/** What a program printed, whether it succeeded or not. */
export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One daemon with its clients. */
export interface Served {
  /** Run one of Nix's PROGRAMs as a client; INPUT is what it reads. */
  client(program: string, args: readonly string[], input?: string): Promise<Printed>
  /** Where a store item's file is. */
  physical(path: string): string
}

export interface BothDaemons {
  readonly strata: Served
  readonly nix: Served
  /** A directory for files of the test. */
  readonly directory: string
  /** The seed's bash and tools, in both stores. */
  readonly tools: string
  stop(): void
}

function served(environment: NodeJS.ProcessEnv, physical: (path: string) => string): Served {
  return {
    physical,
    async client(program, args, input = '') {
      const pending = run(program, args, { timeout: 50_000, env: environment })
      // A program may end without reading what it is given.
      pending.child.stdin?.on('error', () => {})
      pending.child.stdin?.end(input)
      try {
        return { code: 0, ...(await pending) }
      } catch (error) {
        if (!(error instanceof Error) || !('stdout' in error) || !('stderr' in error) || !('code' in error)) throw error
        return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) }
      }
    },
  }
}

/** Start both. Only root can: nix-daemon's sandbox needs it. */
export async function startBothDaemons({ store, seed }: SeededStore): Promise<BothDaemons> {
  const directory = mkdtempSync(join(tmpdir(), 'strata-both-'))
  const items = join(directory, 'store')
  const home = (name: string): string => {
    mkdirSync(join(directory, name, 'etc'), { recursive: true })
    writeFileSync(join(directory, name, 'etc/nix.conf'), 'experimental-features = nix-command\nsubstituters =\n')
    return join(directory, name)
  }
  mkdirSync(items)
  const nixSocket = join(directory, 'nix-socket')
  const strataSocket = join(directory, 'strata-socket')
  const state = join(directory, 'var')
  const daemons: ChildProcess[] = [
    await startDaemon('nix-daemon', [], nixSocket, {
      ...nixClientEnvironment(nixSocket, home('daemon'), items),
      NIX_STATE_DIR: state,
      NIX_REMOTE: `local?real=${items}&state=${state}&log=${join(directory, 'log')}`,
      NIX_DAEMON_SOCKET_PATH: nixSocket,
      NIX_CONFIG: 'build-users-group =\nsandbox = true\nsandbox-paths =\nsubstitute = false\n',
    }),
    await startDaemon(strata, ['daemon', '--dialect', 'nix', '--listen', strataSocket], strataSocket, {
      ...process.env,
      STRATA_ROOT: store.layout.root,
    }),
  ]
  const tools = outputPath(seed.tools)
  const remote = new RemoteStore(`unix://${nixSocket}`)
  push(store, remote, [tools])
  remote.close()
  return {
    directory,
    tools,
    nix: served(nixClientEnvironment(nixSocket, home('nix'), items), (path) => items + path.slice('/gnu/store'.length)),
    strata: served(nixClientEnvironment(strataSocket, home('strata'), store.layout.store), (path) =>
      store.physical(path),
    ),
    stop() {
      for (const daemon of daemons) daemon.kill()
      store.close()
      removeTree(directory)
    },
  }
}
