/** Primitives of (strata store) on the store as a whole: garbage collection, roots, archives. */
import { StrataError } from '../../lang/conditions/index.ts'
import { callProcedure } from '../../lang/execution/index.ts'
import { any, normalize, optional, procedure, string } from '../../lang/primitives/index.ts'
import { intern, list, Pair, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { builtinNames } from '../builds/index.ts'
import type { StorePath } from '../formats/index.ts'
import { KeyFiles } from '../keys/index.ts'
import {
  collectGarbage,
  exportItem,
  findRoots,
  Import,
  type Judge,
  linkedRoots,
  nameOfPlace,
  optimizeStore,
  runtimeRoots,
} from '../store/index.ts'
import { runProcess } from './blocking-builds.ts'
import { type Connection, processStore } from './connection.ts'
import { connection, define } from './define.ts'
import { elementsOf, schemeString, schemeStrings, storePathOf, textsOf } from './values.ts'

function pathsOf(procedure: string, position: number, value: Value): StorePath[] {
  return elementsOf(procedure, position, value).map((path) => storePathOf(procedure, position, path))
}

define(
  '%collect-garbage',
  [connection, any('minimum'), any('paths')],
  'Delete PATHS, or for #f dead items until MINIMUM bytes are freed.  Return what was deleted and the bytes.',
  (store, minimum, paths) => {
    const only = paths === false ? undefined : pathsOf('delete-paths', 2, paths)
    const least = typeof minimum === 'number' ? minimum : undefined
    const { deleted, freed } = collect(store, least, only)
    return new Pair(schemeStrings(deleted), freed)
  },
)

function collect(
  { store, remote }: Connection,
  minimum: number | undefined,
  only: readonly StorePath[] | undefined,
): { readonly deleted: readonly string[]; readonly freed: number } {
  if (remote === undefined) {
    return collectGarbage(store, { minimum, ignoreOwnRoots: true, ...(only === undefined ? {} : { only }) })
  }
  const all = (1n << 64n) - 1n
  const { paths, freed } = remote.collectGarbage(minimum === undefined ? all : BigInt(minimum), only)
  return { deleted: paths, freed }
}

define('%find-roots', [connection], 'Return the alist of roots and what they keep.', (connected) => {
  const roots =
    connected.remote?.roots() ??
    findRoots(connected.store.layout)
      .filter(({ source }) => source !== '{temporary}' && !source.startsWith('/proc/'))
      .map(({ source, path }) => [source, path] as const)
  return list(roots.map(([source, path]) => new Pair(schemeString(source), schemeString(path))))
})

define('%linked-roots', [], 'Return the names of the links that are roots of the own store.', () => {
  const { layout } = processStore()
  return schemeStrings(linkedRoots(layout).map(({ source }) => nameOfPlace(layout, source)))
})

define('%busy-items', [], 'Return the items of the own store that running processes use.', () => {
  const { layout, database } = processStore()
  const items = new Set(runtimeRoots(layout).map(({ path }) => path))
  return schemeStrings([...items].filter((path) => database.isValid(path)).sort())
})

define('%failed-paths', [connection], 'Return the outputs whose builds failed and are remembered.', (connected) =>
  schemeStrings(connected.remote?.failedPaths() ?? connected.store.database.failedPaths()),
)

define('%clear-failed-paths', [connection, any('paths')], 'Forget the failures of PATHS.', (connected, paths) => {
  const outputs = textsOf('clear-failed-paths', 2, paths)
  if (connected.remote === undefined) connected.store.database.clearFailures(outputs)
  else connected.remote.clearFailures(outputs)
  return true
})

define(
  '%verify-store',
  [connection, any('contents?'), any('repair?')],
  'Check STORE, and return whether nothing is wrong with it.',
  (connected, contents, repair) => {
    if (connected.remote !== undefined) return !connected.remote.verify(contents !== false, repair !== false)
    const { verified } = runProcess({
      kind: 'verify',
      root: connected.store.layout.root,
      contents: contents !== false,
      repair: repair !== false,
    })
    return verified === true
  },
)

define('%built-in-builders', [connection], 'Return the names of the builders that STORE is itself.', (connected) =>
  schemeStrings(connected.remote?.builtins() ?? builtinNames),
)

define(
  '%substitutes',
  [connection, any('paths')],
  'Return lists (PATH DERIVER REFERENCES DOWNLOAD-SIZE NAR-SIZE) of those of PATHS that servers of substitutes have.',
  (connected, paths) => {
    const items = pathsOf('substitutable-path-info', 2, paths)
    return list(
      connected
        .substitutes(items)
        .map(({ path, deriver, references, downloadSize, narSize }) =>
          list([
            schemeString(path),
            schemeString(deriver ?? ''),
            schemeStrings(references),
            downloadSize,
            normalize(BigInt(narSize)),
          ]),
        ),
    )
  },
)

define('%optimize-store', [connection], 'Make files of equal contents one.', ({ store, remote }) => {
  if (remote === undefined) optimizeStore(store)
  else remote.optimize()
  return true
})

define(
  '%export-path',
  [connection, string('path'), any('sign?'), procedure('write')],
  'Pass the exported form of PATH to WRITE, in bytevectors.',
  ({ store, remote }, path, sign, write) => {
    const item = storePathOf('export-path', 2, path)
    const sink = (bytes: Uint8Array): void => {
      callProcedure(write, [new Uint8Array(bytes)])
    }
    if (remote !== undefined) remote.exportItem(item, sink, sign !== false)
    else exportItem(store, item, sink, sign === false ? undefined : new KeyFiles(store.layout).signer())
    return UNSPECIFIED
  },
)

define(
  '%import-paths',
  [connection, any('verify?'), procedure('read'), optional(procedure('refuse'))],
  'Import the archive that READ, given a number of bytes, returns in bytevectors.  Return the paths.  REFUSE is called ' +
    'with an item that nobody vouches for, a symbol that says why, and a message.',
  ({ store, remote }, verify, read, refuse) => {
    const next = (size: number): Uint8Array => {
      const bytes = callProcedure(read, [size])
      return bytes instanceof Uint8Array ? bytes : new Uint8Array()
    }
    if (remote !== undefined) return schemeStrings(remote.importItems(next))
    // Whoever has the store itself may put into it what they like, as root may with a daemon.
    const strict = new KeyFiles(store.layout).judge()
    const judge: Judge = (hash, signature, item) => {
      if (verify === false) return
      try {
        strict(hash, signature, item)
      } catch (error) {
        if (refuse !== undefined && error instanceof StrataError)
          callProcedure(refuse, [schemeString(item), intern(error.kind), schemeString(error.message)])
        throw error
      }
    }
    const importing = new Import(store, judge, { deduplicate: true })
    try {
      while (!importing.done) importing.push(next(importing.wanted.size))
      return schemeStrings(importing.paths)
    } finally {
      importing.close()
    }
  },
)

define('%configuration-directory', [], 'Return the directory of keys and the access control list.', () =>
  schemeString(processStore().layout.configuration),
)

define(
  '%derivation-hash',
  [connection, string('file')],
  'Return the hash modulo fixed outputs of the derivation in FILE.',
  (connected, file) => connected.hashOfInput(file.toString()),
)
