/** Commands that follow links into the store (profiles) run with it at /gnu/store, where the links say it is. A store that
 *  lies elsewhere is mapped there, for a new process that does the command in the place of this one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { outputPath, seedDerivations } from '../bootstrap/index.ts'
import { shellCommand } from '../builds/index.ts'
import { storeDirectory } from '../formats/index.ts'
import { closeStores, printBuildEvent, processStore } from '../scheme/index.ts'

/** Tells the new process that this is done, with the directory that is mapped. */
const variable = 'STRATA_STORE_IN_PLACE'

/** Go on in a process that sees the store at /gnu/store. With `whenReady`, only if what maps it is built already: commands
 *  that only look at profiles have nothing to see otherwise. */
export async function putStoreInPlace({ whenReady = false } = {}): Promise<void> {
  const store = processStore()
  const done = process.env[variable]
  delete process.env[variable]
  if (store.layout.store === storeDirectory || done === store.layout.store) return
  // What a daemon of this machine builds is in the store that is there already.
  if ((process.env.GUIX_DAEMON_SOCKET ?? '') !== '' && existsSync(join(storeDirectory, '.links'))) return
  if (whenReady && !existsSync(store.physical(outputPath(seedDerivations(store).sandbox)))) return
  const environment = new Map<string, string>()
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment.set(name, value)
  environment.set(variable, store.layout.store)
  const command = await shellCommand(
    store,
    {
      program: process.execPath,
      arguments: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      environment,
    },
    {},
    printBuildEvent,
  )
  closeStores()
  replaceProcess(command.file, command.arguments, command.environment)
}

/** Become the program FILE. */
export function replaceProcess(file: string, args: readonly string[], env: Readonly<Record<string, string>>): never {
  if (process.execve === undefined) {
    throw new StrataError('unsupported', 'this Node cannot replace its process', { hint: 'use Node 26' })
  }
  process.execve(file, args, env)
  throw new Error('execve returned')
}
