/** `strata build`: packages, expressions, files and derivations to store items.
 *  What is asked for becomes derivations in Scheme, (guix scripts build); they are realised here. */
import type { Command } from 'commander'
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
import { Connection, closeStores, printBuildEvent, processStore } from '../../scheme/index.ts'
import { makeRoot, type Store } from '../../store/index.ts'
import { addBuildOptions, type CommonBuildOptions, toBuildOptions } from '../build-options.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { withRecipePlace } from '../failure-location.ts'
import { collect } from '../options.ts'
import { printError } from '../report.ts'
import { type LoweredThing, lowerThings, type Thing } from '../scheme-session.ts'

interface Options extends CommonBuildOptions, DaemonOption {
  readonly expression: readonly string[]
  readonly file: readonly string[]
  readonly loadPath: readonly string[]
  readonly derivations?: boolean
  readonly dryRun?: boolean
  readonly source?: boolean
  readonly grafts: boolean
  readonly system?: string
  readonly target?: string
  readonly root?: string
  readonly quiet?: boolean
  readonly check?: boolean
  readonly repair?: boolean
  readonly logFile?: boolean
}

export function declareBuild(program: Command): void {
  const command = program
    .command('build')
    .description('build packages or derivations and print their store paths')
    .argument('[things...]', 'packages such as hello or hello@2.10, derivation files, or store items')
    .option('-e, --expression <expr>', 'build what the Scheme expression evaluates to', collect, [])
    .option('-f, --file <file>', 'build what the last form of FILE evaluates to', collect, [])
    .option('-S, --source', 'build the source of the packages')
    .option('-d, --derivations', 'print the derivation files and build nothing')
    .option('-n, --dry-run', 'say what would be built or downloaded, and do not')
    .option('-s, --system <system>', 'build for SYSTEM, for example "i686-linux"')
    .option('--target <triplet>', 'cross-build for TRIPLET')
    .option('--no-grafts', 'do not graft packages')
    .option('-r, --root <file>', 'make FILE a link to the result, and a root of the garbage collector')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--check', 'build again what is built, and fail when the result is another')
    .option('--repair', 'build again what is missing from the store or was changed there')
    .option('--log-file', 'print the names of the build logs, and build nothing')
    .option('-q, --quiet', 'show no build log')
  addDaemonOption(command)
  addBuildOptions(command)
  command.action(async (things: string[], options: Options) => build(things, options))
}

async function build(texts: readonly string[], options: Options): Promise<void> {
  const daemon = daemonOf(options)
  const store = processStore()
  const things: Thing[] = [
    ...texts.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
    ...options.file.map((text): Thing => ({ kind: 'file', text })),
  ]
  if (things.length === 0) {
    throw new StrataError('nothing-to-build', 'nothing to build', { hint: 'name a package: strata build hello' })
  }
  const mode = modeOf(options)
  const lowered = await lowerThings(things, options)
  if (options.logFile === true) {
    for (const { path } of lowered) console.log(logOf(store, path))
    return
  }
  if (options.derivations === true) {
    for (const { path } of lowered) if (path.endsWith('.drv')) console.log(path)
    return
  }
  if (options.dryRun === true) {
    printPlan(store, lowered)
    return
  }
  try {
    if (daemon !== undefined) buildWithDaemon(store, daemon, lowered, options, mode)
    else await buildHere(store, lowered, options, mode)
  } catch (error) {
    throw withRecipePlace(error, store)
  }
  const results = lowered.flatMap((thing) => resultPaths(store, thing))
  if (options.root !== undefined) makeRoots(store, options.root, results)
  for (const path of results) console.log(path)
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
  const sink = options.quiet === true ? printFailure : printBuildEvent
  await untilInterrupted((signal) => realise(store, targets, { ...common, signal }, sink), closeStores)
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
  if (log === undefined) throw new StrataError('no-build-log', `no build log for '${path}'`)
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

function makeRoots(store: Store, file: string, paths: readonly StorePath[]): void {
  paths.forEach((path, index) => {
    makeRoot(store.layout, index === 0 ? file : `${file}-${index}`, path)
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
  const print = (title: string, paths: readonly string[]): void => {
    if (paths.length > 0) printError(`${title}:\n${paths.map((path) => `  ${path}`).join('\n')}`)
  }
  print('The following files would be downloaded', missing.download)
  print('The following derivations would be built', missing.build)
}
