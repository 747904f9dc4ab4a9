/** `strata lint`: what is wrong with the recipes of packages. Options and messages of `guix lint`. */
import type { Command } from 'commander'
import { collect } from '../options.ts'
import { callScript, plainList, plainText } from '../scheme-calls.ts'
import type { Thing } from '../scheme-session.ts'

interface Options {
  readonly checkers?: readonly string[]
  readonly exclude: readonly string[]
  /** Commander's reading of `--no-network`. */
  readonly network: boolean
  readonly expression: readonly string[]
  readonly loadPath: readonly string[]
  readonly listCheckers?: boolean
  readonly json?: boolean
}

const names = (text: string, previous: readonly string[] = []): string[] => [...previous, ...text.split(',')]

export function declareLint(program: Command): void {
  program
    .command('lint')
    .description('look for mistakes in the definitions of packages, of all when none is named')
    .argument('[packages...]', 'names, with @VERSION for that version')
    .option('-c, --checkers <names>', 'apply only these checkers, separated by commas', names)
    .option('-x, --exclude <names>', 'leave out these checkers', names, [])
    .option('-n, --no-network', 'leave out checkers that need the network')
    .option('-e, --expression <expr>', 'consider the package that the Scheme expression evaluates to', collect, [])
    .option('-l, --list-checkers', 'list the checkers')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--json', 'print JSON')
    .action((packages: string[], options: Options) => {
      const { loadPath, json } = options
      const keywords = { only: options.checkers, except: options.exclude, 'no-network?': !options.network }
      if (options.listCheckers === true) {
        const rows = plainList(callScript('lint', 'checker-table', [], { loadPath, keywords })).map((row) => {
          const [name, description] = plainList(row)
          return { name, description }
        })
        if (json === true) console.log(JSON.stringify(rows, undefined, 2))
        else {
          console.log('Available checkers:')
          for (const { name, description } of rows) console.log(`- ${name}: ${description}`)
        }
        return
      }
      const things: Thing[] = [
        ...packages.map((text): Thing => ({ kind: 'package', text })),
        ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
      ]
      const rows = callScript('lint', 'lint-things', [things], {
        loadPath,
        keywords: { ...keywords, 'rows?': json === true },
      })
      if (json === true) console.log(JSON.stringify(plainList(rows).map(toWarning), undefined, 2))
    })
}

function toWarning(row: unknown) {
  const [name, version, file, line, column, message] = Array.isArray(row) ? row : []
  return { package: name, version, file: plainText(file), line, column, message }
}
