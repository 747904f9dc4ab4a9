/** The interpreter of the host stratum: all Scheme roots, the store's primitives, the Node host. */
import { join } from 'node:path'
import type { InterpreterOptions } from '../../lang/index.ts'
import { projectDirectory } from '../project-directory.ts'
import './store-primitives.ts'

/** The roots under which modules are found, the user's first. */
export function schemeRoots(): string[] {
  const directory = projectDirectory()
  return ['packages', 'stdlib', 'build-side'].map((root) => join(directory, root))
}

/** Options for `createInterpreter`, with LOADPATH before the roots. */
export function interpreterOptions({
  loadPath,
}: {
  readonly loadPath: readonly string[]
}): Omit<InterpreterOptions, 'host'> {
  return { loadPath: [...loadPath, ...schemeRoots()] }
}
