/** `and-let*` of SRFI 2. */
import type { Core } from '../../core/index.ts'
import { Pair } from '../../values/index.ts'
import { expandBody } from '../body.ts'
import { bind, branch, constant, local } from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { expand } from '../expander.ts'
import { asIdentifier } from '../identifier.ts'
import { bindVariable } from '../lambda.ts'
import { defineForm } from '../native.ts'
import { Syntax } from '../syntax-object.ts'
import { Rib, type Wrap } from '../wrap.ts'
import { itemsOf } from './operands.ts'

/** `(and-let* (clause ...) body ...)`, SRFI 2. */
defineForm(
  ['(srfi srfi-2)', '(ice-9 and-let-star)'],
  'and-let*',
  'Bind in order while the values are true.',
  (form, wrap) => {
    const whole = new Syntax(form, wrap)
    const [, clauseList, ...body] = itemsOf(form, wrap, 2)
    const opened = openSyntax(clauseList, wrap)
    const clauses = formItems(opened.value) ?? badSyntax(whole)
    const ribs: Rib[] = []
    const around = (inner: Wrap): Wrap => ribs.reduce((w, rib) => w.within(rib), inner)
    const expandFrom = (at: number): Core => {
      const clause = clauses[at]
      if (at === clauses.length) return body.length === 0 ? constant(true) : expandBody(body, around(wrap), whole)
      const last = at === clauses.length - 1 && body.length === 0
      const inner = openSyntax(clause, opened.wrap)
      const parts = inner.value instanceof Pair ? formItems(inner.value) : undefined
      if (parts?.length === 2) {
        const value = expand(parts[1], around(inner.wrap))
        const rib = new Rib()
        const variable = bindVariable(parts[0], inner.wrap, rib, whole)
        ribs.push(rib)
        const test = local(variable)
        return bind([variable], [value], last ? test : branch(test, expandFrom(at + 1), constant(false)))
      }
      if (parts === undefined && asIdentifier(clause, opened.wrap) === undefined)
        return syntaxError('Bad clause', whole, { subform: clause, who: 'and-let*' })
      const test = parts?.length === 1 ? expand(parts[0], around(inner.wrap)) : expand(clause, around(opened.wrap))
      return last ? test : branch(test, expandFrom(at + 1), constant(false))
    }
    return expandFrom(0)
  },
)
