/** The program of the build stratum: `bin/guile` of the runtime item, run inside the sandbox.
 *  It finds its Scheme modules beside itself, in the same store item. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCommandLine, runInvocation, UsageError } from './command-line.ts'
import { exitWith } from './exit.ts'

const directory = dirname(fileURLToPath(import.meta.url))

try {
  const invocation = parseCommandLine(process.argv.slice(2), 'guile')
  runInvocation(invocation, { loadPath: [join(directory, 'build-side'), join(directory, 'stdlib')] })
  exitWith(undefined)
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`guile: error: ${error.message}\n`)
    process.exitCode = 1
  } else exitWith(error)
}
