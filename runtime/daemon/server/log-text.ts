/** Build events as the text that clients of a daemon get: the builder's output, and lines that start with `@' for
 *  programs that asked for a trace of the builds. Words and forms are the real daemon's; clients of Nix are told in words
 *  what those of Guix learn from the trace. */
import type { BuildEvent, BuildFailure, BuildMode } from '../../builds/index.ts'
import { encodeText, formatHash, isHashAlgorithm, parseHash } from '../../formats/index.ts'
import type { BuildSettings } from './build-settings.ts'

/** What the client wants to see. */
export interface LogSettings extends Pick<BuildSettings, 'printBuildTrace' | 'multiplexed'> {
  /** Guix's, unless said. */
  readonly dialect?: 'guix' | 'nix'
  readonly mode?: BuildMode
}

export class LogText {
  readonly #settings: LogSettings
  readonly #write: (text: string | Uint8Array) => void
  readonly #forNix: boolean
  /** What the client knows a running build by. */
  readonly #pids = new Map<string, number>()
  readonly #told = new Set<string>()

  constructor(settings: LogSettings, write: (text: string | Uint8Array) => void) {
    this.#settings = settings
    this.#write = write
    this.#forNix = settings.dialect === 'nix'
  }

  readonly onEvent = (event: BuildEvent): void => {
    switch (event.kind) {
      case 'build-started':
        this.#pids.set(event.derivation, event.pid)
        this.#trace(`build-started ${event.derivation} - ${event.system} ${logName(event.log)} ${event.pid}`)
        if (this.#forNix) this.#write(startOf(event.derivation, this.#settings.mode))
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
    this.#write(`${this.#forNix ? messageForNix(failure) : failure.message}\n`)
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

function startOf(derivation: string, mode: BuildMode | undefined): string {
  return mode === 'check' ? `checking outputs of '${derivation}'...\n` : `building '${derivation}'...\n`
}

/** What FAILURE is to a user of Nix: with both hashes when they differ, because nobody else tells. */
function messageForNix({ derivation, message, hashes }: BuildFailure): string {
  if (hashes === undefined) return quotedForNix(message)
  const [specified, got] = [hashes.expected, hashes.actual].map(inSri)
  return `hash mismatch in fixed-output derivation '${derivation}':\n  specified: ${specified}\n     got:    ${got}`
}

/** `[r:]ALGORITHM:HASH` as Nix shows it. */
function inSri(text: string): string {
  const [, algorithm = '', digits = ''] = /^(?:r:)?([^:]*):(.*)$/.exec(text) ?? []
  return isHashAlgorithm(algorithm) ? formatHash(parseHash(digits, algorithm), 'sri') : text
}

/** TEXT with names between quotes as Nix has them. */
export function quotedForNix(text: string): string {
  return text.replaceAll(/`([^`']*)'/g, "'$1'")
}

/** The log's name, with the double slash that the real daemon puts into it: clients look for it as it is. */
function logName(file: string): string {
  return file.replace(/\/([^/]+)\/([^/]+)$/, '/$1//$2')
}
