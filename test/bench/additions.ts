/** `npm run bench`, third part: the store, in one process, beside `nix` and `nix-store`: hashing and adding a tree of 500 MB,
 *  adding many small items, asking a daemon. Prints; fails never: budgets are read by people. */
import { execFileSync, spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RemoteStore } from '../../runtime/daemon/index.ts'
import { encodeText } from '../../runtime/formats/index.ts'
import { hashPath, removeTree, Store, storeLayout } from '../../runtime/store/index.ts'

const at = process.argv.indexOf('-i')
const items = at < 0 ? 20_000 : Number(process.argv[at + 1])
const scratch = mkdtempSync(join(tmpdir(), 'strata-bench-'))
const strata = new URL('../../runtime/cli/strata', import.meta.url).pathname
const tree = join(scratch, 'tree')

function nixEnvironment(round: number): NodeJS.ProcessEnv {
  const root = join(scratch, `nix-${round}`)
  return {
    ...process.env,
    NIX_STORE_DIR: join(root, 'store'),
    NIX_STATE_DIR: join(root, 'var'),
    NIX_LOG_DIR: join(root, 'log'),
    NIX_CONF_DIR: join(root, 'etc'),
    NIX_REMOTE: 'local',
    NIX_CONFIG: 'experimental-features = nix-command',
    HOME: scratch,
  }
}

function seconds(action: () => unknown): number {
  const start = performance.now()
  action()
  return (performance.now() - start) / 1000
}

/** The middle one of three. */
function median(action: (round: number) => number): number {
  const times = [0, 1, 2].map(action).sort((a, b) => a - b)
  return times[1] ?? Number.NaN
}

function peer(action: () => number): number | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}

function report(what: string, ours: number, theirs: number | undefined, name: string): void {
  const ratio = theirs === undefined ? '-' : (ours / theirs).toFixed(2)
  const shown = theirs === undefined ? '-' : theirs.toFixed(3)
  console.log(`${what.padEnd(44)} ${ours.toFixed(3).padStart(8)} ${shown.padStart(8)} ${ratio.padStart(7)}  ${name}`)
}

/** 4,943 files, 500 MB. */
function makeTree(): void {
  const bytes = Buffer.alloc(1 << 20)
  for (let file = 0; file < 4943; file++) {
    const directory = join(tree, `d${file % 97}`, `e${file % 7}`)
    mkdirSync(directory, { recursive: true })
    randomFillSync(bytes, 0, 4096)
    const size = Math.floor(101_000 * (0.2 + (1.6 * ((file * 7919) % 1000)) / 1000))
    writeFileSync(join(directory, `f${file}`), bytes.subarray(0, size))
  }
}

function openStore(name: string): Store {
  return new Store(storeLayout({ STRATA_ROOT: join(scratch, name), HOME: scratch }))
}

try {
  makeTree()
  console.log(`${'store'.padEnd(44)} ${'strata'.padStart(8)} ${'peer'.padStart(8)} ${'ratio'.padStart(7)}  peer`)
  const hash = ['hash', 'path', tree]
  hashPath(tree)
  // In turn, as other load comes and goes.
  const theirs: (number | undefined)[] = []
  const ours = median(() => {
    theirs.push(peer(() => seconds(() => execFileSync('nix', hash, { env: nixEnvironment(0) }))))
    return seconds(() => hashPath(tree))
  })
  report('NAR hash of 500 MB', ours, theirs.sort((a = 0, b = 0) => a - b)[1], 'nix hash path')
  report(
    'adding it',
    median((round) => {
      const store = openStore(`add-${round}`)
      const time = seconds(() => store.addFile('tree', tree))
      store.close()
      removeTree(join(scratch, `add-${round}`))
      return time
    }),
    peer(() =>
      median((round) => {
        const env = nixEnvironment(round + 1)
        const time = seconds(() => execFileSync('nix-store', ['--add', tree], { env }))
        removeTree(join(scratch, `nix-${round + 1}`))
        return time
      }),
    ),
    'nix-store --add',
  )
  const store = openStore('small')
  const small = seconds(() => {
    for (let n = 0; n < items; n++) store.addText(`item-${n}`, encodeText(`text ${n}\n`), [])
  })
  store.close()
  report(`adding ${items} texts`, small, undefined, '')

  const socket = join(scratch, 'socket')
  const daemon = spawn(strata, ['daemon', `--listen=${socket}`], {
    env: { ...process.env, STRATA_ROOT: join(scratch, 'small') },
    stdio: 'ignore',
  })
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20))
  const remote = new RemoteStore(socket)
  const path = remote.addText('asked', encodeText('asked'), [])
  const questions = seconds(() => {
    for (let n = 0; n < 10_000; n++) remote.isValid(path)
  })
  report('10,000 questions to the daemon', questions, undefined, `${Math.round(10_000 / questions)} a second`)
  const additions = seconds(() => {
    for (let n = 0; n < 1000; n++) remote.addText(`sent-${n}`, encodeText(`text ${n}\n`), [])
  })
  report('1,000 texts through the daemon', additions, undefined, `${Math.round(1000 / additions)} a second`)
  remote.close()
  daemon.kill()
} finally {
  removeTree(scratch)
}
