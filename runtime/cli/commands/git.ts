/** `strata git`: commands about Git repositories; their options are parsed in Scheme, (guix scripts git …). */
import type { Command } from 'commander'
import { callScript } from '../scheme-calls.ts'

export function declareGit(program: Command): void {
  program
    .command('git')
    .description('operate on Git repositories: authenticate')
    .argument('[words...]', 'a command, such as authenticate, and its arguments')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: string[]) => {
      callScript('git', 'guix-git', words)
    })
}
