/** `strata daemon`: serves the store to other programs over a socket, in the worker protocol of Guix and Nix. */
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { guixVersion, listen, nixVersion } from '../../daemon/index.ts'
import { storeLayout } from '../../store/index.ts'
import { collect } from '../options.ts'
import { printError } from '../report.ts'

interface Options {
  readonly listen: readonly string[]
  readonly dialect: string
}

const versions: ReadonlyMap<string, number> = new Map([
  ['guix', guixVersion],
  ['nix', nixVersion],
])

export function declareDaemon(program: Command): void {
  program
    .command('daemon')
    .description('serve the store to clients of Guix or Nix over a socket')
    .option(
      '--listen <socket>',
      'listen for connections on SOCKET, a file name or HOST:PORT; may be repeated',
      collect,
      [],
    )
    .option('--dialect <guix|nix>', 'whose clients to serve', 'guix')
    .action(async (options: Options) => serve(options))
}

async function serve({ listen: addresses, dialect }: Options): Promise<void> {
  const version = versions.get(dialect)
  if (version === undefined) {
    throw new StrataError('bad-dialect', `unknown dialect ${dialect}`, { hint: 'it is guix or nix' })
  }
  const layout = storeLayout()
  const passed = process.env.LISTEN_PID === String(process.pid)
  const sockets = addresses.length > 0 || passed ? addresses : [`${layout.state}/daemon-socket/socket`]
  const daemon = await listen({ addresses: sockets, version, worker: workerFile() })
  for (const address of daemon.addresses) printError(`listening on ${address}`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await daemon.close()
}

/** Beside the source this is TypeScript, in a bundle JavaScript. */
function workerFile(): string {
  const source = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(source ? '../../daemon/server/worker.ts' : './daemon-worker.mjs', import.meta.url))
}
