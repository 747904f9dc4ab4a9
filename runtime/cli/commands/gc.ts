/** `strata gc`: what is live, what is dead, what refers to what, deleting, verifying. GcCommandOptions of `guix gc`. */
import { statfsSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { rebuildItems } from '../../builds/index.ts'
import { enclosingStorePath, type StorePath } from '../../formats/index.ts'
import { printBuildEvent, processStore } from '../../scheme/index.ts'
import {
  collectGarbage,
  computeLiveness,
  deleteOldGenerations,
  giveUpReserve,
  linkedRoots,
  namedItem,
  optimizeStore,
  parseDuration,
  profilesOf,
  runtimeRoots,
  type Store,
  type StoreLayout,
  storeLayout,
  verifyStore,
} from '../../store/index.ts'
import { addDaemonOption, type DaemonOption, daemonOf, withDaemon } from '../daemon-option.ts'
import { addKeepingOptions, type KeepingOptions, toKeeping } from '../keeping-options.ts'
import { byteSize } from '../options.ts'
import { printError } from '../report.ts'
import { gcByDaemon } from './gc-by-daemon.ts'

export interface GcCommandOptions extends KeepingOptions, DaemonOption {
  /** The bytes to free at least; true when none were named. */
  readonly collectGarbage?: number | boolean
  readonly freeSpace?: number
  readonly delete?: boolean
  readonly deleteGenerations?: string | boolean
  readonly listDead?: boolean
  readonly listLive?: boolean
  readonly listRoots?: boolean
  readonly listBusy?: boolean
  readonly references?: boolean
  readonly referrers?: boolean
  readonly requisites?: boolean
  readonly derivers?: boolean
  readonly listFailures?: boolean
  readonly clearFailures?: boolean
  readonly verify?: string | boolean
  readonly optimize?: boolean
  readonly vacuumDatabase?: boolean
}

export function declareGc(program: Command): void {
  const command = program
    .command('gc')
    .description('collect garbage, query the store, and verify it')
    .argument('[paths...]', 'store items')
    .option('-C, --collect-garbage [min]', 'delete dead items, until MIN bytes are freed when given', optionalSize)
    .option('-F, --free-space <size>', 'delete dead items until SIZE is available', byteSize)
    .option(
      '-d, --delete-generations [duration]',
      'before that, delete the generations of profiles that are older than DURATION, or all but the current ones',
    )
    .option('-D, --delete', 'delete the given items, which must be dead')
    .option('--list-dead', 'list dead items')
    .option('--list-live', 'list live items')
    .option('--list-roots', 'list the roots of the collector')
    .option('--list-busy', 'list the items that running processes use')
    .option('--references', 'list what the items refer to')
    .option('-R, --requisites', 'list the closures of the items')
    .option('--referrers', 'list what refers to the items')
    .option('--derivers', 'list the derivations the items are outputs of')
    .option('--list-failures', 'list the outputs whose failed builds are remembered')
    .option('--clear-failures', 'forget the failures of the given outputs, or of all')
    .option('--optimize', 'share the contents of equal files')
    .option(
      '--verify [options]',
      "check that items are there; OPTIONS are `contents', to read them, and `repair', to build broken ones again",
    )
    .option('--vacuum-database', 'write the database anew, without unused space')
  addKeepingOptions(command)
  addDaemonOption(command)
  command.action((paths: string[], options: GcCommandOptions) => {
    const daemon = daemonOf(options)
    if (daemon !== undefined) return gcThrough(daemon, paths, options)
    // On a full disk the database could not be opened.
    if (collects(options)) giveUpReserve(storeLayout().state)
    return gc(processStore(), paths, options)
  })
}

/** With a daemon: the generations are this user's, all else is the daemon's. */
function gcThrough(uri: string, paths: readonly string[], options: GcCommandOptions): void {
  const pattern = optionValue(options.deleteGenerations)
  if (pattern !== undefined && (pattern === true || enclosingStorePath(pattern) === undefined)) {
    deleteGenerations(storeLayout(), pattern)
  }
  withDaemon(uri, (daemon) => gcByDaemon(daemon, paths, options))
}

function deleteGenerations(layout: StoreLayout, pattern: string | boolean): void {
  const age = typeof pattern === 'string' ? parseDuration(pattern) : undefined
  for (const profile of profilesOf(layout)) {
    deleteOldGenerations(profile, age, (link) => console.log(`deleting ${link}`))
  }
}

/** Whether these options ask for nothing but to delete. */
function collects(options: GcCommandOptions): boolean {
  const others = ['listDead', 'listLive', 'listRoots', 'listBusy', 'references', 'referrers', 'requisites', 'derivers']
  return ![...others, 'verify', 'optimize', 'vacuumDatabase', 'listFailures', 'clearFailures'].some(
    (name) => name in options,
  )
}

/** Options for which no store items are named. */
const withoutItems = ['verify', 'optimize', 'listRoots', 'listBusy', 'vacuumDatabase']

/** @throws StrataError `extraneous-arguments` for items that TEXTS names to an action that takes none. */
export function checkArguments(texts: readonly string[], options: GcCommandOptions): void {
  if (texts.length === 0 || !withoutItems.some((name) => name in options)) return
  throw new StrataError('extraneous-arguments', `extraneous arguments: ${texts.join(' ')}`)
}

/** What follows an option that has a value or none; '' is none, as in `--verify=`. */
export function optionValue(option: string | boolean | undefined): string | true | undefined {
  if (option === undefined || option === false) return undefined
  return option === '' ? true : option
}

async function gc(store: Store, texts: readonly string[], options: GcCommandOptions): Promise<void> {
  checkArguments(texts, options)
  // Outputs that failed are not valid items.
  if (options.listFailures === true) return printPaths(store.database.failedPaths())
  if (options.clearFailures === true) return store.database.clearFailures(texts.length === 0 ? ['*'] : texts)
  if (options.verify !== undefined) return await verify(store, options.verify)
  if (options.optimize === true) return optimize(store)
  if (options.vacuumDatabase === true) return store.database.vacuum()
  const pattern = optionValue(options.deleteGenerations)
  if (typeof pattern === 'string' && enclosingStorePath(pattern) !== undefined) {
    printError("strata gc: warning: '-d' as an alias for '--delete' is deprecated; use '-D'")
    return deleteItems(store, items(store, [pattern, ...texts]), options)
  }
  if (options.delete === true) return deleteItems(store, items(store, texts), options)
  const query = queryOf(options)
  if (query !== undefined) return printPaths(query(store, items(store, texts), options))
  if (texts.length > 0) {
    throw new StrataError('no-action', `what should be done with ${texts[0]}?`, {
      hint: 'say --delete, --references, --referrers, --requisites or --derivers',
    })
  }
  if (pattern !== undefined) deleteGenerations(store.layout, pattern)
  const minimum = bytesToFree(store, options)
  if (minimum === 0 && options.freeSpace !== undefined) {
    const available = (availableBytes(store) / 2 ** 20).toFixed(2)
    return printError(`already ${available} MiBs available on ${store.layout.store}, nothing to do`)
  }
  report(collectGarbage(store, { ...toKeeping(options), minimum, onDelete: announce }))
}

type Query = (store: Store, paths: readonly StorePath[], options: GcCommandOptions) => readonly string[]

function queryOf(options: GcCommandOptions): Query | undefined {
  if (options.listRoots === true)
    return (store) =>
      linkedRoots(store.layout)
        .map((root) => root.source)
        .sort()
  if (options.listBusy === true) {
    return (store) => {
      const busy = new Set(runtimeRoots(store.layout).map((root) => root.path))
      return [...busy].filter((path) => store.database.isValid(path)).sort()
    }
  }
  if (options.listLive === true) return (store) => [...computeLiveness(store, toKeeping(options)).live].sort()
  if (options.listDead === true) return (store) => computeLiveness(store, toKeeping(options)).dead
  if (options.references === true) return each((store, path) => store.database.references(path))
  if (options.requisites === true) return (store, paths) => store.closure(paths)
  if (options.referrers === true) return each((store, path) => store.database.referrers(path))
  if (options.derivers === true) return each((store, path) => store.database.derivers(path))
  return undefined
}

function each(query: (store: Store, path: StorePath) => StorePath[]): Query {
  return (store, paths) => [...new Set(paths.flatMap((path) => query(store, path)))].sort()
}

function deleteItems(store: Store, paths: readonly StorePath[], options: GcCommandOptions): void {
  if (paths.length === 0) {
    throw new StrataError('nothing-to-delete', 'no store item to delete was named', {
      hint: 'strata gc deletes all that is dead',
    })
  }
  report(collectGarbage(store, { ...toKeeping(options), only: paths, onDelete: announce }))
}

/** What `--verify` is to do besides, `contents` and `repair`. @throws StrataError `bad-option`. */
export function verificationWishes(value: string | boolean): string[] {
  const wishes = typeof value === 'string' ? value.split(',').filter((wish) => wish !== '') : []
  const unknown = wishes.find((wish) => wish !== 'contents' && wish !== 'repair')
  if (unknown !== undefined) {
    throw new StrataError('bad-option', `${unknown}: invalid '--verify' option`, {
      hint: 'it is contents, repair, or both with a comma between them',
    })
  }
  return wishes
}

async function verify(store: Store, value: string | boolean): Promise<void> {
  const wishes = verificationWishes(value)
  const remain = await verifyStore(store, {
    contents: wishes.includes('contents'),
    repair: wishes.includes('repair') ? (broken) => rebuildItems(store, broken, {}, printBuildEvent) : undefined,
    onMessage: printError,
  })
  if (remain) process.exitCode = 1
}

function optimize(store: Store): void {
  const { files, freed } = optimizeStore(store)
  printError(`${(freed / 2 ** 20).toFixed(2)} MiB freed by hard-linking ${files} files`)
}

function availableBytes(store: Store): number {
  const { bavail, bsize } = statfsSync(store.layout.store)
  return bavail * bsize
}

function bytesToFree(store: Store, options: GcCommandOptions): number | undefined {
  if (options.freeSpace !== undefined) return Math.max(0, options.freeSpace - availableBytes(store))
  return typeof options.collectGarbage === 'number' ? options.collectGarbage : undefined
}

/** An amount of bytes, or none. */
function optionalSize(text: string): number | true {
  return text === '' ? true : byteSize(text)
}

function items(store: Store, texts: readonly string[]): StorePath[] {
  return texts.map((text) => storeItem(store, text))
}

/** The valid item that TEXT is, lies in or links to. */
function storeItem(store: Store, text: string): StorePath {
  const path = namedItem(store.layout, text)
  if (path === undefined) throw new StrataError('not-a-store-path', `not a store item: ${text}`)
  if (!store.database.isValid(path)) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
  return path
}

function printPaths(paths: readonly string[]): void {
  if (paths.length > 0) console.log(paths.join('\n'))
}

function announce(path: string): void {
  printError(`deleting '${path}'`)
}

function report({ deleted, freed }: { deleted: readonly string[]; freed: number }): void {
  printError(`${deleted.length} store items deleted, ${(freed / 2 ** 20).toFixed(1)} MiB freed`)
}
