/** Where the packages of a collection are, by name: kept whenever all its modules were loaded to find one. It tells less
 *  than the index of (package-index.ts) and costs nothing to make. */
import { type IndexFormat, type IndexKey, readIndex, writeIndex } from './index-files.ts'

/** Changes with the format. */
const format: IndexFormat = { title: 'strata name index 1', suffix: '.names' }

/** The variable that holds a package. */
export interface PackagePlace {
  readonly module: readonly string[]
  readonly variable: string
}

export interface NameIndex {
  names(): string[]
  /** The packages called NAME, in the order of their modules. */
  find(name: string): readonly PackagePlace[]
}

/** The index for KEY, if there is one and the modules have not changed since. */
export function openNameIndex(key: IndexKey): NameIndex | undefined {
  const read = readIndex(key, format)
  if (read === undefined) return undefined
  const entries: [string, PackagePlace[]][] = JSON.parse(read.bytes.subarray(read.headerEnd + 1).toString('utf8'))
  const places = new Map(entries)
  return { names: () => [...places.keys()], find: (name) => places.get(name) ?? [] }
}

/** Keep the PLACES of all packages, with their names, as the index for KEY; STATE as in `writePackageIndex`. */
export function writeNameIndex(
  key: IndexKey,
  state: string,
  places: readonly (readonly [name: string, PackagePlace])[],
): void {
  const byName = new Map<string, PackagePlace[]>()
  for (const [name, place] of places) {
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [place])
    else known.push(place)
  }
  writeIndex(key, format, state, JSON.stringify([...byName]))
}
