/** The program of the build stratum: `bin/guile` of the runtime item, run inside the sandbox. It is the entry of a
 *  start-up snapshot (made by runtime/bootstrap/runtime-item.ts), in which the interpreter has booted and loaded
 *  what most builds use. Its Scheme modules are beside this script, in the same store item. */
import { dirname, join, resolve } from 'node:path'
import { makeCodeStore } from './code-store.ts'
import { runProgram } from './command-line.ts'
import { PreparedInterpreter } from './prepared-interpreter.ts'
import { createProcessInterpreter } from './process-interpreter.ts'
import { startWith } from './start-up-snapshot.ts'

const directory = dirname(resolve(process.argv[1] ?? ''))
const roots = [join(directory, 'build-side'), join(directory, 'stdlib')]
const shipped = { root: directory, code: join(directory, 'code') }
// Another runtime, at another place in the store, does not take what this one compiled.
const codeStore = makeCodeStore({ version: directory, shipped })

const interpreter = createProcessInterpreter({ loadPath: roots, codeStore })
// The reader's and the expander's tables are part of what is saved.
interpreter.evaluateText('(list 1 2)')
interpreter.loadModule(['guix', 'build', 'gnu-build-system'])
const prepared = new PreparedInterpreter(interpreter, { copiesFit: true })

startWith(() => {
  const [, , ...args] = process.argv
  runProgram(args, 'guile', ({ loadPath, r7rs }) => {
    const options = { loadPath: [...loadPath, ...roots], codeStore, r7rs }
    return prepared.start(options) ?? createProcessInterpreter(options)
  })
})
