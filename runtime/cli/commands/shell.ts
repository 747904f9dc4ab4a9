/** `strata shell` and `strata environment`: run a command, or an interactive shell, in an environment with packages.
 *  Their options are those of Guix and are parsed in Scheme, (guix scripts shell) and (guix scripts environment), because
 *  their order matters; what is to be run comes back from there. For users without root, too: the store is mapped at
 *  /gnu/store for the command alone. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Command } from 'commander'
import { runContainer } from '../../builds/index.ts'
import { closeStores, printBuildEvent, processStore } from '../../scheme/index.ts'
import { callScript, type Plain, plainList } from '../scheme-calls.ts'
import { putStoreInPlace, replaceProcess } from '../store-in-place.ts'

export function declareShell(program: Command): void {
  declare(program, 'shell', 'run a command in an environment that has packages')
}

/** The older command, which has what packages are made with unless told otherwise. */
export function declareEnvironment(program: Command): void {
  declare(program, 'environment', 'run a command in an environment that has what packages are made with (deprecated)')
}

function declare(program: Command, name: 'shell' | 'environment', description: string): void {
  program
    .command(name)
    .description(description)
    .argument('[words...]', 'options, packages, then after -- the command; without one, an interactive shell')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async () => {
      await run(name, wordsAfter(name))
    })
}

/** The words of the command line behind the command NAME, `--` among them, which commander drops. */
function wordsAfter(name: string): string[] {
  return process.argv.slice(process.argv.indexOf(name, 2) + 1)
}

async function run(name: string, words: readonly string[]): Promise<void> {
  const args = words.filter((word) => {
    const [, uri] = /^--store=(.*)$/.exec(word) ?? []
    if (uri !== undefined) process.env.GUIX_DAEMON_SOCKET = uri
    return uri === undefined
  })
  const onlyAsks = args.some((word) => ['-h', '--help', '-V', '--version', '--export-manifest'].includes(word))
  await putStoreInPlace({ whenReady: onlyAsks })
  const [command, operations] = plainList(callScript(name, 'plan', args))
  if (command === undefined) return
  const program = plainStrings(command)
  const environment = currentEnvironment()
  if (operations === undefined) {
    closeStores()
    replaceProcess(fileOf(program[0] ?? ''), program, environment)
  }
  process.exitCode = await runContainer(
    processStore(),
    { words: program, operations: plainList(operations).map(plainStrings), environment },
    {},
    printBuildEvent,
  )
}

function plainStrings(value: Plain): string[] {
  return plainList(value).map(String)
}

function currentEnvironment(): Record<string, string> {
  const pairs = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return Object.fromEntries(pairs)
}

/** The file that the shell would run for PROGRAM; (guix scripts environment) has seen to it that there is one. */
function fileOf(program: string): string {
  if (program.includes('/')) return program
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(directory, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this directory.
    }
  }
  return program
}
