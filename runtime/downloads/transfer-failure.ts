/** Why a transfer failed, with what to conclude from it. */
export class TransferFailure extends Error {
  readonly transient: boolean
  /** Whether the whole site, not only this file, is out of reach. */
  readonly unreachable: boolean

  /** Whether there is no such file. */
  readonly missing: boolean

  constructor(reason: string, conclusion: { transient?: boolean; unreachable?: boolean; missing?: boolean } = {}) {
    super(reason)
    this.missing = conclusion.missing ?? false
    this.transient = conclusion.transient ?? false
    this.unreachable = conclusion.unreachable ?? false
  }
}
