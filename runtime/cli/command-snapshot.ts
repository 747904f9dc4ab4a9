/** The entry of the start-up snapshot for commands (see bundle/build.ts): an interpreter that has loaded what building
 *  a package needs, the collection among it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { PreparedInterpreter } from '../../build-side/prepared-interpreter.ts'
import { startWith } from '../../build-side/start-up-snapshot.ts'
import { projectDirectory } from '../project-directory.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'
import { forgetLauncherEnvironment } from './launcher-environment.ts'
import { runCommand } from './run-command.ts'
import { offerSession } from './scheme-session.ts'
import { snapshotEnvironment } from './snapshot-environment.ts'

const interpreter = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
interpreter.loadModule(['guix', 'scripts', 'build'])
interpreter.loadModule(['guix', 'scripts', 'shell'])
interpreter.loadModule(['guix', 'scripts', 'show'])
for (const file of readdirSync(join(projectDirectory(), 'packages/gnu/packages')).sort()) {
  if (file.endsWith('.scm')) interpreter.loadModule(['gnu', 'packages', file.slice(0, -'.scm'.length)])
}
offerSession(
  new PreparedInterpreter(interpreter, {
    ...snapshotEnvironment,
    variables: ['GUIX_PACKAGE_PATH', ...snapshotEnvironment.variables],
  }),
)

startWith(() => {
  forgetLauncherEnvironment()
  void runCommand(process.argv.slice(2))
})
