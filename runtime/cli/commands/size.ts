/** `strata size`: how much space packages take on disk, with all they need. Options and table of `guix size`. */
import { type Command, Option } from 'commander'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect } from '../options.ts'
import { callScript, plainList } from '../scheme-calls.ts'

interface Options extends DaemonOption {
  readonly sort: 'self' | 'closure'
  readonly loadPath: readonly string[]
  readonly system?: string
  readonly json?: boolean
}

interface ItemSize {
  readonly item: string
  readonly self: number
  readonly closure: number
}

export function declareSize(program: Command): void {
  const command = program
    .command('size')
    .description('show how much space packages take, with all they need')
    .argument('<things...>', 'packages such as guile or git:send-email, or store items')
    .addOption(new Option('--sort <key>', 'sort by size').choices(['self', 'closure']).default('self'))
    .option('-s, --system <system>', 'consider packages for SYSTEM')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--json', 'print JSON, with sizes in bytes')
  addDaemonOption(command)
  command.action((things: string[], options: Options) => {
    daemonOf(options)
    const rows = plainList(
      callScript('size', 'sizes', [things], { loadPath: options.loadPath, keywords: { system: options.system } }),
    ).map((row): ItemSize => {
      const [item, self, closure] = plainList(row)
      return { item: String(item), self: Number(self), closure: Number(closure) }
    })
    const items = rows.sort((a, b) => b[options.sort] - a[options.sort])
    const total = items.reduce((sum, { self }) => sum + self, 0)
    if (options.json === true) console.log(JSON.stringify({ items, total }, undefined, 2))
    else process.stdout.write(formatSizes(items, total))
  })
}

function formatSizes(items: readonly ItemSize[], total: number): string {
  const inMiB = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
  return [
    `${'store item'.padEnd(64)} ${'total'.padEnd(8)} self`,
    ...items.map(({ item, self, closure }) => {
      const share = ((100 * self) / total).toFixed(1)
      return `${item.padEnd(64)}  ${inMiB(closure).padStart(6)}  ${inMiB(self).padStart(6)} ${share.padStart(5)}%`
    }),
    `total: ${inMiB(total)} MiB`,
    '',
  ].join('\n')
}
