/** `strata archive`: store items as a stream of bytes, signed, from one machine to another. Options of `guix archive`. */
import { readFileSync, readSync, renameSync, writeSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { realise } from '../../builds/index.ts'
import type { RemoteStore } from '../../daemon/index.ts'
import { endOfItems, itemFollows, type NarVisitor, readNar, type StorePath, toStorePath } from '../../formats/index.ts'
import { KeyFiles } from '../../keys/index.ts'
import { printBuildEvent, processStore } from '../../scheme/index.ts'
import { existsLink, exportItems, importFrom, removeTree, restoringVisitor } from '../../store/index.ts'
import { addBuildOptions, type CommonBuildOptions, toBuildOptions } from '../build-options.ts'
import { addDaemonOption, type DaemonOption, daemonOf, withDaemon } from '../daemon-option.ts'
import { collect, natural } from '../options.ts'
import { type LoweredThing, lowerThings, showPlatforms, type Thing } from '../scheme-session.ts'
import { buildWithDaemon, resultPaths } from './build.ts'
import { closureAt } from './gc-by-daemon.ts'

interface Options extends CommonBuildOptions, DaemonOption {
  readonly export?: boolean
  readonly recursive?: boolean
  readonly import?: boolean
  readonly missing?: boolean
  readonly extract?: string
  readonly list?: boolean
  readonly generateKey?: string | boolean
  readonly authorize?: boolean
  readonly expression: readonly string[]
  readonly loadPath: readonly string[]
  readonly source?: boolean
  readonly system?: string
  readonly target?: string
  readonly dryRun?: boolean
  readonly grafts: boolean
  readonly verbosity?: number
  readonly listSystems?: boolean
  readonly listTargets?: boolean
}

export function declareArchive(program: Command): void {
  const command = program
    .command('archive')
    .description('export store items to standard output, or import them from standard input')
    .argument('[things...]', 'packages, or store items')
    .option('--export', 'write the items to standard output, each signed with the key of this machine')
    .option('-r, --recursive', 'with --export, write what they refer to as well')
    .option('--import', 'add the items read from standard input, signed by a key that is allowed, to the store')
    .option('--missing', 'print those of the store items named on standard input that are not in the store')
    .option('-x, --extract <dir>', 'unpack the single item (a NAR) read from standard input to DIR')
    .option('-t, --list', 'list the files of the single item (a NAR) read from standard input')
    .option('--generate-key [parameters]', 'make a key pair for signing, as PARAMETERS say')
    .option('--authorize', 'allow imports of what the public key read from standard input has signed')
    .option('-e, --expression <expr>', 'export what the Scheme expression evaluates to', collect, [])
    .option('-S, --source', 'export the source of the packages')
    .option('-s, --system <system>', 'build for SYSTEM, for example "i686-linux"')
    .option('--target <triplet>', 'cross-build for TRIPLET')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('-n, --dry-run', 'with --export, say what would be built, and export nothing')
    .option('--no-grafts', 'do not graft packages')
    .option('--list-systems', 'list the systems that packages can be built for')
    .option('--list-targets', 'list the triplets for --target')
    .option('-v, --verbosity <level>', 'how much to tell: with 0 and 1 no build log', natural)
  addDaemonOption(command)
  addBuildOptions(command)
  command.action(async (things: string[], options: Options) => archive(things, options))
}

async function archive(things: readonly string[], options: Options): Promise<void> {
  if (options.listSystems === true || options.listTargets === true) {
    return showPlatforms(options.listSystems === true ? 'systems' : 'targets', options.loadPath)
  }
  const daemon = daemonOf(options)
  if (options.generateKey !== undefined) {
    new KeyFiles(processStore().layout).generate(
      typeof options.generateKey === 'string' && options.generateKey !== '' ? options.generateKey : undefined,
    )
  } else if (options.authorize === true) new KeyFiles(processStore().layout).authorize(readFileSync(0))
  else if (options.export === true) await exportThings(things, options, daemon)
  else if (options.import === true && daemon !== undefined) {
    for (const path of withDaemon(daemon, (remote) => remote.importItems(readPiece))) console.log(path)
  } else if (options.missing === true && daemon !== undefined) withDaemon(daemon, printMissing)
  else if (options.import === true) {
    const store = processStore()
    for (const path of importFrom(store, 0, new KeyFiles(store.layout).judge())) console.log(path)
  } else if (options.missing === true) printMissing(processStore())
  else if (options.extract !== undefined) extract(options.extract)
  else if (options.list === true) readStandardInput(listingVisitor())
  else {
    throw new StrataError('no-action', 'what should be done?', {
      hint: 'say --export, --import, --missing, --extract, --list, --generate-key or --authorize',
    })
  }
}

async function exportThings(texts: readonly string[], options: Options, daemon: string | undefined): Promise<void> {
  const things: Thing[] = [
    ...texts.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
  ]
  const store = processStore()
  const signer = daemon === undefined ? new KeyFiles(store.layout).signer() : undefined
  const lowered = await lowerThings(things, {
    ...(options.source === true ? { source: 'package' as const } : {}),
    ...(options.target === undefined ? {} : { target: options.target }),
    loadPath: options.loadPath,
    system: options.system === undefined ? [] : [options.system],
    grafts: options.grafts,
  })
  const targets = lowered.map(({ path, output }) => (output === undefined ? { path } : { path, outputs: [output] }))
  const isItself = (thing: LoweredThing, index: number): boolean => thing.path === things[index]?.text
  if (daemon !== undefined) {
    const wanted = lowered.filter((thing, index) => !isItself(thing, index))
    if (wanted.length > 0) buildWithDaemon(store, daemon, wanted, options)
    const items = lowered.flatMap((thing, index) =>
      isItself(thing, index) ? [toStorePath(thing.path)] : resultPaths(store, thing),
    )
    return withDaemon(daemon, (remote) => exportFrom(remote, items, options.recursive === true))
  }
  await realise(
    store,
    targets.filter(({ path }) => path.endsWith('.drv')),
    toBuildOptions(options),
    printBuildEvent,
  )
  const items = lowered.flatMap((thing, index) =>
    // A derivation file that was named is meant itself.
    thing.path === things[index]?.text ? [toStorePath(thing.path)] : resultPaths(store, thing),
  )
  const wanted = new Set<StorePath>(items)
  const paths = store.closure(items).filter((path) => options.recursive === true || wanted.has(path))
  exportItems(store, paths, writeAll, signer)
}

/** Export ITEMS, or with what they refer to, from a daemon, which signs them. */
function exportFrom(daemon: RemoteStore, items: readonly StorePath[], recursive: boolean): void {
  const wanted = new Set(items)
  for (const path of closureAt(daemon, items)) {
    if (!recursive && !wanted.has(path)) continue
    writeAll(itemFollows)
    daemon.exportItem(path, writeAll, true)
  }
  writeAll(endOfItems)
}

/** At most SIZE bytes of standard input. */
function readPiece(size: number): Uint8Array {
  const buffer = Buffer.alloc(Math.min(size, 1 << 16))
  return buffer.subarray(0, readSync(0, buffer, 0, buffer.length, null))
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      // A pipe that is full for the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
  }
}

function printMissing(store: { isValid(path: StorePath): boolean }): void {
  const names = readFileSync(0, 'utf8')
    .split(/\s+/)
    .filter((name) => name !== '')
  for (const name of names) if (!store.isValid(toStorePath(name))) console.log(name)
}

/** Unpack the NAR on standard input as DIRECTORY, which is there when all of it is. */
function extract(directory: string): void {
  if (existsLink(directory)) throw new StrataError('file-exists', `cannot unpack to ${directory}: it exists`)
  const temporary = `${directory.replace(/\/+$/, '')}.tmp-${process.pid}`
  const visitor = restoringVisitor(temporary)
  try {
    readStandardInput(visitor)
    renameSync(temporary, directory)
  } finally {
    visitor.close()
    if (existsLink(temporary)) removeTree(temporary)
  }
}

/** Show VISITOR the NAR on standard input. */
function readStandardInput(visitor: NarVisitor): void {
  const reader = readNar(visitor)
  const buffer = Buffer.alloc(1 << 16)
  let step = reader.next(new Uint8Array())
  while (step.done !== true) {
    const { size, exact } = step.value
    let at = 0
    while (at < size) {
      const received = readSync(0, buffer, at, Math.min(size, buffer.length) - at, null)
      if (received === 0) break
      at += received
      if (!exact) break
    }
    step = reader.next(buffer.subarray(0, at))
  }
}

/** Prints what a NAR holds, one line a file, as `guix archive -t` does. */
function listingVisitor(): NarVisitor {
  const full = (name: string): string => (name === '' ? '' : `/${name}`)
  return {
    regular: (name, executable, size) =>
      console.log(`${executable ? 'x' : 'r'} ${full(name).padEnd(60)} ${String(size).padStart(10)} B`),
    contents: () => {},
    endRegular: () => {},
    symlink: (name, target) => console.log(`S ${full(name)} -> ${target}`),
    directory: (name) => console.log(`D ${full(name)}`),
  }
}
