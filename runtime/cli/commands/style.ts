/** `strata style`: write the definitions of packages in the usual form. Options of `guix style`. */
import { type Command, Option } from 'commander'
import { collect } from '../options.ts'
import { printError } from '../report.ts'
import { callScript, plainList } from '../scheme-calls.ts'
import type { Thing } from '../scheme-session.ts'

interface Options {
  readonly styling: string
  readonly inputSimplification: string
  readonly dryRun?: boolean
  readonly wholeFile?: boolean
  readonly expression: readonly string[]
  readonly loadPath: readonly string[]
  readonly listStylings?: boolean
}

export function declareStyle(program: Command): void {
  program
    .command('style')
    .description('update the definitions of packages to the latest style, of all when none is named')
    .argument('[things...]', 'packages; with --whole-file, files')
    .addOption(new Option('-S, --styling <rule>', 'what to update').choices(['format', 'inputs']).default('format'))
    .option('-l, --list-stylings', 'list the rules')
    .option('-n, --dry-run', 'say what would be edited, and do not')
    .addOption(
      new Option('--input-simplification <policy>', 'where labels of inputs may go')
        .choices(['silent', 'safe', 'always'])
        .default('silent'),
    )
    .option('-f, --whole-file', 'format whole files')
    .option('-e, --expression <expr>', 'consider the package that the Scheme expression evaluates to', collect, [])
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .action((texts: string[], options: Options) => {
      const { loadPath } = options
      if (options.listStylings === true) {
        console.log('Available styling rules:')
        console.log('- format: Format the given package definition(s)')
        console.log('- inputs: Rewrite package inputs to the “new style”')
        return
      }
      if (options.wholeFile === true) {
        if (options.styling !== 'format') printError("warning: '--styling' option has no effect in whole-file mode")
        const changed = callScript('style', 'style-files', [texts, options.dryRun === true], { loadPath })
        if (options.dryRun === true) for (const file of plainList(changed)) printError(`${file}: would be edited`)
        return
      }
      const things: Thing[] = [
        ...texts.map((text): Thing => ({ kind: 'package', text })),
        ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
      ]
      callScript('style', 'style-things', [things], {
        loadPath,
        keywords: { styling: options.styling, policy: options.inputSimplification, 'dry-run?': options.dryRun },
      })
    })
}
