/** The line of the recipe at which a build failed: the log names places in lowered scripts, in copies of files and of
 *  modules, and Scheme knows what they were made from. See stdlib/guix/gexp/positions.scm. */

import { readFileSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { formatSpan, SourceFile, type Span } from '../../lang/source/index.ts'
import { list, listToArray } from '../../lang/values/index.ts'
import type { BuildFailure } from '../builds/index.ts'
import type { Store } from '../store/index.ts'
import { callPositions } from './positions.ts'
import { schemeString } from './values.ts'

/** A place that the log names, and the one in a recipe that it comes from. */
interface LoweredPlace {
  readonly lowered: string
  readonly span: Span
}

/** A file in the store that a log names, its text, a line of it and a column. */
export type StorePlace = readonly [file: string, text: string, line: number, column: number]

/** Says for each of PLACES, of the log of DERIVATION, the file, line and column of the form of a recipe that is there. */
export type FindPlaces = (
  derivation: string,
  places: readonly StorePlace[],
) => readonly (readonly [string, number, number] | undefined)[]

/** What the interpreter that is running knows, which has lowered the derivations. */
const placesHere: FindPlaces = (derivation, places) => {
  const asked = places.map(([file, text, line, column]) => list([schemeString(file), schemeString(text), line, column]))
  const found = listToArray(callPositions('failure-locations', schemeString(derivation), list(asked))) ?? []
  return places.map((_, index) => {
    const location = listToArray(found[index])
    return location === undefined ? undefined : [String(location[0]), Number(location[1]), Number(location[2])]
  })
}

/** ERROR, of a build that failed, with the place in the recipe that the failure comes from, when FIND can tell it. */
export function withRecipePlace(error: unknown, store: Store, find: FindPlaces = placesHere): unknown {
  if (!(error instanceof StrataError) || error.kind !== 'build-failed' || error.span !== undefined) return error
  const [failure] = error.irritants as readonly BuildFailure[]
  if (failure === undefined) return error
  const [last, ...earlier] = recipePlaces(failure, store, find)
  if (last === undefined) return error
  // A program that failed within the build is told before what became of that.
  const causes = earlier.map(({ lowered, span }) => `first, at ${formatSpan(span)}, lowered to ${lowered}`)
  const hint = [...causes, `the lowered script: ${last.lowered}`, error.hint].filter((line) => line !== undefined)
  return new StrataError(error.kind, error.message, {
    irritants: error.irritants,
    span: last.span,
    hint: hint.join('\n'),
    cause: error.cause,
  })
}

/** The places of recipes that the log of FAILURE tells of, the last first. */
function recipePlaces(failure: BuildFailure, store: Store, find: FindPlaces): LoweredPlace[] {
  const builder = store.readDerivation(failure.derivation).args.at(-1) ?? ''
  const named = placesIn(failure.lastLines ?? [], builder)
  const found = find(
    failure.derivation,
    named.map(({ file, line, column }) => [file, textOf(store, file), line, column]),
  )
  return named.flatMap(({ file, line, column }, index) => {
    const location = found[index]
    const span = location === undefined ? undefined : spanAt(...location)
    return span === undefined ? [] : [{ lowered: `${file}:${line}:${column}`, span }]
  })
}

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The places of errors that LINES of a log name, in BUILDER also of what led to them, each once, the last first. */
function placesIn(lines: readonly string[], builder: string): Place[] {
  const places = new Map<string, Place>()
  for (const text of [...lines].reverse()) {
    // Output without an end of line may be in front.
    for (const match of text.matchAll(/(\/gnu\/store\/[0-9a-z]{32}-[^\s:]+):(\d+):(\d+):( error:)?/g)) {
      const [, file = '', line, column, error] = match
      const place = `${file}:${line}:${column}`
      if (error === undefined && (file !== builder || match.index > 0)) continue
      if (!places.has(place)) places.set(place, { file, line: Number(line), column: Number(column) })
    }
  }
  return [...places.values()]
}

function textOf(store: Store, file: string): string {
  try {
    return readFileSync(store.physical(file), 'utf8')
  } catch {
    return ''
  }
}

function spanAt(file: string, line: number, column: number): Span | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // What was given on the command line, say: the place without its text.
    return { source: new SourceFile(file, '', file, { line, column }), start: 0, end: 0 }
  }
  const source = new SourceFile(file, text)
  const start = source.offset({ line, column })
  return start === undefined ? undefined : { source, start, end: start }
}
