/** The directory that a build starts in: below a directory of our own that nobody else may enter, so that no program
 *  the builder makes there can be run, linked or looked at from outside (CVE-2024-38531, CVE-2021-27851). */
import { chmodSync, existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StorePath, storePathName } from '../formats/index.ts'
import { removeTree } from '../store/index.ts'
import { handOver, seizeTree } from './seize.ts'

export interface BuildDirectory {
  /** On the host: the builder's own. */
  readonly path: string
  /** On the host: the directory around it, which is ours. */
  readonly enclosing: string
  /** As the builder sees it in a sandbox. */
  readonly inside: string
  /** Whether it was left to somebody. */
  kept: boolean
}

/** Make the directory that the build of DERIVATION starts in; the first free one, since failed ones may be kept. */
export function makeBuildDirectory(derivation: StorePath): BuildDirectory {
  const name = storePathName(derivation)
  for (let count = 0; ; count++) {
    const enclosing = join(tmpdir(), `guix-build-${name}-${count}`)
    try {
      mkdirSync(enclosing, { mode: 0o700 })
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue
      throw error
    }
    const path = join(enclosing, 'top')
    mkdirSync(path, { mode: 0o700 })
    return { path, enclosing, inside: `/tmp/guix-build-${name}-0`, kept: false }
  }
}

export function removeBuildDirectory(directory: BuildDirectory): void {
  if (!existsSync(directory.enclosing)) return
  if (process.geteuid?.() === 0) seizeTree(directory.enclosing)
  removeTree(directory.enclosing)
}

/** Leave the directory of a failed build to CLIENT. BUILDER is who owned it. Returns where it is. */
export function keepBuildDirectory(
  directory: BuildDirectory,
  builder: number,
  client: { readonly uid: number; readonly gid: number },
): string {
  const { path, enclosing } = directory
  const modes = seizeTree(path)
  handOver(path, builder, client, modes)
  // Whoever asked for it looks for the files in the directory itself.
  const aside = `${enclosing}.kept`
  renameSync(path, aside)
  rmdirSync(enclosing)
  renameSync(aside, enclosing)
  chmodSync(enclosing, 0o755)
  directory.kept = true
  return enclosing
}
