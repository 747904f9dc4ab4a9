/** Builds that failed at a daemon, as those that fail here are told: with the derivation and the end of its log. */
import { StrataError } from '../../lang/conditions/index.ts'
import type { BuildFailure } from '../builds/index.ts'
import { ClientError } from '../daemon/index.ts'

/** How much of what a daemon says is kept, in bytes. */
const keptLength = 20_000

/** The end of what a daemon has said. */
export class LogEnd {
  #parts: Uint8Array[] = []
  #length = 0

  add(text: Uint8Array): void {
    this.#parts.push(Uint8Array.from(text))
    this.#length += text.length
    while (this.#length - (this.#parts[0]?.length ?? 0) > keptLength) this.#length -= this.#parts.shift()?.length ?? 0
  }

  clear(): void {
    this.#parts = []
    this.#length = 0
  }

  lines(): string[] {
    return Buffer.concat(this.#parts).toString('utf8').split('\n')
  }
}

/** ERROR, which a daemon answered a request for builds with, as the failure of one of them when it is that. */
export function asBuildFailure(error: unknown, log: LogEnd): unknown {
  if (!(error instanceof ClientError) || error.status !== 100) return error
  const lastLines = log.lines()
  const derivation = failedDerivation(lastLines, error.message)
  if (derivation === undefined) return error
  const failure: BuildFailure = { derivation, reason: 'builder-failed', message: error.message, status: 100, lastLines }
  return new StrataError('build-failed', error.message, { irritants: [failure], cause: error })
}

/** The derivation whose builder failed: the log names it, or else MESSAGE. */
function failedDerivation(lines: readonly string[], message: string): string | undefined {
  const name = "(/gnu/store/[^\\s'`]+\\.drv)"
  const told = new RegExp(`builder for [\`']${name}' failed|^@ build-failed ${name}`)
  const [line] = lines.flatMap((text) => told.exec(text) ?? []).filter((each) => each?.startsWith('/gnu/'))
  return line ?? new RegExp(name).exec(message)?.[1]
}
