/** Parsers of option values that commands share. */
import { InvalidArgumentError } from 'commander'
import { type HashAlgorithm, type HashFormat, hashFormats, isHashAlgorithm } from '../formats/index.ts'

/** A natural number, for commander. */
export function natural(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError('a number is needed.')
  return Number(text)
}

/** Collect the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}

/** An amount of bytes: a number with an optional unit, as `10G`, `500MiB` or `2MB`. */
export function byteSize(text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*(?:([KMGTP])(i?B)?)?$/i.exec(text)
  if (match?.[1] === undefined) throw new InvalidArgumentError('a size such as 500M or 2GiB is needed.')
  const unit = match[2]?.toUpperCase()
  const base = match[3]?.toUpperCase() === 'B' ? 1000 : 1024
  const power = unit === undefined ? 0 : 'KMGTP'.indexOf(unit) + 1
  return Math.floor(Number(match[1]) * base ** power)
}

/** Options with an optional value, and what they mean without one; an empty value says that there is none. */
const optionalValues = new Map([
  ['--sources', 'all'],
  ['--tune', 'native'],
  ['--collect-garbage', ''],
  ['--delete-generations', ''],
  ['--list-generations', ''],
  ['--search-paths', 'exact'],
  ['--discover', 'yes'],
  ['--gc-keep-outputs', 'yes'],
  ['--gc-keep-derivations', 'yes'],
  ['--generate-key', ''],
  ['--verify', ''],
])

/** ARGS of a command with the value written out of options that have an optional one: as in GNU's programs it only follows
 *  an equal sign, where commander would take the next argument. */
export function spellOutOptionalValues(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((argument, index) => {
    const value = end === -1 || index < end ? optionalValues.get(argument) : undefined
    return value === undefined ? argument : `${argument}=${value}`
  })
}

/** The commands that GUIX_BUILD_OPTIONS is for. */
const buildingCommands = new Set(['build', 'package', 'install', 'remove', 'upgrade'])

/** ARGS, a command and what follows, with the options that GUIX_BUILD_OPTIONS has for it before its own. */
export function withEnvironmentOptions(args: readonly string[]): string[] {
  const [command = '', ...rest] = args
  if (!buildingCommands.has(command)) return [...args]
  const options = (process.env.GUIX_BUILD_OPTIONS ?? '').split(' ').filter((word) => word !== '')
  return [command, ...options, ...rest]
}

/** How a hash is written. */
export function parseHashFormat(text: string): HashFormat {
  const format = hashFormats.find((name) => name === text)
  if (format === undefined) throw new InvalidArgumentError(`the formats are ${hashFormats.join(', ')}.`)
  return format
}

export function parseHashAlgorithm(text: string): HashAlgorithm {
  if (!isHashAlgorithm(text)) throw new InvalidArgumentError('no such hash algorithm.')
  return text
}
