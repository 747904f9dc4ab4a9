/** Where strata itself lies on disk: the source tree, or the directory that its bundle was installed in. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | undefined

/** The directory that has packages/gnu. */
export function projectDirectory(): string {
  if (found !== undefined) return found
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'packages/gnu/packages/bootstrap'))) {
      found = directory
      return directory
    }
    if (directory === dirname(directory)) throw new Error('strata is installed without packages/gnu')
  }
}

/** The roots under which modules are found, strata's own. */
export function schemeRoots(): string[] {
  const directory = projectDirectory()
  return ['packages', 'stdlib', 'build-side'].map((root) => join(directory, root))
}
