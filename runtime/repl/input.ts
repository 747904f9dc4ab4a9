/** Input as the reader sees it: whether an entry is complete, and how far its next line is indented. */
import { DatumReader } from '../../lang/reader/index.ts'
import { BytevectorOpen, Close, Open, tokenize, VectorOpen } from '../../lang/reader/tokens.ts'
import { SourceFile } from '../../lang/source/index.ts'

/** Whether TEXT ends inside a datum, a string or a comment. */
export function isIncomplete(text: string): boolean {
  const reader = new DatumReader(new SourceFile('<input>', text))
  for (;;) {
    const result = reader.next()
    if (result.kind !== 'datum') return result.kind === 'incomplete'
  }
}

/** Whether ENTRY, which may be a command, needs no further line. */
export function isComplete(entry: string): boolean {
  const text = entry.replace(/^\s*,\S*/, '')
  return !isIncomplete(text)
}

const opening: ReadonlySet<unknown> = new Set([Open, VectorOpen, BytevectorOpen])

/** A parenthesis that is open at the end of a text. */
interface OpenList {
  readonly column: number
  /** Columns of its elements' first characters that are on its own line. */
  readonly elements: number[]
  head: string
}

/** Operators whose body is indented by two. */
const body =
  /^(?:define.*|lambda\*?|let.*|syntax-(?:case|rules|parameterize)|with-.*|call-with-.*|when|unless|do|case.*|match.*|parameterize|guard|begin|dynamic-wind|catch|receive|and-let\*|package|origin)$/

/** The column at which the line after TEXT begins. */
export function indentation(text: string): number {
  const source = new SourceFile('<input>', text)
  const open: OpenList[] = []
  for (const token of tokenize(text)) {
    const { column } = source.position(token.startOffset)
    const innermost = open.at(-1)
    if (token.tokenType === Close) {
      open.pop()
      continue
    }
    if (innermost !== undefined) {
      if (innermost.elements.length === 0 && innermost.head === '') innermost.head = token.image
      innermost.elements.push(column)
    }
    if (opening.has(token.tokenType)) {
      open.push({ column: column + token.image.length - 1, elements: [], head: '' })
    }
  }
  const last = open.at(-1)
  if (last === undefined) return 0
  if (opening.size > 0 && body.test(last.head)) return last.column + 2
  // Under the first operand, or under the first element of a list that has no more.
  return last.elements[1] ?? last.elements[0] ?? last.column + 1
}

/** The offset of the parenthesis that matches the one at AT of TEXT, if there is one. */
export function matchingParenthesis(text: string, at: number): number | undefined {
  const open: number[] = []
  for (const token of tokenize(text)) {
    const end = token.startOffset + token.image.length - 1
    if (opening.has(token.tokenType)) open.push(end)
    else if (token.tokenType === Close) {
      const start = open.pop()
      if (start === undefined) continue
      if (token.startOffset === at) return start
      if (start === at) return token.startOffset
    }
  }
  return undefined
}
