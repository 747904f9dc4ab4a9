/** The start-up snapshots for Scheme programs (see bundle/build.ts): an interpreter that has booted, and loaded some
 *  modules, before it is saved. A process that starts from it runs one program, as main.ts does; what belongs to the
 *  process (ports, load path, caches) is set up then. */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createProcessInterpreter, runProgram } from '../../build-side/index.ts'
import { type PreparationOptions, PreparedInterpreter } from '../../build-side/prepared-interpreter.ts'
import { startWith } from '../../build-side/start-up-snapshot.ts'
import { deferringTexts } from '../scheme/index.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'
import { forgetLauncherEnvironment } from './launcher-environment.ts'

/** Save a process that has loaded MODULES, which know the environment as OPTIONS say. */
export function saveProgramStart(modules: readonly (readonly string[])[], options: PreparationOptions = {}): void {
  const interpreter = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  // The reader's tables are part of what is saved.
  interpreter.evaluateText('(list 1 2)')
  for (const name of modules) interpreter.loadModule(name)
  const prepared = new PreparedInterpreter(interpreter, options)

  startWith(() => {
    forgetLauncherEnvironment()
    const [, script = '', ...args] = process.argv
    deferringTexts(() =>
      runProgram(
        args,
        'strata',
        ({ loadPath, r7rs }) => {
          const wanted = { ...interpreterOptions({ loadPath }), r7rs }
          return prepared.start(wanted) ?? createProcessInterpreter(wanted)
        },
        async () => {
          // A prompt needs modules that cannot be loaded into a snapshot: start again without one.
          const at = process.execArgv.indexOf('--snapshot-blob')
          const flags = process.execArgv.filter((_, i) => at < 0 || (i !== at && i !== at + 1))
          process.exitCode =
            spawnSync(process.execPath, [...flags, join(dirname(script), 'strata.mjs'), ...args], { stdio: 'inherit' })
              .status ?? 1
        },
      ),
    )
  })
}
