/** Environment variables, users and groups, the host's name, the command line. */
import { existsSync, readFileSync } from 'node:fs'
import * as os from 'node:os'
import { schemeError, wrongType } from '../../lang/conditions/index.ts'
import { any, elements, optional, primitives, string } from '../../lang/primitives/index.ts'
import { list, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { errnoNames, raiseSystemError, strerror } from './errors.ts'

const guile = primitives('(guile)')
const text = (value: string) => new SchemeString(value)

guile('getenv', [string('name')], 'Return the value of the environment variable NAME, or #f.', (name) => {
  const value = process.env[name.toString()]
  return value === undefined ? false : text(value)
})
guile(
  'setenv',
  [string('name'), any('value')],
  'Set the environment variable NAME to VALUE; #f removes it.',
  (name, value) => {
    if (value === false) delete process.env[name.toString()]
    else if (value instanceof SchemeString) process.env[name.toString()] = value.toString()
    else return wrongType('setenv', 2, value, 'string')
    return UNSPECIFIED
  },
)
guile('unsetenv', [string('name')], 'Remove the environment variable NAME.', (name) => {
  delete process.env[name.toString()]
  return UNSPECIFIED
})
guile('putenv', [string('string')], 'Set an environment variable from NAME=VALUE, or remove NAME.', (assignment) => {
  const all = assignment.toString()
  const equals = all.indexOf('=')
  if (equals < 0) delete process.env[all]
  else process.env[all.slice(0, equals)] = all.slice(equals + 1)
  return UNSPECIFIED
})
guile(
  'environ',
  [optional(any('env'))],
  'Return the environment as a list of NAME=VALUE, or replace it by ENV.',
  (env) => {
    if (env === undefined)
      return list(Object.entries(process.env).map(([name, value]) => text(`${name}=${value ?? ''}`)))
    for (const name of Object.keys(process.env)) delete process.env[name]
    for (const assignment of elements('environ', 1, env)) {
      const [name = '', ...value] = String(assignment).split('=')
      process.env[name] = value.join('=')
    }
    return UNSPECIFIED
  },
)

// Users and groups: the files, as the C library reads them without name services.

function records(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(':'))
  } catch (error) {
    if (error instanceof Error && 'errno' in error) return []
    throw error
  }
}
guile('getpw', [optional(any('user'))], 'Return the entry of USER, a name or id, in the user database.', (user) => {
  const fields = records('/etc/passwd').find((r) =>
    typeof user === 'number' ? Number(r[2]) === user : r[0] === String(user),
  )
  if (fields === undefined) return schemeError('misc-error', 'getpw', 'entry not found', [])
  const [name = '', password = '', uid = '0', gid = '0', gecos = '', home = '', shell = ''] = fields
  return [text(name), text(password), Number(uid), Number(gid), text(gecos), text(home), text(shell)]
})
guile('getgr', [optional(any('group'))], 'Return the entry of GROUP, a name or id, in the group database.', (group) => {
  const fields = records('/etc/group').find((r) =>
    typeof group === 'number' ? Number(r[2]) === group : r[0] === String(group),
  )
  if (fields === undefined) return schemeError('misc-error', 'getgr', 'entry not found', [])
  const [name = '', password = '', gid = '0', members = ''] = fields
  return [
    text(name),
    text(password),
    Number(gid),
    list(
      members
        .split(',')
        .filter((m) => m !== '')
        .map(text),
    ),
  ]
})
guile('getlogin', [], 'Return the name of the user who logged in, or #f.', () => {
  const name = process.env.LOGNAME ?? process.env.USER
  return name === undefined ? false : text(name)
})

// The host

guile('uname', [], 'Return the names of the system, host, release, version and machine.', () =>
  [os.type(), os.hostname(), os.release(), os.version(), os.machine()].map(text),
)
guile('gethostname', [], "Return the host's name.", () => text(os.hostname()))
guile('strerror', [any('errno')], 'Return the text of the error number ERRNO.', (errno) =>
  typeof errno === 'number' ? text(strerror(errno)) : wrongType('strerror', 1, errno),
)
guile(
  '%errno-number',
  [string('name')],
  'Return the error number called NAME, or #f.',
  (name) => errnoNames.get(name.toString()) ?? false,
)
/** Is there a locale of that name? The C library looks in LOCPATH and its own directory. */
function localeExists(name: string): boolean {
  if (/^(C|POSIX)$/.test(name)) return true
  const [base = '', codeset] = name.split('.')
  const spellings =
    codeset === undefined ? [name] : [name, `${base}.${codeset.toLowerCase().replace(/[^a-z0-9]/g, '')}`]
  const directories = [...(process.env.LOCPATH?.split(':') ?? []), '/usr/lib/locale', '/run/current-system/locale']
  return directories.some((directory) => spellings.some((spelling) => existsSync(`${directory}/${spelling}`)))
}
let locale = 'C'
guile(
  'setlocale',
  [any('category'), optional(any('locale'))],
  'Return the locale of CATEGORY, or set it to LOCALE; text is Unicode whatever it is.',
  (_category, given) => {
    if (given === undefined) return text(locale)
    if (!(given instanceof SchemeString)) return wrongType('setlocale', 2, given, 'string')
    const name = given.length === 0 ? (process.env.LC_ALL ?? process.env.LANG ?? 'C') : given.toString()
    if (!localeExists(name)) return raiseSystemError('setlocale', 22)
    locale = name
    return text(name)
  },
)

let commandLine: Value = list([text('guile')])
/** Set by the entry point: the script's name and arguments. */
export function setCommandLine(args: readonly string[]): void {
  commandLine = list(args.map(text))
}
for (const name of ['program-arguments', 'command-line'])
  guile(name, [], 'Return the name of the program and its arguments.', () => commandLine)
guile('set-program-arguments', [any('args')], 'Let ARGS be the name of the program and its arguments.', (args) => {
  commandLine = args
  return UNSPECIFIED
})
