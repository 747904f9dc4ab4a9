/** The calls pending now, for (guile stacks), which makes Guile's stack objects of them. */
import { currentBacktrace } from '../execution/index.ts'
import { intern, list, SchemeString } from '../values/index.ts'
import { primitives } from './define.ts'

const guile = primitives('(guile)')

guile(
  '%pending-calls',
  [],
  "Return the pending calls, innermost first, as lists: the procedure's name or #f, file or #f, line from 0, column.",
  () =>
    list(
      currentBacktrace().map(({ procedure, span }) => {
        const name = procedure === undefined ? false : intern(procedure)
        if (span === undefined) return list([name, false, 0, 0])
        const { line, column } = span.source.position(span.start)
        return list([name, new SchemeString(span.source.name), line - 1, column])
      }),
    ),
)
