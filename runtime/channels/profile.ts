/** The profile of channels in use: what `strata pull` made last, or the one that the environment names. Asking for it
 *  reads at most one small file, because every command that uses packages does. Profiles are made in Scheme, by
 *  (guix scripts pull). */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A directory of a channel's modules: where module names start, and the part of it that holds package modules. */
export interface ChannelDirectory {
  readonly root: string
  readonly below: string
}

/** Where the profiles of channels and their generations are. */
export function channelsDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = env.XDG_STATE_HOME || join(env.HOME ?? homedir(), '.local/state')
  return join(state, 'strata/channels')
}

/** The profile in use, without links in its name: the same channels are the same directory. */
export function channelsProfile(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env.STRATA_CHANNELS
  if (named === '') return undefined
  const profile = named ?? join(channelsDirectory(env), 'current')
  return existsSync(profile) ? realpathSync(profile) : undefined
}

/** The directories of modules of the channels in use, in the order that modules are looked for. */
export function channelDirectories(profile = channelsProfile()): ChannelDirectory[] {
  if (profile === undefined) return []
  let text: string
  try {
    text = readFileSync(join(profile, 'directories'), 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', below = ''] = line.split('\t')
      return { root: join(profile, 'modules', name), below }
    })
}
