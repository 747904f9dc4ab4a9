/** Building one derivation whose inputs are valid: by a builtin or in a sandbox, with its log, its
 *  limits and what remains of a failure. Order among derivations is the scheduler's. */
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, isFixedOutput, type StorePath, storeDirectory } from '../formats/index.ts'
import { asStoreError, existsLink, removeTree, type Store } from '../store/index.ts'
import { writeAttributeFiles } from './attribute-files.ts'
import { type BuildDirectory, keepBuildDirectory, makeBuildDirectory, removeBuildDirectory } from './build-directory.ts'
import { BuildLog } from './build-log.ts'
import { isBuiltin, runBuiltin } from './builtins/index.ts'
import { compareWithValid, Rounds } from './determinism.ts'
import { builderEnvironment } from './environment.ts'
import type { BuildFailure, BuildSink } from './events.ts'
import { type Launcher, type SandboxEnd, type SandboxedProcess, startSandbox } from './launcher.ts'
import { deniesSandbox, sandboxDenied } from './namespaces.ts'
import type { CompleteBuildOptions } from './options.ts'
import { finishOutputs, type OutputCollection, OutputProblem, registerOutputs } from './outputs.ts'
import { writePassedFiles } from './passed-files.ts'
import { Redirection } from './redirection.ts'
import { writeReferencesGraphs } from './references-graph.ts'
import { BuildSandbox } from './sandbox.ts'
import { startUnsandboxed } from './unsandboxed.ts'

export interface BuildRequest {
  readonly store: Store
  readonly path: StorePath
  readonly derivation: Derivation
  /** The closure of the inputs. */
  readonly closure: readonly StorePath[]
  /** The outputs to make, mend or compare. */
  readonly wanted: ReadonlySet<StorePath>
  /** What sets up the sandbox; none for builtins. */
  readonly launcher: Launcher | undefined
  readonly options: CompleteBuildOptions
  readonly onEvent: BuildSink
}

export type BuildResult = { readonly outputs: readonly StorePath[] } | { readonly failure: BuildFailure }

/** Ends a build that takes too long; says why. */
class Watchdog {
  expired: string | undefined
  readonly #timer: NodeJS.Timeout

  constructor(options: CompleteBuildOptions, log: BuildLog, kill: () => void) {
    const start = performance.now()
    const { timeout, maxSilentTime } = options
    this.#timer = setInterval(() => {
      const now = performance.now()
      if (timeout > 0 && now - start >= timeout * 1000) this.expired = `timed out after ${timeout} seconds`
      else if (maxSilentTime > 0 && now - log.lastActivity >= maxSilentTime * 1000)
        this.expired = `timed out after ${maxSilentTime} seconds of silence`
      if (this.expired !== undefined) kill()
    }, 200)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

type Failing = Omit<BuildFailure, 'derivation' | 'log' | 'lastLines' | 'kept'>

function builderFailed(request: BuildRequest, how: string): Failing {
  // What has a fixed output depends on the outside, where another time may bring another result.
  const status = isFixedOutput(request.derivation) ? 1 : 100
  return { reason: 'builder-failed', message: `builder for \`${request.path}' ${how}`, status }
}

/** What becomes of the outputs of one build after the other. */
class Acceptance {
  readonly rounds: number
  readonly #request: BuildRequest
  readonly #comparison: Rounds
  #round = 0

  constructor(request: BuildRequest) {
    const { store, path, derivation, options } = request
    this.#request = request
    // A fixed output is compared with its hash already.
    this.rounds = options.mode === 'normal' && !isFixedOutput(derivation) ? options.rounds : 1
    this.#comparison = new Rounds(store, path, options.keepFailed)
  }

  /** Take, or compare, what a successful builder made. @throws OutputProblem. */
  take(where: Pick<OutputCollection, 'fileOf' | 'owner' | 'exposed'>): void {
    const { store, path, derivation, closure, wanted, options } = this.#request
    const finished = finishOutputs({ store, path, derivation, closure, wanted, ...where })
    this.#round++
    if (options.mode === 'check') {
      compareWithValid(store, path, finished, options.keepFailed)
      return
    }
    if (this.rounds > 1) this.#comparison.compare(finished)
    if (this.#round < this.rounds) return
    registerOutputs(store, finished, options.deduplicate)
    if (this.rounds > 1) this.#comparison.forget()
  }
}

function failureOfEnd(request: BuildRequest, end: SandboxEnd, watchdog: Watchdog): Failing | undefined {
  if (watchdog.expired !== undefined)
    return { reason: 'timeout', message: `building of \`${request.path}' ${watchdog.expired}`, status: 101 }
  if (end.kind === 'signal') return builderFailed(request, `failed due to signal ${end.signal}`)
  if (end.kind === 'exit' && end.status !== 0) return builderFailed(request, `failed with exit code ${end.status}`)
  return undefined
}

/** A program for another kind of machine cannot be executed, unless the kernel knows an emulator for it. */
function setUpProblem({ path, derivation: { system }, options }: BuildRequest, message: string): string {
  if (!/^executing .*: Exec format error$/.test(message) || system === options.system) return message
  return `a \`${system}' is required to build \`${path}', but I am a \`${options.system}'`
}

async function waitFor(request: BuildRequest, process: SandboxedProcess, log: BuildLog): Promise<Failing | undefined> {
  const { options } = request
  const watchdog = new Watchdog(options, log, process.kill)
  options.signal.addEventListener('abort', process.kill)
  try {
    const end = await process.ended
    options.signal.throwIfAborted()
    if (end.kind === 'setup-failed') {
      if (deniesSandbox(end.message)) throw sandboxDenied(end.message)
      log.writeLine(`while setting up the build environment: ${setUpProblem(request, end.message)}`)
      return builderFailed(request, 'failed with exit code 1')
    }
    return failureOfEnd(request, end, watchdog)
  } finally {
    options.signal.removeEventListener('abort', process.kill)
    watchdog.stop()
  }
}

function announce(request: BuildRequest, log: BuildLog, pid: number): void {
  const { path, derivation, onEvent } = request
  onEvent({ kind: 'build-started', derivation: path, system: derivation.system, log: log.path ?? '', pid })
}

/** Whether root may give builders users of their own. In containers root often has too few rights. */
let usersAllowed = true

interface Attempt {
  readonly request: BuildRequest
  readonly log: BuildLog
  readonly acceptance: Acceptance
}

/** Who owned what the builder wrote: whom it ran as. */
interface Remains {
  builder: number
}

async function buildInSandbox(
  attempt: Attempt,
  launcher: Launcher,
  directory: BuildDirectory,
  remains: Remains,
): Promise<Failing | undefined> {
  const asUsers = launcher.kind === 'strata' && usersAllowed && process.geteuid?.() === 0
  try {
    return await tryInSandbox(attempt, launcher, directory, remains, asUsers)
  } catch (error) {
    if (!asUsers || !(error instanceof StrataError) || error.kind !== 'no-user-namespaces') throw error
    usersAllowed = false
    return await tryInSandbox(attempt, launcher, directory, remains, false)
  }
}

async function tryInSandbox(
  { request, log, acceptance }: Attempt,
  launcher: Launcher,
  directory: BuildDirectory,
  remains: Remains,
  asUsers: boolean,
): Promise<Failing | undefined> {
  const { store, path, derivation, closure, options } = request
  const sandbox = new BuildSandbox({
    store,
    path,
    derivation,
    closure,
    buildDirectory: directory,
    cores: options.cores,
    asUsers,
    usersGroup: options.buildUsersGroup,
    hostDirectories: options.chrootDirectories,
    impersonateLinux26: options.impersonateLinux26,
  })
  remains.builder = sandbox.owner ?? remains.builder
  try {
    const process = startSandbox(launcher, sandbox.description, sandbox.controlFile, (bytes) => log.write(bytes))
    announce(request, log, process.pid)
    const failing = await waitFor(request, process, log)
    sandbox.close()
    if (failing !== undefined) return failing
    const fileOf = (output: StorePath): string => sandbox.outputFile(output)
    acceptance.take({ fileOf, owner: sandbox.owner, exposed: isFixedOutput(derivation) })
    return undefined
  } finally {
    rmSync(sandbox.controlFile, { force: true })
    sandbox.remove()
    removeTemporaryOutputs(request)
  }
}

function removeTemporaryOutputs({ store, derivation }: BuildRequest): void {
  for (const { path: output } of derivation.outputs.values()) {
    const file = store.temporaryName(output as StorePath)
    if (existsLink(file)) removeTree(file)
  }
}

async function buildUnsandboxed(
  { request, log, acceptance }: Attempt,
  directory: BuildDirectory,
): Promise<Failing | undefined> {
  const { store, derivation, options } = request
  if (process.geteuid?.() === 0 && options.client !== undefined && options.client.uid !== 0)
    throw new StrataError('no-sandbox', 'without a sandbox, what root builds for others would run as root', {
      hint: 'leave out --disable-chroot, or run the daemon as the user it is for',
    })
  if (store.layout.store !== storeDirectory)
    throw new StrataError(
      'store-not-visible',
      `without a sandbox, builders need the store at ${storeDirectory}, but it is ${store.layout.store}`,
      { hint: `make ${storeDirectory} a directory that you may write to, and unset STRATA_ROOT` },
    )
  const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
  const redirection = new Redirection(
    store,
    outputs.filter((output) => store.isValid(output)),
  )
  for (const output of outputs) if (!store.isValid(output) && existsLink(output)) removeTree(output)
  try {
    const redirected = redirection.redirectDerivation(derivation)
    const environment = builderEnvironment(redirected, { buildDirectory: directory.path, cores: options.cores })
    const process = startUnsandboxed(redirected, environment, directory.path, (bytes) => log.write(bytes))
    announce(request, log, process.pid)
    const failing = await waitFor(request, process, log)
    if (failing === undefined) acceptance.take({ fileOf: (output) => redirection.recover(output) })
    return failing
  } finally {
    redirection.close()
  }
}

async function buildByBuiltin({ request, log, acceptance }: Attempt): Promise<Failing | undefined> {
  const { store, path, derivation, closure, onEvent, options } = request
  announce(request, log, process.pid)
  const fileOf = (output: StorePath): string => store.temporaryName(output)
  removeTemporaryOutputs(request)
  try {
    await runBuiltin({
      store,
      derivation,
      closure,
      fileOf,
      forStranger: options.client !== undefined && options.client.uid !== process.geteuid?.(),
      signal: options.signal,
      onLine: (line) => log.writeLine(line),
      onDownload: (event) => {
        if (event.kind === 'download-started') log.writeLine(`downloading ${event.file} from ${event.url}...`)
        else if (event.kind === 'download-failed') log.writeLine(`${event.url}: ${event.reason}`)
        onEvent({ ...event, derivation: path })
      },
    })
    acceptance.take({ fileOf })
    return undefined
  } catch (error) {
    if (error instanceof StrataError && error.kind === 'unsupported-builtin') {
      log.writeLine(`error: ${error.message}`)
      return builderFailed(request, 'failed with exit code 1')
    }
    if (error instanceof StrataError && error.kind === 'download-failed')
      return { reason: 'download-failed', message: error.message, status: 1, hint: error.hint, cause: error }
    throw error
  } finally {
    removeTemporaryOutputs(request)
  }
}

/** Errors of the machine, not of the build: worth more than a stack of causes. */
function failureOfError(request: BuildRequest, error: unknown): Failing | undefined {
  if (error instanceof OutputProblem) {
    const { failure } = error
    return { ...failure, status: 1 }
  }
  if (error instanceof StrataError && /^(unsupported-file|suspicious-ownership|file-changed)$/.test(error.kind))
    // The user knows the names that the builder used, not where its root directory was.
    return {
      reason: 'bad-output',
      message: error.message.replace(/\S*\.chroot\/store(?=\/)/g, storeDirectory),
      status: 1,
      cause: error,
    }
  if (
    error instanceof StrataError &&
    /^(bad-derivation|bad-output|seed-mismatch|corrupt-archive|unsupported-archive)$/.test(error.kind)
  )
    return { ...builderFailed(request, `failed: ${error.message}`), hint: error.hint, cause: error }
  return undefined
}

/** One build, from an empty build directory to outputs that were taken. */
async function build(attempt: Attempt): Promise<{ readonly failing?: Failing; readonly kept?: string }> {
  const { request } = attempt
  const { store, path, derivation, options, launcher } = request
  if (isBuiltin(derivation)) return withFailing(await failureOf(attempt, () => buildByBuiltin(attempt)))
  const directory = makeBuildDirectory(path)
  const self = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const remains: Remains = { builder: self.uid }
  try {
    const failing = await failureOf(attempt, () => {
      writeReferencesGraphs(store, derivation, directory.path)
      writePassedFiles(derivation, directory.path)
      writeAttributeFiles(store, derivation, request.closure, directory.path)
      if (options.disableChroot) return buildUnsandboxed(attempt, directory)
      if (launcher === undefined) throw new Error(`no launcher for ${path}`)
      return buildInSandbox(attempt, launcher, directory, remains)
    })
    if (failing === undefined || !options.keepFailed || failing.reason === 'not-deterministic')
      return withFailing(failing)
    return { failing, kept: keepBuildDirectory(directory, remains.builder, options.client ?? self) }
  } finally {
    if (!directory.kept) removeBuildDirectory(directory)
  }
}

function withFailing(failing: Failing | undefined): { readonly failing?: Failing } {
  return failing === undefined ? {} : { failing }
}

/** What BODY says went wrong, or throws. */
async function failureOf({ request }: Attempt, body: () => Promise<Failing | undefined>): Promise<Failing | undefined> {
  try {
    return await body()
  } catch (error) {
    const failing = failureOfError(request, error)
    if (failing !== undefined) return failing
    const [output] = [...request.derivation.outputs.values()]
    throw asStoreError(error, (output?.path ?? request.path) as StorePath)
  }
}

/** Build REQUEST.derivation. Failures of the build are a result; those of the machine are thrown. */
export async function buildDerivation(request: BuildRequest): Promise<BuildResult> {
  const { store, path, derivation, options, onEvent } = request
  const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
  for (const output of outputs) store.temporaryRoots.add(output)
  const onLine = (line: string): void => onEvent({ kind: 'build-log', derivation: path, line })
  const log = new BuildLog(options.keepLogs ? store.layout.log : undefined, path, options.logCompression, onLine)
  const acceptance = new Acceptance(request)
  let result: Awaited<ReturnType<typeof build>> = {}
  try {
    for (let round = 1; round <= acceptance.rounds && result.failing === undefined; round++)
      result = await build({ request, log, acceptance })
  } finally {
    // Nothing to add when the disk is full: that error is on its way already, or the build did not need it.
    await log.close().catch(() => {})
  }
  const { failing, kept } = result
  if (failing === undefined) {
    onEvent({ kind: 'build-succeeded', derivation: path, outputs })
    return { outputs }
  }
  const failure: BuildFailure = { ...failing, derivation: path, log: log.path, kept, lastLines: log.lastLines }
  onEvent({ kind: 'build-failed', derivation: path, failure })
  return { failure }
}

/** Where the kept build directory and log of a failure are, for a message. */
export function describeRemains(failure: BuildFailure): string[] {
  const remains = []
  if (failure.log !== undefined) remains.push(`view the build log with: zcat ${join(failure.log)}`)
  if (failure.kept !== undefined) remains.push(`the build directory was kept: ${failure.kept}`)
  return remains
}

/** The name of a derivation for people. */
export function derivationName(path: string): string {
  return basename(path)
    .slice(33)
    .replace(/\.drv$/, '')
}
