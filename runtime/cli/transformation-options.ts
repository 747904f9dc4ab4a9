/** The options that transform packages, such as `--with-input=gawk=sed`, in the order in which they were given.
 *  What they do is (guix transformations). */
import { type Command, Option } from 'commander'
import type { Transformation } from './scheme-session.ts'

const transformations: readonly (readonly [name: string, argument: string, help: string])[] = [
  ['with-source', '<[package=]source>', 'use SOURCE, a file or an address, when building the package'],
  ['with-input', '<package=replacement>', 'replace the dependency PACKAGE by REPLACEMENT'],
  ['with-graft', '<package=replacement>', 'graft REPLACEMENT on what refers to PACKAGE'],
  ['with-branch', '<package=branch>', 'build PACKAGE from the latest commit of BRANCH'],
  ['with-commit', '<package=commit>', 'build PACKAGE from COMMIT'],
  ['with-git-url', '<package=url>', 'build PACKAGE from the Git repository at URL'],
  ['with-patch', '<package=file>', 'add FILE to the patches of PACKAGE'],
  ['with-latest', '<package>', 'use the latest upstream release of PACKAGE'],
  ['with-c-toolchain', '<package=toolchain>', 'build PACKAGE and what depends on it with TOOLCHAIN'],
  ['with-debug-info', '<package>', 'build PACKAGE and keep its debugging information'],
  ['without-tests', '<package>', 'build PACKAGE without running its tests'],
  ['tune', '[cpu]', 'tune for CPU, by default this one, what says that it is worth it'],
]

/** Declare the options for COMMAND, shown by `--help-transform`. Return the list that has what was given, in order, once
 *  COMMAND's line is parsed. */
export function addTransformationOptions(command: Command): readonly Transformation[] {
  const given: Transformation[] = []
  for (const [name, argument, help] of transformations) {
    command.addOption(new Option(`--${name} ${argument}`, help).hideHelp())
    command.on(`option:${name}`, (value: string | null) => {
      given.push({ name, argument: value ?? undefined })
    })
  }
  command.option('--help-transform', 'list the options that transform packages')
  command.on('option:help-transform', () => {
    console.log('Available package transformation options:\n')
    for (const [name, argument, help] of transformations) {
      console.log(
        `      --${name}${argument.replace(/^\[/, '[=').replace(/^</, '=').replace(/>$/, '').toUpperCase()}\n${' '.repeat(25)}${help}`,
      )
    }
    process.exit(0)
  })
  return given
}
