/** Making store items valid: the graph of what has to be built for them, built in order, as much at
 *  once as allowed, and each derivation once whoever else wants it. */
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, isFixedOutput, parseStorePath, type StorePath, toStorePath } from '../formats/index.ts'
import { FileLock, type Store } from '../store/index.ts'
import { substituteServers } from '../substitutes/index.ts'
import { type BuildResult, buildDerivation } from './build.ts'
import { planLauncher } from './build-launcher.ts'
import { isBuiltin, isDownload } from './builtins/index.ts'
import { damagedItems, hasGoodContents } from './contents.ts'
import type { BuildFailure, BuildSink } from './events.ts'
import type { Launcher } from './launcher.ts'
import { type BuildMode, type BuildOptions, type CompleteBuildOptions, completeOptions } from './options.ts'
import { realisationError } from './realisation-error.ts'
import { Slots } from './slots.ts'
import { flagAttribute } from './structured-attributes.ts'
import { type Outcome, Substitution } from './substitution.ts'

/** What to make valid: outputs of a derivation (all when none are named), or an item as it is. */
export interface RealiseTarget {
  readonly path: string
  readonly outputs?: readonly string[] | undefined
  /** For an item that is not there: whether it is no failure when nobody has a substitute of it. */
  readonly optional?: boolean
}

const parallelDownloads = 4

/** A derivation that could not be built, or whose inputs could not. */
type GoalResult = BuildFailure | undefined

/** Builds that this process is doing, by file of the output: record locks do not exclude them from each other. */
const busyHere = new Map<string, Promise<unknown>>()

/** What a goal is to do: inputs are only made again when they are to be mended. */
function modeOfInputs(mode: BuildMode): BuildMode {
  return mode === 'repair' ? 'repair' : 'normal'
}

class Realisation {
  readonly #store: Store
  readonly #options: CompleteBuildOptions
  readonly #onEvent: BuildSink
  readonly #builds: Slots
  readonly #downloads = new Slots(parallelDownloads)
  readonly #goals = new Map<string, Promise<GoalResult>>()
  readonly #derivations = new Map<string, Derivation>()
  readonly #stop: AbortController
  readonly #substitution: Substitution | undefined
  readonly failures: BuildFailure[] = []
  #stopping = false

  constructor(store: Store, options: CompleteBuildOptions, onEvent: BuildSink, stop: AbortController) {
    this.#store = store
    this.#options = options
    this.#onEvent = onEvent
    // None at all still leaves one for what is always built here.
    this.#builds = new Slots(Math.max(1, options.maxJobs))
    this.#stop = stop
    const warn = (message: string): void => onEvent({ kind: 'substitution-warning', message })
    const servers = substituteServers(store, options.substituteUrls, warn)
    if (servers !== undefined) {
      const lock = (path: StorePath): Promise<{ release: () => void }> => this.#lock(path, [path])
      this.#substitution = new Substitution(store, servers, {
        lock,
        onEvent,
        signal: options.signal,
        deduplicate: options.deduplicate,
      })
    }
  }

  realise(target: RealiseTarget): Promise<GoalResult> {
    const { mode } = this.#options
    if (!target.path.endsWith('.drv')) return this.#requireItem(target.path, modeOfInputs(mode), target.optional)
    return this.#goal(toStorePath(target.path), target.outputs, mode)
  }

  async #requireItem(path: string, mode: BuildMode, optional = false): Promise<GoalResult> {
    const item = parseStorePath(path)
    const valid = item !== undefined && this.#store.isValid(item)
    if (valid && (mode === 'normal' || hasGoodContents(this.#store, item))) return undefined
    if (!valid && item !== undefined && this.#substitution !== undefined) {
      const outcome = await this.#substitution.obtain([item])
      if (outcome === 'valid') return undefined
      if (outcome === 'failed') return this.#fail(substituteFailure(path, `cannot get a substitute for \`${path}'`))
    }
    if (!valid && optional) return undefined
    const deriver = item === undefined ? undefined : this.#deriverOf(item)
    if (valid && deriver !== undefined) return await this.#goal(deriver, undefined, 'repair')
    return this.#fail({
      derivation: path,
      reason: 'missing-derivation',
      message: `path \`${path}' is ${valid ? 'damaged' : 'not valid'}, and no derivation says how to make it`,
      status: 1,
    })
  }

  /** A valid derivation that makes ITEM. */
  #deriverOf(item: StorePath): StorePath | undefined {
    const store = this.#store
    return [store.pathInfo(item)?.deriver, ...store.database.derivers(item)].find(
      (drv) => drv !== undefined && store.isValid(drv),
    )
  }

  #fail(failure: BuildFailure): BuildFailure {
    this.failures.push(failure)
    if (!this.#options.keepGoing) this.#stopping = true
    return failure
  }

  #derivation(path: StorePath): Derivation {
    const known = this.#derivations.get(path)
    if (known !== undefined) return known
    const derivation = this.#store.readDerivation(path)
    this.#derivations.set(path, derivation)
    return derivation
  }

  #goal(path: StorePath, outputs: readonly string[] | undefined, mode: BuildMode): Promise<GoalResult> {
    const key = `${mode} ${path}!${outputs === undefined ? '*' : [...outputs].sort().join(',')}`
    let goal = this.#goals.get(key)
    if (goal === undefined) {
      goal = this.#pursue(path, outputs, mode)
      this.#goals.set(key, goal)
    }
    return goal
  }

  #missing(derivation: Derivation, outputs: readonly string[] | undefined): StorePath[] {
    const names = outputs ?? [...derivation.outputs.keys()]
    return names
      .map((name) => derivation.outputs.get(name)?.path ?? '')
      .filter((path) => path !== '' && !this.#store.isValid(path as StorePath))
      .map((path) => path as StorePath)
  }

  /** The outputs that building in MODE makes. */
  #wanted(derivation: Derivation, mode: BuildMode): StorePath[] {
    const all = [...derivation.outputs.values()].map((output) => output.path as StorePath)
    if (mode === 'check') return all
    const missing = this.#missing(derivation, undefined)
    if (mode === 'normal') return missing
    const valid = all.filter((path) => !missing.includes(path))
    return [...missing, ...damagedItems(this.#store, valid)]
  }

  async #pursue(path: StorePath, outputs: readonly string[] | undefined, mode: BuildMode): Promise<GoalResult> {
    if (!this.#store.isValid(path) && (await this.#substitution?.obtain([path])) !== 'valid')
      return this.#fail({
        derivation: path,
        reason: 'missing-derivation',
        message: `cannot build missing derivation ‘${path}’`,
        status: 1,
      })
    const derivation = this.#derivation(path)
    if (derivation.outputs.size === 0)
      return this.#fail({
        derivation: path,
        reason: 'missing-derivation',
        message: `derivation \`${path}' has no outputs: there is nothing to build`,
        status: 1,
        hint: 'a gexp that makes something mentions it: #$output',
      })
    if (outputs !== undefined) {
      const unknown = outputs.find((name) => !derivation.outputs.has(name))
      if (unknown !== undefined)
        return this.#fail({
          derivation: path,
          reason: 'missing-derivation',
          message: `derivation \`${path}' does not have an output named \`${unknown}'`,
          status: 1,
          hint: `its outputs are ${[...derivation.outputs.keys()].join(', ')}`,
        })
      if (mode === 'normal') {
        const lacking = this.#missing(derivation, outputs)
        if (lacking.length === 0) return undefined
        if ((await this.#substitute(derivation, lacking)) === 'valid') return undefined
      }
      // One builder makes all outputs, so all wishes for some of them are one goal.
      return await this.#goal(path, undefined, mode)
    }
    const missing = this.#missing(derivation, undefined)
    if (mode === 'check' && missing.length > 0)
      throw new StrataError('not-built', `some outputs of \`${path}' are not valid, so checking is not possible`, {
        hint: 'build it first, without --check',
      })
    if (mode !== 'check' && this.#wanted(derivation, mode).length === 0)
      return mode === 'repair' ? await this.#repairClosure(path, derivation) : undefined
    if (mode === 'normal') {
      const outcome = await this.#substitute(derivation, missing)
      if (outcome === 'valid') return undefined
      if (outcome === 'failed' && !this.#options.fallback)
        return this.#fail(
          substituteFailure(
            path,
            `some substitutes for the outputs of derivation \`${path}' failed (usually happens due to networking issues); try \`--fallback' to build derivation from source`,
          ),
        )
    }
    if (this.#options.cacheFailures) {
      const failed = missing.find((output) => this.#store.database.hasFailed(output))
      if (failed !== undefined)
        return this.#fail({
          derivation: path,
          reason: 'cached-failure',
          message: `builder for \`${failed}' failed previously (cached)`,
          status: 100,
          hint: `to try again: strata gc --clear-failures ${failed}`,
        })
    }
    return await this.#buildAfterInputs(path, derivation, mode)
  }

  /** Take outputs from servers of substitutes, unless the derivation is one to build always. */
  async #substitute(derivation: Derivation, outputs: readonly StorePath[]): Promise<Outcome> {
    if (this.#substitution === undefined || !flagAttribute(derivation, 'allowSubstitutes', true)) return 'unavailable'
    if (this.#stopping) return 'unavailable'
    return await this.#substitution.obtain(outputs)
  }

  async #buildAfterInputs(path: StorePath, derivation: Derivation, mode: BuildMode): Promise<GoalResult> {
    // First what may fail here: nobody would wait for goals that had begun.
    const sandboxed = !isBuiltin(derivation) && !this.#options.disableChroot
    let plan: ReturnType<typeof planLauncher> | undefined
    if (sandboxed) plan = planLauncher(this.#store, path)
    const launcher: (() => Launcher) | undefined = plan?.launcher
    const needs: Promise<GoalResult>[] = derivation.inputs.map((input) =>
      this.#goal(input.path as StorePath, input.outputs, modeOfInputs(mode)),
    )
    needs.push(...derivation.sources.map((source) => this.#requireItem(source, 'normal')))
    if (plan !== undefined && 'needs' in plan) needs.push(this.#goal(plan.needs, undefined, 'normal'))
    const failed = (await Promise.all(needs)).filter((result) => result !== undefined).length
    if (failed > 0)
      return this.#fail({
        derivation: path,
        reason: 'dependency-failed',
        message: `cannot build derivation \`${path}': ${failed} dependencies couldn't be built`,
        status: this.failures[0]?.status ?? 1,
      })
    if (this.#options.maxJobs === 0 && !isBuiltin(derivation) && !prefersLocalBuild(derivation))
      throw new StrataError('no-jobs', 'unable to start any build', { hint: 'increase --max-jobs' })
    const slots = isDownload(derivation) ? this.#downloads : this.#builds
    return await slots.use(() => this.#build(path, derivation, launcher, mode))
  }

  /** Mend what the valid outputs of DERIVATION refer to. */
  async #repairClosure(path: StorePath, derivation: Derivation): Promise<GoalResult> {
    const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
    const damaged = damagedItems(
      this.#store,
      this.#store.closure(outputs).filter((item) => !outputs.includes(item)),
    )
    const results = await Promise.all(damaged.map((item) => this.#requireItem(item, 'repair')))
    if (results.every((result) => result === undefined)) return undefined
    return this.#fail({
      derivation: path,
      reason: 'dependency-failed',
      message: `some paths in the output closure of derivation \`${path}' could not be repaired`,
      status: 1,
    })
  }

  async #build(
    path: StorePath,
    derivation: Derivation,
    launcher: (() => Launcher) | undefined,
    mode: BuildMode,
  ): Promise<GoalResult> {
    if (this.#stopping) return stoppedFailure(path)
    this.#options.signal.throwIfAborted()
    const locks = await this.#lock(path, this.#wanted(derivation, mode))
    try {
      // Meanwhile another may have made, or mended, what this was to make.
      const wanted = this.#wanted(derivation, mode)
      if (wanted.length === 0) return undefined
      const closure = this.#store.closure(this.#inputItems(derivation))
      const result: BuildResult = await buildDerivation({
        store: this.#store,
        path,
        derivation,
        closure,
        wanted: new Set(wanted),
        launcher: launcher?.(),
        options: { ...this.#options, mode },
        onEvent: this.#onEvent,
      })
      if (!('failure' in result)) return undefined
      if (this.#options.cacheFailures && isWorthRemembering(derivation, result.failure))
        this.#store.database.addFailures(wanted)
      if (!this.#options.keepGoing) this.#stop.abort(new StrataError('build-stopped', 'another build failed'))
      return this.#fail(result.failure)
    } catch (error) {
      if (error instanceof StrataError && error.kind === 'build-stopped') return stoppedFailure(path)
      this.#stop.abort(new StrataError('build-stopped', 'another build failed'))
      throw error
    } finally {
      locks.release()
    }
  }

  #inputItems(derivation: Derivation): StorePath[] {
    const items = derivation.inputs.flatMap((input) => {
      const { outputs } = this.#derivation(input.path as StorePath)
      return input.outputs.map((name) => outputs.get(name)?.path ?? '')
    })
    return [...items, ...derivation.sources].filter((item) => item !== '').map((item) => item as StorePath)
  }

  /** Keep everybody else, in this process and others, from building OUTPUTS. */
  async #lock(derivation: StorePath, outputs: readonly StorePath[]): Promise<{ release: () => void }> {
    const files = outputs.map((output) => `${this.#store.physical(output)}.lock`).sort()
    for (;;) {
      const busy = files.map((file) => busyHere.get(file)).find((promise) => promise !== undefined)
      if (busy === undefined) break
      await busy
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const file of files) busyHere.set(file, promise)
    const locks: FileLock[] = []
    const release = (): void => {
      for (const lock of locks) lock.release({ remove: true })
      for (const file of files) busyHere.delete(file)
      resolve()
    }
    try {
      for (const file of files) {
        const onWait = (): void => this.#onEvent({ kind: 'build-waiting', derivation, lock: file })
        locks.push(await FileLock.acquire(file, 'exclusive', onWait))
      }
    } catch (error) {
      release()
      throw error
    }
    return { release }
  }
}

function substituteFailure(derivation: string, message: string): BuildFailure {
  return { derivation, reason: 'substitute-failed', message, status: 1 }
}

function prefersLocalBuild(derivation: Derivation): boolean {
  return flagAttribute(derivation, 'preferLocalBuild', false)
}

/** What has a fixed output, or took too long, may well succeed another time. */
function isWorthRemembering(derivation: Derivation, { reason }: BuildFailure): boolean {
  return (
    !isFixedOutput(derivation) && (reason === 'builder-failed' || reason === 'no-output' || reason === 'bad-output')
  )
}

function stoppedFailure(path: StorePath): BuildFailure {
  return {
    derivation: path,
    reason: 'dependency-failed',
    message: `building of \`${path}' was stopped because another build failed`,
    status: 1,
  }
}

/** Make TARGETS valid, building what is missing.
 *  @throws StrataError `build-failed`, whose irritants are BuildFailure values, the first cause first. */
export async function realise(
  store: Store,
  targets: readonly (string | RealiseTarget)[],
  options: BuildOptions = {},
  onEvent: BuildSink = () => {},
): Promise<void> {
  const stop = new AbortController()
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
  const wanted = targets.map((target) => (typeof target === 'string' ? { path: target } : target))
  const realisation = new Realisation(store, completeOptions(options, signal), onEvent, stop)
  // Wait for all, also after an error: nothing may go on building behind the caller's back.
  const results = await Promise.allSettled(wanted.map((target) => realisation.realise(target)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  if (realisation.failures.length > 0) throw realisationError(wanted, realisation.failures)
}
