/** The options of every command that builds: how many jobs, what to keep, how long to wait. */
import type { Command } from 'commander'
import type { BuildOptions } from '../builds/index.ts'
import { natural } from './options.ts'

export interface CommonBuildOptions {
  readonly cores?: number
  readonly maxJobs?: number
  readonly keepFailed?: boolean
  readonly keepGoing?: boolean
  readonly timeout?: number
  readonly maxSilentTime?: number
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
    .option('--disable-chroot', 'build without a sandbox, on hosts that allow none')
}

export function toBuildOptions(options: CommonBuildOptions): BuildOptions {
  return {
    ...(options.cores === undefined || options.cores === 0 ? {} : { cores: options.cores }),
    ...(options.maxJobs === undefined ? {} : { maxJobs: options.maxJobs }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.maxSilentTime === undefined ? {} : { maxSilentTime: options.maxSilentTime }),
    keepFailed: options.keepFailed === true,
    keepGoing: options.keepGoing === true,
    disableChroot: options.disableChroot === true,
  }
}
