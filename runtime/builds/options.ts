/** How to build: what the command line and the daemon's clients can set. */
import { availableParallelism } from 'node:os'

/** What to do with a derivation: build what is missing; build it again and compare; mend what was damaged. */
export type BuildMode = 'normal' | 'check' | 'repair'

const machine = process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch

const hostSystem = `${machine}-linux`

export const logCompressions = ['gzip', 'bzip2', 'none'] as const
export type LogCompression = (typeof logCompressions)[number]

export interface BuildOptions {
  readonly mode?: BuildMode
  /** Build so many times in a row; every result must be the same. */
  readonly rounds?: number
  /** Builds at the same time. */
  readonly maxJobs?: number
  /** Processors a build may use, NIX_BUILD_CORES; 0 leaves it to the builder. */
  readonly cores?: number
  /** After a failure, go on with what does not depend on it. */
  readonly keepGoing?: boolean
  /** Keep the build directory of a failed build. */
  readonly keepFailed?: boolean
  /** Seconds; 0 or undefined for no limit. */
  readonly timeout?: number
  readonly maxSilentTime?: number
  readonly logCompression?: LogCompression
  /** Whether the logs of builds are kept on disk at all. */
  readonly keepLogs?: boolean
  /** Directories of the host that builders see too, as `DIR` or `INSIDE=DIR`. */
  readonly chrootDirectories?: readonly string[]
  /** Whether the kernel is to call itself 2.6 for builders. */
  readonly impersonateLinux26?: boolean
  /** What this machine is, instead of what it says it is. */
  readonly system?: string
  /** Remember which derivations failed, and do not try them again. */
  readonly cacheFailures?: boolean
  /** Whether files of new items become one with those of equal contents in the store; yes unless it says no. */
  readonly deduplicate?: boolean
  /** The group whose members builders run as, when strata is root; '' for users that belong to nobody. */
  readonly buildUsersGroup?: string
  /** The user who gets the build directories that are kept; undefined stands for this process's own. */
  readonly client?: { readonly uid: number; readonly gid: number } | undefined
  /** Run builders in the host's file system. Only for hosts that allow no sandbox at all. */
  readonly disableChroot?: boolean
  /** Servers to take items from that need not be built then; none unless somebody names them. */
  readonly substituteUrls?: readonly string[]
  /** Build what could not be taken from a server, though it should have been there. */
  readonly fallback?: boolean
  readonly signal?: AbortSignal
}

export interface CompleteBuildOptions extends Required<Omit<BuildOptions, 'signal' | 'client'>> {
  readonly client: BuildOptions['client']
  readonly signal: AbortSignal
}

export function completeOptions(options: BuildOptions, signal: AbortSignal): CompleteBuildOptions {
  return {
    mode: options.mode ?? 'normal',
    rounds: Math.max(1, options.rounds ?? 1),
    maxJobs: options.maxJobs ?? 1,
    cores: options.cores ?? availableParallelism(),
    keepGoing: options.keepGoing ?? false,
    keepFailed: options.keepFailed ?? false,
    timeout: options.timeout ?? 0,
    maxSilentTime: options.maxSilentTime ?? 0,
    logCompression: options.logCompression ?? 'gzip',
    keepLogs: options.keepLogs ?? true,
    chrootDirectories: options.chrootDirectories ?? [],
    impersonateLinux26: options.impersonateLinux26 ?? false,
    system: options.system ?? hostSystem,
    cacheFailures: options.cacheFailures ?? false,
    deduplicate: options.deduplicate ?? true,
    buildUsersGroup: options.buildUsersGroup ?? '',
    client: options.client,
    disableChroot: options.disableChroot ?? false,
    substituteUrls: options.substituteUrls ?? [],
    fallback: options.fallback ?? false,
    signal,
  }
}
