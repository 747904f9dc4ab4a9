/** `strata build`: packages, expressions, files and derivations to store items.
 *  What is asked for becomes derivations in Scheme, (guix scripts build); they are realised here. */
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import {
  type BuildEvent,
  type BuildMode,
  type BuildOptions,
  findLogFile,
  isDownload,
  realise,
  untilInterrupted,
} from '../../builds/index.ts'
import type { StorePath } from '../../formats/index.ts'
import {
  Connection,
  closeStores,
  keepScriptPlaces,
  printBuildEvent,
  processStore,
  withRecipePlace,
} from '../../scheme/index.ts'
import { makeRoot, type Store } from '../../store/index.ts'
import { addBuildOptions, type CommonBuildOptions, toBuildOptions } from '../build-options.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect, natural } from '../options.ts'
import { printError } from '../report.ts'
import {
  currentSession,
  type LoweredThing,
  lowerThings,
  type SourceExtent,
  showPlatforms,
  type Thing,
  type Transformation,
} from '../scheme-session.ts'
import { addTransformationOptions } from '../transformation-options.ts'

interface Options extends CommonBuildOptions, DaemonOption {
  readonly expression: readonly Thing[]
  readonly file: readonly Thing[]
  readonly manifest: readonly Thing[]
  readonly loadPath: readonly string[]
  readonly derivations?: boolean
  readonly dryRun?: boolean
  readonly source?: boolean
  readonly sources?: SourceExtent | true
  readonly grafts: boolean
  readonly system: readonly string[]
  readonly target?: string
  readonly listSystems?: boolean
  readonly listTargets?: boolean
  readonly root: readonly string[]
  readonly quiet?: boolean
  readonly verbosity?: number
  readonly check?: boolean
  readonly repair?: boolean
  readonly logFile?: boolean
}

export function declareBuild(program: Command): void {
  const command = program
    .command('build')
    .description('build packages or derivations and print their store paths')
    .argument('[things...]', 'packages such as hello or hello@2.10, derivation files, or store items')
    .option('-e, --expression <expr>', 'build what the Scheme expression evaluates to', collectThing('expression'), [])
    .option('-f, --file <file>', 'build what the last form of FILE evaluates to', collectThing('file'), [])
    .option('-m, --manifest <file>', 'build the packages of the manifest in FILE', collectThing('manifest'), [])
    .option('-S, --source', 'build the source of the packages')
    .addOption(
      new Option(
        '--sources [type]',
        'build sources: of the package, all that come with it, or of all it needs',
      ).choices(['package', 'all', 'transitive']),
    )
    .option('-d, --derivations', 'print the derivation files and build nothing')
    .option('-n, --dry-run', 'say what would be built or downloaded, and do not')
    .option('-s, --system <system>', 'build for SYSTEM, for example "i686-linux"; may be repeated', collect, [])
    .option('--target <triplet>', 'cross-build for TRIPLET')
    .option('--list-systems', 'list the systems that packages can be built for')
    .option('--list-targets', 'list the targets that packages can be cross-built for')
    .option('--no-grafts', 'do not graft packages')
    .option('-r, --root <file>', 'make FILE a link to the result, and a root of the garbage collector', collect, [])
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--check', 'build again what is built, and fail when the result is another')
    .option('--repair', 'build again what is missing from the store or was changed there')
    .option('--log-file', 'print the names of the build logs, and build nothing')
    .option('-v, --verbosity <level>', 'how much to tell: with 0 and 1 no build log', natural)
    .option('-q, --quiet', 'show no build log')
  const transformations = addTransformationOptions(command)
  addDaemonOption(command)
  addBuildOptions(command)
  command.action(async (things: string[], options: Options) => build(things, options, transformations))
}

function collectThing(kind: Thing['kind']): (text: string, previous: readonly Thing[]) => Thing[] {
  return (text, previous) => [...previous, { kind, text }]
}

async function build(
  texts: readonly string[],
  options: Options,
  transformations: readonly Transformation[],
): Promise<void> {
  if (options.listSystems === true || options.listTargets === true) {
    showPlatforms(options.listSystems === true ? 'systems' : 'targets', options.loadPath)
    return
  }
  const daemon = daemonOf(options)
  const store = processStore()
  // As Guix: what is named last comes first, for systems and roots too.
  const things: Thing[] = [
    ...texts.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression,
    ...options.file,
    ...options.manifest,
  ].reverse()
  if (things.length === 0) {
    printError('strata: warning: no arguments specified, nothing to do')
    return
  }
  const mode = modeOf(options)
  const source = sourceExtent(options)
  const lowered = await lowerThings(things, {
    ...(source === undefined ? {} : { source }),
    ...(options.target === undefined ? {} : { target: options.target }),
    loadPath: options.loadPath,
    grafts: options.grafts,
    system: options.system.toReversed(),
    transformations: transformations.toReversed(),
  })
  if (options.logFile === true) {
    for (const { path } of lowered) console.log(logOf(store, path))
    return
  }
  const roots = options.root.toReversed()
  if (options.derivations === true) {
    const files = lowered.map(({ path }) => path).filter((path) => path.endsWith('.drv'))
    for (const path of files) console.log(path)
    makeRoots(
      store,
      roots,
      files.map((path) => [path as StorePath]),
    )
    return
  }
  if (options.dryRun === true) {
    printPlan(store, lowered)
    return
  }
  if (daemon !== undefined) withinSession(() => buildWithDaemon(store, daemon, lowered, options, mode))
  else await buildHere(store, lowered, options, mode)
  const results = lowered.map((thing) => resultPaths(store, thing))
  makeRoots(store, roots, results)
  for (const path of results.flat()) console.log(path)
}

function sourceExtent({ source, sources }: Options): SourceExtent | undefined {
  if (sources !== undefined) return sources === true ? 'all' : sources
  return source === true ? 'package' : undefined
}

function modeOf({ check, repair }: Options): BuildMode {
  if (check === true && repair === true)
    throw new StrataError('bad-options', '--check and --repair exclude each other', { hint: 'give one of them' })
  return check === true ? 'check' : repair === true ? 'repair' : 'normal'
}

async function buildHere(
  store: Store,
  lowered: readonly LoweredThing[],
  options: Options,
  mode: BuildMode,
): Promise<void> {
  const targets = lowered.map(({ path, output }) => (output === undefined ? { path } : { path, outputs: [output] }))
  const common: BuildOptions = { ...toBuildOptions(options), mode }
  const sink = options.quiet === true || (options.verbosity ?? 2) < 2 ? printFailure : printBuildEvent
  try {
    await untilInterrupted((signal) => realise(store, targets, { ...common, signal }, sink), closeStores)
  } catch (error) {
    throw withinSession(() => withRecipePlace(error, store))
  }
  withinSession(() => keepScriptPlaces(store))
}

/** Do ACTION where what was lowered is known, if there is a session. */
function withinSession<T>(action: () => T): T {
  const scheme = currentSession()
  return scheme === undefined ? action() : scheme.enter(action)
}

export function buildWithDaemon(
  store: Store,
  uri: string,
  lowered: readonly LoweredThing[],
  options: CommonBuildOptions,
  mode: BuildMode = 'normal',
): void {
  const connection = new Connection(store, uri)
  try {
    connection.options = { ...connection.options, ...toBuildOptions(options) }
    connection.build(
      lowered.map(({ path, output }) => (output === undefined ? path : `${path}!${output}`)),
      mode,
    )
  } finally {
    connection.close()
  }
}

/** The log of the derivation PATH, or of the one that the item PATH was built by. @throws StrataError. */
function logOf(store: Store, path: string): string {
  const drvs = path.endsWith('.drv')
    ? [path]
    : [store.pathInfo(path as StorePath)?.deriver ?? '', ...store.database.derivers(path)]
  const log = drvs.map((drv) => findLogFile(store.layout.log, drv)).find((file) => file !== undefined)
  if (log === undefined) {
    const item = path.endsWith('.drv') ? (store.readDerivation(path).outputs.get('out')?.path ?? path) : path
    throw new StrataError('no-build-log', `no build log for '${item}'`)
  }
  return log
}

/** With --quiet nothing is shown but the end of the log of what failed. */
function printFailure(event: BuildEvent): void {
  if (event.kind !== 'build-failed' || event.failure.lastLines === undefined) return
  printError(`last lines of the log of ${event.derivation}:`)
  for (const line of event.failure.lastLines.slice(-20)) printError(`  ${line}`)
}

/** The store items that THING stands for: the outputs of a derivation, or the item itself. */
export function resultPaths(store: Store, { path, output }: LoweredThing): StorePath[] {
  if (!path.endsWith('.drv')) return [path as StorePath]
  return [...store.readDerivation(path).outputs]
    .filter(([name]) => output === undefined || name === output)
    .map(([, { path: item }]) => item as StorePath)
}

/** Make the first of ROOTS a link to the first of RESULTS, and so on; what is left over goes with the last root. */
function makeRoots(store: Store, roots: readonly string[], results: readonly (readonly StorePath[])[]): void {
  roots.forEach((file, index) => {
    const paths = index === roots.length - 1 ? results.slice(index).flat() : (results[index] ?? [])
    paths.forEach((path, place) => {
      makeRoot(store.layout, place === 0 ? file : `${file}-${place}`, path)
    })
  })
}

/** Print the derivations that are missing, downloads apart. */
function printPlan(store: Store, lowered: readonly LoweredThing[]): void {
  const missing = { build: [] as string[], download: [] as string[] }
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path) || !path.endsWith('.drv')) return
    seen.add(path)
    const drv = store.readDerivation(path)
    if ([...drv.outputs.values()].every((output) => store.database.isValid(output.path))) return
    for (const input of drv.inputs) visit(input.path)
    if (isDownload(drv)) {
      missing.download.push(drv.outputs.get('out')?.path ?? path)
    } else missing.build.push(path)
  }
  for (const { path } of lowered) visit(path)
  const print = (noun: string, verb: string, paths: readonly string[]): void => {
    if (paths.length === 0) return
    printError(`The following ${noun}${paths.length === 1 ? '' : 's'} would be ${verb}:`)
    for (const path of paths) printError(`  ${path}`)
  }
  print('file', 'downloaded', missing.download)
  print('derivation', 'built', missing.build)
}
