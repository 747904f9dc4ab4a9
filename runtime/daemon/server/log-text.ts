/** Build events as the text that clients of a daemon get: the builder's output, and lines that start with `@' for
 *  programs that asked for a trace of the builds. Words and forms are the real daemon's. */
import type { BuildEvent, BuildFailure } from '../../builds/index.ts'
import { encodeText, formatHash } from '../../formats/index.ts'
import type { BuildSettings } from './build-settings.ts'

/** What the client wants to see. */
export type LogSettings = Pick<BuildSettings, 'printBuildTrace' | 'multiplexed'>

export class LogText {
  readonly #settings: LogSettings
  readonly #write: (text: string | Uint8Array) => void
  /** What the client knows a running build by. */
  readonly #pids = new Map<string, number>()
  readonly #told = new Set<string>()

  constructor(settings: LogSettings, write: (text: string | Uint8Array) => void) {
    this.#settings = settings
    this.#write = write
  }

  readonly onEvent = (event: BuildEvent): void => {
    switch (event.kind) {
      case 'build-started':
        this.#pids.set(event.derivation, event.pid)
        this.#trace(`build-started ${event.derivation} - ${event.system} ${logName(event.log)} ${event.pid}`)
        break
      case 'build-log':
        this.#output(this.#pids.get(event.derivation) ?? 0, `${event.line}\n`)
        break
      case 'build-succeeded':
        this.#trace(`build-succeeded ${event.derivation} -`)
        break
      case 'build-failed':
        this.failure(event.failure)
        break
      case 'build-waiting':
        this.#write(`waiting for the build of ${event.derivation} by another process\n`)
        break
      case 'substitution-started':
        this.#trace(`substituter-started ${event.item} substitute`)
        this.#write(`Downloading ${event.url}...\n`)
        break
      case 'substitution-succeeded':
        this.#trace(`substituter-succeeded ${event.item}`)
        break
      case 'substitution-failed':
        if (event.mismatch !== undefined) {
          const { expected, actual } = event.mismatch
          const [announced, found] = [expected, actual].map((hash) => formatHash(hash, 'nix-base32'))
          this.#trace(`hash-mismatch ${event.item} ${expected.algorithm} ${announced} ${found}`)
        }
        this.#trace(`substituter-failed ${event.item} - 1 ${event.message}`)
        this.#write(`${event.message}\n`)
        break
      case 'substitution-warning':
        this.#write(`warning: ${event.message}\n`)
        break
      default:
        break
    }
  }

  /** What is said of a failure; once, though it may be an event and in the error at the end. */
  failure(failure: BuildFailure): void {
    if (this.#told.has(failure.derivation)) return
    this.#told.add(failure.derivation)
    const { derivation, hashes } = failure
    if (hashes !== undefined) {
      const [, algorithm = '', expected = ''] = /^(.*):([^:]*)$/.exec(hashes.expected) ?? []
      const actual = hashes.actual.slice(hashes.actual.lastIndexOf(':') + 1)
      const item = /'(.*)'/.exec(failure.message)?.[1] ?? derivation
      this.#trace(`hash-mismatch ${item} ${algorithm} ${expected} ${actual}`)
    }
    if (failure.kept !== undefined) this.#write(`note: keeping build directory \`${failure.kept}'\n`)
    this.#write(`${failure.message}\n`)
    if (failure.reason === 'cached-failure') this.#trace(`build-failed ${derivation} - cached`)
    if (!this.#pids.has(derivation)) return
    this.#trace(
      failure.reason === 'timeout'
        ? `build-failed ${derivation} - timeout`
        : `build-failed ${derivation} - 1 ${failure.message}`,
    )
  }

  #trace(line: string): void {
    if (this.#settings.printBuildTrace) this.#write(`@ ${line}\n`)
  }

  #output(pid: number, text: string): void {
    const bytes = encodeText(text)
    if (!this.#settings.multiplexed) this.#write(bytes)
    else this.#write(Buffer.concat([encodeText(`@ build-log ${pid} ${bytes.length}\n`), bytes]))
  }
}

/** The log's name, with the double slash that the real daemon puts into it: clients look for it as it is. */
function logName(file: string): string {
  return file.replace(/\/([^/]+)\/([^/]+)$/, '/$1//$2')
}
