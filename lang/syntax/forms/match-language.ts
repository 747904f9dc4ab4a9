/** The words of the pattern language of (ice-9 match), and the variables a pattern binds.
 *  A word counts only where it is bound as in (guile), which for most means nowhere. */
import { Pair, SchemeSymbol, type Value } from '../../values/index.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { asIdentifier, isGuileKeyword } from '../identifier.ts'
import type { Marks, Wrap } from '../wrap.ts'

const keywords = new Set(['quote', 'quasiquote', 'and', 'or', 'not', '?', '=', '$', 'get!', 'set!'])

/** The keyword of the pattern language an identifier is, unless it is bound to something else where it stands. */
export function keywordOf(value: Value, wrap: Wrap): string | undefined {
  const id = asIdentifier(value, wrap)
  if (id === undefined || !keywords.has(id.symbol.name)) return undefined
  return isGuileKeyword(value, wrap, id.symbol.name) ? id.symbol.name : undefined
}

const ellipses = new Set(['...', '___', '..1'])

export function isEllipsisName(symbol: SchemeSymbol): boolean {
  return ellipses.has(symbol.name)
}

export function ellipsisOf(value: Value, wrap: Wrap): string | undefined {
  const id = asIdentifier(value, wrap)
  if (id === undefined || !isEllipsisName(id.symbol)) return undefined
  return isGuileKeyword(value, wrap, id.symbol.name) ? id.symbol.name : undefined
}

export function isTreeEllipsis(value: Value, wrap: Wrap): boolean {
  return asIdentifier(value, wrap)?.symbol.name === '***' && isGuileKeyword(value, wrap, '***')
}

/** Whether the element after the first is an ellipsis: then the first is a pattern of its own. */
export function isRepeated(form: Pair, wrap: Wrap): boolean {
  const rest = openSyntax(form.cdr, wrap)
  return rest.value instanceof Pair && ellipsisOf(rest.value.car, rest.wrap) !== undefined
}

export function isWildcard(symbol: SchemeSymbol, wrap: Wrap): boolean {
  return symbol.name === '_' && isGuileKeyword(symbol, wrap, '_')
}

/** The variables a pattern binds. */
export function variablesOf(pattern: Value, wrap: Wrap): { symbol: SchemeSymbol; marks: Marks }[] {
  const { value, wrap: w } = openSyntax(pattern, wrap)
  if (value instanceof SchemeSymbol) {
    return isWildcard(value, w) || ellipsisOf(value, w) !== undefined || isTreeEllipsis(value, w)
      ? []
      : [{ symbol: value, marks: w.marks }]
  }
  if (Array.isArray(value)) return value.flatMap((item) => variablesOf(item, w))
  if (!(value instanceof Pair)) return []
  const keyword = isRepeated(value, w) ? undefined : keywordOf(value.car, w)
  const rest = openSyntax(value.cdr, w)
  const operands = keyword === undefined ? undefined : formItems(rest.value)
  if (keyword === undefined || operands === undefined) {
    return [...variablesOf(value.car, w), ...variablesOf(value.cdr, w)]
  }
  switch (keyword) {
    case 'quote':
      return []
    case 'quasiquote':
      return quasiVariables(operands[0], rest.wrap)
    case 'and':
    case 'or':
    case 'get!':
    case 'set!':
      return operands.flatMap((operand) => variablesOf(operand, rest.wrap))
    case 'not':
      return []
    default:
      return operands.slice(1).flatMap((operand) => variablesOf(operand, rest.wrap))
  }
}

export function quasiVariables(template: Value, wrap: Wrap): { symbol: SchemeSymbol; marks: Marks }[] {
  const { value, wrap: w } = openSyntax(template, wrap)
  if (Array.isArray(value)) return value.flatMap((item) => quasiVariables(item, w))
  if (!(value instanceof Pair)) return []
  if (isGuileKeyword(value.car, w, 'unquote') || isGuileKeyword(value.car, w, 'unquote-splicing')) {
    return variablesOf(value.cdr, w)
  }
  return [...quasiVariables(value.car, w), ...quasiVariables(value.cdr, w)]
}

/** How many elements a tail pattern asks for. */
export function properLength(tail: Value, wrap: Wrap): number {
  let count = 0
  let rest = openSyntax(tail, wrap)
  while (rest.value instanceof Pair) {
    count++
    rest = openSyntax(rest.value.cdr, rest.wrap)
  }
  return count
}
