/** Source files and spans: where a datum was read from.
 *  Not the reader (see reader/) and not the printing of diagnostics (see conditions/).
 *  Lines count from 1 and columns from 0, as in Guile's and Guix's messages. */

/** The name of a text that has none. */
export const UNKNOWN_SOURCE = '#<unknown port>'

const START = { line: 1, column: 0 }

/** A text being read. `name` is what messages show; offsets are UTF-16 code units into `text`. */
export class SourceFile {
  readonly name: string
  readonly text: string
  /** What programs are told: the name below the directory of the load path that the file is in. Compiled code holds it,
   *  and stays right wherever that directory is. */
  readonly nameInLoadPath: string
  /** Where the text begins: what was read of a port before it is not part of it. */
  readonly #origin: Position
  #lineStarts: number[] | undefined

  constructor(name: string, text: string, nameInLoadPath = name, origin: Position = START) {
    this.name = name
    this.text = text
    this.nameInLoadPath = nameInLoadPath
    this.#origin = origin
  }

  /** Line (from 1) and column (from 0) of an offset. */
  position(offset: number): Position {
    const starts = this.lineStarts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const { line, column } = this.#origin
    return { line: line + low, column: offset - (starts[low] ?? 0) + (low === 0 ? column : 0) }
  }

  /** The offset of a place; undefined when the text has no such line or that is shorter. */
  offset({ line, column }: Position): number | undefined {
    const first = line - this.#origin.line
    const start = this.lineStarts()[first]
    if (start === undefined) return undefined
    const inLine = column - (first === 0 ? this.#origin.column : 0)
    return inLine < 0 || inLine > this.line(line).length ? undefined : start + inLine
  }

  /** The text of a line (from 1), without its newline. */
  line(line: number): string {
    const starts = this.lineStarts()
    const index = line - this.#origin.line
    const start = starts[index]
    if (start === undefined) return ''
    const end = starts[index + 1]
    return this.text.slice(start, end === undefined ? undefined : end - 1).replace(/\r$/, '')
  }

  private lineStarts(): number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0]
      for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) starts.push(i + 1)
      this.#lineStarts = starts
    }
    return this.#lineStarts
  }
}

export interface Position {
  readonly line: number
  readonly column: number
}

/** A half-open range of offsets in a source file. */
export interface Span {
  readonly source: SourceFile
  readonly start: number
  readonly end: number
}

/** `file:line:column` of the start of a span. */
export function formatSpan(span: Span): string {
  const { line, column } = span.source.position(span.start)
  return `${span.source.name}:${line}:${column}`
}
