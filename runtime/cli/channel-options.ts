/** The options of commands that fetch channels, the profiles made of channels, and strata run with such a profile. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Command } from 'commander'
import { projectDirectory } from '../project-directory.ts'
import { addBuildOptions } from './build-options.ts'
import { collect } from './options.ts'
import { type Argument, callScript, plainText } from './scheme-calls.ts'

export interface ChannelOptions {
  readonly channels?: string
  readonly defaultChannels?: boolean
  readonly url?: string
  readonly branch?: string
  readonly commit?: string
  readonly disableAuthentication?: boolean
  readonly dryRun?: boolean
  readonly loadPath: readonly string[]
}

/** Those of Guix about builds are taken, too: profiles of channels are made without building anything. */
export function addChannelOptions(command: Command): Command {
  addBuildOptions(command)
  return command
    .option('-n, --dry-run', 'say which commits the channels would be at, and go no further')
    .option('-L, --load-path <dir>', 'let the channels file use the modules in DIR', collect, [])
    .option('--no-grafts', 'accepted as in Guix')
    .option('-C, --channels <file>', 'use the channels that FILE evaluates to')
    .option('-q, --default-channels', "do not look for the user's or the system's channels file")
    .option('--url <url>', 'fetch the channel "guix", or the only channel, from URL')
    .option('--commit <commit>', 'fetch its COMMIT')
    .option('--branch <branch>', 'fetch the tip of its BRANCH')
    .option('--disable-authentication', 'do not check who signed the commits')
}

/** OPTIONS as keyword arguments of (guix scripts pull). */
function keywordsOf(options: ChannelOptions): Record<string, Argument> {
  return {
    file: options.channels,
    'default?': options.defaultChannels,
    url: options.url,
    branch: options.branch,
    commit: options.commit,
    'authenticate?': options.disableAuthentication !== true,
    'dry-run?': options.dryRun,
  }
}

/** Call PROCEDURE of (guix scripts pull), which returns a profile, or undefined when there is no new one. */
export function makeChannelsProfile(
  procedure: 'pull' | 'profile-for',
  options: ChannelOptions,
  more: Record<string, Argument> = {},
): string | undefined {
  const keywords = { ...keywordsOf(options), ...more }
  return plainText(callScript('pull', procedure, [], { loadPath: options.loadPath, keywords })) ?? undefined
}

/** Run strata with ARGS and the channels of PROFILE; return its exit status. */
export function runWithChannels(profile: string, args: readonly string[]): number {
  const { status, error } = spawnSync(join(projectDirectory(), 'runtime/cli/strata'), args, {
    stdio: 'inherit',
    env: { ...process.env, STRATA_CHANNELS: profile },
  })
  if (error !== undefined) throw error
  return status ?? 1
}
