/** `strata package`: what it does so far is listing the packages there are. Options of `guix package`. */
import { type Command, InvalidArgumentError } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { Regexp } from '../../../lang/primitives/index.ts'
import { collect } from '../options.ts'
import { packageIndex } from '../package-index.ts'

interface Options {
  readonly loadPath: readonly string[]
  readonly listAvailable?: Regexp | true
  readonly json?: boolean
}

export function declarePackage(program: Command): void {
  program
    .command('package')
    .description('list packages')
    .option('-A, --list-available [regexp]', 'list available packages whose names match', parseRegexp)
    .option('-L, --load-path <dir>', 'look for packages in DIR first', collect, [])
    .option('--json', 'print JSON')
    .action(({ loadPath, listAvailable, json }: Options) => {
      if (listAvailable === undefined) {
        throw new StrataError('nothing-to-do', 'nothing was asked for', { hint: 'strata package -A lists packages' })
      }
      const packages = packageIndex(loadPath)
        .all()
        .filter(({ supported, superseded }) => supported && !superseded)
        .filter(({ name }) => listAvailable === true || listAvailable.match(name, 0) !== undefined)
        .reverse()
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      if (json === true) console.log(JSON.stringify(packages, undefined, 2))
      else
        process.stdout.write(
          formatTable(
            packages.map(({ name, version, outputs, location }) => [
              name,
              version,
              outputs.map(([output]) => output).join(','),
              location === null ? '<unknown location>' : location.join(':'),
            ]),
          ),
        )
    })
}

/** REG_EXTENDED and REG_ICASE. */
function parseRegexp(text: string): Regexp {
  try {
    return new Regexp(text, 3)
  } catch {
    throw new InvalidArgumentError('no regular expression.')
  }
}

/** ROWS in columns parted by tabs, each but the last padded to the longest of its cells, at most 20 characters. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, Math.min(20, cell.length))
    })
  }
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('\t')}\n`).join('')
}
