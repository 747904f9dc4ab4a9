/** Keeping the directory of compiled Scheme small: what no process has read for a month was made from files that have
 *  changed since, or for another version of the interpreter. Not deciding what fits (see code-store.ts). */
import { readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const day = 24 * 60 * 60 * 1000
const kept = 30 * day

/** Remove what was not read for a month from DIRECTORY, unless that was done within a day. Whoever uses such a file at
 *  this moment compiles it again. */
export function pruneCode(directory: string, now = Date.now()): void {
  const mark = join(directory, 'pruned')
  try {
    const last = statSync(mark, { throwIfNoEntry: false })
    if (last !== undefined && now - last.mtimeMs < day) return
    writeFileSync(mark, '')
    for (const place of [directory, join(directory, 'files')]) {
      for (const entry of readdirSync(place, { withFileTypes: true })) {
        if (!entry.isFile()) continue
        const file = join(place, entry.name)
        const { atimeMs, mtimeMs } = statSync(file)
        if (now - Math.max(atimeMs, mtimeMs) > kept) unlinkSync(file)
      }
    }
  } catch {
    // Another process does the same, or nobody may write here: the files stay.
  }
}
