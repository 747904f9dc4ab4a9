/** `strata pull`: channels to their latest commits, and the generations that came of it. What is done is in
 *  (guix scripts pull); the index of the new collection is made here, so that the commands that follow are fast. */
import type { Command } from 'commander'
import { addChannelOptions, type ChannelOptions, makeChannelsProfile, runWithChannels } from '../channel-options.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { natural } from '../options.ts'
import { callScript } from '../scheme-calls.ts'
import { showPlatforms } from '../scheme-session.ts'

interface Options extends DaemonOption, ChannelOptions {
  readonly profile?: string
  readonly news?: boolean
  readonly listGenerations?: string | true
  readonly details?: boolean
  readonly listSystems?: boolean
  readonly rollBack?: boolean
  readonly switchGeneration?: string
  readonly deleteGenerations?: string | true
  readonly allowDowngrades?: boolean
  readonly index: boolean
}

export function declarePull(program: Command): void {
  const command = program
    .command('pull')
    .description('bring channels, and so the available packages, to their latest commits')
  addChannelOptions(command)
    .option('--allow-downgrades', 'also go to commits that do not come after the present ones')
    .option('-N, --news', 'print the news since the generation before')
    .option('-l, --list-generations [pattern]', 'list generations: 3, 1,2, 2.. or all')
    .option('--details', 'with -l, say which packages each generation brought')
    .option('--roll-back', 'go back to the generation before')
    .option('-S, --switch-generation <number>', 'go to generation NUMBER, or +1 or -1')
    .option('-d, --delete-generations [pattern]', 'delete generations, all but the current one without PATTERN')
    .option('-p, --profile <profile>', 'use PROFILE instead of the one that commands take packages from')
    .option('-s, --system <system>', 'accepted as in Guix: channels are the same for all systems')
    .option('--list-systems', 'list the systems that packages can be built for')
    .option('-v, --verbosity <level>', 'accepted as in Guix', natural)
    .option('--bootstrap', 'accepted as in Guix: no Guile is needed')
    .option('--no-index', 'do not make the index of packages, which is then made when it is first needed')
  addDaemonOption(command)
  command.action((options: Options) => pull(options))
}

function pull(options: Options): void {
  if (options.listSystems === true) return showPlatforms('systems', options.loadPath)
  daemonOf(options)
  const { profile } = options
  if (options.listGenerations !== undefined)
    generations('list-generations', options.listGenerations, profile, options.details === true)
  else if (options.rollBack === true) callScript('pull', 'roll-back-channels', [profile])
  else if (options.switchGeneration !== undefined)
    callScript('pull', 'switch-channels', [options.switchGeneration, profile])
  else if (options.deleteGenerations !== undefined)
    generations('delete-generations', options.deleteGenerations, profile)
  else if (options.news === true) callScript('pull', 'print-news', [profile])
  else {
    const made = makeChannelsProfile('pull', options, { 'allow-downgrades?': options.allowDowngrades, profile })
    if (made !== undefined && options.index) process.exitCode = runWithChannels(made, ['package', '-A', '^$'])
  }
}

function generations(procedure: string, pattern: string | true, profile: string | undefined, details = false): void {
  const keywords = { 'details?': details ? true : undefined }
  callScript('pull', procedure, [pattern === true || pattern === '' ? undefined : pattern, profile], { keywords })
}
