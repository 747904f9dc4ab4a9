/** Symbols and keywords. */
import {
  intern,
  internKeyword,
  Keyword,
  SchemeString,
  SchemeSymbol,
  structuralHash,
  uninternedSymbol,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { any, keyword, optional, rest, string, symbol } from './parameters.ts'

const guile = primitives('(guile)')

guile('symbol?', [any('x')], 'Return #t when X is a symbol.', (x) => x instanceof SchemeSymbol)
guile('keyword?', [any('x')], 'Return #t when X is a keyword.', (x) => x instanceof Keyword)
guile('symbol->string', [symbol('symbol')], 'Return the name of SYMBOL.', (s) => new SchemeString(s.name, true))
guile('string->symbol', [string('string')], 'Return the symbol named STRING.', (s) => intern(s.toString()))
guile('string-ci->symbol', [string('string')], 'Return the symbol named STRING.', (s) => intern(s.toString()))
guile('symbol-interned?', [symbol('symbol')], 'Return #t when SYMBOL is interned.', (s) => s.interned)
guile('make-symbol', [string('name')], 'Return a fresh uninterned symbol called NAME.', (s) =>
  uninternedSymbol(s.toString()),
)
guile(
  'symbol-append',
  [rest(symbol('symbol'))],
  'Return the symbol named by the concatenation of all SYMBOL.',
  (...symbols) => intern(symbols.map((s) => s.name).join('')),
)
guile('symbol->keyword', [symbol('symbol')], 'Return the keyword with the name of SYMBOL.', (s) =>
  internKeyword(s.name),
)
guile('keyword->symbol', [keyword('keyword')], 'Return the symbol with the name of KEYWORD.', (k) => intern(k.name))
guile('symbol-hash', [symbol('symbol')], 'Return a hash of SYMBOL.', (s) => structuralHash(new SchemeString(s.name)))

let generated = 0
/** A name no program writes: Guile's gensyms look the same. */
export function generateSymbol(prefix: string): SchemeSymbol {
  return intern(`${prefix}${(++generated).toString(16)}`)
}
guile('gensym', [optional(string('prefix'))], 'Return a new symbol whose name starts with PREFIX.', (prefix) =>
  generateSymbol(prefix === undefined ? ' g' : prefix.toString()),
)
