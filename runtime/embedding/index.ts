/** `import { createInterpreter, loadCollection } from 'strata'`: Scheme in a program on Node, with the standard library
 *  and the package collection on the load path, and the packages of collections as typed values. The interfaces are
 *  lang/embedding's, documented in lang/README.md, and collection-types.ts', documented in README.md. */
import { statSync } from 'node:fs'
import { nodeHost, suggestionsOf } from '../../build-side/index.ts'
import type { CreateInterpreter } from '../../lang/embedding/api.ts'
import { createEmbedded } from '../../lang/embedding/embedded.ts'
import { interruptible } from '../repl/interruptible.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'
import type { LoadCollection } from './collection-types.ts'

export * from '../../lang/embedding/api.ts'
export type * from './collection-types.ts'

/** Make an interpreter. Several live beside each other. */
export const createInterpreter: CreateInterpreter = (options = {}) => {
  const { loadPath, codeStore } = interpreterOptions({ loadPath: [] })
  return createEmbedded(options, {
    host: nodeHost,
    roots: loadPath,
    codeStore,
    output: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    suggestionsOf,
    stackKilobytes: stackSize(),
    limited: (interpreter, action, milliseconds) => interruptible(interpreter, action, milliseconds),
  })
}

/** The packages of a collection. What it takes is loaded when this is first called. */
export const loadCollection: LoadCollection = async (options = {}) => {
  const { collectionOf } = await import('./collection.ts')
  const directories = options.directories ?? []
  const make = (loadPath: readonly string[]) => createInterpreter({ loadPath: [...loadPath] })
  if (options.channels === undefined || options.channels === '' || statSync(options.channels).isDirectory()) {
    return collectionOf(() => make(directories), options)
  }
  const profile = make([]).procedure(['guix', 'scripts', 'pull'], 'profile-of-file')(options.channels)
  return collectionOf(() => make(directories), { ...options, channels: String(profile) })
}

/** What this process was started with. */
function stackSize(): number {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')].join(' ')
  return Number(/--stack[-_]size[= ](\d+)/.exec(flags)?.[1] ?? 984)
}
