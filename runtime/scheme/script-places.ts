/** Keeps where the scripts that were built come from, after builds: for messages about errors when they are run. See
 *  build-side/recipe-places.ts, which reads this, and stdlib/guix/gexp/positions.scm, which knows it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type ItemPlaces, type LoweredPlace, placesDirectory } from '../../build-side/index.ts'
import { listToArray, SchemeString, type Value } from '../../lang/values/index.ts'
import type { Store } from '../store/index.ts'
import { callPositions } from './positions.ts'
import { schemeString } from './values.ts'

/** As many are kept without a look at which items are still there. */
const many = 500

/** What was lowered and is not yet in the store. */
const unbuilt = new Set<string>()

/** Keep the places of what the running interpreter lowered and STORE now has. */
export function keepScriptPlaces(store: Store): void {
  for (const item of listToArray(callPositions('scripts-made')) ?? []) unbuilt.add(String(item))
  const built = [...unbuilt].filter((item) => existsSync(store.physical(item)))
  if (built.length === 0) return
  const directory = join(store.layout.state, placesDirectory)
  try {
    mkdirSync(directory, { recursive: true })
    for (const item of built) {
      unbuilt.delete(item)
      keepPlaces(store, directory, item)
    }
    forgetDead(store, directory)
  } catch (error) {
    // Places are a help in messages: without the right to write there, or space, there is none.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

function keepPlaces(store: Store, directory: string, item: string): void {
  const file = store.physical(item)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return
  const text = stat.isFile() ? readFileSync(file, 'utf8') : ''
  const places = itemPlaces(callPositions('script-places', schemeString(item), schemeString(text)))
  if (places === undefined || ('source' in places && stat.isFile() && !isScheme(item, text))) return
  const kept = join(directory, `${basename(item)}.json`)
  const content = JSON.stringify(places)
  if (existsSync(kept) && readFileSync(kept, 'utf8') === content) return
  writeFileSync(`${kept}.${process.pid}`, content)
  renameSync(`${kept}.${process.pid}`, kept)
}

/** Whether a file of the user may be run or loaded: patches and the like have no errors to tell of. */
function isScheme(item: string, text: string): boolean {
  return item.endsWith('.scm') || text.startsWith('#!')
}

function itemPlaces(known: Value): ItemPlaces | undefined {
  if (known instanceof SchemeString) return { source: known.toString() }
  const entries = listToArray(known) ?? []
  if (entries.length === 0) return undefined
  const files: Record<string, string> = {}
  const places: LoweredPlace[] = []
  for (const entry of entries) {
    const [first, second, source, line, column] = listToArray(entry) ?? []
    if (first instanceof SchemeString) files[first.toString()] = String(second)
    else places.push([Number(first), Number(second), resolve(String(source)), Number(line), Number(column)])
  }
  return places.length > 0 ? { places } : { files }
}

/** Remove what was kept of items that were collected since, when there is much of it. */
function forgetDead(store: Store, directory: string): void {
  const kept = readdirSync(directory)
  if (kept.length < many) return
  for (const name of kept) {
    const item = join(store.layout.store, name.replace(/\.json(?:\.\d+)?$/, ''))
    if (!existsSync(item)) rmSync(join(directory, name), { force: true })
  }
}
