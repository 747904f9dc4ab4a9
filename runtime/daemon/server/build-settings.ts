/** What a client asked of its builds with set-options. The layout of that operation changed over the years: see
 *  worker-protocol, "set-options". */
import type { BuildMode, BuildOptions } from '../../builds/index.ts'
import { addresses } from '../../substitutes/index.ts'
import type { WireReader } from '../protocol/index.ts'

/** From here on, numbers that are options are among the pairs at the end. */
const pairsOnly = 0x61

/** Options that anybody may set; others reach only programs that know how far to trust their origin. */
const open = new Set([
  'build-timeout',
  'build-max-silent-time',
  'build-max-jobs',
  'build-cores',
  'build-repeat',
  'multiplexed-build-output',
  'print-extended-build-trace',
  'substitute-urls',
  'terminal-columns',
  'locale',
  'user-name',
])

/** What the daemon decides for all its clients, and who this client is. */
export interface DaemonBuildOptions
  extends Pick<
    BuildOptions,
    | 'maxJobs'
    | 'cores'
    | 'timeout'
    | 'maxSilentTime'
    | 'rounds'
    | 'cacheFailures'
    | 'deduplicate'
    | 'logCompression'
    | 'keepLogs'
    | 'buildUsersGroup'
    | 'disableChroot'
    | 'chrootDirectories'
    | 'impersonateLinux26'
    | 'system'
    | 'client'
    | 'substituteUrls'
  > {
  /** Whether clients may have items taken from servers of substitutes; yes unless it says no. */
  readonly allowsSubstitutes?: boolean
}

export class BuildSettings {
  keepFailed = false
  keepGoing = false
  /** Whether to build what a server of substitutes has, but could not be fetched. */
  fallback = false
  useSubstitutes = true
  printBuildTrace = false
  readonly #trusted: boolean
  readonly #options = new Map<string, string>()

  readonly #daemon: DaemonBuildOptions

  constructor(trusted: boolean, daemon: DaemonBuildOptions) {
    this.#trusted = trusted
    this.#daemon = daemon
  }

  /** Read the arguments of set-options, as a client of this MINOR version sends them. */
  async read(input: WireReader, minor: number): Promise<void> {
    this.keepFailed = await input.bool()
    this.keepGoing = await input.bool()
    this.fallback = await input.bool()
    await input.number() // Verbosity.
    if (minor < pairsOnly) {
      this.#set('build-max-jobs', String(await input.number()))
      this.#set('build-max-silent-time', String(await input.number()))
    }
    await input.bool() // Offload.
    await input.number() // Verbosity of builds.
    await input.number() // Kind of log.
    this.printBuildTrace = await input.bool()
    if (minor >= 6 && minor < pairsOnly) this.#set('build-cores', String(await input.number()))
    if (minor >= 10) this.useSubstitutes = await input.bool()
    if (minor < 12) return
    for (const [name, value] of await input.pairs()) this.#set(name, value)
  }

  #set(name: string, value: string): void {
    this.#options.set(this.#trusted || open.has(name) ? name : `untrusted-${name}`, value)
  }

  #number(name: string): number | undefined {
    const value = this.#options.get(name)
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined
  }

  /** Whether equal files are to be one. */
  get deduplicates(): boolean {
    return this.#daemon.deduplicate ?? true
  }

  /** What the client's user is called, where that could not be known. */
  get userName(): string | undefined {
    return this.#options.get('user-name')
  }

  /** Whether the output of builders is to be told apart: `@ build-log PID LENGTH`. */
  get multiplexed(): boolean {
    return this.printBuildTrace && this.#options.get('multiplexed-build-output') === 'true'
  }

  /** The servers to ask: those that the client names, otherwise the daemon's own. */
  get substituteUrls(): readonly string[] {
    if (!this.useSubstitutes || this.#daemon.allowsSubstitutes === false) return []
    const named = this.#options.get('substitute-urls')
    if (named === undefined) return this.#daemon.substituteUrls ?? []
    return addresses(named)
  }

  buildOptions(mode: BuildMode, signal: AbortSignal): BuildOptions {
    const cores = this.#number('build-cores') ?? this.#daemon.cores ?? 0
    const repeat = this.#number('build-repeat')
    const { allowsSubstitutes: _, ...daemon } = this.#daemon
    return {
      ...daemon,
      mode,
      rounds: repeat === undefined ? (this.#daemon.rounds ?? 1) : repeat + 1,
      keepFailed: this.keepFailed,
      keepGoing: this.keepGoing,
      maxJobs: this.#number('build-max-jobs') ?? this.#daemon.maxJobs ?? 1,
      cores,
      timeout: this.#number('build-timeout') ?? this.#daemon.timeout ?? 0,
      maxSilentTime: this.#number('build-max-silent-time') ?? this.#daemon.maxSilentTime ?? 0,
      substituteUrls: this.substituteUrls,
      fallback: this.fallback,
      signal,
    }
  }
}
