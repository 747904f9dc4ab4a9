/** `strata repl`: a Scheme prompt with the package modules at hand, for people or for programs, and scripts. Options of
 *  `guix repl`; `--interactive` is of its later versions. */
import { type Command, Option } from 'commander'
import { runRepl } from '../../repl/repl.ts'
import { collect } from '../options.ts'
import { callScript } from '../scheme-calls.ts'
import { session } from '../scheme-session.ts'

interface Options {
  readonly loadPath: readonly string[]
  readonly type: 'guile' | 'machine'
  readonly listen?: string
  readonly interactive?: boolean
  readonly quiet?: boolean
}

export function declareRepl(program: Command): void {
  program
    .command('repl')
    .description('read, evaluate and print Scheme expressions, or run a script')
    .argument('[file]', 'a script to run instead')
    .argument('[args...]', "the script's arguments; `--' before it ends the options of this command")
    .addOption(new Option('-t, --type <type>', 'for whom the prompt is').choices(['guile', 'machine']).default('guile'))
    .option('--listen <endpoint>', 'serve programs that connect to tcp:PORT of this machine, or to unix:FILE')
    .option('-i, --interactive', 'start a prompt after the script')
    .option('-L, --load-path <dir>', 'look for modules in DIR first', collect, [])
    .option('-q, --quiet', 'do not load the file of definitions, ~/.config/strata/init.scm')
    .action(async (file: string | undefined, args: readonly string[], options: Options) => {
      const { loadPath } = options
      if (file !== undefined) {
        callScript('repl', 'run-script', [file, args], { loadPath })
        if (options.interactive !== true) return
      }
      const { listen } = options
      if (options.type === 'machine') callScript('repl', 'serve-programs', [], { loadPath, keywords: { listen } })
      else if (listen === undefined) await runRepl(session(loadPath), { initFile: options.quiet !== true })
      else callScript('repl', 'serve-people', [listen], { loadPath })
    })
}
