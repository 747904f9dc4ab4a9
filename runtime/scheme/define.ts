/** How the primitives of (strata store) are declared. */
import { StrataError, throwKey } from '../../lang/conditions/index.ts'
import { callProcedure } from '../../lang/execution/index.ts'
import { parameter, primitives, procedure } from '../../lang/primitives/index.ts'
import { list, type Procedure, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { ClientError } from '../daemon/index.ts'
import { Connection } from './connection.ts'
import { schemeString } from './values.ts'

const declare = primitives('(strata store)')

/** Makes a Scheme condition of a message, a hint or #f, a status, and a place or #f; (guix store) supplies it. */
let makeStoreError: Procedure | undefined

/** Declare a primitive whose StrataErrors become conditions that Scheme programs can catch. */
export const define: typeof declare = (name, params, doc, apply) => {
  declare(name, params, doc, (...args) => {
    try {
      return apply(...args)
    } catch (error) {
      if (!(error instanceof StrataError) || makeStoreError === undefined) throw error
      const hint = error.hint === undefined ? false : schemeString(error.hint)
      const message = schemeString(error.message)
      return throwKey('%exception', callProcedure(makeStoreError, [message, hint, statusOf(error), placeOf(error)]))
    }
  })
}

declare(
  '%set-store-error-constructor!',
  [procedure('make')],
  `Let MAKE, a procedure of a message, a hint or #f, a status, and a list (FILE LINE COLUMN) or #f, make the conditions that
the store raises.`,
  (make) => {
    makeStoreError = make
    return UNSPECIFIED
  },
)

/** A parameter that is a store connection. */
export const connection = parameter(
  'store',
  (value: Value): value is Connection => value instanceof Connection,
  'store connection',
)

function placeOf({ span }: StrataError): Value {
  if (span === undefined) return false
  const { line, column } = span.source.position(span.start)
  return list([schemeString(span.source.name), line, column])
}

/** What a daemon says in numbers: 100 for builders that failed, 1 for other errors. */
function statusOf(error: StrataError): number {
  if (error instanceof ClientError) return error.status
  return error.kind === 'build-failed' ? 100 : 1
}
