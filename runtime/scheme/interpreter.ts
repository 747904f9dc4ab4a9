/** The interpreter of the host stratum: all Scheme roots, the store's primitives, the Node host. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeCodeStore } from '../../build-side/code-store.ts'
import type { CodeStore, InterpreterOptions } from '../../lang/index.ts'
import { channelDirectories, moduleRoot } from '../channels/index.ts'
import { projectDirectory, schemeRoots } from '../project-directory.ts'
import { codeDirectory, codeVersion } from './code-version.ts'
import './store-primitives.ts'

/** Options for `createInterpreter`: LOADPATH, a whole Guix in it as a view beside the own modules, then the modules of channels, then strata's own. */
export function interpreterOptions({
  loadPath,
}: {
  readonly loadPath: readonly string[]
}): Omit<InterpreterOptions, 'host'> {
  const channels = channelDirectories().map(({ root }) => root)
  const own = schemeRoots()
  return { loadPath: [...loadPath.map((root) => moduleRoot(root, own)), ...channels, ...own], codeStore: codeStore() }
}

/** Compiled code, when this is the bundle: shipped beside it, and the user's own in the cache directory.
 *  From the source tree nothing is kept, because the compiler itself may change at any time. */
function codeStore(): CodeStore | undefined {
  const version = codeVersion()
  if (version === undefined) return undefined
  const caches = process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? homedir(), '.cache')
  return makeCodeStore({
    version,
    directory: join(caches, 'strata/code'),
    shipped: { root: projectDirectory(), code: codeDirectory() },
  })
}
