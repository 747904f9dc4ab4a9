/** A store of its own for the crash harness: the bootstrap seed, actions on it as commands of `strata` (each with new
 *  contents every time), and what has to be true of it whatever happened to them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import type { MadeDerivation } from '../../../runtime/derivations/index.ts'
import { parseNarInfo, type StorePath, storeDirectory } from '../../../runtime/formats/index.ts'
import { KeyFiles } from '../../../runtime/keys/index.ts'
import {
  collectGarbage,
  copyTree,
  existsLink,
  exportItems,
  FileLock,
  hashPath,
  removeTree,
  Store,
  type StoreLayout,
  storeLayout,
} from '../../../runtime/store/index.ts'
import { SeededStore, seededStore } from '../../support/seeded-store.ts'

const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname
const switcher = new URL('./switch-generations.ts', import.meta.url).pathname

/** One command, and what must hold once it has succeeded. */
export interface Action {
  readonly name: string
  readonly command: readonly string[]
  /** A file to be its standard input. */
  readonly input?: string
  /** Whether its processes die together: one that goes on would hold the store. */
  readonly together?: boolean
  /** What must be valid afterwards. */
  readonly makes?: readonly StorePath[]
}

export interface Outcome {
  readonly status: number | null
  readonly signal: string | null
  readonly output: string
}

export class World {
  readonly directory: string
  readonly layout: StoreLayout
  readonly #tools: MadeDerivation
  readonly #seed: SeededStore['seed']
  /** Another store, whose signed archives are imported. */
  readonly #origin: Store
  readonly #scratch: string
  #count = 0

  private constructor(directory: string, scratch: string, seeded: SeededStore) {
    this.directory = directory
    this.#scratch = scratch
    this.#seed = seeded.seed
    this.#tools = seeded.seed.tools
    this.layout = { ...storeLayout(), ...storeLayout({ STRATA_ROOT: directory }), cache: join(directory, 'cache') }
    this.#origin = new Store(storeLayout({ STRATA_ROOT: join(scratch, 'origin'), HOME: scratch }))
  }

  /** A world below DIRECTORY; undefined when there can be none on this machine. */
  static async make(directory?: string): Promise<World | undefined> {
    const seeded = await seededStore()
    if (seeded === undefined) return undefined
    const scratch = mkdtempSync(join(tmpdir(), 'strata-crash-'))
    const world = new World(directory ?? join(scratch, 'root'), scratch, seeded)
    world.#prepare(seeded.store)
    seeded.store.close()
    return world
  }

  #prepare(source: Store): void {
    this.withStore((store) => {
      const needed = [this.#seed.tools, this.#seed.sandbox].flatMap((made) => [made.path, outputPath(made)])
      for (const path of source.closure(needed as StorePath[])) {
        const info = source.pathInfo(path)
        if (info === undefined || store.database.isValid(path)) continue
        copyTree(source.physical(path), store.temporaryName(path))
        const outputs = path.endsWith('.drv') ? source.database.derivationOutputs(path) : undefined
        const references = source.database.references(path)
        store.adopt(path, store.temporaryName(path), { references, deriver: info.deriver, outputs })
      }
      for (const path of needed) {
        symlinkSync(path, join(this.layout.state, 'gcroots', path.slice(storeDirectory.length + 1)))
      }
    })
    for (const layout of [this.#origin.layout, this.layout]) new KeyFiles(layout).generate()
    new KeyFiles(this.layout).authorize(readFileSync(new KeyFiles(this.#origin.layout).publicKey))
    mkdirSync(join(this.directory, 'roots'), { recursive: true })
  }

  close(): void {
    this.#origin.close()
    removeTree(this.#scratch)
  }

  /** Run BODY with the store open in this process, which keeps no temporary roots afterwards. */
  withStore<T>(body: (store: Store) => T): T {
    const store = new Store(this.layout)
    try {
      return body(store)
    } finally {
      store.close()
    }
  }

  /** The actions by name; each call makes one with new contents. */
  readonly actions: ReadonlyMap<string, () => Action> = new Map([
    ['build', () => this.#build()],
    ['import', () => this.#import()],
    ['add', () => this.#add()],
    ['collect', () => this.#collect()],
    ['delete', () => this.#delete()],
    ['optimize', () => ({ name: 'optimize', command: [strata, 'gc', '--optimize'] })],
    ['verify', () => ({ name: 'verify', command: [strata, 'gc', '--verify=contents,repair'] })],
    ['generations', () => this.#generations()],
    ['prune', () => ({ name: 'prune', command: [strata, 'gc', '--delete-generations=1s', '--free-space=1'] })],
    ['vacuum', () => ({ name: 'vacuum', command: [strata, 'gc', '--vacuum-database'] })],
    ['daemon', () => this.#daemon()],
    ['publish', () => this.#publish()],
  ])

  /** Two derivations, one of which needs the other, and a root of the result. */
  #build(): Action {
    const script = (seed: string): string =>
      `mkdir $out; for i in 1 2 3 4 5 6; do mkdir $out/$i; for j in 1 2 3; do echo ${seed} $i > $out/$i/$j; done; done
       head -c 100000 $PATH/bash > $out/large; head -c 300000 $PATH/bash > $out/larger`
    const made = this.withStore((store) => {
      const seeded = new SeededStore(store, this.#seed)
      const first = seeded.shellBuild(`first-${this.#count++}`, script('first'))
      const second = seeded.shellBuild('second', `${script('second')}; echo ${outputPath(first)} > $out/reference`, {
        inputs: [first],
      })
      symlinkSync(second.path, join(this.layout.state, 'gcroots', second.path.slice(storeDirectory.length + 1)))
      return { first, second }
    })
    const root = join(this.directory, 'roots', String(this.#count % 7))
    return {
      name: 'build',
      command: [strata, 'build', '-q', made.second.path, '--root', root],
      makes: [outputPath(made.first), outputPath(made.second)] as StorePath[],
    }
  }

  #import(): Action {
    const store = this.#origin
    const tree = join(this.#scratch, 'tree')
    removeTree(tree)
    mkdirSync(tree)
    for (let i = 0; i < 20; i++) {
      writeFileSync(join(tree, String(i)), Buffer.alloc(10_000 * (i + 1), `${this.#count}`))
      symlinkSync(String(i), join(tree, `link-${i}`))
    }
    const items: StorePath[] = [store.addFile(`tree-${this.#count++}`, tree)]
    for (let i = 0; i < 20; i++) {
      const references = items.slice(-2)
      items.push(store.addText(`text-${i}`, new TextEncoder().encode(references.join('\n')), references))
    }
    const archive = join(this.#scratch, 'archive')
    const fd = openSync(archive, 'w')
    exportItems(store, items, (bytes) => writeSync(fd, bytes), new KeyFiles(store.layout).signer())
    closeSync(fd)
    return { name: 'import', command: [strata, 'archive', '--import'], input: archive, makes: items }
  }

  #add(): Action {
    const tree = join(this.#scratch, 'added')
    removeTree(tree)
    mkdirSync(join(tree, 'deep/er'), { recursive: true })
    for (let i = 0; i < 30; i++) writeFileSync(join(tree, 'deep/er', String(i)), Buffer.alloc(9000 + i, this.#count))
    writeFileSync(join(tree, 'big'), Buffer.alloc(9_000_000, this.#count))
    const program = `
      (use-modules (guix store))
      (with-store store
        (let loop ((i 0) (previous '()))
          (when (< i 100)
            (loop (+ i 1)
                  (list (add-text-to-store store "text" (string-append "${this.#count++} " (number->string i)) previous)))))
        (add-to-store store "tree" #t "sha256" ${JSON.stringify(tree)}))`
    return { name: 'add', command: [strata, '-c', program] }
  }

  /** A daemon whose client adds to the store, builds and collects. */
  #daemon(): Action {
    const made = this.withStore((store) =>
      new SeededStore(store, this.#seed).shellBuild(`served-${this.#count++}`, 'mkdir $out; echo served > $out/a'),
    )
    // A collection may come before it is tried again.
    symlinkSync(made.path, join(this.layout.state, 'gcroots', made.path.slice(storeDirectory.length + 1)))
    const socket = join(this.#scratch, 'socket')
    const program = `(use-modules (guix store))
      (with-store store
        (let loop ((i 0))
          (when (< i 40)
            (add-text-to-store store "served" (string-append "${this.#count++} " (number->string i)))
            (loop (+ i 1))))
        (build-things store '("${made.path}"))
        (collect-garbage store 500))`
    const script = `${strata} daemon --listen=${socket} & daemon=$!
      for i in $(seq 100); do test -S ${socket} || sleep 0.1; done
      GUIX_DAEMON_SOCKET=${socket} ${strata} -c '${program.replaceAll("'", "'\\''")}'; status=$?
      kill $daemon; wait $daemon; exit $status`
    return { name: 'daemon', command: ['sh', '-c', `rm -f ${socket}; ${script}`], together: true }
  }

  /** Where the server of substitutes keeps what it compressed. */
  get #published(): string {
    return join(this.directory, 'published')
  }

  /** A server of substitutes that bakes what it is asked for, and one that asks. */
  #publish(): Action {
    const [item = ''] = this.#litter(3).slice(-1)
    symlinkSync(item, join(this.layout.state, 'gcroots', item.slice(storeDirectory.length + 1)))
    const port = 20_000 + (process.pid % 20_000)
    const cache = this.#published
    const url = `http://localhost:${port}/${item.slice(storeDirectory.length + 1).slice(0, 32)}.narinfo`
    const script = `${strata} publish --port=${port} --cache=${cache} & server=$!
      for i in $(seq 100); do
        ${process.execPath} -e 'fetch("${url}").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' && break
        sleep 0.1
      done
      ${process.execPath} -e 'fetch("${url}").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'
      status=$?; kill $server; wait $server; exit $status`
    return { name: 'publish', command: ['sh', '-c', script], together: true }
  }

  /** Something for a collector to do. */
  #litter(count: number): StorePath[] {
    return this.withStore((store) => {
      const items: StorePath[] = []
      for (let i = 0; i < count; i++) {
        const text = `${this.#count} ${items.at(-1)}`
        items.push(store.addText(`litter-${this.#count++}`, new TextEncoder().encode(text), items.slice(-1)))
      }
      return items
    })
  }

  #collect(): Action {
    this.#litter(150)
    return { name: 'collect', command: [strata, 'gc', ...(this.#count % 2 === 0 ? ['-C'] : ['-C', '500'])] }
  }

  #delete(): Action {
    return { name: 'delete', command: [strata, 'gc', '-D', ...this.#litter(40).slice(0, 10)] }
  }

  #generations(): Action {
    const items = this.#litter(12)
    for (const name of readdirSync(join(this.directory, 'roots'))) {
      const root = lstatSync(join(this.directory, 'roots', name))
      if (!root.isSymbolicLink()) throw new Error(`${name} is no root`)
    }
    return {
      name: 'generations',
      command: [process.execPath, '--disable-warning=ExperimentalWarning', switcher, this.directory, ...items],
    }
  }

  readonly environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    STRATA_ROOT: this.directory,
    HOME: this.#scratch,
    TMPDIR: this.#scratch,
    XDG_CACHE_HOME: join(this.directory, 'cache'),
  })

  start(action: Action): ChildProcess {
    const [program = '', ...args] = action.command
    const stdin = action.input === undefined ? 'ignore' : openSync(action.input, 'r')
    const child = spawn(program, args, {
      env: this.environment(),
      cwd: this.#scratch,
      stdio: [stdin, 'ignore', 'ignore'],
      detached: true,
    })
    if (typeof stdin === 'number') closeSync(stdin)
    return child
  }

  /** Run ACTION to its end. */
  run(action: Action): Outcome {
    const [program = '', ...args] = action.command
    const { status, signal, stdout, stderr } = spawnSync(program, args, {
      env: this.environment(),
      cwd: this.#scratch,
      ...(action.input === undefined ? {} : { input: readFileSync(action.input) }),
      encoding: 'utf8',
      timeout: 120_000,
    })
    return { status, signal, output: stdout + stderr }
  }

  /** What is wrong with the store while nobody uses it. */
  problems(): string[] {
    return this.withStore((store) => [
      ...store.database.problems(),
      ...this.#brokenItems(store),
      ...this.#brokenRoots(store),
      ...this.#heldLocks(),
      ...this.#brokenArchives(),
    ])
  }

  /** Kept archives that are not what their narinfo says. */
  #brokenArchives(): string[] {
    const found: string[] = []
    for (const file of filesIn(join(this.#published, 'gzip')).filter((name) => name.endsWith('.narinfo'))) {
      try {
        const { info } = parseNarInfo(readFileSync(file), file)
        const nar = gunzipSync(readFileSync(file.replace(/info$/, '')))
        const { digest } = info.narHash
        if (!createHash('sha256').update(nar).digest().equals(digest)) found.push(`${file} is of another archive`)
      } catch (error) {
        found.push(`${file}: ${error}`)
      }
    }
    return found
  }

  #brokenItems(store: Store): string[] {
    const found: string[] = []
    for (const path of store.database.validPaths()) {
      const info = store.pathInfo(path)
      try {
        const { hash, size } = hashPath(store.physical(path))
        if (`sha256:${hash.digest.toHex()}` !== info?.hash || size !== info.narSize) found.push(`${path} was modified`)
        found.push(...notCanonical(store.physical(path)))
      } catch (error) {
        found.push(`${path} is valid but cannot be read: ${error}`)
      }
    }
    return found
  }

  #brokenRoots(store: Store): string[] {
    const links = [join(this.directory, 'roots'), join(this.layout.state, 'profiles')].flatMap((directory) =>
      readdirSync(directory, { withFileTypes: true })
        // What was to become a link goes with the next switch.
        .filter((entry) => entry.isSymbolicLink() && !/\.tmp-[0-9]+$/.test(entry.name))
        .map(({ name }) => join(directory, name)),
    )
    const found: string[] = []
    for (const link of links) {
      const target = readlinkSync(link)
      const file = target.startsWith('/') ? link : join(link, '..', target)
      if (!existsLink(file)) {
        found.push(`${link} points to ${target}, which is not there`)
        continue
      }
      const item = readlinkSync(file)
      if (!store.database.isValid(item)) found.push(`the item of the root ${link} is gone`)
      else for (const path of store.closure([item as StorePath])) lstatSync(store.physical(path))
    }
    return found
  }

  #heldLocks(): string[] {
    const files = [
      join(this.layout.state, 'gc.lock'),
      ...filesIn(join(this.layout.state, 'temproots')),
      ...filesIn(this.layout.store).filter((file) => file.endsWith('.lock')),
    ]
    return files.flatMap((file) => {
      const lock = FileLock.tryAcquire(file)
      lock?.release()
      return lock === undefined ? [`${file} is still locked`] : []
    })
  }

  /** What is left over after a collection. */
  leftovers(): string[] {
    return this.withStore((store) => {
      collectGarbage(store)
      const valid = new Set(store.database.validPaths().map((path) => path.slice(storeDirectory.length + 1)))
      const found = readdirSync(this.layout.store).filter((name) => name !== '.links' && !valid.has(name))
      for (const name of valid) if (!readdirSync(this.layout.store).includes(name)) found.push(`missing: ${name}`)
      found.push(...filesIn(join(this.layout.state, 'temproots')))
      found.push(...filesIn(join(this.layout.state, 'gcroots/auto')).filter((name) => name.includes('.tmp-')))
      return found
    })
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name))
  } catch {
    return []
  }
}

function notCanonical(file: string): string[] {
  const stat = lstatSync(file)
  const found: string[] = []
  const modes = stat.isDirectory() ? [0o555] : [0o444, 0o555]
  if (!stat.isSymbolicLink() && !modes.includes(stat.mode & 0o7777))
    found.push(`${file} has mode ${stat.mode.toString(8)}`)
  if (stat.mtimeMs !== 1000) found.push(`${file} has time ${stat.mtimeMs}`)
  if (stat.isDirectory()) for (const name of readdirSync(file)) found.push(...notCanonical(join(file, name)))
  return found
}
