/** The primitives of (strata collections): the index of the package collection, for (gnu packages). */
import { describeError, quitStatus } from '../../build-side/index.ts'
import { currentRealm, moduleNameParts, resolveModule, withRealm } from '../../lang/modules/index.ts'
import { any, primitives, string } from '../../lang/primitives/index.ts'
import { list, Pair, type Value } from '../../lang/values/index.ts'
import { type CollectionDirectory, openPackageIndex, type PackageIndex } from '../collections/index.ts'
import { indexVersion } from './code-version.ts'
import { schemeString, schemeStrings, textPairsOf } from './values.ts'

const declare = primitives('(strata collections)')

/** Indexes opened, by their directories; undefined: there was none when it was asked for. */
const opened = new Map<string, PackageIndex | undefined>()

/** The index for DIRECTORIES, looked for once a process. */
export function indexOf(directories: readonly CollectionDirectory[]): PackageIndex | undefined {
  const key = JSON.stringify(directories)
  const version = indexVersion()
  if (version === undefined) return undefined
  if (!opened.has(key)) opened.set(key, openPackageIndex({ directories, version }))
  return opened.get(key)
}

function directoriesOf(procedure: string, value: Value): CollectionDirectory[] {
  return textPairsOf(procedure, 1, value).map(([root, below]) => ({ root, below }))
}

declare(
  '%indexed-variables',
  [any('directories'), string('name')],
  'Return the list of (MODULE . VARIABLE), strings, of the packages called NAME; #f without an index.',
  (directories, name) => {
    const index = indexOf(directoriesOf('%indexed-variables', directories))
    if (index === undefined) return false
    return list(
      index
        .find(name.toString())
        .map(({ module, variable }) => new Pair(schemeStrings(module), schemeString(variable))),
    )
  },
)

declare(
  '%indexed-names',
  [any('directories')],
  'Return the names of all packages; #f without an index.',
  (directories) => {
    const index = indexOf(directoriesOf('%indexed-names', directories))
    return index === undefined ? false : schemeStrings(index.names())
  },
)

declare(
  '%load-problem',
  [any('name')],
  'Load the module NAME; return what a person should know of why that failed, or #f when it did not.',
  (name) => {
    const realm = currentRealm()
    try {
      resolveModule(moduleNameParts(name) ?? [])
      return false
    } catch (error) {
      if (quitStatus(error) !== undefined) throw error
      const interpreter = { realm, enter: <T>(action: () => T): T => withRealm(realm, action) }
      return schemeString(describeError(error, { program: 'strata', debug: false, interpreter }))
    }
  },
)
