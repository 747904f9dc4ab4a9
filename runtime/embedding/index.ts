/** `import { createInterpreter } from 'strata'`: Scheme in a program on Node, with the standard library and the
 *  package collection on the load path. The interface is lang/embedding's, documented in lang/README.md. */
import { nodeHost, suggestionsOf } from '../../build-side/index.ts'
import type { CreateInterpreter } from '../../lang/embedding/api.ts'
import { createEmbedded } from '../../lang/embedding/embedded.ts'
import { interruptible } from '../repl/interruptible.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'

export * from '../../lang/embedding/api.ts'

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

/** What this process was started with. */
function stackSize(): number {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')].join(' ')
  return Number(/--stack[-_]size[= ](\d+)/.exec(flags)?.[1] ?? 984)
}
