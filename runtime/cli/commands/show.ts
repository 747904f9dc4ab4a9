/** `strata show`: what is known of packages, as records of recutils (as `guix show` prints them) or as JSON. */
import type { Command } from 'commander'
import { nearest, StrataError } from '../../../lang/conditions/index.ts'
import { collect } from '../options.ts'
import { byVersion, explainMissing, packageIndex, printRecords } from '../package-index.ts'

interface Options {
  readonly loadPath: readonly string[]
  readonly json?: boolean
}

export function declareShow(program: Command): void {
  program
    .command('show')
    .description('show details about packages')
    .argument('<packages...>', 'names, with @VERSION for those versions only')
    .option('-L, --load-path <dir>', 'look for packages in DIR first', collect, [])
    .option('--json', 'print JSON')
    .action(showPackages)
}

/** Print what is known of the packages of SPECIFICATIONS, names with or without versions. */
export function showPackages(specifications: readonly string[], { loadPath, json }: Options): void {
  const index = packageIndex(loadPath)
  const found = specifications.map((specification) => {
    const at = specification.lastIndexOf('@')
    const name = at < 0 ? specification : specification.slice(0, at)
    const version = at < 0 ? undefined : specification.slice(at + 1)
    const packages = index
      .find(name)
      .filter((item) => !item.superseded && (version === undefined || isVersionPrefix(version, item.version)))
    if (packages.length === 0) {
      explainMissing(name, loadPath)
      const near = index.find(name).length > 0 ? undefined : nearest(name, index.names())
      throw new StrataError('unknown-package', `${specification}: package not found`, {
        ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      })
    }
    return byVersion(packages)
  })
  if (json === true) console.log(JSON.stringify(found.flat(), undefined, 2))
  else for (const packages of found) printRecords(packages, [])
}

/** Whether VERSION is PREFIX or goes on with a dot. */
function isVersionPrefix(prefix: string, version: string): boolean {
  return version === prefix || version.startsWith(`${prefix}.`)
}
