/** The derivations of the seed: downloads of pinned packages, the items made of them, the runtime of
 *  builders, the linker's wrapper and the sandbox launcher. Only descriptions; builds/ realises them.
 *  They are the same on every machine, and so are the names of all items built with them. */
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import {
  type DerivationRequest,
  type MadeDerivation,
  makeDerivation,
  type RequestedInput,
} from '../derivations/index.ts'
import { parseHash, type StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import { launcherSources, pinnedPackage, seedFile, seedPins } from './pins.ts'
import type { SeedItemName } from './seed-items.ts'

/** Part of every item's derivation: count up when the layout or relocation rules change their result. */
const rulesVersion = '2'
const system = 'x86_64-linux'

export interface SeedDerivations {
  readonly glibc: MadeDerivation
  readonly gccLib: MadeDerivation
  readonly gcc: MadeDerivation
  readonly binutils: MadeDerivation
  readonly tools: MadeDerivation
  readonly node: MadeDerivation
  readonly ldWrapper: MadeDerivation
  readonly sandbox: MadeDerivation
}

/** The path of the output `out`. */
export function outputPath(made: MadeDerivation): StorePath {
  const path = made.derivation.outputs.get('out')?.path
  if (path === undefined || path === '') throw new Error(`derivation ${made.path} has no output path`)
  return path as StorePath
}

function asInput(made: MadeDerivation): RequestedInput {
  return { path: made.path, outputs: ['out'], outputPaths: [outputPath(made)] }
}

interface ItemRequest {
  readonly name: string
  readonly builder: string
  readonly args?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly inputs?: readonly MadeDerivation[]
  readonly sources?: readonly StorePath[]
  readonly fixed?: DerivationRequest['fixed']
}

/** Makes derivations whose inputs it made before, and writes them to the store. */
class SeedPlan {
  readonly #store: Store
  readonly #hashes = new Map<string, Uint8Array>()

  constructor(store: Store) {
    this.#store = store
  }

  make(request: ItemRequest): MadeDerivation {
    const made = makeDerivation(
      {
        name: request.name,
        system,
        builder: request.builder,
        args: request.args ?? [],
        environment: new Map(Object.entries(request.environment)),
        inputs: (request.inputs ?? []).map(asInput),
        sources: request.sources ?? [],
        outputs: ['out'],
        fixed: request.fixed,
      },
      this.#store.making,
      (path) => {
        const hash = this.#hashes.get(path)
        if (hash === undefined) throw new Error(`input ${path} of ${request.name} was not made by the seed`)
        return hash
      },
    )
    this.#hashes.set(made.path, made.hashModulo)
    this.#store.addDerivation(made)
    return made
  }

  addSource(name: Parameters<typeof seedFile>[0]): StorePath {
    return this.#store.addText(name, readFileSync(seedFile(name)), [])
  }
}

function downloadDeb(plan: SeedPlan, name: string): MadeDerivation {
  const { path, sha256 } = pinnedPackage(name)
  return plan.make({
    // A tilde sorts before everything in a version, but may not stand in a store item's name.
    name: posix.basename(path).replaceAll('~', '-'),
    builder: 'builtin:download',
    environment: { url: JSON.stringify(`mirror://debian/${path}`) },
    fixed: { recursive: false, hash: parseHash(sha256) },
  })
}

function unpackItem(
  plan: SeedPlan,
  item: SeedItemName,
  references: Readonly<Record<string, MadeDerivation>>,
  specs?: StorePath,
): MadeDerivation {
  const { name, packages } = seedPins().items[item]
  const debs = packages.map((deb) => downloadDeb(plan, deb))
  const paths = Object.entries(references).map(([key, made]) => [key, outputPath(made)])
  return plan.make({
    name,
    builder: 'builtin:unpack-debs',
    environment: {
      item,
      rules: rulesVersion,
      debs: debs.map(outputPath).join(' '),
      ...Object.fromEntries(paths),
      ...(specs === undefined ? {} : { specs }),
    },
    inputs: [...debs, ...Object.values(references)],
    sources: specs === undefined ? [] : [specs],
  })
}

function unpackNode(plan: SeedPlan, glibc: MadeDerivation, gccLib: MadeDerivation): MadeDerivation {
  const { node } = seedPins()
  const files = plan.make({
    name: `${node.package}-${node.version}`,
    builder: 'builtin:npm-package',
    environment: {
      package: node.package,
      version: node.version,
      integrity: node.integrity,
      files: node.files.join(' '),
    },
    fixed: { recursive: true, hash: parseHash(node.narSha256) },
  })
  return plan.make({
    name: `node-bootstrap-${node.version}`,
    builder: 'builtin:unpack-node',
    environment: {
      rules: rulesVersion,
      package: outputPath(files),
      glibc: outputPath(glibc),
      'gcc-lib': outputPath(gccLib),
    },
    inputs: [files, glibc, gccLib],
  })
}

function wrapLinker(plan: SeedPlan, binutils: MadeDerivation, tools: MadeDerivation): MadeDerivation {
  const source = plan.addSource('ld-wrapper.bash')
  const script = `\
mkdir -p $out/bin
sed -e "s|@BASH@|$tools/bin/bash|" -e "s|@LD@|$binutils/bin/ld|" -e "s|@STORE@|$NIX_STORE|" \\
    -e "s|@XARGS@|$tools/bin/xargs|" -e "s|@PRINTF@|$tools/bin/printf|" < $source > $out/bin/ld
chmod +x $out/bin/ld
`
  return plan.make({
    name: 'ld-wrapper-bootstrap-0',
    builder: `${outputPath(tools)}/bin/bash`,
    args: ['-e', '-c', script],
    environment: {
      PATH: `${outputPath(tools)}/bin`,
      tools: outputPath(tools),
      binutils: outputPath(binutils),
      source,
    },
    inputs: [binutils, tools],
    sources: [source],
  })
}

function compileSandbox(
  plan: SeedPlan,
  gcc: MadeDerivation,
  binutils: MadeDerivation,
  tools: MadeDerivation,
): MadeDerivation {
  const sources = launcherSources.map((name) => plan.addSource(name))
  // In a directory of their own, under their names: they include one of them.
  const script = `\
for source in $sources; do name=\${source##*/}; cp $source \${name:33}; done
mkdir -p $out/bin
gcc -O2 -Wall -static -s -o $out/bin/strata-sandbox *.c
`
  return plan.make({
    name: 'strata-sandbox-3',
    builder: `${outputPath(tools)}/bin/bash`,
    args: ['-e', '-c', script],
    environment: {
      PATH: [gcc, binutils, tools].map((made) => `${outputPath(made)}/bin`).join(':'),
      sources: sources.join(' '),
    },
    inputs: [gcc, binutils, tools],
    sources,
  })
}

const plans = new WeakMap<Store, SeedDerivations>()

/** The derivations of the seed, written to STORE. */
export function seedDerivations(store: Store): SeedDerivations {
  const known = plans.get(store)
  if (known !== undefined) return known
  const plan = new SeedPlan(store)
  const glibc = unpackItem(plan, 'glibc', {})
  const gccLib = unpackItem(plan, 'gcc-lib', { glibc })
  const libraries = { glibc, 'gcc-lib': gccLib }
  const gcc = unpackItem(plan, 'gcc', libraries, plan.addSource('gcc-12.2.0.specs'))
  const binutils = unpackItem(plan, 'binutils', libraries)
  const tools = unpackItem(plan, 'tools', libraries)
  const made: SeedDerivations = {
    glibc,
    gccLib,
    gcc,
    binutils,
    tools,
    node: unpackNode(plan, glibc, gccLib),
    ldWrapper: wrapLinker(plan, binutils, tools),
    sandbox: compileSandbox(plan, gcc, binutils, tools),
  }
  plans.set(store, made)
  return made
}
