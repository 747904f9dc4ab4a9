/** Building a derivation phase by phase, for `,step' of the REPL: each phase runs in a sandbox of its own, like that of
 *  the build, on what the phase before left. What was there before each phase is kept, so that a phase can be run again,
 *  also that of a recipe which has changed meanwhile. Nothing is registered in the store.
 *  Inside of the sandbox: build-side/guix/build/phase-steps.scm. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { seedDerivations } from '../bootstrap/index.ts'
import { type Derivation, type StorePath, storePathName } from '../formats/index.ts'
import { existsLink, removeTree, type Store } from '../store/index.ts'
import { planLauncher } from './build-launcher.ts'
import type { BuildSink } from './events.ts'
import { type SandboxEnd, startSandbox } from './launcher.ts'
import type { BuildOptions } from './options.ts'
import { realise } from './realise.ts'
import { BuildSandbox } from './sandbox.ts'

/** Where the files of a step are seen in the sandbox. */
const inside = '/tmp/.strata-steps'

interface Stepped {
  readonly path: StorePath
  readonly derivation: Derivation
  /** What the sandbox shows. */
  readonly closure: readonly StorePath[]
}

export class PhaseSteps {
  readonly #store: Store
  readonly #options: BuildOptions
  readonly #onEvent: BuildSink
  readonly #onOutput: (bytes: Uint8Array) => void
  /** `N/` holds what was there before phase N: `build`, `outputs` and `files`; `now/` what is there now. */
  readonly #directory = mkdtempSync(join(tmpdir(), 'strata-steps-'))
  /** Its environment and outputs are those of all steps. */
  readonly #first: Stepped
  /** Its script is run. */
  #current: Stepped
  #phases: readonly string[] = []
  /** The number of the phase that comes next. */
  #next = 0

  private constructor(
    store: Store,
    first: Stepped,
    options: BuildOptions,
    onEvent: BuildSink,
    onOutput: (bytes: Uint8Array) => void,
  ) {
    this.#store = store
    this.#first = first
    this.#current = first
    this.#options = options
    this.#onEvent = onEvent
    this.#onOutput = onOutput
    this.#makeState(this.#state(0))
  }

  /** Make the inputs of the derivation at PATH, and stand before its first phase. @throws StrataError. */
  static async start(
    store: Store,
    path: StorePath,
    options: BuildOptions,
    onEvent: BuildSink,
    onOutput: (bytes: Uint8Array) => void,
  ): Promise<PhaseSteps> {
    if (store.readDerivation(path).builder.startsWith('builtin:')) throw noPhases(path)
    const first = await prepare(store, path, options, onEvent)
    const steps = new PhaseSteps(store, first, options, onEvent, onOutput)
    try {
      steps.#phases = await steps.#list()
    } catch (error) {
      steps.end()
      throw error
    }
    return steps
  }

  get phases(): readonly string[] {
    return this.#phases
  }

  get next(): string | undefined {
    return this.#phases[this.#next]
  }

  /** Run the next phase; whether it succeeded. */
  async step(): Promise<boolean> {
    if (this.next === undefined) throw new StrataError('no-phase', 'there is no phase left')
    this.#restore(this.#next)
    const end = await this.#run(`(run-phase "${this.#script}" ${this.#next} "${inside}/state")`)
    if (end.kind !== 'exit' || end.status !== 0) return false
    this.#next++
    this.#save(this.#next)
    return true
  }

  /** Go on with the derivation at PATH, of the same package after a change, before phase NAME or the one that comes
   *  next. @throws StrataError `no-phase` when there is none of that name, or it was not reached yet. */
  async change(path: StorePath, name = this.next): Promise<void> {
    const before = this.#current
    this.#current = await prepare(this.#store, path, this.#options, this.#onEvent)
    const phases = await this.#list().catch((error: unknown) => {
      this.#current = before
      throw error
    })
    const index = name === undefined ? -1 : phases.indexOf(name)
    if (index < 0 || !existsSync(this.#state(index)))
      throw new StrataError('no-phase', `cannot go on before phase \`${name ?? ''}'`, {
        hint: index < 0 ? `the phases are ${phases.join(', ')}` : 'it was not reached yet: ,step',
      })
    this.#phases = phases
    this.#next = index
  }

  /** Let the user look around: an interactive shell where the last phase has stopped. */
  async shell(): Promise<void> {
    const plan = planLauncher(this.#store, seedDerivations(this.#store).sandbox.path)
    if ('needs' in plan) await realise(this.#store, [plan.needs], this.#options, this.#onEvent)
    if (!existsSync(join(this.#directory, 'now'))) this.#restore(this.#next)
    await this.#run(`(run-shell "${inside}/state")`, true)
  }

  /** Forget everything. */
  end(): void {
    removeTree(this.#directory)
  }

  get #script(): string {
    return this.#current.derivation.args.at(-1) ?? ''
  }

  #state(index: number): string {
    return join(this.#directory, String(index))
  }

  #makeState(directory: string): void {
    for (const name of ['build', 'outputs', 'files']) mkdirSync(join(directory, name), { recursive: true, mode: 0o700 })
  }

  #restore(index: number): void {
    const now = join(this.#directory, 'now')
    if (existsSync(now)) removeTree(now)
    copyTree(this.#state(index), now)
  }

  #save(index: number): void {
    const state = this.#state(index)
    if (existsSync(state)) removeTree(state)
    copyTree(join(this.#directory, 'now'), state)
  }

  async #list(): Promise<string[]> {
    this.#restore(0)
    const end = await this.#run(`(list-phases "${this.#script}" "${inside}/phases")`)
    const file = join(this.#directory, 'now/files/phases')
    if (end.kind !== 'exit' || end.status !== 0 || !existsSync(file)) throw noPhases(this.#current.path)
    const names = readFileSync(file, 'utf8').split('\n')
    rmSync(join(this.#directory, 'now'), { recursive: true })
    return names.filter((name) => name !== '')
  }

  /** Evaluate EXPRESSION in the sandbox, on what is there now. */
  async #run(expression: string, terminal = false): Promise<SandboxEnd> {
    const now = join(this.#directory, 'now')
    const { derivation, path } = this.#first
    const sandbox = new BuildSandbox({
      store: this.#store,
      // Not the directory that a build of it would have.
      path: path.replace(/\.drv$/, `-steps-${process.pid}.drv`) as StorePath,
      derivation,
      closure: [...new Set([...this.#first.closure, ...this.#current.closure])],
      buildDirectory: {
        path: join(now, 'build'),
        enclosing: now,
        inside: `/tmp/guix-build-${storePathName(path)}-0`,
        kept: false,
      },
      cores: this.#options.cores ?? 0,
      asUsers: false,
      usersGroup: '',
    })
    try {
      const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
      const saved = (output: StorePath): string => join(now, 'outputs', basename(output))
      for (const output of outputs) if (existsLink(saved(output))) renameSync(saved(output), sandbox.outputFile(output))
      const { launcher } = planLauncher(this.#store, terminal ? seedDerivations(this.#store).sandbox.path : path)
      const { description } = sandbox
      const { builder, args } = this.#current.derivation
      const running = startSandbox(
        launcher(),
        {
          ...description,
          mounts: [...description.mounts, { kind: 'bind-writable', source: join(now, 'files'), target: inside }],
          program: builder,
          arguments: [
            basename(builder),
            ...args.slice(0, -1),
            '-c',
            `(use-modules (guix build phase-steps)) ${expression}`,
          ],
        },
        sandbox.controlFile,
        terminal ? 'terminal' : this.#onOutput,
      )
      const end = await running.ended
      if (end.kind === 'setup-failed') throw new StrataError('no-sandbox', end.message)
      for (const output of outputs)
        if (existsLink(sandbox.outputFile(output))) renameSync(sandbox.outputFile(output), saved(output))
      return end
    } finally {
      rmSync(sandbox.controlFile, { force: true })
      sandbox.remove()
    }
  }
}

/** Make what the derivation at PATH needs. */
async function prepare(store: Store, path: StorePath, options: BuildOptions, onEvent: BuildSink): Promise<Stepped> {
  const derivation = store.readDerivation(path)
  const plan = planLauncher(store, path)
  const targets = derivation.inputs.map(({ path: input, outputs }) => ({ path: input, outputs }))
  await realise(store, [...targets, ...('needs' in plan ? [{ path: plan.needs }] : [])], options, onEvent)
  const items = derivation.inputs.flatMap((input) => {
    const { outputs } = store.readDerivation(input.path)
    return input.outputs.flatMap((name) => outputs.get(name)?.path ?? [])
  })
  return { path, derivation, closure: store.closure([...items, ...derivation.sources] as StorePath[]) }
}

function noPhases(path: StorePath): StrataError {
  return new StrataError('no-phases', `the build of \`${path}' has no phases to step through`)
}

function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
}
