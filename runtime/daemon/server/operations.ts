/** The operations of the daemon by their number: each reads its arguments, then gives a function that does the work
 *  and writes the reply. Arguments are checked while they are read. */
import { StrataError } from '../../../lang/conditions/index.ts'
import { builtinNames } from '../../builds/index.ts'
import { parseStorePath, type StorePath, storeDirectory, toStorePath } from '../../formats/index.ts'
import { addIndirectRoot, findRoots } from '../../store/index.ts'
import { type OperationName, operations, type WireReader, type WireWriter } from '../protocol/index.ts'
import { addText, addToStore, exportPath, importPaths } from './additions.ts'
import { buildThings, ensurePath } from './building.ts'
import { collect, optimize, verify } from './maintenance.ts'
import type { Session } from './session.ts'
import { hasSubstitutes, substitutablePathInfo, substitutablePathInfos, substitutablePaths } from './substitutes.ts'

/** Does the work and writes what the client is answered; may be asynchronous. */
export type Reply = (writer: WireWriter) => unknown
export type Operation = (session: Session) => Promise<Reply>

/** A store path among the arguments. @throws StrataError `not-in-store`. */
export async function readPath(input: WireReader): Promise<StorePath> {
  return storePathOf(await input.string())
}

export async function readPaths(input: WireReader): Promise<StorePath[]> {
  return (await input.strings()).map(storePathOf)
}

function storePathOf(text: string): StorePath {
  if (!text.startsWith('/gnu/store/')) throw new StrataError('not-in-store', `path \`${text}' is not in the store`)
  return toStorePath(text)
}

/** A question about one path. */
function query(answer: (session: Session, path: StorePath, writer: WireWriter) => void): Operation {
  return async (session) => {
    const path = await readPath(session.input)
    return (writer) => answer(session, path, writer)
  }
}

/** A question about one path that must be valid. */
function queryValid(answer: (session: Session, path: StorePath, writer: WireWriter) => void): Operation {
  return query((session, path, writer) => {
    if (!session.store.isValid(path)) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
    answer(session, path, writer)
  })
}

/** Which of some paths are so. */
function filter(holds: (session: Session, path: StorePath) => boolean): Operation {
  return async (session) => {
    const paths = await readPaths(session.input)
    return (writer) => writer.strings(paths.filter((path) => holds(session, path)))
  }
}

function withoutArguments(answer: (session: Session, writer: WireWriter) => void): Operation {
  return async (session) => (writer) => answer(session, writer)
}

function base16(hash: string): string {
  return hash.slice(hash.indexOf(':') + 1)
}

const table: Readonly<Partial<Record<OperationName, Operation>>> = {
  // A bad name is an answer here, not the end of the connection.
  'valid-path?': async ({ input, store }) => {
    const text = await input.string()
    return (writer) => {
      const path = parseStorePath(text)
      // A name in the store that cannot be an item's is not valid; one elsewhere is an error.
      if (path === undefined && text.startsWith(`${storeDirectory}/`)) writer.bool(false)
      else writer.bool(store.isValid(path ?? storePathOf(text)))
    }
  },
  'has-substitutes?': hasSubstitutes,
  'query-path-hash': queryValid(({ store }, path, writer) => writer.string(base16(store.pathInfo(path)?.hash ?? ''))),
  'query-references': queryValid(({ store }, path, writer) => writer.strings(store.database.references(path))),
  'query-referrers': query(({ store }, path, writer) => writer.strings(store.database.referrers(path))),
  'add-to-store': addToStore,
  'add-text-to-store': addText,
  'build-things': buildThings,
  'ensure-path': ensurePath,
  'add-temp-root': query(({ store }, path, writer) => {
    store.temporaryRoots.add(path)
    writer.number(1)
  }),
  'add-indirect-root': async ({ input, store }) => {
    const file = await input.string()
    return (writer) => {
      if (!file.startsWith('/')) throw new StrataError('bad-root', `not an absolute path: \`${file}'`)
      addIndirectRoot(store.layout, file)
      writer.number(1)
    }
  },
  'sync-with-gc': withoutArguments((_, writer) => writer.number(1)),
  'find-roots': withoutArguments(({ store }, writer) =>
    writer.pairs(
      findRoots(store.layout)
        .filter(({ source }) => source !== '{temporary}' && !source.startsWith('/proc/'))
        .map(({ source, path }) => [source, path] as const),
    ),
  ),
  'export-path': exportPath,
  'query-deriver': queryValid(({ store }, path, writer) => writer.string(store.pathInfo(path)?.deriver ?? '')),
  'set-options': async (session) => {
    await session.readOptions()
    return () => session.makeProfileDirectory(session.settings.userName)
  },
  'collect-garbage': collect,
  'optimize-store': optimize,
  'verify-store': verify,
  'query-substitutable-path-info': substitutablePathInfo,
  'query-derivation-outputs': queryValid(({ store }, path, writer) =>
    writer.strings([...store.database.derivationOutputs(path).values()]),
  ),
  'query-all-valid-paths': withoutArguments(({ store }, writer) => writer.strings(store.database.validPaths())),
  'query-failed-paths': withoutArguments(({ store }, writer) => writer.strings(store.database.failedPaths())),
  // Also `*', which stands for all.
  'clear-failed-paths': async ({ input, store }) => {
    const paths = await input.strings()
    return (writer) => {
      store.database.clearFailures(paths)
      writer.number(1)
    }
  },
  'query-path-info': queryValid(({ store }, path, writer) => {
    const info = store.pathInfo(path)
    if (info === undefined) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
    writer
      .string(info.deriver ?? '')
      .string(base16(info.hash))
      .strings(store.database.references(path))
    writer.number(info.registrationTime).number(info.narSize)
  }),
  'import-paths': importPaths,
  'query-derivation-output-names': queryValid(({ store }, path, writer) =>
    writer.strings([...store.database.derivationOutputs(path).keys()]),
  ),
  'query-path-from-hash-part': async ({ input, store }) => {
    const part = await input.string()
    return (writer) => {
      if (!/^[0-9a-df-np-sv-z]{32}$/.test(part)) throw new StrataError('bad-hash-part', 'invalid hash part')
      writer.string(store.database.pathWithHashPart(part) ?? '')
    }
  },
  'query-substitutable-path-infos': substitutablePathInfos,
  'query-valid-paths': filter(({ store }, path) => store.isValid(path)),
  'query-substitutable-paths': substitutablePaths,
  'query-valid-derivers': query(({ store }, path, writer) => writer.strings(store.database.derivers(path))),
  'built-in-builders': withoutArguments((_, writer) => writer.strings(builtinNames)),
}

const byNumber = new Map<number, Operation | undefined>(
  Object.entries(operations).map(([name, number]) => [number, table[name as OperationName]]),
)

export function operationNumbered(number: number): Operation | undefined {
  return byNumber.get(number)
}
