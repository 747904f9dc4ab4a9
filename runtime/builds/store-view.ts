/** Running programs of the store where the store is not at /gnu/store: the launcher shows the host as it
 *  is, with the store at its logical place, to one program and what that starts. For `strata shell`. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outputPath, seedDerivations } from '../bootstrap/index.ts'
import { storeDirectory } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import type { BuildSink } from './events.ts'
import type { BuildOptions } from './options.ts'
import { realise } from './realise.ts'

export interface HostCommand {
  /** A program of the store or of the host, as an absolute path. */
  readonly program: string
  /** From argv[0] on. */
  readonly arguments: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
}

/** What to execute, with process.execve or as a child. */
export interface ExecutableCommand {
  readonly file: string
  /** From argv[0] on. */
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Turn COMMAND into one that finds STORE at /gnu/store. The result is good for one use. */
export async function commandWithStore(
  store: Store,
  command: HostCommand,
  options: BuildOptions = {},
  onEvent: BuildSink = () => {},
): Promise<ExecutableCommand> {
  const environment = Object.fromEntries(command.environment)
  if (store.layout.store === storeDirectory) return { file: command.program, arguments: command.arguments, environment }
  const { sandbox } = seedDerivations(store)
  await realise(store, [sandbox.path], options, onEvent)
  const words = ['shell']
  const uid = process.geteuid?.() ?? 0
  if (uid !== 0) words.push('user', String(uid), String(process.getegid?.() ?? 0))
  words.push('bind', store.layout.store, storeDirectory, 'directory', command.directory)
  for (const [name, value] of command.environment) words.push('env', `${name}=${value}`)
  words.push('exec', command.program, ...command.arguments)
  // The launcher removes it once read.
  const control = join(tmpdir(), `strata-shell-${randomUUID()}`)
  writeFileSync(control, words.map((word) => `${word}\0`).join(''), { mode: 0o600, flag: 'wx' })
  const file = join(store.physical(outputPath(sandbox)), 'bin/strata-sandbox')
  return { file, arguments: [file, control], environment: {} }
}
