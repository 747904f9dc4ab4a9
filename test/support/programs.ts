/** Which programs this machine has, for tests that compare with them. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const reported = new Set<string>()

/** Whether PROGRAM is on the search path; says so once when it is not, as the reason for skipped tests. */
export function isInstalled(program: string): boolean {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      // Not in this directory.
    }
  }
  if (!reported.has(program)) console.log(`skipped: ${program} is not installed`)
  reported.add(program)
  return false
}
