/** The line of the recipe at which a build failed: the log names a place in the lowered script, Scheme knows what it was
 *  lowered from. See stdlib/guix/gexp/positions.scm. */

import { readFileSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { SourceFile, type Span } from '../../lang/source/index.ts'
import { listToArray, SchemeString } from '../../lang/values/index.ts'
import type { BuildFailure } from '../builds/index.ts'
import type { StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import { currentSession } from './scheme-session.ts'

/** ERROR, of a build that failed, with the place in the recipe that the failure comes from, when it can be told. */
export function withRecipePlace(error: unknown, store: Store): unknown {
  if (!(error instanceof StrataError) || error.kind !== 'build-failed' || error.span !== undefined) return error
  const [failure] = error.irritants as readonly BuildFailure[]
  const place = failure === undefined ? undefined : recipePlace(failure, store)
  if (place === undefined) return error
  const hint = [`the lowered script: ${place.script}`, error.hint].filter((line) => line !== undefined).join('\n')
  return new StrataError(error.kind, error.message, {
    irritants: error.irritants,
    span: place.span,
    hint,
    cause: error.cause,
  })
}

function recipePlace(failure: BuildFailure, store: Store): { script: string; span: Span } | undefined {
  const interpreter = currentSession()
  const builder = interpreter === undefined ? undefined : builderOf(failure.derivation, store)
  if (interpreter === undefined || builder === undefined) return undefined
  const place = placeIn(builder, failure.lastLines ?? [])
  if (place === undefined) return undefined
  const location = listToArray(
    interpreter.call(
      interpreter.lookup(['guix', 'scripts', 'build'], 'failure-location'),
      new SchemeString(failure.derivation),
      new SchemeString(builder),
      new SchemeString(readFileSync(store.physical(builder), 'utf8')),
      place.line,
      place.column,
    ),
  )
  if (location === undefined) return undefined
  const [file, line, column] = location
  const span = spanAt(String(file), Number(line), Number(column))
  return span === undefined ? undefined : { script: `${builder}:${place.line}:${place.column}`, span }
}

/** The script that the derivation at PATH runs. */
function builderOf(path: string, store: Store): StorePath | undefined {
  const last = store.readDerivation(path).args.at(-1)
  return last?.endsWith('-builder') === true ? (last as StorePath) : undefined
}

/** The last place in SCRIPT that LINES of a log name. */
function placeIn(script: string, lines: readonly string[]): { line: number; column: number } | undefined {
  for (const text of [...lines].reverse()) {
    if (!text.startsWith(`${script}:`)) continue
    const [, line, column] = /^(\d+):(\d+):/.exec(text.slice(script.length + 1)) ?? []
    if (line !== undefined && column !== undefined) return { line: Number(line), column: Number(column) }
  }
  return undefined
}

function spanAt(file: string, line: number, column: number): Span | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const before = text.split('\n', line - 1)
  const start = before.reduce((length, each) => length + each.length + 1, 0) + column
  return start > text.length ? undefined : { source: new SourceFile(file, text), start, end: start }
}
