/** How to build: what the command line and the daemon's clients can set. */
import { availableParallelism } from 'node:os'

export interface BuildOptions {
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
  /** Run builders in the host's file system. Only for hosts that allow no sandbox at all. */
  readonly disableChroot?: boolean
  readonly signal?: AbortSignal
}

export interface CompleteBuildOptions extends Required<Omit<BuildOptions, 'signal'>> {
  readonly signal: AbortSignal
}

export function completeOptions(options: BuildOptions, signal: AbortSignal): CompleteBuildOptions {
  return {
    maxJobs: Math.max(1, options.maxJobs ?? 1),
    cores: options.cores ?? availableParallelism(),
    keepGoing: options.keepGoing ?? false,
    keepFailed: options.keepFailed ?? false,
    timeout: options.timeout ?? 0,
    maxSilentTime: options.maxSilentTime ?? 0,
    disableChroot: options.disableChroot ?? false,
    signal,
  }
}
