/** `strata daemon`: serves the store to other programs over a socket, in the worker protocol of Guix and Nix. */
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { type BuildOptions, checkLogCompression, logCompressions } from '../../builds/index.ts'
import { guixVersion, listen, nixVersion } from '../../daemon/index.ts'
import { Store, storeLayout } from '../../store/index.ts'
import { addresses as toAddresses, usualSubstituteUrls } from '../../substitutes/index.ts'
import { addKeepingOptions, type KeepingOptions, toKeeping } from '../keeping-options.ts'
import { collect, natural } from '../options.ts'
import { printError } from '../report.ts'

interface Options extends Pick<BuildOptions, (typeof buildOptionNames)[number]>, KeepingOptions {
  readonly substitutes: boolean
  readonly disableDeduplication?: boolean
  readonly disableStoreOptimization?: boolean
  readonly loseLogs?: boolean
  readonly 'impersonateLinux2.6'?: boolean
  readonly chrootDirectory: readonly string[]
  readonly disableLogCompression?: boolean
  readonly discover?: string
  readonly listen: readonly string[]
  readonly nixListen: readonly string[]
  readonly dialect: string
}

/** The options that are passed on to builds. */
const buildOptionNames = [
  'maxJobs',
  'cores',
  'timeout',
  'maxSilentTime',
  'system',
  'rounds',
  'cacheFailures',
  'logCompression',
  'buildUsersGroup',
  'disableChroot',
  'substituteUrls',
] as const

const versions: ReadonlyMap<string, number> = new Map([
  ['guix', guixVersion],
  ['nix', nixVersion],
])

export function declareDaemon(program: Command): void {
  const command = program
    .command('daemon')
    .description('serve the store to clients of Guix or Nix over a socket')
    .option(
      '--listen <socket>',
      'listen for connections on SOCKET, a file name or HOST[:PORT]; may be repeated',
      collect,
      [],
    )
    .option('--nix-listen <socket>', 'the same for clients of Nix, whatever the dialect of --listen', collect, [])
    .option('--dialect <guix|nix>', 'whose clients to serve at --listen and at sockets of the service manager', 'guix')
    .option('--build-users-group <group>', 'as root: run builders as members of GROUP')
    .option('-M, --max-jobs <n>', 'allow at most N builds at a time for each client', natural)
    .option('-c, --cores <n>', 'allow the use of up to N processor cores for a build (0: all)', natural)
    .option('--timeout <seconds>', 'mark a build as failed after so many seconds, unless the client says', natural)
    .option('--max-silent-time <seconds>', 'the same after so many seconds of silence', natural)
    .option('--system <system>', 'assume SYSTEM as the type of this machine')
    .option('--rounds <n>', 'build every derivation N times in a row', natural)
    .option('--cache-failures', 'remember which derivations failed, and do not try them again')
    .option('--disable-deduplication', 'do not make equal files of new outputs and of the store one file')
    .addOption(new Option('--disable-store-optimization', 'the same').hideHelp())
    .addOption(new Option('--log-compression <type>', 'how build logs are kept').choices(logCompressions))
    .addOption(new Option('--disable-log-compression', 'keep build logs as they are').hideHelp())
    .option('--lose-logs', 'do not keep build logs')
    .option('--impersonate-linux-2.6', 'let the kernel call itself 2.6 for builders')
    .option('--substitute-urls <urls>', 'take what need not be built from the servers at URLS', toAddresses)
    .option('--no-substitutes', 'take nothing from servers of substitutes, unless a client names some')
    .option('--disable-chroot', 'build without a sandbox, on hosts that allow none')
    .option('--chroot-directory <dir>', 'show builders the directory DIR of this machine too', collect, [])
    .addOption(new Option('--no-offload', 'build on this machine, as strata always does').hideHelp())
    .addOption(new Option('--no-build-hook', 'the same').hideHelp())
    .addOption(new Option('--debug', 'accepted as in Guix').hideHelp())
    .addOption(new Option('--discover [yes|no]', 'look for servers of substitutes on the network').hideHelp())
  addKeepingOptions(command)
  command.action(async (options: Options) => serve(options))
}

async function serve({ listen: addresses, nixListen, dialect, ...others }: Options): Promise<void> {
  const version = versions.get(dialect)
  if (version === undefined) {
    throw new StrataError('bad-dialect', `unknown dialect ${dialect}`, { hint: 'it is guix or nix' })
  }
  // How `strata processes` knows it.
  process.title = 'strata daemon'
  checkLogCompression(others.logCompression ?? 'gzip')
  const layout = storeLayout()
  // What is wrong with the store is said now, not to the first client; and clients may look for its directories.
  new Store(layout).close()
  const passed = process.env.LISTEN_PID === String(process.pid)
  const asked = [
    ...addresses.map((address) => ({ address, version })),
    ...nixListen.map((address) => ({ address, version: nixVersion })),
  ]
  const usual = { address: `${layout.state}/daemon-socket/socket`, version }
  const endpoints = asked.length > 0 || passed ? asked : [usual]
  const names: readonly string[] = buildOptionNames
  const substituteUrls = others.substitutes ? (others.substituteUrls ?? usualSubstituteUrls()) : []
  const chosen = Object.fromEntries(Object.entries(others).filter(([name]) => names.includes(name)))
  if (others.discover === 'yes') printError('strata daemon: warning: servers on the local network are not looked for')
  const daemon = await listen({
    endpoints,
    version,
    worker: workerFile(),
    builds: {
      ...chosen,
      substituteUrls,
      allowsSubstitutes: others.substitutes,
      chrootDirectories: others.chrootDirectory,
      deduplicate: others.disableDeduplication !== true && others.disableStoreOptimization !== true,
      keepLogs: others.loseLogs !== true,
      impersonateLinux26: others['impersonateLinux2.6'] === true,
      ...(others.disableLogCompression === true ? { logCompression: 'none' } : {}),
    },
    keeping: toKeeping(others),
  })
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
