/** The options of every command that builds: how many jobs, what to keep, how long to wait. */
import { type Command, Option } from 'commander'
import { type BuildOptions, checkLogCompression, type LogCompression, logCompressions } from '../builds/index.ts'
import { addresses, usualSubstituteUrls } from '../substitutes/index.ts'
import { natural } from './options.ts'

export interface CommonBuildOptions {
  readonly cores?: number
  readonly maxJobs?: number
  readonly keepFailed?: boolean
  readonly keepGoing?: boolean
  readonly timeout?: number
  readonly maxSilentTime?: number
  readonly rounds?: number
  readonly fallback?: boolean
  readonly substitutes: boolean
  readonly substituteUrls?: readonly string[]
  readonly logCompression?: LogCompression
  readonly cacheFailures?: boolean
  readonly disableDeduplication?: boolean
  readonly buildUsersGroup?: string
  readonly disableChroot?: boolean
}

export function addBuildOptions(command: Command): Command {
  return command
    .option('-K, --keep-failed', 'keep the build directory of a failed build')
    .option('-k, --keep-going', 'keep going when some of the derivations fail to build')
    .option('-c, --cores <n>', 'allow the use of up to N processor cores for a build (0: all)', natural)
    .option('-M, --max-jobs <n>', 'allow at most N builds at a time', natural)
    .option('--timeout <seconds>', 'mark a build as failed after so many seconds', natural)
    .option('--max-silent-time <seconds>', 'mark a build as failed after so many seconds of silence', natural)
    .option('--rounds <n>', 'build every derivation N times in a row, and fail when the results differ', natural)
    .option('--substitute-urls <urls>', 'take what need not be built from the servers at URLS', addresses)
    .option('--no-substitutes', 'build all, whatever servers have')
    .option('--fallback', 'build what could not be fetched from the server that has it')
    .addOption(new Option('--log-compression <type>', 'how build logs are kept').choices(logCompressions))
    .option('--cache-failures', 'remember which derivations failed, and do not try them again')
    .option('--disable-deduplication', 'do not make equal files of new items and of the store one file')
    .option('--build-users-group <group>', 'as root: run builders as members of GROUP')
    .option('--disable-chroot', 'build without a sandbox, on hosts that allow none')
    .option('--no-offload', 'build on this machine, as strata always does')
    .addOption(new Option('--no-build-hook', 'the same').hideHelp())
    .option('--debug <level>', 'accepted as in Guix; STRATA_DEBUG=1 shows what is behind an error', natural)
}

export function toBuildOptions(options: CommonBuildOptions): BuildOptions {
  checkLogCompression(options.logCompression ?? 'gzip')
  return {
    ...(options.cores === undefined || options.cores === 0 ? {} : { cores: options.cores }),
    ...(options.maxJobs === undefined ? {} : { maxJobs: options.maxJobs }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.maxSilentTime === undefined ? {} : { maxSilentTime: options.maxSilentTime }),
    ...(options.rounds === undefined ? {} : { rounds: options.rounds }),
    ...(options.logCompression === undefined ? {} : { logCompression: options.logCompression }),
    ...(options.buildUsersGroup === undefined ? {} : { buildUsersGroup: options.buildUsersGroup }),
    ...substituteServers(options),
    fallback: options.fallback === true,
    deduplicate: options.disableDeduplication !== true,
    cacheFailures: options.cacheFailures === true,
    keepFailed: options.keepFailed === true,
    keepGoing: options.keepGoing === true,
    disableChroot: options.disableChroot === true,
  }
}

/** The servers that are named, none when they are forbidden; otherwise whoever builds decides. */
function substituteServers({ substitutes, substituteUrls }: CommonBuildOptions): Pick<BuildOptions, 'substituteUrls'> {
  if (!substitutes) return { substituteUrls: [] }
  const urls = substituteUrls ?? usualSubstituteUrls()
  return urls.length === 0 ? {} : { substituteUrls: urls }
}
