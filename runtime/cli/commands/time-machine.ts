/** `strata time-machine`: a command of strata run with the packages of given channels, at given commits. */
import type { Command } from 'commander'
import { addChannelOptions, type ChannelOptions, makeChannelsProfile, runWithChannels } from '../channel-options.ts'

export function declareTimeMachine(program: Command): void {
  const command = program
    .command('time-machine')
    .description('run a command of strata with the packages of other channels, or of other commits')
    .usage('[options] -- COMMAND [ARG...]')
    .argument('<command...>', 'a command of strata and its arguments')
    .passThroughOptions()
  addChannelOptions(command)
  command.action((args: string[], options: ChannelOptions) => {
    const profile = makeChannelsProfile('profile-for', options)
    if (profile !== undefined) process.exitCode = runWithChannels(profile, args)
  })
}
