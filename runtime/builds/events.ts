/** What happens during a realisation, as values: the terminal, `--json` and the daemon's clients all
 *  print from these. */

import type { DownloadEvent } from '../downloads/index.ts'
import type { Hash, StorePath } from '../formats/index.ts'

/** Why a build failed. `status` is the one the real daemon answers with. */
export interface BuildFailure {
  readonly derivation: string
  readonly reason:
    | 'builder-failed'
    | 'no-output'
    | 'hash-mismatch'
    | 'bad-output'
    | 'timeout'
    /** Built again, the result was another. */
    | 'not-deterministic'
    /** It failed before, and that was remembered. */
    | 'cached-failure'
    | 'dependency-failed'
    | 'missing-derivation'
    | 'download-failed'
    | 'substitute-failed'
    | 'unsupported'
  /** What the real daemon would say, without a full stop. */
  readonly message: string
  readonly status: 1 | 100 | 101
  /** The compressed log on disk. */
  readonly log?: string | undefined
  /** The build directory, kept because it was asked for. */
  readonly kept?: string | undefined
  /** The end of the log. */
  readonly lastLines?: readonly string[] | undefined
  readonly hint?: string | undefined
  /** For a wrong hash, in nix-base32 with the algorithm in front. */
  readonly hashes?: { readonly expected: string; readonly actual: string } | undefined
  readonly cause?: unknown
}

export type BuildEvent =
  | {
      readonly kind: 'build-started'
      readonly derivation: StorePath
      readonly system: string
      /** The file that keeps the log; '' when none does. */
      readonly log: string
      readonly pid: number
    }
  /** One line of the builder's output, without its end. */
  | { readonly kind: 'build-log'; readonly derivation: StorePath; readonly line: string }
  | { readonly kind: 'build-succeeded'; readonly derivation: StorePath; readonly outputs: readonly StorePath[] }
  | { readonly kind: 'build-failed'; readonly derivation: StorePath; readonly failure: BuildFailure }
  /** Another process is building the same. */
  | { readonly kind: 'build-waiting'; readonly derivation: StorePath; readonly lock: string }
  /** An item is taken from a server of substitutes. */
  | { readonly kind: 'substitution-started'; readonly item: StorePath; readonly url: string }
  | {
      readonly kind: 'substitution-progress'
      readonly item: StorePath
      readonly url: string
      readonly received: number
      readonly total: number | undefined
    }
  | { readonly kind: 'substitution-succeeded'; readonly item: StorePath }
  | {
      readonly kind: 'substitution-failed'
      readonly item: StorePath
      readonly message: string
      /** For contents other than what was signed. */
      readonly mismatch?: { readonly expected: Hash; readonly actual: Hash } | undefined
    }
  | { readonly kind: 'substitution-warning'; readonly message: string }
  | (DownloadEvent & { readonly derivation: StorePath })

export type BuildSink = (event: BuildEvent) => void
