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

/** A module of COUNT packages, below a directory for `-L`. */
function makeCollection(count: number): string {
  const directory = join(scratch, 'collection')
  mkdirSync(join(directory, 'bench'), { recursive: true })
  const recipes = Array.from(
    { length: count },
    (_, i) => `
(define-public package-${i}
  (package
    (name "package-${i}")
    (version "1.${i}")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://gnu/package/package-" version ".tar.gz"))
              (sha256 (base32 "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i"))))
    (build-system gnu-build-system)
    (arguments
     \`(#:tests? #f
       #:configure-flags '("--disable-nls" "--without-x${i}")
       #:phases (modify-phases %standard-phases
                  (add-after 'install 'remove-doc
                    (lambda* (#:key outputs #:allow-other-keys)
                      (delete-file-recursively
                       (string-append (assoc-ref outputs "out") "/share/doc")))))))
    (inputs (list ${i === 0 ? '' : `package-${i - 1}`}))
    (home-page "https://example.org/package-${i}")
    (synopsis "Package number ${i}")
    (description "This is package number ${i}, made for a measurement of loading.")
    (license license:gpl3+)))
`,
  )
  writeFileSync(
    join(directory, 'bench/recipes.scm'),
    `(define-module (bench recipes)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))
${recipes.join('')}`,
  )
  return directory
}

try {
  console.log(`${'command'.padEnd(44)} ${'strata'.padStart(8)} ${'peer'.padStart(8)} ${'ratio'.padStart(7)}  peer`)
  const bare = [node, '-e', '0']
  const [one, nothing] = compare([[strata, '-c', '1'], bare], rounds * 2)
  report('-c 1', one, nothing, 'node -e 0')
  const [modules] = compare([[strata, '-c', '(use-modules (guix packages) (guix gexp))']])
  report('(use-modules (guix packages) (guix gexp))', modules, nothing, 'node -e 0')

  const collection = makeCollection(1000)
  const load = (name: string): readonly string[] => [
    strata,
    '-L',
    collection,
    '-c',
    `(use-modules (guix packages) (guix download) (guix build-system gnu) (guix licenses)${name})`,
  ]
  const [cold] = compare([load(' (bench recipes)')], 1)
  report('1,000 recipes, the first time', cold, nothing, 'node -e 0')
  // The second and third run write V8's cache and the file's identity.
  spawnSync('sleep', ['2'])
  compare([load(' (bench recipes)')], 3)
  const [warm, without] = compare([load(' (bench recipes)'), load('')], rounds * 2)
  report('1,000 recipes, cached', warm, without, 'without them')

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
