/** Disk space kept in reserve for the collector: on a full disk the database could not even forget items. `db/reserved`
 *  as the real daemons have it; given up when a collection starts, taken again by whoever opens the store when there is
 *  space again. */
import { closeSync, lstatSync, openSync, rmSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const reservedSize = 8 << 20

function reserveFile(stateDirectory: string): string {
  return join(stateDirectory, 'db/reserved')
}

/** Give the reserve up: before the database is opened, if that is done only to collect. */
export function giveUpReserve(stateDirectory: string): void {
  rmSync(reserveFile(stateDirectory), { force: true })
}

/** Take the reserve, if it is not there and there is much more space than that. */
export function takeReserve(stateDirectory: string): void {
  const file = reserveFile(stateDirectory)
  if (lstatSync(file, { throwIfNoEntry: false })?.size === reservedSize) return
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    if (bavail * bsize < 4 * reservedSize) return
    const fd = openSync(file, 'w', 0o600)
    try {
      const zeros = Buffer.alloc(1 << 20)
      for (let left = reservedSize; left > 0; ) left -= writeSync(fd, zeros, 0, Math.min(left, zeros.length))
    } finally {
      closeSync(fd)
    }
  } catch {
    // Half a reserve, on a disk that is full, helps nobody.
    try {
      unlinkSync(file)
    } catch {
      // It could not even be made.
    }
  }
}
