/** Why a text could not be read. Internal to the reader: read.ts turns it into Guile's `read-error`,
 *  or into a question to type more at the REPL. */
import type { Value } from '../values/index.ts'

export interface FailureDetails {
  /** Arguments of the message's `~A` and `~S`. */
  readonly irritants?: readonly Value[]
  /** The text ended too early: more of it could make it readable. */
  readonly incomplete?: boolean
  /** Offset of the innermost parenthesis that is still open. */
  readonly opening?: number | undefined
}

export class ReadFailure {
  /** A format string, as in Guile's own messages. */
  readonly message: string
  readonly start: number
  readonly end: number
  readonly irritants: readonly Value[]
  readonly incomplete: boolean
  readonly opening: number | undefined

  constructor(message: string, start: number, end: number, details: FailureDetails = {}) {
    this.message = message
    this.start = start
    this.end = end
    this.irritants = details.irritants ?? []
    this.incomplete = details.incomplete ?? false
    this.opening = details.opening
  }
}
