/** The primitives of (strata collections): the index of the package collection, for (gnu packages). */
import { describeError, quitStatus } from '../../build-side/index.ts'
import { wrongType } from '../../lang/conditions/index.ts'
import { currentRealm, moduleNameParts, resolveModule, withRealm } from '../../lang/modules/index.ts'
import { any, primitives, string } from '../../lang/primitives/index.ts'
import { list, Pair, SchemeSymbol, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import {
  type CollectionDirectory,
  collectionState,
  type NameIndex,
  openNameIndex,
  openPackageIndex,
  type PackagePlace,
  writeNameIndex,
} from '../collections/index.ts'
import { indexVersion } from './code-version.ts'
import { elementsOf, schemeString, schemeStrings, textOf, textPairsOf } from './values.ts'

const declare = primitives('(strata collections)')

/** Indexes opened, by their directories; undefined: there was none when it was asked for. */
const opened = new Map<string, NameIndex | undefined>()

/** The index for DIRECTORIES, one that tells all or the names only, looked for once a process. */
export function indexOf(directories: readonly CollectionDirectory[]): NameIndex | undefined {
  const key = JSON.stringify(directories)
  const version = indexVersion()
  if (version === undefined) return undefined
  const which = { directories, version }
  if (!opened.has(key)) opened.set(key, openPackageIndex(which) ?? openNameIndex(which))
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
  '%collection-state',
  [any('directories')],
  'Return a string that changes whenever a module of the collection does.',
  (directories) => schemeString(collectionState(directoriesOf('%collection-state', directories))),
)

declare(
  '%keep-names',
  [any('directories'), string('state'), any('entries')],
  'Keep ENTRIES, all packages as (NAME MODULE . VARIABLE), for the next process that looks for one by name; STATE is what ' +
    'the collection was before they were loaded.',
  (directories, state, entries) => {
    const version = indexVersion()
    if (version === undefined) return UNSPECIFIED
    const places = elementsOf('%keep-names', 3, entries).map((entry): [string, PackagePlace] => {
      const [name, module, variable] =
        entry instanceof Pair && entry.cdr instanceof Pair ? [entry.car, entry.cdr.car, entry.cdr.cdr] : []
      const parts = moduleNameParts(module)
      if (parts === undefined || !(variable instanceof SchemeSymbol)) return wrongType('%keep-names', 3, entry, 'entry')
      return [textOf('%keep-names', 3, name), { module: parts, variable: variable.name }]
    })
    writeNameIndex({ directories: directoriesOf('%keep-names', directories), version }, state.toString(), places)
    return UNSPECIFIED
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
