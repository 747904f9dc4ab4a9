/** `strata repl`: a Scheme prompt with the package modules at hand. */
import type { Command } from 'commander'
import { runRepl } from '../../repl/repl.ts'
import { collect } from '../options.ts'
import { session } from '../scheme-session.ts'

interface Options {
  readonly loadPath: readonly string[]
  readonly quiet?: boolean
}

export function declareRepl(program: Command): void {
  program
    .command('repl')
    .description('read, evaluate and print Scheme expressions')
    .argument('[file]', 'a script to run instead')
    .option('-L, --load-path <dir>', 'look for modules in DIR first', collect, [])
    .option('-q, --quiet', 'do not load the file of definitions, ~/.config/strata/init.scm')
    .action(async (file: string | undefined, options: Options) => {
      const interpreter = session(options.loadPath)
      if (file !== undefined) interpreter.evaluateFile(file)
      else await runRepl(interpreter, { initFile: options.quiet !== true })
    })
}
