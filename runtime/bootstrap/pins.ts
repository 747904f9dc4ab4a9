/** The pin list: which packages, with which hashes, the seed of this machine's kind is made of.
 *  It is a data file of the package collection, packages/gnu/packages/bootstrap/seed.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { projectDirectory } from '../project-directory.ts'
import type { SeedItemName } from './seed-items.ts'

export interface PinnedPackage {
  readonly version: string
  /** Below the base address of a Debian archive. */
  readonly path: string
  readonly size: number
  /** Base 16. */
  readonly sha256: string
}

/** The Node binary of the builder, from a package of the npm registry. */
export interface PinnedNode {
  readonly package: string
  readonly version: string
  /** Of the package's tarball. */
  readonly integrity: string
  /** What is kept of the package. */
  readonly files: readonly string[]
  /** Of the NAR of a directory with just those files, base 16. */
  readonly narSha256: string
}

export interface SeedPins {
  readonly items: Readonly<Record<SeedItemName, { readonly name: string; readonly packages: readonly string[] }>>
  readonly packages: Readonly<Record<string, PinnedPackage>>
  readonly node: PinnedNode
}

/** The sources of the sandbox's launcher. */
export const launcherSources = ['launcher.h', 'request.c', 'mounts.c', 'confinement.c', 'sandbox.c'] as const
type LauncherSource = (typeof launcherSources)[number]
const isLauncherSource = (name: string): boolean => launcherSources.some((source) => source === name)

/** The path of one of the files that the seed is made with. */
export function seedFile(name: 'seed.json' | 'gcc-12.2.0.specs' | 'ld-wrapper.bash' | LauncherSource): string {
  const directory = isLauncherSource(name) ? 'build-side/launcher' : 'packages/gnu/packages/bootstrap'
  return join(projectDirectory(), directory, name)
}

let pins: SeedPins | undefined

export function seedPins(): SeedPins {
  pins ??= JSON.parse(readFileSync(seedFile('seed.json'), 'utf8')) as SeedPins
  return pins
}

/** The pinned package NAME. */
export function pinnedPackage(name: string): PinnedPackage {
  const pinned = seedPins().packages[name]
  if (pinned === undefined) throw new StrataError('seed-mismatch', `the seed has no package ${name}`)
  return pinned
}
