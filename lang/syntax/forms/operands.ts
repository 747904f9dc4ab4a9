/** The elements of a form, for the forms that begin by counting them. */
import type { Pair, Value } from '../../values/index.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax } from '../errors.ts'
import { Syntax, wrapSyntax } from '../syntax-object.ts'
import type { Wrap } from '../wrap.ts'

/** The elements of a form, its keyword first, to be read under the form's wrap; at least LEAST. */
export function itemsOf(form: Pair, wrap: Wrap, least: number): Value[] {
  const items = formItems(form)
  if (items === undefined || items.length < least) return badSyntax(new Syntax(form, wrap))
  return items
}

/** The elements of a rewriter's form, each able to leave its place. */
export function wrappedItems(form: Value, wrap: Wrap, least: number): Value[] {
  const opened = openSyntax(form, wrap)
  const items = formItems(opened.value)
  if (items === undefined || items.length < least) return badSyntax(wrapSyntax(form, wrap))
  return items.map((item) => wrapSyntax(item, opened.wrap))
}

/** The form's operands, if their number is right. */
export function operands(form: Pair, wrap: Wrap, least: number, most = least): Value[] {
  const items = formItems(form)
  if (items === undefined || items.length - 1 < least || items.length - 1 > most) {
    return badSyntax(new Syntax(form, wrap))
  }
  return items.slice(1)
}
