/** The program of the build stratum: `bin/guile` of the runtime item, run inside the sandbox.
 *  It finds its Scheme modules beside itself, in the same store item. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCodeStore } from './code-store.ts'
import { runProgram } from './command-line.ts'
import { createProcessInterpreter } from './process-interpreter.ts'

const directory = dirname(fileURLToPath(import.meta.url))

runProgram(process.argv.slice(2), 'guile', ({ loadPath, r7rs }) =>
  createProcessInterpreter({
    loadPath: [...loadPath, join(directory, 'build-side'), join(directory, 'stdlib')],
    codeStore: makeCodeStore({ version: 'shipped', shipped: { root: directory, code: join(directory, 'code') } }),
    r7rs,
  }),
)
