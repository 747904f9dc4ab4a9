/** Running a builder in the host's own file system, for hosts that allow no sandbox: it sees all that
 *  the user sees. Only on explicit demand (`--disable-chroot`). */
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Derivation } from '../formats/index.ts'
import type { SandboxEnd, SandboxedProcess } from './launcher.ts'
import { rewritePlaceholders } from './placeholders.ts'

export function startUnsandboxed(
  derivation: Derivation,
  environment: ReadonlyMap<string, string>,
  directory: string,
  onOutput: (bytes: Uint8Array) => void,
): SandboxedProcess {
  const child = spawn(derivation.builder, derivation.args.map(rewritePlaceholders(derivation)), {
    argv0: basename(derivation.builder),
    cwd: directory,
    env: Object.fromEntries(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own, so that the builder's children can be killed with it.
    detached: true,
  })
  child.stdout.on('data', onOutput)
  child.stderr.on('data', onOutput)
  const ended = new Promise<SandboxEnd>((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'setup-failed', message: `executing \`${derivation.builder}': ${error.message}` }),
    )
    child.once('close', (status, signal) =>
      resolve(signal === null ? { kind: 'exit', status: status ?? 1 } : { kind: 'signal', signal }),
    )
  })
  const pid = child.pid ?? 0
  return {
    pid,
    ended,
    kill: () => {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
    },
  }
}
