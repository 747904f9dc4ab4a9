/** Running a program on the host with the store at /gnu/store, wherever it lies on disk: `strata shell`.
 *  On a system whose store really is at /gnu/store nothing is needed; elsewhere the launcher maps it. */
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

export interface ShellProgram {
  /** As a shell finds it: a name looked up in PATH, or a path. */
  readonly program: string
  /** From argv[0] on. */
  readonly arguments: readonly string[]
  readonly environment: ReadonlyMap<string, string>
}

export interface HostCommand {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** The command that runs PROGRAM with the store mapped. Builds the launcher when it is needed and missing. */
export async function shellCommand(
  store: Store,
  program: ShellProgram,
  options: BuildOptions,
  onEvent: BuildSink,
): Promise<HostCommand> {
  const environment = Object.fromEntries(program.environment)
  const seed = seedDerivations(store)
  const env = join(store.physical(outputPath(seed.tools)), 'bin/env')
  if (store.layout.store === storeDirectory) {
    await realise(store, [seed.tools.path], options, onEvent)
    // `env' looks the program up in the new PATH.
    return { file: env, arguments: [env, program.program, ...program.arguments.slice(1)], environment }
  }
  await realise(store, [seed.sandbox.path, seed.tools.path], options, onEvent)
  const words = ['shell']
  const user = process.geteuid?.() ?? 0
  // Root keeps its rights: it needs no user namespace to mount.
  if (user !== 0) words.push('user', String(user), String(process.getegid?.() ?? 0))
  words.push('bind', store.layout.store, storeDirectory, 'directory', process.cwd())
  for (const [name, value] of program.environment) words.push('env', `${name}=${value}`)
  const logicalEnv = `${outputPath(seed.tools)}/bin/env`
  words.push('exec', logicalEnv, 'env', program.program, ...program.arguments.slice(1))
  // The launcher removes it once it has read it.
  const file = join(tmpdir(), `strata-shell-${randomUUID()}`)
  writeFileSync(file, words.map((word) => `${word}\0`).join(''), { mode: 0o600, flag: 'wx' })
  const launcher = join(store.physical(outputPath(seed.sandbox)), 'bin/strata-sandbox')
  return { file: launcher, arguments: [launcher, file], environment }
}
