/** Makes `dist/`: the command line and the build stratum's interpreter, each one file of JavaScript.
 *  `dist/builder` goes into the store as it is, so its bytes are the same on every machine: no paths, no dates. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, type Dirent, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { printError } from '../../build-side/index.ts'
import { startScript } from '../../build-side/start-up-snapshot.ts'
import '../scheme/store-primitives.ts'
import { hashPath } from '../store/index.ts'
import { compactLexer } from './compact-lexer.ts'
import { bundleBrowser, declareTypes } from './embedding.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import { precompile } from './precompile.ts'

// What the one who builds has pulled is no part of the bundle.
process.env.STRATA_CHANNELS = ''

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const dist = join(root, 'dist')
/** As the launcher passes them. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--stack-size=3900']
const commandFlags = ['--max-semi-space-size=32']

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  minify: false,
  legalComments: 'none',
  // CommonJS packages inside an ES module need a `require'.
  banner: {
    js: "import { createRequire as createRequire$ } from 'node:module'; const require = createRequire$(import.meta.url);",
  },
  plugins: [lazyBuiltins, compactLexer],
} satisfies BuildOptions

/** A script that a start-up snapshot is made from: its text is part of the snapshot. */
const snapshotEntry = {
  ...common,
  banner: {},
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
} satisfies BuildOptions

rmSync(dist, { recursive: true, force: true, maxRetries: 10 })
mkdirSync(join(dist, 'builder'), { recursive: true })
await build({
  ...common,
  entryPoints: {
    strata: 'runtime/cli/main.ts',
    index: 'runtime/embedding/index.ts',
    'build-process': 'runtime/scheme/build-process.ts',
    'deb-worker': 'runtime/bootstrap/deb-worker.ts',
    'nar-process': 'runtime/substitutes/nar-process.ts',
    'daemon-worker': 'runtime/daemon/server/worker.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: '[name]-[hash]',
})
await bundleBrowser(root)
declareTypes(root)
await build({
  ...snapshotEntry,
  entryPoints: ['build-side/builder-snapshot.ts'],
  outfile: 'dist/builder/snapshot.cjs',
})

for (const directory of [dist, join(dist, 'builder')]) writeFileSync(join(directory, 'start.cjs'), startScript)

/** Copy the Scheme files below SOURCE, and nothing else. */
function copyScheme(source: string, target: string): void {
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name)
    const to = join(target, entry.name)
    if (entry.isDirectory()) copyScheme(from, to)
    else if (entry.name.endsWith('.scm')) {
      mkdirSync(target, { recursive: true })
      cpSync(from, to)
    }
  }
}

function directoriesBelow(directory: string): Dirent[] {
  return readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
}

/** Modules of the host stratum alone: (guix build …) is in build-side/, recipes are not run there. */
const hostOnly = ['guix', 'lzlib']
for (const { name: entry } of directoriesBelow(join(root, 'stdlib'))) {
  if (!hostOnly.includes(entry)) copyScheme(join(root, 'stdlib', entry), join(dist, 'builder/stdlib', entry))
}
for (const entry of readdirSync(join(root, 'stdlib'))) {
  if (entry.endsWith('.scm') && !hostOnly.includes(entry.slice(0, -4)))
    cpSync(join(root, 'stdlib', entry), join(dist, 'builder/stdlib', entry))
}
copyScheme(join(root, 'build-side'), join(dist, 'builder/build-side'))
cpSync(join(root, 'build-side/launcher/guile.c'), join(dist, 'builder/guile.c'))

/** Compiled Scheme, for the host and for the builder. */
mkdirSync(join(dist, 'code'), { recursive: true })
const failures = [
  ...precompile(root, ['stdlib', 'build-side', 'packages'], join(dist, 'code')),
  ...precompile(join(dist, 'builder'), ['build-side', 'stdlib'], join(dist, 'builder/code')),
]
for (const { name, error } of failures) {
  printError(error, { program: `not compiled: (${name})`, debug: false, interpreter: undefined })
  process.exitCode = 1
}
const bundled = createHash('sha256')
for (const file of readdirSync(dist).sort()) if (file.endsWith('.mjs')) bundled.update(readFileSync(join(dist, file)))
writeFileSync(join(dist, 'code/version'), bundled.digest('hex'))

writeFileSync(join(dist, 'builder.sha256'), `${hashPath(join(dist, 'builder')).hash.digest.toHex()}\n`)

/** Start-up snapshots, for Scheme programs and for commands, tied to this very Node: the launcher does without where
 *  there is none. */
async function makeSnapshot(name: string, entry: string, flags: readonly string[]): Promise<void> {
  await build({
    ...snapshotEntry,
    entryPoints: [entry],
    outfile: `dist/${name}.cjs`,
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(dist, 'strata.mjs')).href) },
  })
  const blob = `${name}.blob`
  try {
    execFileSync(
      process.execPath,
      [...nodeFlags, ...flags, '--snapshot-blob', blob, '--build-snapshot', `${name}.cjs`],
      {
        cwd: dist,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
  } catch (error) {
    rmSync(join(dist, blob), { force: true })
    console.error(`no start-up snapshot: ${error instanceof Error ? error.message : error}`)
  }
}
// They hold names of files here: the launcher does without them in a copy of this tree.
writeFileSync(join(dist, 'snapshots-made-in'), `${dist}\n`)
await makeSnapshot('program', 'runtime/cli/program-snapshot.ts', [])
await makeSnapshot('recipe-program', 'runtime/cli/recipe-program-snapshot.ts', commandFlags)
await makeSnapshot('command', 'runtime/cli/command-snapshot.ts', commandFlags)

// V8's code cache of the modules that programs use most, written by a first run.
execFileSync(join(root, 'runtime/cli/strata'), ['-c', '(use-modules (guix scripts build) (guix scripts shell))'])
