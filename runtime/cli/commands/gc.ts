/** `strata gc`: what is live, what is dead, what refers to what, and deleting. Options of `guix gc`. */
import { statfsSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { enclosingStorePath, type StorePath } from '../../formats/index.ts'
import { processStore } from '../../scheme/index.ts'
import { collectGarbage, computeLiveness, linkedRoots, type Store } from '../../store/index.ts'
import { byteSize } from '../options.ts'
import { printError } from '../report.ts'

interface Options {
  readonly collectGarbage?: number | boolean
  readonly freeSpace?: number
  readonly delete?: boolean
  readonly d?: boolean
  readonly listDead?: boolean
  readonly listLive?: boolean
  readonly listRoots?: boolean
  readonly references?: boolean
  readonly referrers?: boolean
  readonly requisites?: boolean
  readonly derivers?: boolean
  readonly listFailures?: boolean
  readonly clearFailures?: boolean
}

export function declareGc(program: Command): void {
  program
    .command('gc')
    .description('collect garbage, and query the store')
    .argument('[paths...]', 'store items')
    .option('-C, --collect-garbage [min]', 'delete dead items, until MIN bytes are freed when given', byteSize)
    .option('-F, --free-space <size>', 'delete dead items until SIZE is available', byteSize)
    .option('-D, --delete', 'delete the given items, which must be dead')
    .option('-d', 'the same')
    .option('--list-dead', 'list dead items')
    .option('--list-live', 'list live items')
    .option('--list-roots', 'list the roots of the collector')
    .option('--references', 'list what the items refer to')
    .option('-R, --requisites', 'list the closures of the items')
    .option('--referrers', 'list what refers to the items')
    .option('--derivers', 'list the derivations the items are outputs of')
    .option('--list-failures', 'list the outputs whose failed builds are remembered')
    .option('--clear-failures', 'forget the failures of the given outputs, or of all')
    .action((paths: string[], options: Options) => gc(processStore(), paths, options))
}

function gc(store: Store, texts: readonly string[], options: Options): void {
  // Outputs that failed are not valid items.
  if (options.listFailures === true) {
    printPaths(store.database.failedPaths())
    return
  }
  if (options.clearFailures === true) {
    store.database.clearFailures(texts.length === 0 ? ['*'] : texts)
    return
  }
  const paths = texts.map((text) => storeItem(store, text))
  if (options.listRoots === true) {
    for (const root of linkedRoots(store.layout)) console.log(root.source)
  } else if (options.listLive === true) printPaths([...computeLiveness(store).live].sort())
  else if (options.listDead === true) printPaths(computeLiveness(store).dead)
  else if (options.references === true) printPaths(each(paths, (path) => store.database.references(path)))
  else if (options.requisites === true) printPaths(store.closure(paths))
  else if (options.referrers === true) printPaths(each(paths, (path) => store.database.referrers(path)))
  else if (options.derivers === true) printPaths(each(paths, (path) => store.database.derivers(path)))
  else if (options.delete === true || options.d === true) {
    if (paths.length === 0) {
      throw new StrataError('nothing-to-delete', 'no store item to delete was named', {
        hint: 'strata gc deletes all that is dead',
      })
    }
    report(collectGarbage(store, { only: paths, onDelete: announce }))
  } else if (paths.length > 0) {
    throw new StrataError('no-action', `what should be done with ${texts[0]}?`, {
      hint: 'say --delete, --references, --referrers, --requisites or --derivers',
    })
  } else {
    report(collectGarbage(store, { minimum: bytesToFree(store, options), onDelete: announce }))
  }
}

function bytesToFree(store: Store, options: Options): number | undefined {
  if (options.freeSpace !== undefined) {
    const { bavail, bsize } = statfsSync(store.layout.store)
    return Math.max(0, options.freeSpace - bavail * bsize)
  }
  return typeof options.collectGarbage === 'number' ? options.collectGarbage : undefined
}

/** The valid item that TEXT is or lies in. */
function storeItem(store: Store, text: string): StorePath {
  const path = enclosingStorePath(text)
  if (path === undefined) throw new StrataError('not-a-store-path', `not a store item: ${text}`)
  if (!store.database.isValid(path)) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
  return path
}

function each(paths: readonly StorePath[], query: (path: StorePath) => StorePath[]): StorePath[] {
  return [...new Set(paths.flatMap(query))].sort()
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
