/** Syntax parameters: keywords whose meaning a form changes for the expansion of its body. */
import { expandBody } from '../body.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { evaluateTransformer } from '../expander.ts'
import { asIdentifier } from '../identifier.ts'
import { Macro, SyntaxParameter } from '../macro.ts'
import { defineForm } from '../native.ts'
import { Syntax, wrapSyntax } from '../syntax-object.ts'
import { resolve } from '../wrap.ts'
import { itemsOf } from './operands.ts'

const guile = '(guile)'

defineForm(guile, 'syntax-parameterize', 'Change the meaning of syntax parameters in a body.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, bindings, ...body] = itemsOf(form, wrap, 3)
  const opened = openSyntax(bindings, wrap)
  const changes: { parameter: SyntaxParameter; value: Macro }[] = []
  for (const binding of formItems(opened.value) ?? badSyntax(whole)) {
    const inner = openSyntax(binding, opened.wrap)
    const [name, value, ...more] = formItems(inner.value) ?? badSyntax(whole)
    const id = asIdentifier(name, inner.wrap)
    if (id === undefined || value === undefined || more.length > 0) return badSyntax(whole)
    const bound = resolve(id.symbol, id.wrap)
    const parameter = bound instanceof Macro ? bound : id.wrap.module.lookup(id.symbol)?.settled
    if (!(parameter instanceof SyntaxParameter)) {
      return syntaxError('invalid syntax parameter', whole, { subform: wrapSyntax(name, inner.wrap) })
    }
    changes.push({ parameter, value: evaluateTransformer(value, inner.wrap, id.symbol.name).macro })
  }
  const before = changes.map(({ parameter }) => parameter.current)
  for (const { parameter, value } of changes) parameter.current = value
  try {
    return expandBody(body, wrap, whole)
  } finally {
    changes.forEach(({ parameter }, i) => {
      const initial = before[i]
      if (initial !== undefined) parameter.current = initial
    })
  }
})
