/** Other programs in place of this process: execve(2), with what Node keeps from programs given back to them. */
import { any, elements, primitives, rest, string } from '../../lang/primitives/index.ts'
import type { Value } from '../../lang/values/index.ts'
import { openDescriptors } from './descriptors.ts'
import { raiseSystemError } from './errors.ts'
import { placeOf } from './file-places.ts'
import { errno, libc } from './libc.ts'
import { environment, stringArray, strings } from './processes.ts'
import { givesSignalBack } from './signals.ts'

const guile = primitives('(guile)')

const F_SETFD = 2
const ENOENT = 2
const EACCES = 13
const DEFAULT_ACTION = 0n
/** SIGPIPE and SIGXFSZ. */
const IGNORED_BY_NODE = [13, 25]

/** Where the program NAME may be, in the order of PATH, unless it is the name of a file. */
function candidates(name: string): string[] {
  if (name.includes('/')) return [name]
  return (process.env.PATH ?? '/bin:/usr/bin').split(':').map((directory) => `${directory || '.'}/${name}`)
}

/** Run the first of FILES that can be with ARGS and the environment ENV, strings of the form NAME=VALUE.
 *  @throws system-error when none can. */
function execute(name: string, files: readonly string[], args: readonly string[], env: readonly string[]): never {
  const c = libc()
  // What is loaded when it is used first might set errno.
  errno()
  // Node marks what it opens to be closed; the standard descriptors also.
  for (const descriptor of [0, 1, 2, ...openDescriptors]) c.fcntl(descriptor, F_SETFD, 0)
  for (const signal of IGNORED_BY_NODE) if (givesSignalBack(signal)) c.signal(signal, DEFAULT_ACTION)
  const argv = stringArray(args)
  const envp = stringArray(env)
  let code = ENOENT
  // Items of the store may be elsewhere; in a container they are where their names say.
  for (const file of files.flatMap((name) => [...new Set([placeOf(name), name])])) {
    c.execve(file, argv.pointers, envp.pointers)
    const failed = errno()
    // As execvp: a program that may not be run counts more than one that is not there.
    if (failed !== ENOENT && code !== EACCES) code = failed
    if (failed !== ENOENT && failed !== EACCES) break
  }
  return raiseSystemError(name, code)
}

const words = (values: readonly Value[]) => values.map(String)

guile('execl', [string('program'), rest(string('arg'))], 'Run PROGRAM in place of this process.', (program, ...args) =>
  execute('execl', [program.toString()], words(args), environment()),
)
guile(
  'execlp',
  [string('program'), rest(string('arg'))],
  'Run PROGRAM, looked for in PATH, in place of this process.',
  (program, ...args) => execute('execlp', candidates(program.toString()), words(args), environment()),
)
guile(
  'execle',
  [string('program'), any('environment'), rest(string('arg'))],
  'Run PROGRAM in place of this process with ENVIRONMENT, a list of strings NAME=VALUE.',
  (program, env, ...args) =>
    execute('execle', [program.toString()], words(args), strings('execle', elements('execle', 2, env))),
)
