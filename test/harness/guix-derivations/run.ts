/** Compares the derivations of Guix's own packages: those of a real Guix with those that strata lowers the same recipes to.
 *  `npm run guix-derivations -- [--expected FILE] [--system SYSTEM] [--target TRIPLET] [MODULE...]`, where MODULE is a name
 *  such as `base` of (gnu packages base); without one, all 22,000 packages. STRATA_GUIX_TREE names a directory with the source of Guix 1.4.0; STRATA_GUIX_ROOT the
 *  root directory in which its `guix` runs (its daemon running), unless a file of what it printed is given.
 *  Prints the differences, and last how many are equal; fails when one differs. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { removeTree } from '../../../runtime/store/index.ts'

const { values, positionals } = parseArgs({
  options: { expected: { type: 'string' }, system: { type: 'string' }, target: { type: 'string' } },
  allowPositionals: true,
})
const scriptArguments = [
  ...(values.system === undefined ? [] : [`system=${values.system}`]),
  ...(values.target === undefined ? [] : [`target=${values.target}`]),
  ...positionals,
]
const tree = process.env.STRATA_GUIX_TREE
const guixRoot = process.env.STRATA_GUIX_ROOT ?? '/'
const script = join(import.meta.dirname, 'lower.scm')
const strata = join(import.meta.dirname, '../../../runtime/cli/strata')
const most = 1 << 28

if (tree === undefined) {
  console.error('STRATA_GUIX_TREE should name a directory with the source of Guix 1.4.0')
  process.exit(2)
}

/** What a run of the script said, by name and place. */
function table(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => /^(\S+ \S+) (.*)$/.exec(line))
  return new Map(lines.flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']])))
}

function realGuix(): string {
  if (values.expected !== undefined) return readFileSync(values.expected, 'utf8')
  const inside = '/tmp/lower-packages.scm'
  copyFileSync(script, join(guixRoot, inside))
  const words = ['env', '-i', 'HOME=/root', 'LC_ALL=C.UTF-8', 'PATH=/usr/bin:/bin', 'guix', 'repl', inside]
  const { stdout } = spawnSync('chroot', [guixRoot, ...words, ...scriptArguments], {
    encoding: 'utf8',
    maxBuffer: most,
  })
  return stdout
}

/** Strata's: with Guix's recipes, and nothing else of it on the load path. */
function ours(source: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'strata-guix-'))
  try {
    const collection = join(scratch, 'collection')
    mkdirSync(join(collection, 'gnu'), { recursive: true })
    symlinkSync(join(source, 'gnu/packages'), join(collection, 'gnu/packages'))
    symlinkSync(join(source, 'gnu/artwork.scm'), join(collection, 'gnu/artwork.scm'))
    const { stdout, stderr } = spawnSync(strata, ['-L', collection, script, ...scriptArguments], {
      encoding: 'utf8',
      maxBuffer: most,
      env: {
        ...process.env,
        STRATA_ROOT: join(scratch, 'root'),
        GUIX_PACKAGE_PATH: collection,
        NODE_OPTIONS: '--max-old-space-size=8000',
      },
    })
    if (stdout === '') console.error(stderr.slice(0, 2000))
    return stdout
  } finally {
    removeTree(scratch)
  }
}

const expected = table(realGuix())
const found = table(ours(tree))
let equal = 0
for (const [name, drv] of expected) {
  if (found.get(name) === drv) equal++
  else console.log(`${name}\n  ${drv}\n  ${found.get(name) ?? 'not there'}`)
}
console.log(`${equal} of ${expected.size} equal`)
process.exitCode = equal === expected.size && expected.size > 0 ? 0 : 1
