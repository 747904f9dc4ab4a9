/** The error for everything a user can cause outside a running Scheme program: bad bytes, a missing
 *  file, a failed build. A plain `Error` means a bug in strata. */
import type { Span } from '../source/index.ts'

export interface StrataErrorDetails {
  readonly irritants?: readonly unknown[]
  readonly span?: Span
  /** Something to type or to check, printed after `hint:`. */
  readonly hint?: string
  readonly cause?: unknown
}

export class StrataError extends Error {
  /** Stable, kebab-case: programs test it. */
  readonly kind: string
  readonly irritants: readonly unknown[]
  readonly span: Span | undefined
  readonly hint: string | undefined

  constructor(kind: string, message: string, details: StrataErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'StrataError'
    this.kind = kind
    this.irritants = details.irritants ?? []
    this.span = details.span
    this.hint = details.hint
  }
}
