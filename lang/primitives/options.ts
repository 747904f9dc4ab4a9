/** What read-enable, read-set!, print-enable and the like change: options of reading and printing that belong to
 *  the process. Their Scheme side is stdlib/guile/options.scm. */
import { readerDefaults } from '../reader/index.ts'
import { SchemeSymbol, UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { any, symbol } from './parameters.ts'
import { setHexEscapes, setQuoteAbbreviation, setR7rsPrinting } from './print.ts'

const guile = primitives('(guile)')

function keywordStyle(value: Value): 'prefix' | 'postfix' | undefined {
  const name = value instanceof SchemeSymbol ? value.name : ''
  return name === 'prefix' || name === 'postfix' ? name : undefined
}

guile('%reader-option!', [symbol('option'), any('value')], 'Set OPTION of the reader.', (option, value) => {
  if (option.name === 'keywords') readerDefaults.keywords = keywordStyle(value)
  else if (option.name === 'case-insensitive') readerDefaults.foldCase = value !== false
  else if (option.name === 'r6rs-hex-escapes' || option.name === 'hungry-eol-escapes') {
    readerDefaults.r7rs = value !== false
    if (option.name === 'r6rs-hex-escapes') setHexEscapes(value !== false)
  } else if (option.name === 'positions') readerDefaults.positions = value !== false
  else if (option.name === 'r7rs-symbols') readerDefaults.barSymbols = value !== false
  return UNSPECIFIED
})
guile('%printer-option!', [symbol('option'), any('value')], 'Set OPTION of the printer.', (option, value) => {
  if (option.name === 'r7rs-symbols') setR7rsPrinting(value !== false)
  else if (option.name === 'datum-quotes') setQuoteAbbreviation(value !== false)
  return UNSPECIFIED
})
