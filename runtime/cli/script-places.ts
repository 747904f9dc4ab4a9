/** Keeps where the scripts that were built come from: for messages about errors when they are run. See
 *  build-side/recipe-places.ts, which reads this, and stdlib/guix/gexp/positions.scm, which knows it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type ItemPlaces, type LoweredPlace, placesDirectory } from '../../build-side/index.ts'
import type { Store } from '../store/index.ts'
import { callScript, type Plain } from './scheme-calls.ts'
import { currentSession } from './scheme-session.ts'

/** As many are kept without a look at which items are still there. */
const many = 500

/** Keep the places of what this process lowered and STORE now has. */
export function keepScriptPlaces(store: Store): void {
  if (currentSession() === undefined) return
  const items = callScript('build', 'scripts-made', [])
  if (!Array.isArray(items) || items.length === 0) return
  const directory = join(store.layout.state, placesDirectory)
  try {
    mkdirSync(directory, { recursive: true })
    for (const item of items) if (typeof item === 'string') keepPlaces(store, directory, item)
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
  const places = itemPlaces(callScript('build', 'script-places', [item, text]))
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

function itemPlaces(known: Plain): ItemPlaces | undefined {
  if (typeof known === 'string') return { source: known }
  if (!Array.isArray(known) || known.length === 0) return undefined
  const files: Record<string, string> = {}
  const places: LoweredPlace[] = []
  for (const entry of known as readonly Plain[]) {
    if (!Array.isArray(entry)) continue
    const [first, second, source, line, column] = entry as readonly Plain[]
    if (typeof first === 'string' && typeof second === 'string') files[first] = second
    else if (
      typeof first === 'number' &&
      typeof second === 'number' &&
      typeof source === 'string' &&
      typeof line === 'number' &&
      typeof column === 'number'
    )
      places.push([first, second, resolve(source), line, column])
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
