/** `strata shell PACKAGES -- COMMAND`: run a command, or an interactive shell, in an environment with packages.
 *  For users without root too: the store is mapped at /gnu/store for the command alone. */
import { lstatSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { realise, shellCommand } from '../../builds/index.ts'
import { endOfItems, itemFollows, type StorePath } from '../../formats/index.ts'
import { printBuildEvent, processStore } from '../../scheme/index.ts'
import { Import, type Store } from '../../store/index.ts'
import { addBuildOptions, type CommonBuildOptions, toBuildOptions } from '../build-options.ts'
import { addDaemonOption, type DaemonOption, daemonOf, withDaemon } from '../daemon-option.ts'
import { collect } from '../options.ts'
import { type LoweredThing, lowerThings, type SearchPath, searchPathsOf, type Thing } from '../scheme-session.ts'
import { buildWithDaemon, resultPaths } from './build.ts'
import { closureAt } from './gc-by-daemon.ts'

interface Options extends CommonBuildOptions, DaemonOption {
  readonly expression: readonly string[]
  readonly loadPath: readonly string[]
  readonly pure?: boolean
  readonly searchPaths?: string | true
}

export function declareShell(program: Command): void {
  const command = program
    .command('shell')
    .description('run a command in an environment that has packages')
    .argument('[words...]', 'packages, then after -- the command; without one, an interactive shell')
    .option('-e, --expression <expr>', 'add the package that the Scheme expression evaluates to', collect, [])
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--pure', 'unset the variables of the caller but for a few')
    .option('--search-paths [kind]', 'print the variable definitions and run nothing')
  addDaemonOption(command)
  addBuildOptions(command)
  command.action(async (_words: string[], options: Options, self: Command) => {
    const { packages, words } = splitCommand(self.args)
    await shell(packages, words, options)
  })
}

/** What stands before and after `--`. Commander drops it, so the process's own arguments are asked. */
function splitCommand(args: readonly string[]): { packages: readonly string[]; words: readonly string[] } {
  const separator = process.argv.indexOf('--')
  const count = separator < 0 ? 0 : process.argv.length - separator - 1
  return { packages: args.slice(0, args.length - count), words: args.slice(args.length - count) }
}

const keptWhenPure = ['HOME', 'USER', 'LOGNAME', 'TERM', 'DISPLAY', 'TZ', 'PAGER', 'XDG_RUNTIME_DIR', 'LANG']

async function shell(packages: readonly string[], words: readonly string[], options: Options): Promise<void> {
  const store = processStore()
  const things: Thing[] = [
    ...packages.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
  ]
  const lowered = await lowerThings(things, { ...options, grafts: true })
  const buildOptions = toBuildOptions(options)
  const daemon = daemonOf(options)
  if (daemon !== undefined) {
    buildWithDaemon(store, daemon, lowered, options)
    fetchFrom(daemon, store, lowered)
  } else
    await realise(
      store,
      lowered.map(({ path, output }) => (output === undefined ? { path } : { path, outputs: [output] })),
      buildOptions,
      printBuildEvent,
    )
  const items = lowered.flatMap((thing) => resultPaths(store, thing))
  const variables = evaluateSearchPaths(store, await searchPathsOf(packages, options), items)
  if (options.searchPaths !== undefined) {
    for (const [name, { value, separator }] of variables) {
      console.log(
        separator === undefined
          ? `export ${name}="${value}"`
          : `export ${name}="${value}\${${name}:+${separator}}$${name}"`,
      )
    }
    return
  }
  const environment = new Map<string, string>()
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (options.pure !== true || keptWhenPure.includes(name))) environment.set(name, value)
  }
  for (const [name, { value, separator }] of variables) {
    const old = environment.get(name)
    environment.set(name, separator === undefined || old === undefined || old === '' ? value : value + separator + old)
  }
  environment.set('GUIX_ENVIRONMENT', items[0] ?? '')
  const [program = process.env.SHELL ?? '/bin/sh', ...rest] = words
  const host = await shellCommand(
    store,
    { program, arguments: [program, ...rest], environment },
    buildOptions,
    printBuildEvent,
  )
  store.close()
  replaceProcess(host.file, host.arguments, host.environment)
}

/** Have in this user's store what the daemon at URI has built, unless both are the same store: here it is run. */
function fetchFrom(uri: string, store: Store, lowered: readonly LoweredThing[]): void {
  withDaemon(uri, (daemon) => {
    const items = lowered.flatMap((thing) => resultPaths(store, thing))
    for (const path of closureAt(daemon, items)) {
      if (store.isValid(path)) continue
      const importing = new Import(store, () => {})
      try {
        const feed = feeder(importing)
        feed(itemFollows)
        daemon.exportItem(path, feed)
        feed(endOfItems)
      } finally {
        importing.close()
      }
    }
  })
}

/** Gives IMPORTING bytes as they come. */
function feeder(importing: Import): (bytes: Uint8Array) => void {
  let waiting: Uint8Array = new Uint8Array()
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes])
    while (!importing.done) {
      const { size, exact } = importing.wanted
      if (waiting.length < (exact ? size : 1)) return
      const piece = waiting.subarray(0, size)
      waiting = waiting.subarray(piece.length)
      importing.push(piece)
    }
  }
}

function replaceProcess(file: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  if (process.execve === undefined) {
    throw new StrataError('unsupported', 'this Node cannot replace its process', { hint: 'use Node 26' })
  }
  process.execve(file, args, env)
}

interface Value {
  readonly value: string
  /** Undefined when the variable holds one name. */
  readonly separator: string | undefined
}

/** The values of SEARCH PATHS for ITEMS: the files that exist below them. */
function evaluateSearchPaths(
  store: Store,
  searchPaths: readonly SearchPath[],
  items: readonly StorePath[],
): Map<string, Value> {
  const variables = new Map<string, Value>()
  for (const { variable, files, separator, type } of searchPaths) {
    const found = items.flatMap((item) =>
      files
        .map((file) => `${item}/${file}`)
        .filter((path) => {
          const stat = lstatSync(store.physical(path), { throwIfNoEntry: false })
          return stat !== undefined && (type === 'directory' ? stat.isDirectory() || stat.isSymbolicLink() : true)
        }),
    )
    const [first] = found
    if (first === undefined) continue
    variables.set(variable, { value: separator === undefined ? first : found.join(separator), separator })
  }
  return variables
}
