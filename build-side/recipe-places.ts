/** Where scripts in the store were written: kept beside the store when they are built, so that the place of an error in one
 *  that is run later can be told as that of the recipe too. One file an item, `var/guix/places/ITEM.json`; what is not
 *  there is not known. They are made by runtime/scheme/script-places.ts. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A place in a script, line and column, and the one that it was lowered from. */
export type LoweredPlace = readonly [
  line: number,
  column: number,
  source: string,
  sourceLine: number,
  sourceColumn: number,
]

export type ItemPlaces =
  /** A copy of a file or a directory. */
  | { readonly source: string }
  /** A directory with copies of files: their sources. */
  | { readonly files: Readonly<Record<string, string>> }
  /** A script: the places of its lists, in order. */
  | { readonly places: readonly LoweredPlace[] }

/** Below the directory `var/guix` of a store. */
export const placesDirectory = 'places'

export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The recipe's place of PLACE, which is in a file of a store, if it is known. */
export function recipePlace({ file, line, column }: Place): Place | undefined {
  const [, root, item, name = ''] = /^(.*?)\/gnu\/store\/([^/]+)(?:\/(.*))?$/.exec(file) ?? []
  if (root === undefined || item === undefined) return undefined
  const known = readPlaces(root, item)
  if (known === undefined) return undefined
  if ('source' in known) return { file: join(known.source, name), line, column }
  if ('files' in known) {
    const source = known.files[name]
    if (source === undefined) return undefined
    const copy = { file: source, line, column }
    return source.startsWith('/gnu/store/') ? recipePlace(copy) : copy
  }
  const before = known.places.findLast(([l, c]) => l < line || (l === line && c <= column))
  return before === undefined ? undefined : { file: before[2], line: before[3], column: before[4] }
}

/** A store may be seen at /gnu/store from within `strata shell`: it is then the one that strata would use. */
function readPlaces(root: string, item: string): ItemPlaces | undefined {
  const { STRATA_ROOT: asked, XDG_DATA_HOME: data = join(homedir(), '.local/share') } = process.env
  for (const candidate of [root, asked, join(data, 'strata')]) {
    if (candidate === undefined) continue
    try {
      return JSON.parse(readFileSync(join(candidate, '/var/guix', placesDirectory, `${item}.json`), 'utf8'))
    } catch {
      // Not known there.
    }
  }
  return undefined
}
