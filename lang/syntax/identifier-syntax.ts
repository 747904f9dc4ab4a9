/** `identifier-syntax`: an identifier that stands for an expression, with an optional meaning for `set!`. */
import { NIL, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { formItems, openSyntax } from './destructure.ts'
import { badSyntax, NO_MATCH, syntaxError } from './errors.ts'
import { isGuileKeyword } from './identifier.ts'
import { Rewriter } from './macro.ts'
import { compilePattern, standardEllipsis } from './pattern.ts'
import { type Syntax, wrapSyntax } from './syntax-object.ts'
import { markerOf } from './syntax-rules.ts'
import { compileTemplate } from './template.ts'
import type { Wrap } from './wrap.ts'

/** The macro of `(identifier-syntax template)` or `(identifier-syntax (id template) ((set! id pattern) template))`. */
export function identifierSyntax(form: Syntax): Rewriter {
  const items = formItems(form.expression) ?? badSyntax(form)
  const [, first, second] = items
  if (items.length < 2 || items.length > 3) return badSyntax(form)
  const [template, templateWrap] = second === undefined ? [first, form.wrap] : clauseTemplate(first, form)
  const options = { variables: [], ellipsis: standardEllipsis, open: false }
  const reference = compileTemplate(template, templateWrap, options)
  const setter = second === undefined ? undefined : compileSetter(second, form)
  return new Rewriter(
    '',
    (use, wrap, mark) => {
      const marker = mark === undefined ? (w: Wrap) => w : markerOf(mark)
      const opened = openSyntax(use, wrap)
      if (opened.value instanceof SchemeSymbol) return reference([], marker)
      if (!(opened.value instanceof Pair)) return syntaxError(NO_MATCH, wrapSyntax(use, wrap))
      if (isGuileKeyword(opened.value.car, opened.wrap, 'set!')) {
        if (setter === undefined) return syntaxError(NO_MATCH, wrapSyntax(use, wrap))
        return setter(opened.value.cdr, opened.wrap, marker)
      }
      return new Pair(reference([], marker), wrapSyntax(opened.value.cdr, opened.wrap))
    },
    { variable: setter !== undefined },
  )
}

/** `(id template)` */
function clauseTemplate(clause: Value, form: Syntax): [Value, Wrap] {
  const opened = openSyntax(clause, form.wrap)
  const parts = formItems(opened.value)
  if (parts?.length !== 2) return badSyntax(form, clause)
  return [parts[1], opened.wrap]
}

/** `((set! id pattern) template)` */
function compileSetter(clause: Value, form: Syntax) {
  const [template, wrap] = clauseTemplate(clause, form)
  const opened = openSyntax(clause, form.wrap)
  const head = openSyntax(formItems(opened.value)?.[0], opened.wrap)
  const parts = formItems(head.value)
  if (parts?.length !== 3) return badSyntax(form, clause)
  // The name in the pattern stands for itself: it matches whatever keyword is assigned to.
  const pattern = compilePattern(new Pair(parts[1], new Pair(parts[2], NIL)), head.wrap, {
    literals: [],
    ellipsis: standardEllipsis,
  })
  const build = compileTemplate(template, wrap, {
    variables: pattern.variables,
    ellipsis: standardEllipsis,
    open: false,
  })
  return (operands: Value, useWrap: Wrap, marker: (wrap: Wrap) => Wrap): Value => {
    const values: Value[] = []
    if (!pattern.match(operands, useWrap, undefined, values))
      return syntaxError(NO_MATCH, wrapSyntax(operands, useWrap))
    return build(values, marker)
  }
}
