/** The parameters of procedures as data: for arity questions, printing and compiled files. */
import type { Lambda } from '../core/index.ts'

/** The parameter names of one case of a procedure. */
export interface Formals {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly keywords: readonly string[]
  readonly allowOtherKeys: boolean
  readonly rest: string | undefined
}

export function formalsOf(lambda: Lambda): Formals[] {
  return lambda.cases.map((c) => ({
    required: c.required.map((v) => v.name),
    optional: c.optional.map((o) => o.variable.name),
    keywords: c.keywords.map((k) => k.keyword.name),
    allowOtherKeys: c.allowOtherKeys,
    rest: c.rest?.name,
  }))
}
