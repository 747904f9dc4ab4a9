/** `strata size`: how much space packages take on disk, with all they need. Options and table of `guix size`. */
import { writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { addresses } from '../../substitutes/index.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect } from '../options.ts'
import { callScript, plainList } from '../scheme-calls.ts'
import { showPlatforms } from '../scheme-session.ts'
import { sizeMap } from '../size-map.ts'

interface Options extends DaemonOption {
  readonly sort: 'self' | 'closure'
  readonly loadPath: readonly string[]
  readonly system?: string
  readonly json?: boolean
  readonly mapFile?: string
  readonly substituteUrls?: readonly string[]
  readonly listSystems?: boolean
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
    .argument('[things...]', 'packages such as guile or git:send-email, or store items')
    .addOption(new Option('--sort <key>', 'sort by size').choices(['self', 'closure']).default('self'))
    .option('-s, --system <system>', 'consider packages for SYSTEM')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('-m, --map-file <file>', 'draw in FILE, an SVG image, what takes how much')
    .option('--substitute-urls <urls>', 'ask the servers at URLS about what is not in the store', addresses)
    .option('--list-systems', 'list the systems that packages can be built for')
    .option('--json', 'print JSON, with sizes in bytes')
  addDaemonOption(command)
  command.action((things: string[], options: Options) => {
    if (options.listSystems === true) return showPlatforms('systems', options.loadPath)
    if (things.length === 0)
      throw new StrataError('no-argument', 'missing store item argument', { hint: 'strata size PACKAGE...' })
    if (options.mapFile !== undefined) checkMapName(options.mapFile)
    daemonOf(options)
    const rows = plainList(
      callScript('size', 'sizes', [things], {
        loadPath: options.loadPath,
        keywords: { system: options.system, 'substitute-urls': options.substituteUrls },
      }),
    ).map((row): ItemSize => {
      const [item, self, closure] = plainList(row)
      return { item: String(item), self: Number(self), closure: Number(closure) }
    })
    const items = rows.sort((a, b) => b[options.sort] - a[options.sort])
    const total = items.reduce((sum, { self }) => sum + self, 0)
    if (options.mapFile !== undefined) {
      writeFileSync(options.mapFile, sizeMap(items, total))
    }
    if (options.json === true) console.log(JSON.stringify({ items, total }, undefined, 2))
    else process.stdout.write(formatSizes(items, total))
  })
}

/** @throws StrataError `bad-option` for names of images of other kinds. */
function checkMapName(name: string): void {
  const kind = /\.(png|jpe?g|pdf|gif)$/i.exec(name)?.[1]
  if (kind === undefined) return
  throw new StrataError('bad-option', `${name}: maps are drawn as SVG, not as ${kind.toUpperCase()}`, {
    hint: `--map-file=${name.slice(0, -kind.length)}svg`,
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
