/** Quasiquotation: templates of data with holes, to calls of cons, append and list->vector. */
import type { Core } from '../../core/index.ts'
import { list, NIL, Pair, type Value } from '../../values/index.ts'
import { callPrimitive, constant } from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax } from '../errors.ts'
import { expand } from '../expander.ts'
import { isGuileKeyword } from '../identifier.ts'
import { defineForm } from '../native.ts'
import { Syntax, syntaxToDatum } from '../syntax-object.ts'
import type { Wrap } from '../wrap.ts'

defineForm('(guile)', 'quasiquote', 'Return a datum with the values of unquoted expressions in it.', (form, wrap) => {
  const items = formItems(form)
  if (items?.length !== 2) return badSyntax(new Syntax(form, wrap))
  return fill(items[1], wrap, 0)
})

function fill(template: Value, wrap: Wrap, depth: number): Core {
  const { value, wrap: w } = openSyntax(template, wrap)
  if (Array.isArray(value)) {
    const items = fill(list(value), w, depth)
    return items.kind === 'const' ? constant(syntaxToDatum(value)) : callPrimitive('list->vector', items)
  }
  if (!(value instanceof Pair)) return constant(syntaxToDatum(value))
  if (isGuileKeyword(value.car, w, 'unquote')) {
    const operands = formItems(openSyntax(value.cdr, w).value)
    const inner = openSyntax(value.cdr, w).wrap
    if (depth > 0) return nested(value, w, depth - 1)
    if (operands?.length !== 1) return badSyntax(new Syntax(value, w))
    return expand(operands[0], inner)
  }
  if (isGuileKeyword(value.car, w, 'quasiquote')) return nested(value, w, depth + 1)
  return fillList(value, w, depth)
}

/** One element of a list template: a value to cons or a list to append. */
interface Piece {
  readonly core: Core
  readonly spliced: boolean
}

/** A list template, walked along its spine: lists of data can be long. */
function fillList(template: Pair, wrap: Wrap, depth: number): Core {
  const pieces: Piece[] = []
  let rest: { value: Value; wrap: Wrap } = { value: template, wrap }
  for (;;) {
    const { value, wrap: w } = rest
    if (!(value instanceof Pair) || isDottedHole(value, w, pieces.length)) break
    pieces.push(...elementPieces(value.car, w, depth))
    rest = openSyntax(value.cdr, w)
  }
  let result = fill(rest.value, rest.wrap, depth)
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i]
    if (piece === undefined) break
    if (piece.spliced) result = isNil(result) ? piece.core : callPrimitive('append', piece.core, result)
    else if (i < longRun || result.kind === 'const') result = join(piece.core, result)
    else {
      // Far from the end of a long list: many elements in one call keep the calls from nesting.
      let first = i
      while (first > 0 && i - first < longRun && pieces[first - 1]?.spliced === false) first--
      result = callPrimitive('cons*', ...pieces.slice(first, i + 1).map((p) => p.core), result)
      i = first
    }
  }
  return result
}

/** Elements to cons one by one before several go into one call. */
const longRun = 64

/** Whether the rest of a list is `. ,x`, which reads as the two elements `unquote x`. */
function isDottedHole(rest: Pair, wrap: Wrap, position: number): boolean {
  return position > 0 && (isGuileKeyword(rest.car, wrap, 'unquote') || isGuileKeyword(rest.car, wrap, 'quasiquote'))
}

function elementPieces(element: Value, wrap: Wrap, depth: number): Piece[] {
  const item = openSyntax(element, wrap)
  if (item.value instanceof Pair) {
    const splicing = isGuileKeyword(item.value.car, item.wrap, 'unquote-splicing')
    if (splicing || isGuileKeyword(item.value.car, item.wrap, 'unquote')) {
      const rest = openSyntax(item.value.cdr, item.wrap)
      const operands = formItems(rest.value)
      // (unquote a b ...) in a list inserts all of them.
      if (depth === 0 && operands !== undefined && (splicing || operands.length !== 1)) {
        return operands.map((operand) => ({ core: expand(operand, rest.wrap), spliced: splicing }))
      }
      if (depth > 0 && splicing) return [{ core: nested(item.value, item.wrap, depth - 1), spliced: false }]
    }
  }
  return [{ core: fill(element, wrap, depth), spliced: false }]
}

/** `(quasiquote x)` or `(unquote x)` inside a template: a list that starts with the keyword itself. */
function nested(form: Pair, wrap: Wrap, depth: number): Core {
  return join(constant(syntaxToDatum(form.car)), fill(form.cdr, wrap, depth))
}

function isNil(core: Core): boolean {
  return core.kind === 'const' && core.value === NIL
}

function join(car: Core, cdr: Core): Core {
  if (car.kind === 'const' && cdr.kind === 'const') return constant(new Pair(car.value, cdr.value))
  return callPrimitive('cons', car, cdr)
}
