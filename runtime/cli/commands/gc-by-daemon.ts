/** `strata gc` with a daemon: the same questions and collections, asked of the store that it serves. */
import { statfsSync } from 'node:fs'
import { StrataError } from '../../../lang/conditions/index.ts'
import type { RemoteStore } from '../../daemon/index.ts'
import { enclosingStorePath, type StorePath, storeDirectory } from '../../formats/index.ts'
import { namedItem, storeLayout } from '../../store/index.ts'
import { printError } from '../report.ts'
import { checkArguments, type GcCommandOptions, optionValue, verificationWishes } from './gc.ts'

const everything = (1n << 64n) - 1n

export function gcByDaemon(daemon: RemoteStore, texts: readonly string[], options: GcCommandOptions): void {
  checkArguments(texts, options)
  if (options.listFailures === true) return print(daemon.failedPaths())
  if (options.clearFailures === true) return daemon.clearFailures(texts.length === 0 ? ['*'] : texts)
  if (options.verify !== undefined) {
    const wishes = verificationWishes(options.verify)
    if (daemon.verify(wishes.includes('contents'), wishes.includes('repair'))) process.exitCode = 1
    return
  }
  if (options.optimize === true) return daemon.optimize()
  if (options.vacuumDatabase === true || options.listBusy === true) {
    throw new StrataError('unsupported', 'a daemon cannot be asked for that', {
      hint: 'run strata gc as its user, without --store and GUIX_DAEMON_SOCKET',
    })
  }
  const paths = texts.map(itemOf)
  const named = optionValue(options.deleteGenerations)
  const item = typeof named === 'string' ? enclosingStorePath(named) : undefined
  if (options.delete === true || item !== undefined) {
    const doomed = item === undefined ? paths : [item, ...paths]
    if (doomed.length === 0) throw new StrataError('nothing-to-delete', 'no store item to delete was named')
    return report(daemon.collectGarbage(everything, doomed))
  }
  const answer = ask(daemon, paths, options)
  if (answer !== undefined) return print(answer)
  if (texts.length > 0) {
    throw new StrataError('no-action', `what should be done with ${texts[0]}?`, {
      hint: 'say --delete, --references, --referrers, --requisites or --derivers',
    })
  }
  report(daemon.collectGarbage(bytesToFree(options)))
}

function ask(daemon: RemoteStore, paths: readonly StorePath[], options: GcCommandOptions): string[] | undefined {
  const each = (query: (path: StorePath) => readonly StorePath[]): string[] => [...new Set(paths.flatMap(query))].sort()
  if (options.listRoots === true)
    return daemon
      .roots()
      .map(([root]) => root)
      .sort()
  if (options.listLive === true) return daemon.liveness('live').sort()
  if (options.listDead === true) return daemon.liveness('dead').sort()
  if (options.references === true) return each((path) => daemon.references(path))
  if (options.referrers === true) return each((path) => daemon.referrers(path))
  if (options.derivers === true) return each((path) => daemon.derivers(path))
  if (options.requisites === true) return closureAt(daemon, paths)
  return undefined
}

/** PATHS and what they refer to, references first. */
export function closureAt(daemon: RemoteStore, paths: readonly StorePath[]): StorePath[] {
  const ordered: StorePath[] = []
  const done = new Set<StorePath>()
  const visit = (path: StorePath): void => {
    if (done.has(path)) return
    done.add(path)
    for (const reference of daemon.references(path)) visit(reference)
    ordered.push(path)
  }
  for (const path of paths) visit(path)
  return ordered
}

function itemOf(text: string): StorePath {
  const path = namedItem(storeLayout(), text)
  if (path === undefined) throw new StrataError('not-a-store-path', `not a store item: ${text}`)
  return path
}

function bytesToFree({ freeSpace, collectGarbage }: GcCommandOptions): bigint {
  if (freeSpace !== undefined) {
    const { bavail, bsize } = statfsSync(storeDirectory)
    return BigInt(Math.max(0, freeSpace - bavail * bsize))
  }
  return typeof collectGarbage === 'number' ? BigInt(collectGarbage) : everything
}

function print(paths: readonly string[]): void {
  if (paths.length > 0) console.log(paths.join('\n'))
}

function report({ paths, freed }: { readonly paths: readonly string[]; readonly freed: number }): void {
  printError(`${paths.length} store items deleted, ${(freed / 2 ** 20).toFixed(1)} MiB freed`)
}
