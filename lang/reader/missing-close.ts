/** A guess at where a closing parenthesis is missing: people indent what is inside more than the parenthesis. */
import type { SourceFile } from '../source/index.ts'
import { BytevectorOpen, Close, Open, tokenize, VectorOpen } from './tokens.ts'

const opening: ReadonlySet<unknown> = new Set([Open, VectorOpen, BytevectorOpen])

export interface MissingClose {
  /** Offset of the parenthesis that should have been closed. */
  readonly opening: number
  /** Where the text ends that it was meant to hold. */
  readonly end: number
}

/** The first place, in the last form of the text, where a line begins no further right than a parenthesis that is
 *  still open before it. */
export function missingClose(source: SourceFile): MissingClose | undefined {
  const opened: { readonly offset: number; readonly line: number; readonly column: number }[] = []
  let previousLine = 0
  let end = 0
  let found: MissingClose | undefined
  for (const token of tokenize(source.text)) {
    const { line, column } = source.position(token.startOffset)
    const innermost = opened.at(-1)
    // What is closed after all was only indented in its own way.
    if (innermost === undefined) found = undefined
    const begins = line > previousLine && token.tokenType !== Close
    if (begins && innermost !== undefined && line > innermost.line && column <= innermost.column) {
      found ??= { opening: innermost.offset, end }
    }
    if (opening.has(token.tokenType)) opened.push({ offset: token.startOffset, line, column })
    else if (token.tokenType === Close) opened.pop()
    end = token.startOffset + token.image.length
    previousLine = source.position(Math.max(token.startOffset, end - 1)).line
  }
  return found
}
