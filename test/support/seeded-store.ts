/** A store with the bootstrap seed and the sandbox launcher, kept between test runs: making it needs
 *  the network once and some seconds. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StrataError } from '../../lang/conditions/index.ts'
import { outputPath, type SeedDerivations, seedDerivations } from '../../runtime/bootstrap/index.ts'
import { realise } from '../../runtime/builds/index.ts'
import { type DerivationRequest, type MadeDerivation, makeDerivation } from '../../runtime/derivations/index.ts'
import { Store, storeLayout } from '../../runtime/store/index.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..')
const root = process.env.STRATA_TEST_ROOT ?? join(repository, 'node_modules/.cache/strata-test-store')

export interface ShellBuild extends Partial<Omit<DerivationRequest, 'environment' | 'inputs'>> {
  readonly environment?: Readonly<Record<string, string>>
  readonly inputs?: readonly MadeDerivation[]
}

export class SeededStore {
  readonly store: Store
  readonly seed: SeedDerivations
  readonly #hashes = new Map<string, Uint8Array>()

  constructor(store: Store, seed: SeedDerivations) {
    this.store = store
    this.seed = seed
    for (const made of Object.values(seed)) this.#hashes.set(made.path, made.hashModulo)
  }

  /** A derivation, unlike any before, that runs SCRIPT with the seed's bash and tools. */
  shellBuild(name: string, script: string, more: ShellBuild = {}): MadeDerivation {
    const { tools } = this.seed
    const { environment = {}, inputs = [], ...rest } = more
    const made = makeDerivation(
      {
        name,
        system: 'x86_64-linux',
        builder: `${outputPath(tools)}/bin/bash`,
        args: ['-c', script],
        sources: [],
        outputs: ['out'],
        ...rest,
        environment: new Map(
          Object.entries({ PATH: `${outputPath(tools)}/bin`, unique: String(process.hrtime.bigint()), ...environment }),
        ),
        inputs: [tools, ...inputs].map((input) => ({
          path: input.path,
          outputs: [...input.derivation.outputs.keys()],
          outputPaths: [...input.derivation.outputs.values()].map((output) => output.path),
        })),
      },
      this.store.making,
      (path) => this.#hashes.get(path) ?? new Uint8Array(),
    )
    this.#hashes.set(made.path, made.hashModulo)
    this.store.addDerivation(made)
    return made
  }
}

/** The store, or undefined with a printed reason when this machine cannot have it. */
export async function seededStore(): Promise<SeededStore | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`skipped: there is no bootstrap seed for ${process.platform} on ${process.arch}`)
    return undefined
  }
  const store = new Store({ ...storeLayout(), ...storeLayout({ STRATA_ROOT: root }), cache: storeLayout().cache })
  const seed = seedDerivations(store)
  try {
    await realise(
      store,
      Object.values(seed).map(({ path }) => path),
      { maxJobs: 2 },
    )
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    if (error.kind !== 'no-user-namespaces' && !/could not download/.test(error.message)) throw error
    console.log(`skipped: ${error.message.split('\n')[0]}`)
    store.close()
    return undefined
  }
  if (!existsSync(store.physical(outputPath(seed.sandbox)))) throw new Error('the launcher was not built')
  return new SeededStore(store, seed)
}
