/** `strata edit`: open the recipes of packages in the user's editor, as `guix edit` does. */
import { spawnSync } from 'node:child_process'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { collect } from '../options.ts'
import { callScript, plainList } from '../scheme-calls.ts'

export function declareEdit(program: Command): void {
  program
    .command('edit')
    .description('edit the definitions of packages with $VISUAL or $EDITOR')
    .argument('<packages...>', 'names, with @VERSION for that version')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .action((packages: string[], { loadPath }: { readonly loadPath: readonly string[] }) => {
      const places = plainList(callScript('edit', 'package-places', [packages], { loadPath })).flatMap((place) => {
        const [file, line] = plainList(place)
        return [`+${line}`, String(file)]
      })
      const editor = process.env.VISUAL ?? process.env.EDITOR ?? 'nano'
      // The editor may be a command with arguments of its own: the shell parts it.
      const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$@"`, 'sh', ...places], { stdio: 'inherit' })
      if (error !== undefined || status === 127) {
        throw new StrataError('no-editor', `failed to launch '${editor}'`, {
          hint: 'set VISUAL or EDITOR to the command of an editor',
          ...(error === undefined ? {} : { cause: error }),
        })
      }
      process.exitCode = status ?? 1
    })
}
