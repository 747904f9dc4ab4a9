/** `strata why A B`: why A depends on B. Of store items that exist it is asked which refers to which; otherwise, which
 *  package has which as an input, or which derivation needs which. */
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect } from '../options.ts'
import { callScript, plainList } from '../scheme-calls.ts'

interface Options extends DaemonOption {
  readonly type?: string
  readonly loadPath: readonly string[]
  readonly system?: string
  readonly target?: string
  readonly json?: boolean
}

export function declareWhy(program: Command): void {
  const command = program
    .command('why')
    .description('show why one package or store item depends on another')
    .argument('<dependent>', 'a package, a store item or a derivation')
    .argument('<dependency>', 'what it depends on')
    .addOption(
      new Option(
        '-t, --type <type>',
        'the graph to look at (default: references of store items, derivation for those, bag for packages)',
      ).choices(['package', 'bag', 'bag-emerged', 'derivation', 'references']),
    )
    .option('-s, --system <system>', 'consider packages for SYSTEM')
    .option('--target <triplet>', 'consider packages cross-built for TRIPLET')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--json', 'print JSON')
  addDaemonOption(command)
  command.action((dependent: string, dependency: string, options: Options) => {
    daemonOf(options)
    const type = options.type ?? usualType([dependent, dependency])
    const things = [dependent, dependency].map((text) => ({ kind: 'package', text }) as const)
    const path = plainList(
      callScript('graph', 'graph-path', [things, type], {
        loadPath: options.loadPath,
        keywords: { system: options.system, target: options.target },
      }),
    ).map(String)
    if (options.json === true) console.log(JSON.stringify({ type, path }, undefined, 2))
    else
      path.forEach((label, depth) => {
        console.log(`${depth === 0 ? '' : `${'    '.repeat(depth - 1)}└───`}${label}`)
      })
  })
}

function usualType(texts: readonly string[]): string {
  if (texts.some((text) => text.endsWith('.drv'))) return 'derivation'
  const items = texts.filter((text) => text.startsWith('/'))
  if (items.length === 1) {
    throw new StrataError('bad-arguments', `${items[0]} is a store item, and the other is a package`, {
      hint: '--type=references compares store items with the outputs of packages',
    })
  }
  return items.length === 0 ? 'bag' : 'references'
}
