/** `strata install`, `remove` and `upgrade`: what is done most to profiles, each with the options that concern it. */
import type { Command } from 'commander'
import { addProfileOptions, type PackageOptions, packageCommand } from './package.ts'

/** A package command that asks for nothing yet. */
const nothing = {
  install: [],
  installFromExpression: [],
  installFromFile: [],
  remove: [],
  manifest: [],
  search: [],
  show: [],
  doNotUpgrade: [],
} as const

type ProfileOptions = Omit<PackageOptions, keyof typeof nothing> & { readonly doNotUpgrade?: readonly string[] | true }

export function declarePackageAliases(program: Command): void {
  declare(program, 'install', 'install packages, such as hello, hello@2.10, glib:bin, or store items', '<packages...>')
  declare(program, 'remove', 'remove packages', '<packages...>')
  declare(program, 'upgrade', 'upgrade the packages whose names match REGEXPS, all of them without one', '[regexps...]')
}

function declare(
  program: Command,
  name: 'install' | 'remove' | 'upgrade',
  description: string,
  operands: string,
): void {
  const command = program.command(name).description(`${description}: strata package --${name}`).argument(operands)
  const transformations = addProfileOptions(command)
  if (name === 'upgrade')
    command.option('--do-not-upgrade <regexps...>', 'do not upgrade the packages whose names match')
  command.action((words: string[], { doNotUpgrade = [], ...options }: ProfileOptions) =>
    packageCommand({ ...options, ...nothing, doNotUpgrade, [name]: words }, transformations),
  )
}
