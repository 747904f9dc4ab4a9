/** `strata challenge`: whether servers of substitutes have what was built here. Options of `guix challenge`. */
import type { Command } from 'commander'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect } from '../options.ts'
import { callScript } from '../scheme-calls.ts'

interface Options extends DaemonOption {
  readonly substituteUrls?: string
  readonly verbose?: boolean
  readonly diff?: string
  readonly loadPath: readonly string[]
}

export function declareChallenge(program: Command): void {
  const command = program
    .command('challenge')
    .description('compare what was built here with what servers of substitutes have')
    .argument('[things...]', 'packages such as guile or git:send-email, or store items')
    .option('--substitute-urls <urls>', 'ask the servers at URLS')
    .option('-v, --verbose', 'say what is the same, too')
    .option('--diff <mode>', 'show differences: none, simple, diffoscope, or as the program with that file name does')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
  addDaemonOption(command)
  command.action((things: string[], options: Options) => {
    daemonOf(options)
    const { substituteUrls, verbose, diff, loadPath } = options
    const args = [
      ...(substituteUrls === undefined ? [] : [`--substitute-urls=${substituteUrls}`]),
      ...(verbose === true ? ['--verbose'] : []),
      ...(diff === undefined ? [] : [`--diff=${diff}`]),
    ]
    callScript('challenge', 'guix-challenge', [...args, '--', ...things], { loadPath })
  })
}
