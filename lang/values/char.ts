/** Characters: Unicode scalar values, interned so that `eq?` and `eqv?` agree. */

export class Char {
  readonly code: number
  constructor(code: number) {
    this.code = code
  }
  toString(): string {
    return String.fromCodePoint(this.code)
  }
}

const small: Char[] = []
for (let code = 0; code < 256; code++) small.push(new Char(code))
const others = new Map<number, Char>()

/** The character with code point `code`. */
export function char(code: number): Char {
  const known = small[code] ?? others.get(code)
  if (known !== undefined) return known
  const made = new Char(code)
  others.set(code, made)
  return made
}
