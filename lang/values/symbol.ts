/** Symbols and keywords, interned by name. */

export class SchemeSymbol {
  readonly name: string
  readonly interned: boolean
  constructor(name: string, interned: boolean) {
    this.name = name
    this.interned = interned
  }
}

export class Keyword {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const symbols = new Map<string, SchemeSymbol>()
const keywords = new Map<string, Keyword>()

/** The symbol called `name`. */
export function intern(name: string): SchemeSymbol {
  let symbol = symbols.get(name)
  if (symbol === undefined) {
    symbol = new SchemeSymbol(name, true)
    symbols.set(name, symbol)
  }
  return symbol
}

/** A fresh symbol that no other `eq?`s, whatever its name. */
export function uninternedSymbol(name: string): SchemeSymbol {
  return new SchemeSymbol(name, false)
}

/** The keyword `#:name`. */
export function internKeyword(name: string): Keyword {
  let keyword = keywords.get(name)
  if (keyword === undefined) {
    keyword = new Keyword(name)
    keywords.set(name, keyword)
  }
  return keyword
}
