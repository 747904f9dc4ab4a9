/** Where a datum ends, told character by character: a port on a pipe or a terminal must not wait for more than that.
 *  Not reading it (see read.ts), and not all of the syntax: what is rare is left to those who read by lines. */

/** What a character is to the datum: a part of it, its last one, the first one behind it, or nothing this file knows. */
export type Extent = 'part' | 'last' | 'behind' | 'unclear'

type State =
  | 'between'
  | 'atom'
  | 'hash'
  | 'hash word'
  | 'prefix'
  | 'keyword'
  | 'character'
  | 'string'
  | 'bars'
  | 'braces'
  | 'line comment'
  | 'block comment'

const delimiter = /[\s()[\]";]/
/** What makes a parenthesis the opening one of a bytevector or an array. */
const arrayHead = /^#(?:v?u8|\d+(?:[usfc]\d+|vu8|[ab])?|[usfc](?:8|16|32|64))(?:[@:][+-]?\d+)*$/
const hashWordStart = /[\dtTfFxXbBoOdDeEiInuscva*]/

export class DatumExtent {
  readonly #bars: boolean
  #state: State = 'between'
  /** Parentheses that are open. */
  #depth = 0
  /** How many data are to come outside of them: `#;` makes it one more. */
  #wanted = 1
  #word = ''
  #previous = ''
  #comments = 0

  /** BARS: whether they quote symbols, as in R7RS. */
  constructor(bars: boolean) {
    this.#bars = bars
  }

  /** What C, which comes next, is. */
  next(c: string): Extent {
    switch (this.#state) {
      case 'between':
        return this.#begin(c)
      case 'atom':
        return delimiter.test(c) ? this.#endBefore(c) : 'part'
      case 'hash':
        return this.#afterHash(c)
      case 'hash word':
        return this.#inHashWord(c)
      case 'prefix':
        this.#state = 'between'
        return c === '@' ? 'part' : this.#begin(c)
      case 'keyword':
        return this.#inKeyword(c)
      case 'character':
        if (delimiter.test(c)) return this.#end()
        return this.#enter('atom')
      case 'string':
        return this.#inQuotes(c, '"')
      case 'bars':
        return this.#inQuotes(c, '|')
      case 'braces':
        return this.#inBraces(c)
      case 'line comment':
        return c === '\n' ? this.#enter('between') : 'part'
      case 'block comment':
        return this.#inBlockComment(c)
    }
  }

  #enter(state: State): Extent {
    this.#state = state
    this.#previous = ''
    return 'part'
  }

  /** A datum ends with this character. */
  #end(): Extent {
    this.#state = 'between'
    if (this.#depth > 0) return 'part'
    this.#wanted--
    return this.#wanted === 0 ? 'last' : 'part'
  }

  /** A datum has ended, and C comes. */
  #endBefore(c: string): Extent {
    return this.#end() === 'last' ? 'behind' : this.#begin(c)
  }

  #begin(c: string): Extent {
    switch (c) {
      case '(':
      case '[':
        this.#depth++
        return this.#enter('between')
      case ')':
      case ']':
        // One too many ends what is read too: it is an error.
        if (this.#depth > 0) this.#depth--
        else this.#wanted = 1
        return this.#end()
      case ';':
        return this.#enter('line comment')
      case '"':
        return this.#enter('string')
      case "'":
      case '`':
        return this.#enter('between')
      case ',':
        return this.#enter('prefix')
      case '#':
        return this.#enter('hash')
      default:
        if (/\s/.test(c)) return this.#enter('between')
        return this.#enter(c === '|' && this.#bars ? 'bars' : 'atom')
    }
  }

  #afterHash(c: string): Extent {
    switch (c) {
      case '(':
        return this.#begin(c)
      case '|':
        this.#comments = 1
        return this.#enter('block comment')
      case ';':
        if (this.#depth === 0) this.#wanted++
        return this.#enter('between')
      case '\\':
        return this.#enter('character')
      case '{':
        return this.#enter('braces')
      case ':':
        return this.#enter('keyword')
      case "'":
      case '`':
      case '~':
        return this.#enter('between')
      case ',':
      case '$':
      case '+':
        return this.#enter('prefix')
      default:
        if (!hashWordStart.test(c)) return 'unclear'
        this.#word = `#${c}`
        return this.#enter('hash word')
    }
  }

  #inHashWord(c: string): Extent {
    if ((c === '=' || c === '#') && /^#\d+$/.test(this.#word)) return c === '=' ? this.#enter('between') : this.#end()
    if (c === '(' && arrayHead.test(this.#word)) return this.#begin(c)
    if (delimiter.test(c)) return this.#endBefore(c)
    this.#word += c
    return 'part'
  }

  #inKeyword(c: string): Extent {
    if (this.#previous === '#' && c === '{') return this.#enter('braces')
    if (this.#previous === '#' || !/[\s#|]/.test(c)) {
      this.#state = 'atom'
      return this.next(c)
    }
    this.#previous = c
    return c === '|' ? this.#enter('bars') : 'part'
  }

  #inQuotes(c: string, mark: string): Extent {
    if (this.#previous === '\\') this.#previous = ''
    else if (c === mark) return this.#end()
    else this.#previous = c
    return 'part'
  }

  #inBraces(c: string): Extent {
    if (this.#previous === '\\') this.#previous = ''
    else if (this.#previous === '}' && c === '#') return this.#end()
    else this.#previous = c
    return 'part'
  }

  #inBlockComment(c: string): Extent {
    const pair = this.#previous + c
    this.#previous = c
    if (pair !== '#|' && pair !== '|#') return 'part'
    this.#previous = ''
    this.#comments += pair === '#|' ? 1 : -1
    return this.#comments === 0 ? this.#enter('between') : 'part'
  }
}
