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
  const item = openSyntax(value.car, w)
  if (item.value instanceof Pair) {
    const splicing = isGuileKeyword(item.value.car, item.wrap, 'unquote-splicing')
    if (splicing || isGuileKeyword(item.value.car, item.wrap, 'unquote')) {
      const rest = openSyntax(item.value.cdr, item.wrap)
      const operands = formItems(rest.value)
      // (unquote a b ...) in a list inserts all of them.
      if (depth === 0 && operands !== undefined && (splicing || operands.length !== 1)) {
        let tail = fill(value.cdr, w, depth)
        for (const operand of operands.reverse()) {
          const inserted = expand(operand, rest.wrap)
          if (!splicing) tail = callPrimitive('cons', inserted, tail)
          else if (isNil(tail)) tail = inserted
          else tail = callPrimitive('append', inserted, tail)
        }
        return tail
      }
      if (depth > 0 && splicing) return join(nested(item.value, item.wrap, depth - 1), fill(value.cdr, w, depth))
    }
  }
  return join(fill(value.car, w, depth), fill(value.cdr, w, depth))
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
