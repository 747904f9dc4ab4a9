/** The runtime of build scripts as a store item: strata's interpreter on the seed's Node, with Guile's command line.
 *  Its path is part of every derivation that runs a script: another interpreter makes other derivations. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type MadeDerivation, makeDerivation } from '../derivations/index.ts'
import { makeFixedOutputPath, type StorePath } from '../formats/index.ts'
import { projectDirectory } from '../project-directory.ts'
import type { Store } from '../store/index.ts'
import { outputPath, type SeedDerivations, seedDerivations } from './seed-derivations.ts'

const version = '0.1.0'

/** What Node is started with: no warnings of experimental features, room for deep native recursion. */
const nodeOptions = '--disable-warning=ExperimentalWarning --stack-size=3900'

/** Makes the interpreter's start-up snapshot in the current directory, the same one each time: no random seeds, no
 *  threads that allocate side by side. */
export const makeSnapshot = `\
$node/bin/node ${nodeOptions} --random-seed=1 --single-threaded \
    --snapshot-blob guile.blob --build-snapshot $bundle/snapshot.cjs
`

/** The interpreter's bundle as a store item, made by runtime/bundle: the program, and the Scheme
 *  modules it finds. */
export function addBundle(store: Store): StorePath {
  const directory = join(projectDirectory(), 'dist/builder')
  const hashFile = join(projectDirectory(), 'dist/builder.sha256')
  if (!existsSync(hashFile)) {
    throw new StrataError('no-bundle', `${directory} is missing`, { hint: 'npm run build' })
  }
  const name = `strata-builder-${version}`
  const digest = Uint8Array.fromHex(readFileSync(hashFile, 'utf8').trim())
  const path = makeFixedOutputPath(store.making, { recursive: true, hash: { algorithm: 'sha256', digest } }, name)
  if (store.isValid(path)) return path
  const added = store.addFile(name, directory)
  if (added !== path) throw new StrataError('no-bundle', `${directory} was changed`, { hint: 'npm run build' })
  return added
}

const made = new WeakMap<Store, MadeDerivation>()

/** The derivation of the runtime, written to STORE. */
export function runtimeDerivation(store: Store): MadeDerivation {
  const known = made.get(store)
  if (known !== undefined) return known
  const seed = seedDerivations(store)
  const bundle = addBundle(store)
  const literal = (text: string): string => `\\"${text}\\"`
  const script = `\
mkdir -p $out/bin $out/lib
gcc -O2 -Wall -static -s -o $out/bin/guile \\
    -DNODE="${literal('$node/bin/node')}" -DBLOB="${literal('$out/lib/guile.blob')}" \\
    -DSTART="${literal('$bundle/start.cjs')}" -DNODE_OPTIONS="${nodeOptions.split(' ').map(literal).join(', ')}" \\
    $bundle/guile.c
cd $out/lib
${makeSnapshot}`
  const inputs = [seed.node, seed.tools, seed.gcc, seed.binutils]
  const derivation = makeDerivation(
    {
      name: `guile-bootstrap-${version}`,
      system: 'x86_64-linux',
      builder: `${outputPath(seed.tools)}/bin/bash`,
      args: ['-e', '-c', script],
      environment: new Map([
        ['PATH', [seed.gcc, seed.binutils, seed.tools].map((item) => `${outputPath(item)}/bin`).join(':')],
        ['node', outputPath(seed.node)],
        ['bundle', bundle],
      ]),
      inputs: inputs.map((input) => ({ path: input.path, outputs: ['out'], outputPaths: [outputPath(input)] })),
      sources: [bundle],
      outputs: ['out'],
    },
    store.making,
    (path) => {
      const input = inputs.find((candidate) => candidate.path === path)
      if (input === undefined) throw new Error(`input ${path} of the runtime is not of the seed`)
      return input.hashModulo
    },
  )
  store.addDerivation(derivation)
  made.set(store, derivation)
  return derivation
}

const itemNames: Readonly<Record<string, keyof SeedDerivations>> = {
  glibc: 'glibc',
  'gcc-lib': 'gccLib',
  gcc: 'gcc',
  binutils: 'binutils',
  tools: 'tools',
  node: 'node',
  'ld-wrapper': 'ldWrapper',
  sandbox: 'sandbox',
}

/** The derivation file of an item of the seed, by the name recipes use; `guile` is the runtime of build scripts.
 *  @throws StrataError `no-seed-item`. */
export function seedItemDerivation(store: Store, item: string): StorePath {
  if (item === 'guile') return runtimeDerivation(store).path
  const name = itemNames[item]
  if (name === undefined) {
    throw new StrataError('no-seed-item', `the seed has no item called ${item}`, {
      hint: `its items are ${Object.keys(itemNames).join(', ')} and guile`,
    })
  }
  return seedDerivations(store)[name].path
}
