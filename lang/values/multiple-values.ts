/** What `(values)` and `(values a b …)` return; one value is returned as itself. */
import type { Value } from './value.ts'

export class MultipleValues {
  readonly values: readonly Value[]
  constructor(values: readonly Value[]) {
    this.values = values
  }
}
