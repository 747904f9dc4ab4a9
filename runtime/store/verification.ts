/** Whether the store is what its database says: every valid item is there, refers to what is there, and, when asked,
 *  has the contents that were registered. Mending what can be built again is the caller's (builds/rebuilding.ts).
 *  Model: verifyStore of libstore/local-store.cc, whose messages these are. */
import { lstatSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { formatBase32, type StorePath, storeDirectory } from '../formats/index.ts'
import { FileLock } from './file-locks.ts'
import { hashPath } from './nar-files.ts'
import { ReferenceGraph } from './reference-graph.ts'
import type { Store } from './store.ts'

export interface VerificationOptions {
  /** Read all contents and compare their hashes. */
  readonly contents?: boolean
  /** Make the broken items again; gives those that could not be. Without it all remain as they are. */
  readonly repair?: ((broken: readonly StorePath[]) => Promise<readonly StorePath[]>) | undefined
  readonly onMessage?: (message: string) => void
}

/** Verify STORE; items that are gone and that nothing refers to are forgotten. Gives whether errors remain. */
export async function verifyStore(store: Store, options: VerificationOptions = {}): Promise<boolean> {
  const { contents = false, repair, onMessage = () => {} } = options
  let remain = false
  onMessage('reading the store...')
  for (const problem of store.database.problems()) {
    onMessage(`the database is damaged: ${problem}`)
    remain = true
  }
  onMessage('checking path existence...')
  const broken = new Set(checkExistence(store, repair !== undefined, onMessage))
  if (contents) {
    onMessage('checking hashes...')
    remain = checkLinks(store, repair !== undefined, onMessage) || remain
    for (const path of store.database.validPaths()) {
      if (!broken.has(path) && isModified(store, path, onMessage)) broken.add(path)
    }
  }
  const left = repair === undefined || broken.size === 0 ? [...broken] : await repair([...broken])
  for (const path of repair === undefined ? [] : left) onMessage(`cannot repair path \`${path}'`)
  remain ||= left.length > 0
  if (remain) onMessage('warning: not all errors were fixed')
  return remain
}

/** The valid paths that have no file and yet must stay valid. */
function checkExistence(store: Store, repairing: boolean, onMessage: (message: string) => void): StorePath[] {
  const lock = FileLock.acquireBlocking(join(store.layout.state, 'gc.lock'), 'shared')
  try {
    const graph = new ReferenceGraph(store.database.rowsForMarking())
    const names = new Set(readdirSync(store.layout.store))
    const missing = [...graph.paths.keys()].filter((number) => {
      const path = graph.paths[number] ?? ''
      // It may have been added while we read the directory.
      return !names.has(path.slice(storeDirectory.length + 1)) && !isPresent(store.physical(path))
    })
    const broken: StorePath[] = []
    for (const number of graph.referrersFirst(missing)) {
      const path = graph.paths[number]
      if (path === undefined) continue
      if (store.database.referrers(path).some((referrer) => referrer !== path)) {
        onMessage(`path \`${path}' disappeared, but it still has valid referrers!`)
        broken.push(path)
      } else if (repairing && store.database.derivers(path).length > 0) {
        onMessage(`path \`${path}' disappeared`)
        broken.push(path)
      } else {
        onMessage(`path \`${path}' disappeared, removing from database...`)
        store.database.invalidate(path)
        store.forget(path)
      }
    }
    return broken
  } finally {
    lock.release()
  }
}

function isPresent(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

function isModified(store: Store, path: StorePath, onMessage: (message: string) => void): boolean {
  const info = store.pathInfo(path)
  if (info === undefined) return false
  let found: string
  try {
    found = `sha256:${hashPath(store.physical(path)).hash.digest.toHex()}`
  } catch (error) {
    // A collector may have deleted it.
    if (!store.database.isValid(path)) return false
    onMessage(`path \`${path}' cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return true
  }
  if (found === info.hash) return false
  if (store.database.pathInfo(path)?.hash !== info.hash) return false
  onMessage(`path \`${path}' was modified! expected hash \`${info.hash}', got \`${found}'`)
  return true
}

/** Check the names of deduplicated files, which are their hashes: a wrong one would spread. */
function checkLinks(store: Store, repairing: boolean, onMessage: (message: string) => void): boolean {
  const directory = join(store.layout.store, '.links')
  if (!isPresent(directory)) return false
  let remain = false
  for (const name of readdirSync(directory)) {
    const link = join(directory, name)
    if (!isPresent(link)) continue
    const found = formatBase32(hashPath(link).hash.digest)
    if (found === name) continue
    onMessage(`link \`${link}' was modified! expected hash \`${name}', got \`${found}'`)
    if (repairing) unlinkSync(link)
    else remain = true
  }
  return remain
}
