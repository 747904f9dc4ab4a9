/** Keeping the directory of compiled Scheme small: what no process has read for a month was made from files that have
 *  changed since, or for another version of the interpreter; of the rest what was read last stays, up to a size. Not
 *  deciding what fits (see code-store.ts). */
import { readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const hour = 60 * 60 * 1000
const kept = 30 * 24 * hour

/** Three times what all of Guix's packages take. */
const largest = 2 * 2 ** 30

export interface Pruning {
  /** Milliseconds since 1970. */
  readonly now?: number
  /** Bytes that may stay. */
  readonly limit?: number
}

/** The files of one unit: they are only of use together. */
interface Unit {
  readonly files: string[]
  size: number
  /** When one of them was last read or written. */
  used: number
}

/** Remove from DIRECTORY what was not read for a month, and the oldest of what is beyond the limit, unless that was done
 *  within an hour. Whoever uses such a file at this moment compiles it again. */
export function pruneCode(directory: string, { now = Date.now(), limit = largest }: Pruning = {}): void {
  const mark = join(directory, 'pruned')
  try {
    const last = statSync(mark, { throwIfNoEntry: false })
    if (last !== undefined && now - last.mtimeMs < hour) return
    writeFileSync(mark, '')
    const units = [...unitsIn(directory), ...unitsIn(join(directory, 'files'))].sort((a, b) => b.used - a.used)
    const size = units.reduce((total, unit) => total + unit.size, 0)
    // More goes than has to, so that the next unit does not make the same work again.
    const room = size > limit ? limit * 0.8 : size
    let total = 0
    for (const { files, size, used } of units) {
      total += size
      if (now - used > kept || total > room) for (const file of files) unlinkSync(file)
    }
  } catch {
    // Another process does the same, or nobody may write here: the files stay.
  }
}

/** The units in DIRECTORY, whose files are called after them. */
function unitsIn(directory: string): Unit[] {
  const units = new Map<string, Unit>()
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'pruned') continue
    const file = join(directory, entry.name)
    const { atimeMs, mtimeMs, blocks } = statSync(file)
    const name = entry.name.replace(/\..*/, '')
    const unit = units.get(name) ?? { files: [], size: 0, used: 0 }
    unit.files.push(file)
    unit.size += 512 * blocks
    unit.used = Math.max(unit.used, atimeMs, mtimeMs)
    units.set(name, unit)
  }
  return [...units.values()]
}
