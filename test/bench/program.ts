/** Runs one Scheme program with strata's own interpreter, from source: what the benchmark runner measures
 *  until the command line is built. Arguments: FILE, then optionally --show to print the generated code. */
import '../../build-side/posix/index.ts'
import { makeCodeStore } from '../../build-side/code-store.ts'
import { nodeHost } from '../../build-side/posix/node-host.ts'
import { showGeneratedCode } from '../../lang/codegen/index.ts'
import { UncaughtCondition } from '../../lang/execution/index.ts'
import { createInterpreter } from '../../lang/index.ts'
import { flushAllPorts } from '../../lang/primitives/ports/port.ts'
import { writeString } from '../../lang/primitives/print.ts'
import { formatSpan } from '../../lang/source/index.ts'

const [file, option] = process.argv.slice(2)
if (option === '--show') showGeneratedCode((text) => console.error(text))
const root = new URL('../../', import.meta.url).pathname
try {
  const cache = process.env.STRATA_CODE_CACHE
  const codeStore = cache === undefined ? undefined : makeCodeStore({ directory: cache, version: 'bench' })
  const interpreter = createInterpreter({ host: nodeHost, loadPath: [`${root}stdlib`], r7rs: true, codeStore })
  if (file !== undefined) interpreter.evaluateFile(file)
  flushAllPorts()
} catch (error) {
  if (!(error instanceof UncaughtCondition)) throw error
  console.error(writeString(error.key), writeString(error.args))
  for (const frame of error.backtrace.slice(0, 20)) {
    console.error(`  ${frame.procedure ?? '-'} ${frame.span === undefined ? '' : formatSpan(frame.span)}`)
  }
  process.exitCode = 1
}
