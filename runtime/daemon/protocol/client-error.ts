/** An error that the client of a daemon is told with a status other than 1. */
import { StrataError, type StrataErrorDetails } from '../../../lang/conditions/index.ts'

export class ClientError extends StrataError {
  /** 100 when a builder failed, 101 when it took too long. */
  readonly status: number

  constructor(kind: string, message: string, status: number, details: StrataErrorDetails = {}) {
    super(kind, message, details)
    this.status = status
  }
}
