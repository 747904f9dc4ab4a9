/** Strings: mutable sequences of Unicode code points, indexed in constant time.
 *  While every code point is in the basic plane the text is a JavaScript string; a string that
 *  holds others, or that has been mutated, keeps an array of code points instead. */

export class SchemeString {
  #text: string | undefined
  #points: number[] | undefined
  /** Whether `string-set!` is refused, as for literals. */
  readonly immutable: boolean

  constructor(text: string, immutable = false) {
    this.immutable = immutable
    if (/[\ud800-\udfff]/.test(text)) {
      this.#text = undefined
      this.#points = Array.from(text, (c) => c.codePointAt(0) ?? 0)
    } else {
      this.#text = text
      this.#points = undefined
    }
  }

  /** Number of code points. */
  get length(): number {
    return this.#text !== undefined ? this.#text.length : (this.#points?.length ?? 0)
  }

  /** The code point at `index`, which must be in range. */
  codePoint(index: number): number {
    return this.#text !== undefined ? this.#text.charCodeAt(index) : (this.#points?.[index] ?? 0)
  }

  setCodePoint(index: number, code: number): void {
    if (this.#points === undefined) {
      const text = this.#text ?? ''
      const points: number[] = new Array(text.length)
      for (let i = 0; i < text.length; i++) points[i] = text.charCodeAt(i)
      this.#points = points
      this.#text = undefined
    }
    this.#points[index] = code
  }

  /** The code points from `start` up to `end`, as JavaScript text. */
  slice(start: number, end: number): string {
    if (this.#text !== undefined) return this.#text.slice(start, end)
    return pointsToText(this.#points ?? [], start, end)
  }

  toString(): string {
    return this.#text ?? pointsToText(this.#points ?? [], 0, this.#points?.length ?? 0)
  }
}

function pointsToText(points: readonly number[], start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i += 4096) {
    text += String.fromCodePoint(...points.slice(i, Math.min(i + 4096, end)))
  }
  return text
}
