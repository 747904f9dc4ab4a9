/** Daemons as tests run them: a process that listens on a socket file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

export const strata = new URL('../../runtime/cli/strata', import.meta.url).pathname

/** Start PROGRAM and wait until something listens at SOCKET. */
export async function startDaemon(
  program: string,
  args: readonly string[],
  socket: string,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const daemon = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] })
  await waitFor(() => existsSync(socket) && listens(socket))
  return daemon
}

/** What makes Nix's programs clients of the daemon at SOCKET, with state of their own below DIRECTORY. They read
 *  derivations themselves, in STORE, where the store really is. */
export function nixClientEnvironment(socket: string, directory: string, store: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NIX_REMOTE: `unix://${socket}?real=${store}`,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: join(directory, 'state'),
    NIX_LOG_DIR: join(directory, 'log'),
    NIX_CONF_DIR: join(directory, 'etc'),
    HOME: directory,
  }
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

/** Wait, for at most ten seconds, until HOLDS. */
export async function waitFor(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 500; tries++) {
    if (await holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
