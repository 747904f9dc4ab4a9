/** Generations of profiles as links: `NAME-N-link` beside the link `NAME`, which points to the current one.
 *  Here only old ones are found and deleted; what is in a generation is nobody's business but the profile's.
 *  Follows delete-old-generations of Guix 1.4's (guix scripts package). */
import { lstatSync, readdirSync, readlinkSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import type { StoreLayout } from './layout.ts'
import { linkedRoots } from './roots.ts'

export interface Generation {
  readonly number: number
  readonly link: string
  /** When it was made, in seconds since 1970. */
  readonly time: number
}

const secondsOf: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['h', 3600],
  ['d', 86_400],
  ['w', 7 * 86_400],
  ['m', 30 * 86_400],
  ['y', 365 * 86_400],
])

/** Seconds in a duration such as `5d`, `2w` or `3m`. @throws StrataError `bad-duration`. */
export function parseDuration(text: string): number {
  const match = /^([0-9]+)([shdwmy])$/.exec(text)
  const unit = secondsOf.get(match?.[2] ?? '')
  if (match?.[1] === undefined || unit === undefined) {
    throw new StrataError('bad-duration', `"${text}" does not denote a duration`, {
      hint: 'write a number and one of h, d, w, m (30 days) and y: 2m',
    })
  }
  return Number(match[1]) * unit
}

/** The generations of the profile whose link is PROFILE, the oldest first. */
export function generationsOf(profile: string): Generation[] {
  const start = `${basename(profile)}-`
  const generations: Generation[] = []
  for (const name of readdirSync(dirname(profile))) {
    const number = name.startsWith(start) ? /^([0-9]+)-link$/.exec(name.slice(start.length))?.[1] : undefined
    if (number === undefined) continue
    const link = join(dirname(profile), name)
    const stat = lstatSync(link, { throwIfNoEntry: false })
    if (stat !== undefined) generations.push({ number: Number(number), link, time: stat.mtimeMs / 1000 })
  }
  return generations.sort((a, b) => a.number - b.number)
}

/** The number of PROFILE's current generation; undefined when it has none. */
export function currentGeneration(profile: string): number | undefined {
  if (lstatSync(profile, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined
  const number = /-([0-9]+)-link$/.exec(readlinkSync(profile))?.[1]
  return number === undefined ? undefined : Number(number)
}

/** The profiles with generations among the collector's roots: all of them for root, else those of the user. */
export function profilesOf(layout: StoreLayout, user = process.geteuid?.() ?? 0): string[] {
  const profiles = new Set<string>()
  for (const { source } of linkedRoots(layout)) {
    const profile = /^(.+)-[0-9]+-link$/.exec(source)?.[1]
    if (profile !== undefined && (user === 0 || lstatSync(source).uid === user)) profiles.add(profile)
  }
  return [...profiles].sort()
}

/** Delete the generations of PROFILE that are older than AGE seconds, all when there is no age, but not the current
 *  one. Without a current one nothing is known of what is in use, and nothing is deleted. */
export function deleteOldGenerations(
  profile: string,
  age: number | undefined,
  onDelete: (link: string) => void,
  now = Date.now() / 1000,
): void {
  const current = currentGeneration(profile)
  if (current === undefined) return
  for (const { number, link, time } of generationsOf(profile)) {
    if (number === current || (age !== undefined && now - time <= age)) continue
    onDelete(link)
    unlinkSync(link)
  }
}
