/** `strata refresh`: what upstream has released, into the definitions of packages; what depends on packages. Options and
 *  messages of `guix refresh`. */
import { type Command, Option } from 'commander'
import { collect } from '../options.ts'
import { type Argument, callScript, type Plain, plainList, plainText } from '../scheme-calls.ts'
import type { Thing } from '../scheme-session.ts'

interface Options {
  readonly update?: boolean
  readonly select?: string
  readonly type: readonly string[]
  readonly listUpdaters?: boolean
  readonly manifest: readonly string[]
  readonly expression: readonly string[]
  readonly listDependent?: boolean
  readonly recursive?: boolean
  readonly listTransitive?: boolean
  readonly keyring?: string
  readonly keyServer?: string
  readonly gpg?: string
  readonly keyDownload: string
  readonly loadPath: readonly string[]
  readonly json?: boolean
}

const names = (text: string, previous: readonly string[]): string[] => [...previous, ...text.split(',')]

export function declareRefresh(program: Command): void {
  program
    .command('refresh')
    .description('say which packages have later versions upstream, of all when none is named, and update definitions')
    .argument('[packages...]', 'names, with @VERSION for that version')
    .option('-e, --expression <expr>', 'consider the package that the Scheme expression evaluates to', collect, [])
    .option('-u, --update', 'edit the definitions: version, hash and address')
    .addOption(
      new Option('-s, --select <subset>', 'the packages that all others are built with, or the others').choices([
        'core',
        'non-core',
      ]),
    )
    .option('-m, --manifest <file>', 'consider the packages of the manifest in FILE', collect, [])
    .option('-t, --type <updaters>', 'use only these updaters, separated by commas', names, [])
    .option('--list-updaters', 'list the updaters, and for how much of the collection they are')
    .option('-l, --list-dependent', 'say what has to be rebuilt when the packages change')
    .option('-r, --recursive', 'consider what the packages depend on, too')
    .option('--list-transitive', 'say what the packages depend on')
    .option('--keyring <file>', 'the OpenPGP keys of upstream')
    .option('--key-server <host>', 'where to fetch keys')
    .option('--gpg <command>', 'the program of GnuPG')
    .addOption(
      new Option('--key-download <policy>', 'what to do about keys that are missing')
        .choices(['interactive', 'always', 'never'])
        .default('interactive'),
    )
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--json', 'print JSON')
    .action((packages: string[], options: Options) => {
      const result = refresh(packages, options)
      if (options.json === true) console.log(JSON.stringify(result, undefined, 2))
    })
}

function refresh(packages: readonly string[], options: Options): unknown {
  const { loadPath } = options
  const json = options.json === true
  if (options.listUpdaters === true) {
    if (json) return updaterTable(callScript('refresh', 'updater-table', [], { loadPath }))
    return callScript('refresh', 'print-updaters', [], { loadPath })
  }
  const things: Thing[] = [
    ...packages.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
    ...options.manifest.map((text): Thing => ({ kind: 'manifest', text })),
  ]
  const call = (procedure: string, keywords: Readonly<Record<string, Argument>>): Plain =>
    callScript('refresh', procedure, [things], {
      loadPath,
      keywords: { subset: options.select, 'recursive?': options.recursive, ...keywords },
    })
  if (options.listDependent === true) {
    const [changed, dependents, covering] = plainList(call('print-dependents', { 'rows?': json }))
    return { packages: changed, dependents, covering }
  }
  if (options.listTransitive === true) {
    const [from, dependencies] = plainList(call('print-dependencies', { 'rows?': json }))
    return { packages: from, dependencies }
  }
  if (options.update === true) {
    const edited = call('update-packages', {
      types: options.type,
      'key-download': options.keyDownload,
      'key-server': options.keyServer,
      keyring: options.keyring,
      gpg: options.gpg,
    })
    return plainList(edited).map((row) => {
      const [name, version, updated, file] = plainList(row)
      return { package: name, version, updated, file: plainText(file) }
    })
  }
  return plainList(call('check-for-updates', { types: options.type, 'rows?': json })).map(toStatus)
}

function updaterTable(table: Plain) {
  const [updaters, covered] = plainList(table)
  return {
    updaters: plainList(updaters).map((row) => {
      const [name, description, coverage] = plainList(row)
      return { name, description, coverage }
    }),
    covered,
  }
}

function toStatus(row: Plain) {
  const [name, version, status, updater, latest, urls, file, line, column] = plainList(row)
  return {
    package: name,
    version,
    status,
    updater: plainText(updater),
    latest: plainText(latest),
    urls,
    file: plainText(file),
    line,
    column,
  }
}
