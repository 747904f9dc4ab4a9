/** `npm run bench:store`: marking, listing and collecting a store of many small items, and adding them, beside the real
 *  nix-store on the same store. Option: `--items N` (default 100,000).
 *  Prints seconds; fails never: budgets are read by people. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { StorePath } from '../../runtime/formats/index.ts'
import { removeTree, Store, storeLayout } from '../../runtime/store/index.ts'

const { values } = parseArgs({ options: { items: { type: 'string', default: '100000' } } })
const count = Number(values.items)
const strata = new URL('../../runtime/cli/strata', import.meta.url).pathname
const scratch = mkdtempSync(join(tmpdir(), 'strata-bench-store-'))

/** Wall seconds of a command and the lines it prints. */
function measure(root: string, command: readonly string[]): { seconds: number; lines: number } {
  const layout = storeLayout({ STRATA_ROOT: root, HOME: scratch })
  const [program = '', ...args] = command
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: {
      ...process.env,
      STRATA_ROOT: root,
      HOME: scratch,
      NIX_STORE_DIR: '/gnu/store',
      NIX_STATE_DIR: layout.state,
      NIX_LOG_DIR: layout.log,
      NIX_CONF_DIR: join(scratch, 'etc'),
      NIX_REMOTE: `local?real=${layout.store}&state=${layout.state}`,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - start) / 1000
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.slice(-500)}`)
  return { seconds, lines: stdout.split('\n').length - 1 }
}

function print(what: string, seconds: number, note = ''): void {
  console.log(`${what.padEnd(44)} ${seconds.toFixed(2).padStart(8)} s  ${note}`)
}

/** A store of COUNT items with up to two references each, half of them reached by 1,000 roots or fewer. */
function fill(root: string): number {
  const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: scratch }))
  const halves: [StorePath[], StorePath[]] = [[], []]
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const half = halves[i % 2] ?? []
    const references = [...new Set([half[Math.floor(half.length / 2)], half.at(-1 - (i % 50))])]
      .filter((path) => path !== undefined)
      .sort()
    half.push(store.addText(`item-${i}`, new TextEncoder().encode(`${i} ${references.join(' ')}`), references))
  }
  const seconds = (performance.now() - start) / 1000
  for (const [index, path] of halves[0].entries()) {
    if (halves[0].length - index <= 1000) symlinkSync(path, join(store.layout.state, 'gcroots', String(index)))
  }
  store.close()
  return seconds
}

const root = join(scratch, 'root')
print(`strata: add ${count} texts in one process`, fill(root))
for (let round = 0; round < 2; round++) {
  for (const [name, option] of [
    ['--list-live', '--print-live'],
    ['--list-dead', '--print-dead'],
  ] as const) {
    const ours = measure(root, [strata, 'gc', name])
    print(`strata gc ${name}`, ours.seconds, `${ours.lines} items`)
    const theirs = measure(root, ['nix-store', '--gc', option])
    print(`nix-store --gc ${option}`, theirs.seconds, `${theirs.lines} items`)
  }
}
const copy = join(scratch, 'copy')
spawnSync('cp', ['-a', root, copy])
print('strata gc (deletes half)', measure(root, [strata, 'gc']).seconds)
print('nix-store --gc (deletes half)', measure(copy, ['nix-store', '--gc']).seconds)

const files = join(scratch, 'files')
mkdirSync(files)
const names = Array.from({ length: Math.min(count, 20_000) }, (_, i) => join(files, `file-${i}`))
for (const [i, file] of names.entries()) writeFileSync(file, `contents ${i}\n`)
const added = join(scratch, 'added')
let seconds = 0
for (let at = 0; at < names.length; at += 5000) {
  seconds += measure(added, ['nix-store', '--add', ...names.slice(at, at + 5000)]).seconds
}
print(`nix-store --add of ${names.length} files`, seconds)
const store = new Store(storeLayout({ STRATA_ROOT: join(scratch, 'ours'), HOME: scratch }))
const start = performance.now()
for (const [i, file] of names.entries()) store.addFile(`file-${i}`, file)
print(`strata: add ${names.length} files in one process`, (performance.now() - start) / 1000)
store.close()
removeTree(scratch)
