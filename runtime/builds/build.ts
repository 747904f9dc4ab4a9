/** Building one derivation whose inputs are valid: by a builtin or in a sandbox, with its log, its
 *  limits and what remains of a failure. Order among derivations is the scheduler's. */
import { chmodSync, chownSync, existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, type StorePath, storeDirectory } from '../formats/index.ts'
import { asStoreError, existsLink, removeTree, type Store } from '../store/index.ts'
import { BuildLog, logFile } from './build-log.ts'
import { isBuiltin, runBuiltin } from './builtins.ts'
import { builderEnvironment } from './environment.ts'
import type { BuildFailure, BuildSink } from './events.ts'
import { type Launcher, type SandboxEnd, type SandboxedProcess, startSandbox } from './launcher.ts'
import { deniesSandbox, sandboxDenied } from './namespaces.ts'
import type { CompleteBuildOptions } from './options.ts'
import { collectOutputs, OutputProblem } from './outputs.ts'
import { writeReferencesGraphs } from './references-graph.ts'
import { type BuildDirectory, BuildSandbox, makeBuildDirectory } from './sandbox.ts'
import { startUnsandboxed } from './unsandboxed.ts'

export interface BuildRequest {
  readonly store: Store
  readonly path: StorePath
  readonly derivation: Derivation
  /** The closure of the inputs. */
  readonly closure: readonly StorePath[]
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
  return { reason: 'builder-failed', message: `builder for \`${request.path}' ${how}`, status: 100 }
}

function failureOfEnd(request: BuildRequest, end: SandboxEnd, watchdog: Watchdog): Failing | undefined {
  if (watchdog.expired !== undefined)
    return { reason: 'timeout', message: `building of \`${request.path}' ${watchdog.expired}`, status: 101 }
  if (end.kind === 'signal') return builderFailed(request, `failed due to signal ${end.signal}`)
  if (end.kind === 'exit' && end.status !== 0) return builderFailed(request, `failed with exit code ${end.status}`)
  return undefined
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
      log.writeLine(`while setting up the build environment: ${end.message}`)
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
  onEvent({ kind: 'build-started', derivation: path, system: derivation.system, log: log.path, pid })
}

/** Whether root may give builders users of their own. In containers root often has too few rights. */
let usersAllowed = true

async function buildInSandbox(
  request: BuildRequest,
  launcher: Launcher,
  directory: BuildDirectory,
  log: BuildLog,
): Promise<Failing | undefined> {
  const asUsers = launcher.kind === 'strata' && usersAllowed && process.geteuid?.() === 0
  try {
    return await tryInSandbox(request, launcher, directory, log, asUsers)
  } catch (error) {
    if (!asUsers || !(error instanceof StrataError) || error.kind !== 'no-user-namespaces') throw error
    usersAllowed = false
    return await tryInSandbox(request, launcher, directory, log, false)
  }
}

async function tryInSandbox(
  request: BuildRequest,
  launcher: Launcher,
  directory: BuildDirectory,
  log: BuildLog,
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
  })
  try {
    const process = startSandbox(launcher, sandbox.description, sandbox.controlFile, (bytes) => log.write(bytes))
    announce(request, log, process.pid)
    const failing = await waitFor(request, process, log)
    if (failing !== undefined) return failing
    collectOutputs({
      store,
      path,
      derivation,
      closure,
      fileOf: (output) => sandbox.outputFile(output),
      owner: sandbox.owner,
    })
    return undefined
  } finally {
    rmSync(sandbox.controlFile, { force: true })
    sandbox.remove()
  }
}

async function buildUnsandboxed(
  request: BuildRequest,
  directory: BuildDirectory,
  log: BuildLog,
): Promise<Failing | undefined> {
  const { store, path, derivation, closure, options } = request
  if (store.layout.store !== storeDirectory)
    throw new StrataError(
      'store-not-visible',
      `without a sandbox, builders need the store at ${storeDirectory}, but it is ${store.layout.store}`,
      { hint: `make ${storeDirectory} a directory that you may write to, and unset STRATA_ROOT` },
    )
  for (const { path: output } of derivation.outputs.values()) if (existsLink(output)) removeTree(output)
  const environment = builderEnvironment(derivation, { buildDirectory: directory.path, cores: options.cores })
  const process = startUnsandboxed(derivation, environment, directory.path, (bytes) => log.write(bytes))
  announce(request, log, process.pid)
  const failing = await waitFor(request, process, log)
  if (failing === undefined) collectOutputs({ store, path, derivation, closure, fileOf: (output) => output })
  return failing
}

async function buildByBuiltin(request: BuildRequest, log: BuildLog): Promise<Failing | undefined> {
  const { store, path, derivation, closure, onEvent, options } = request
  announce(request, log, process.pid)
  const fileOf = (output: StorePath): string => store.temporaryName(output)
  const clean = (): void => {
    for (const { path: output } of derivation.outputs.values()) {
      const file = fileOf(output as StorePath)
      if (existsLink(file)) removeTree(file)
    }
  }
  clean()
  try {
    await runBuiltin({
      store,
      derivation,
      fileOf,
      signal: options.signal,
      onDownload: (event) => {
        if (event.kind === 'download-started') log.writeLine(`downloading ${event.file} from ${event.url}...`)
        else if (event.kind === 'download-failed') log.writeLine(`${event.url}: ${event.reason}`)
        onEvent({ ...event, derivation: path })
      },
    })
    collectOutputs({ store, path, derivation, closure, fileOf })
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
    clean()
  }
}

/** Leave the build directory to whoever asked for it. */
function keepDirectory(directory: BuildDirectory): string {
  const self = process.geteuid?.() ?? 0
  chmodSync(directory.path, 0o755)
  if (self === 0) chownSync(directory.path, 0, 0)
  return directory.path
}

/** Errors of the machine, not of the build: worth more than a stack of causes. */
function failureOfError(request: BuildRequest, error: unknown): Failing | undefined {
  if (error instanceof OutputProblem) {
    const { failure } = error
    return { ...failure, status: 1 }
  }
  if (error instanceof StrataError && /^(unsupported-file|suspicious-ownership|file-changed)$/.test(error.kind))
    // The user knows the names that the builder used, not where its root directory was.
    return { reason: 'bad-output', message: error.message.replace(/\S*\.chroot(?=\/)/g, ''), status: 1, cause: error }
  if (error instanceof StrataError && /^(bad-derivation|seed-mismatch|corrupt-archive)$/.test(error.kind))
    return { ...builderFailed(request, `failed: ${error.message}`), hint: error.hint, cause: error }
  return undefined
}

/** Build REQUEST.derivation. Failures of the build are a result; those of the machine are thrown. */
export async function buildDerivation(request: BuildRequest): Promise<BuildResult> {
  const { store, path, derivation, options, onEvent } = request
  const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
  for (const output of outputs) store.temporaryRoots.add(output)
  const log = new BuildLog(logFile(store.layout.log, path), (line) =>
    onEvent({ kind: 'build-log', derivation: path, line }),
  )
  const builtin = isBuiltin(derivation)
  const directory = builtin ? undefined : makeBuildDirectory(path)
  let failing: Failing | undefined
  let kept: string | undefined
  try {
    if (directory === undefined) failing = await buildByBuiltin(request, log)
    else {
      writeReferencesGraphs(store, derivation, directory.path)
      if (options.disableChroot) failing = await buildUnsandboxed(request, directory, log)
      else if (request.launcher === undefined) throw new Error(`no launcher for ${path}`)
      else failing = await buildInSandbox(request, request.launcher, directory, log)
    }
  } catch (error) {
    failing = failureOfError(request, error)
    if (failing === undefined) throw asStoreError(error, outputs[0] ?? path)
  } finally {
    // Nothing to add when the disk is full: that error is on its way already, or the build did not need it.
    await log.close().catch(() => {})
    if (directory !== undefined && existsSync(directory.path)) {
      if (failing !== undefined && options.keepFailed) kept = keepDirectory(directory)
      else removeTree(directory.path)
    }
  }
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
