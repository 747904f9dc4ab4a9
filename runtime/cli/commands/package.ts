/** `strata package`: what is installed in a profile, and what could be. Options of `guix package`.
 *  What is done to profiles is in (guix scripts package-actions). */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { Regexp } from '../../../lang/primitives/index.ts'
import { addBuildOptions, type CommonBuildOptions, toBuildOptions } from '../build-options.ts'
import { collect, natural } from '../options.ts'
import { packageIndex } from '../package-index.ts'
import { type Argument, callScript } from '../scheme-calls.ts'
import type { Thing, Transformation } from '../scheme-session.ts'
import { putStoreInPlace } from '../store-in-place.ts'
import { addTransformationOptions } from '../transformation-options.ts'
import { searchPackages } from './search.ts'
import { showPackages } from './show.ts'

export interface PackageOptions extends CommonBuildOptions {
  readonly install: readonly string[] | true
  readonly installFromExpression: readonly string[]
  readonly installFromFile: readonly string[]
  readonly remove: readonly string[] | true
  readonly upgrade?: readonly string[] | true
  readonly doNotUpgrade: readonly string[] | true
  readonly manifest: readonly string[]
  readonly rollBack?: boolean
  readonly switchGeneration?: string
  readonly listGenerations?: string | true
  readonly deleteGenerations?: string | true
  readonly searchPaths?: string | true
  readonly exportManifest?: boolean
  readonly exportChannels?: boolean
  readonly listInstalled?: string | true
  readonly listProfiles?: boolean
  readonly profile: readonly string[]
  readonly allowCollisions?: boolean
  readonly bootstrap?: boolean
  readonly dryRun?: boolean
  readonly grafts: boolean
  readonly verbosity?: number
  readonly loadPath: readonly string[]
  readonly listAvailable?: Regexp | true
  readonly search: readonly string[]
  readonly show: readonly string[]
  readonly json?: boolean
}

export function declarePackage(program: Command): void {
  const command = program
    .command('package')
    .description('install, remove and upgrade packages of a profile; list packages')
    .argument('[packages...]', 'more for the last of --install, --remove and --upgrade')
    .option('-i, --install [packages...]', 'install packages, such as hello, hello@2.10, glib:bin, or store items', [])
    .option('-e, --install-from-expression <expr>', 'install what the Scheme expression evaluates to', collect, [])
    .option('-f, --install-from-file <file>', 'install what the last form of FILE evaluates to', collect, [])
    .option('-r, --remove [packages...]', 'remove packages', [])
    .option('-u, --upgrade [regexps...]', 'upgrade the packages whose names match, or all')
    .option('--do-not-upgrade [regexps...]', 'do not upgrade the packages whose names match', [])
    .option('-m, --manifest <file>', 'have what the manifest in FILE lists, and nothing else', collect, [])
    .option('--roll-back', 'go back to the generation before')
    .addOption(new Option('--rollback', 'the same').implies({ rollBack: true }).hideHelp())
    .option('-l, --list-generations [pattern]', 'list generations: 3, 1,2, 2.. or those of the last 2d, 1m')
    .option('-S, --switch-generation <number>', 'go to generation NUMBER, or +1 or -1')
    .option('-d, --delete-generations [pattern]', 'delete generations, all but the current one without PATTERN')
    .option('--search-paths [kind]', 'print the environment variables to set: exact, prefix or suffix')
    .option('--export-manifest', 'print a manifest of what is installed')
    .option('--export-channels', 'print the channels that what is installed comes from')
    .option('-I, --list-installed [regexp]', 'list the installed packages whose names match')
    .option('-A, --list-available [regexp]', 'list the available packages whose names match', parseRegexp)
    .option('-s, --search <regexp>', 'search packages, as strata search does', collect, [])
    .option('--show <package>', 'show details about PACKAGE, as strata show does', collect, [])
    .option('--list-profiles', 'list your profiles')
    .option('--json', 'print JSON')
  const transformations = addProfileOptions(command)
  const lastAction = watchActions(command)
  command.action((words: string[], options: PackageOptions) =>
    packageCommand(withWords(words, options, lastAction()), transformations),
  )
}

/** Declare for COMMAND which profile is changed, and how it is built; return the transformations that are given. */
export function addProfileOptions(command: Command): readonly Transformation[] {
  command
    .option('-p, --profile <profile>', 'use PROFILE instead of your own', collect, [])
    .option('-n, --dry-run', 'say what would be done, and do not')
    .option('--no-grafts', 'do not graft packages')
    .option('--allow-collisions', 'put up with files of different packages that have the same name')
    .option('-v, --verbosity <level>', 'how much to tell of builds', natural)
    .option('-L, --load-path <dir>', 'look for packages in DIR first', collect, [])
    .option('--bootstrap', 'make the profile without hooks')
  const transformations = addTransformationOptions(command)
  addBuildOptions(command)
  return transformations
}

type Action = 'install' | 'remove' | 'upgrade' | 'doNotUpgrade'

/** Return a procedure that returns which of the options that take many names COMMAND's line had last. */
function watchActions(command: Command): () => Action | undefined {
  const names = { install: 'install', remove: 'remove', upgrade: 'upgrade', 'do-not-upgrade': 'doNotUpgrade' } as const
  let last: Action | undefined
  for (const [option, action] of Object.entries(names)) {
    command.on(`option:${option}`, () => {
      last = action
    })
  }
  return () => last
}

/** OPTIONS with WORDS, which followed other options, as more of ACTION. */
function withWords(words: readonly string[], options: PackageOptions, action: Action | undefined): PackageOptions {
  if (words.length === 0) return options
  if (action === undefined) {
    throw new StrataError('extraneous-argument', `${words[0]}: extraneous argument`, {
      hint: `strata install ${words[0]} installs a package`,
    })
  }
  const before = options[action]
  return { ...options, [action]: [...named(before), ...words] }
}

/** What an option that takes many names was given, which may be nothing. */
function named(value: readonly string[] | true | undefined): readonly string[] {
  return value === true || value === undefined ? [] : value
}

/** Do what OPTIONS ask for. */
export async function packageCommand(
  options: PackageOptions,
  transformations: readonly Transformation[],
): Promise<void> {
  const { profile: profiles, loadPath } = options
  const call = (procedure: string, ...args: readonly Argument[]): void => {
    callScript('package-actions', procedure, args, { loadPath })
  }
  const profile = profiles.at(-1)
  const aboutCollection = options.listAvailable !== undefined || options.search.length > 0 || options.show.length > 0
  if (!aboutCollection) await putStoreInPlace({ whenReady: !changesProfile(options) })
  const lists: readonly (readonly [boolean, () => void])[] = [
    [options.listAvailable !== undefined, () => listAvailable(options)],
    [options.search.length > 0, () => searchPackages(options.search, options)],
    [options.show.length > 0, () => showPackages(options.show, options)],
    [options.listInstalled !== undefined, () => call('list-installed', profiles, given(options.listInstalled))],
    [options.listGenerations !== undefined, () => call('list-generations', profile, given(options.listGenerations))],
    [options.listProfiles === true, () => call('list-profiles')],
    [options.searchPaths !== undefined, () => call('show-search-paths', profiles, searchPathKind(options))],
    [options.exportManifest === true, () => call('export-manifest', profiles)],
    [options.exportChannels === true, () => call('export-channels', profiles)],
  ]
  const list = lists.find(([asked]) => asked)
  if (list !== undefined) return list[1]()
  if (options.rollBack === true) call('go-back', profile)
  if (options.switchGeneration !== undefined) call('go-to-generation', profile, options.switchGeneration)
  if (options.deleteGenerations !== undefined)
    call('delete-matching-generations', profile, given(options.deleteGenerations))
  changeProfile(options, transformations)
}

function changesProfile({
  install,
  installFromExpression,
  installFromFile,
  remove,
  upgrade,
  manifest,
}: PackageOptions): boolean {
  const things = [named(install), named(remove), installFromExpression, installFromFile, manifest]
  return upgrade !== undefined || things.some((list) => list.length > 0)
}

function searchPathKind({ searchPaths }: PackageOptions): string {
  const kind = given(searchPaths) ?? 'exact'
  if (!['exact', 'prefix', 'suffix'].includes(kind)) {
    throw new StrataError('bad-options', `${kind}: unsupported kind of search path`, {
      hint: 'the kinds are exact, prefix and suffix',
    })
  }
  return kind
}

/** The value of an option, undefined when it was given without one. */
function given(value: string | true | undefined): string | undefined {
  return value === true || value === '' ? undefined : value
}

function changeProfile(options: PackageOptions, transformations: readonly Transformation[]): void {
  const things: Thing[] = [
    ...named(options.install).map((text): Thing => ({ kind: 'package', text })),
    ...options.installFromExpression.map((text): Thing => ({ kind: 'expression', text })),
    ...options.installFromFile.map((text): Thing => ({ kind: 'file', text })),
  ]
  if (!changesProfile(options)) return
  const upgrade = options.upgrade === undefined ? undefined : named(options.upgrade)
  callScript('package-actions', 'change-profile', [options.profile.at(-1)], {
    loadPath: options.loadPath,
    keywords: {
      install: things,
      remove: named(options.remove),
      manifests: options.manifest.map((text): Thing => ({ kind: 'manifest', text })),
      upgrade,
      keep: named(options.doNotUpgrade),
      transformations: transformations.map(({ name, argument }) => [name, argument]),
      'dry-run?': options.dryRun,
      'bootstrap?': options.bootstrap,
      'allow-collisions?': options.allowCollisions,
      'graft?': options.grafts,
      'substitutes?': options.substitutes,
      verbosity: options.verbosity,
      options: schemeBuildOptions(options),
    },
  })
}

/** The options of builds as `set-build-options` calls them. */
function schemeBuildOptions(options: PackageOptions): [string, Argument][] {
  const { cores, maxJobs, timeout, maxSilentTime, rounds, fallback, keepFailed, keepGoing, substituteUrls } =
    toBuildOptions(options)
  const named: [string, Argument][] = [
    ['build-cores', cores],
    ['max-build-jobs', maxJobs],
    ['timeout', timeout],
    ['max-silent-time', maxSilentTime],
    ['rounds', rounds],
    ['fallback?', fallback],
    ['keep-failed?', keepFailed],
    ['keep-going?', keepGoing],
    ['substitute-urls', substituteUrls],
  ]
  return named.filter(([, value]) => value !== undefined)
}

function listAvailable({ loadPath, listAvailable: pattern, json }: PackageOptions): void {
  const packages = packageIndex(loadPath)
    .all()
    .filter(({ supported, superseded }) => supported && !superseded)
    .filter(({ name }) => pattern === true || pattern?.match(name, 0) !== undefined)
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
