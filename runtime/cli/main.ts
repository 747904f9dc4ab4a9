/** The entry point of `strata`: a command for commander, or a Scheme program as `guile` takes it.
 *  Scheme programs are told apart without loading the commands, so that `strata -c 1` starts fast. */
import { existsSync } from 'node:fs'
import { createProcessInterpreter, runProgram } from '../../build-side/index.ts'
import { deferringTexts } from '../scheme/index.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'
import { forgetLauncherEnvironment } from './launcher-environment.ts'

/** Whether ARGS are for `guile`'s command line and not for one of the commands. */
function isScheme(args: readonly string[]): boolean {
  const [first] = args
  if (first === undefined) return false
  if (first === '\\') return true
  if (first.startsWith('-')) return !['-h', '--help', '-V', '--version'].includes(first)
  return first.endsWith('.scm') || first.includes('/') || (first.includes('.') && existsSync(first))
}

function runScheme(args: readonly string[]): void {
  deferringTexts(() =>
    runProgram(
      args,
      'strata',
      ({ loadPath, r7rs }) => createProcessInterpreter({ ...interpreterOptions({ loadPath }), r7rs }),
      async (interpreter, { initFile }) => (await import('../repl/repl.ts')).runRepl(interpreter, { initFile }),
    ),
  )
}

forgetLauncherEnvironment()

const args = process.argv.slice(2)
if (isScheme(args)) runScheme(args)
else await (await import('./run-command.ts')).runCommand(args)
