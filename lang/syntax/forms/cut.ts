/** `cut` and `cute` of SRFI 26. */
import { miscError } from '../../conditions/index.ts'
import type { Core } from '../../core/index.ts'
import type { SchemeSymbol } from '../../values/index.ts'
import { bind, call, callPrimitive, local, temporary } from '../build.ts'
import { badSyntax, here } from '../errors.ts'
import { expand } from '../expander.ts'
import { asIdentifier } from '../identifier.ts'
import { defineForm } from '../native.ts'
import { Syntax } from '../syntax-object.ts'
import { resolve, type Wrap } from '../wrap.ts'
import { itemsOf } from './operands.ts'

/** `cut` and `cute` of SRFI 26: slots become parameters; cute evaluates the other operands once. */
for (const name of ['cut', 'cute']) {
  defineForm('(srfi srfi-26)', name, 'Make a procedure from a call with slots.', (form, wrap) => {
    const [, ...items] = itemsOf(form, wrap, 2)
    const parameters: ReturnType<typeof temporary>[] = []
    const once: { variable: ReturnType<typeof temporary>; value: Core }[] = []
    let restParameter: ReturnType<typeof temporary> | undefined
    const operands: Core[] = []
    items.forEach((item, i) => {
      const id = asIdentifier(item, wrap)
      if (id !== undefined && id.symbol.name === '<>' && isFree(id.symbol, id.wrap)) {
        const slot = temporary('slot')
        parameters.push(slot)
        operands.push(local(slot))
      } else if (id !== undefined && id.symbol.name === '<...>' && isFree(id.symbol, id.wrap)) {
        if (i < items.length - 1) miscError(undefined, '<...> not on the end of cut expression')
        restParameter = temporary('rest')
      } else {
        const value = expand(item, wrap)
        if (name === 'cute' && value.kind !== 'const' && value.kind !== 'local') {
          const variable = temporary('operand')
          once.push({ variable, value })
          operands.push(local(variable))
        } else operands.push(value)
      }
    })
    const [procedure, ...args] = operands
    if (procedure === undefined) return badSyntax(new Syntax(form, wrap))
    const body =
      restParameter === undefined
        ? call(procedure, ...args)
        : callPrimitive('apply', procedure, ...args, local(restParameter))
    const made: Core = {
      kind: 'lambda',
      name: undefined,
      documentation: undefined,
      cases: [
        {
          required: parameters,
          optional: [],
          rest: restParameter,
          keywords: [],
          allowOtherKeys: false,
          body,
          span: here.span,
        },
      ],
      span: here.span,
    }
    return bind(
      once.map((o) => o.variable),
      once.map((o) => o.value),
      made,
    )
  })
}

function isFree(symbol: SchemeSymbol, wrap: Wrap): boolean {
  return resolve(symbol, wrap) === undefined
}
