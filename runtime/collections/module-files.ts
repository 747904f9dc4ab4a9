/** The files of package modules below the directories of a collection, and what the kernel says of them: enough to
 *  know whether an index made of them still holds. Reads no file. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A directory that modules are named from, and the part of it that is searched. */
export interface CollectionDirectory {
  readonly root: string
  readonly below: string
}

/** A hash that changes whenever a Scheme file below DIRECTORIES is added, removed or written, or their order changes. */
export function collectionState(directories: readonly CollectionDirectory[]): string {
  const hash = createHash('sha256')
  for (const { root, below } of directories) {
    hash.update(`${root}\n${below}\n`)
    for (const file of schemeFiles(join(root, below))) {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
      if (stat === undefined) continue
      hash.update(`${file}\n${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}\n`)
    }
  }
  return hash.digest('hex')
}

function schemeFiles(directory: string): string[] {
  let entries: ReturnType<typeof readEntries>
  try {
    entries = readEntries(directory)
  } catch {
    return []
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      if (entry.name.endsWith('.scm')) return entry.isFile() || entry.isSymbolicLink() ? [path] : []
      if (entry.isDirectory()) return schemeFiles(path)
      return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory() ? schemeFiles(path) : []
    })
}

function readEntries(directory: string) {
  return readdirSync(directory, { withFileTypes: true })
}
