/** The interpreter of the host stratum: all Scheme roots, the store's primitives, the Node host. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCodeStore } from '../../build-side/code-store.ts'
import type { CodeStore, InterpreterOptions } from '../../lang/index.ts'
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
  return { loadPath: [...loadPath, ...schemeRoots()], codeStore: codeStore() }
}

/** Compiled code, when this is the bundle: shipped beside it, and the user's own in the cache directory.
 *  From the source tree nothing is kept, because the compiler itself may change at any time. */
function codeStore(): CodeStore | undefined {
  const code = join(dirname(fileURLToPath(import.meta.url)), 'code')
  const versionFile = join(code, 'version')
  if (!existsSync(versionFile)) return undefined
  const caches = process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? homedir(), '.cache')
  return makeCodeStore({
    version: readFileSync(versionFile, 'utf8'),
    directory: join(caches, 'strata/code'),
    shipped: { root: projectDirectory(), code },
  })
}
