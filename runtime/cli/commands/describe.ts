/** `strata describe`: the channels that packages are taken from, in the formats of `guix describe`. */
import { type Command, Option } from 'commander'
import { callScript } from '../scheme-calls.ts'

const formats: Readonly<Record<string, string>> = {
  human: 'for people',
  channels: 'a channels file, for `strata pull -C` and `strata time-machine -C`',
  'channels-sans-intro': 'the same without introductions',
  json: 'JSON',
  recutils: 'records',
}

interface Options {
  readonly format: string
  readonly json?: boolean
  readonly listFormats?: boolean
  readonly profile?: string
}

export function declareDescribe(program: Command): void {
  program
    .command('describe')
    .description('say which channels packages are taken from')
    .addOption(new Option('-f, --format <format>', 'print in FORMAT').choices(Object.keys(formats)).default('human'))
    .option('--json', 'print JSON')
    .option('--list-formats', 'list the formats')
    .option('-p, --profile <profile>', 'describe PROFILE instead of the one in use')
    .action(({ format, json, listFormats, profile }: Options) => {
      if (listFormats === true) for (const [name, text] of Object.entries(formats)) console.log(`${name}\t${text}`)
      else callScript('describe', 'describe', [json === true ? 'json' : format, profile])
    })
}
