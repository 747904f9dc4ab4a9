/** `strata processes`: the clients that daemons serve, with their locks and processes. Options of `guix processes`. */
import type { Command } from 'commander'
import { callScript } from '../scheme-calls.ts'

interface Options {
  readonly format?: string
  readonly listFormats?: boolean
}

export function declareProcesses(program: Command): void {
  program
    .command('processes')
    .description('list the clients that daemons serve now')
    .option('-f, --format <format>', 'print records in FORMAT: recutils or normalized')
    .option('--list-formats', 'list the formats')
    .action(({ format, listFormats }: Options) => {
      const formatArguments = format === undefined ? [] : [`--format=${format}`]
      callScript('processes', 'guix-processes', listFormats === true ? ['--list-formats'] : formatArguments)
    })
}
