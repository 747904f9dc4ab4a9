/** `npm run bench`, second part: whole commands, in wall time, beside bare Node, `nix` and `nix-store` in one run.
 *  Works on a store of its own below the temporary directory, with the seed from the user's download cache.
 *  Argument: -n ROUNDS (default 5). Prints; fails never: budgets are read by people. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeTree } from '../../runtime/store/index.ts'

const root = new URL('../../', import.meta.url).pathname
const strata = join(root, 'runtime/cli/strata')
const node = process.execPath
const at = process.argv.indexOf('-n')
const rounds = at < 0 ? 5 : Number(process.argv[at + 1])
const scratch = mkdtempSync(join(tmpdir(), 'strata-bench-'))
const env = {
  ...process.env,
  STRATA_ROOT: join(scratch, 'root'),
  NIX_STORE_DIR: join(scratch, 'nix/store'),
  NIX_STATE_DIR: join(scratch, 'nix/var'),
  NIX_REMOTE: 'local',
}

/** Wall seconds of each of COMMANDS, the median of interleaved rounds; undefined for one that fails. */
function compare(commands: readonly (readonly string[])[], count = rounds): (number | undefined)[] {
  const times = commands.map((): number[] => [])
  for (let round = 0; round < count; round++) {
    commands.forEach(([program = '', ...args], i) => {
      const start = process.hrtime.bigint()
      const { status } = spawnSync(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] })
      if (status === 0) times[i]?.push(Number(process.hrtime.bigint() - start) / 1e9)
    })
  }
  return times.map((all) => (all.length < count ? undefined : all.sort((a, b) => a - b)[count >> 1]))
}

function report(what: string, ours: number | undefined, theirs: number | undefined, peer: string): void {
  const show = (seconds: number | undefined): string => (seconds === undefined ? '-' : seconds.toFixed(3))
  const ratio = ours === undefined || theirs === undefined ? '-' : (ours / theirs).toFixed(2)
  console.log(`${what.padEnd(44)} ${show(ours).padStart(8)} ${show(theirs).padStart(8)} ${ratio.padStart(7)}  ${peer}`)
}

/** A tree of 5,000 files, 100 MB. */
function makeTree(): string {
  const tree = join(scratch, 'tree')
  for (let directory = 0; directory < 50; directory++) {
    mkdirSync(join(tree, String(directory)), { recursive: true })
    for (let file = 0; file < 100; file++) {
      writeFileSync(join(tree, String(directory), String(file)), Buffer.alloc(20_000, directory * 100 + file))
    }
  }
  return tree
}

try {
  console.log(`${'command'.padEnd(44)} ${'strata'.padStart(8)} ${'peer'.padStart(8)} ${'ratio'.padStart(7)}  peer`)
  const bare = [node, '-e', '0']
  const [one, nothing] = compare([[strata, '-c', '1'], bare], rounds * 2)
  report('-c 1', one, nothing, 'node -e 0')
  const [modules] = compare([[strata, '-c', '(use-modules (guix packages) (guix gexp))']])
  report('(use-modules (guix packages) (guix gexp))', modules, nothing, 'node -e 0')

  const tree = makeTree()
  const [ours, hash] = compare([
    [strata, 'hash', '-r', tree],
    ['nix-hash', '--type', 'sha256', tree],
  ])
  report('hash -r of 5,000 files, 100 MB', ours, hash, 'nix-hash')

  const [first] = compare([[strata, 'build', 'hello']], 1)
  report('build hello, the first time', first, undefined, '')
  const [again, derivation] = compare([
    [strata, 'build', 'hello'],
    [strata, 'build', '-d', 'hello'],
  ])
  report('build hello, already built', again, nothing, 'node -e 0')
  report('build -d hello', derivation, nothing, 'node -e 0')
  let count = 0
  const trivial = (): readonly string[] => {
    count++
    return [strata, 'build', '-e', `(computed-file "t${count}" #~(mkdir #$output))`]
  }
  const [computed] = compare([trivial()], 1)
  const rest = Array.from({ length: rounds }, () => compare([trivial()], 1)[0] ?? Number.NaN).sort((a, b) => a - b)
  report('build of a computed-file, first', computed, nothing, 'node -e 0')
  report('build of a computed-file', rest[rounds >> 1], nothing, 'node -e 0')
  const [dead, printDead] = compare([
    [strata, 'gc', '--list-dead'],
    ['nix-store', '--gc', '--print-dead'],
  ])
  report('gc --list-dead (their store is empty)', dead, printDead, 'nix-store --gc --print-dead')
} finally {
  removeTree(scratch)
}
