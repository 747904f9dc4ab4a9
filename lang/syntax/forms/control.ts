/** Promises, escapes and handlers: delay, let/ec, guard. */
import type { Core } from '../../core/index.ts'
import { internKeyword, list, Pair } from '../../values/index.ts'
import { expandBody } from '../body.ts'
import { bind, call, callPrimitive, constant, lambda, local, sequence, temporary } from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax } from '../errors.ts'
import { EmbeddedCore, expand } from '../expander.ts'
import { isGuileKeyword, nativeIdentifier } from '../identifier.ts'
import { bindVariable } from '../lambda.ts'
import { defineForm } from '../native.ts'
import { Syntax } from '../syntax-object.ts'
import { Rib } from '../wrap.ts'
import { itemsOf, operands } from './operands.ts'

const guile = '(guile)'
const core = nativeIdentifier

/** A promise of the thunk BODY. */
function promiseOf(body: Core): Core {
  return callPrimitive('%make-promise', constant(false), lambda([], body))
}

defineForm(guile, 'delay', 'Return a promise of an expression.', (form, wrap) =>
  promiseOf(expand(operands(form, wrap, 1)[0], wrap)),
)

// The promises of SRFI 45 and R7RS give promises, so that chains of them are forced in constant space.
const lazyModules = ['(scheme lazy)', '(srfi srfi-45)']
defineForm(lazyModules, 'delay', 'Return a promise of an expression.', (form, wrap) =>
  promiseOf(callPrimitive('make-promise', expand(operands(form, wrap, 1)[0], wrap))),
)
for (const name of ['delay-force', 'lazy']) {
  defineForm(lazyModules, name, 'Return a promise of what an expression, itself a promise, gives.', (form, wrap) =>
    promiseOf(expand(operands(form, wrap, 1)[0], wrap)),
  )
}

/** `(let/ec k body ...)` and `(let-escape-continuation k body ...)` */
for (const [modules, name, procedure] of [
  [['(ice-9 control)'], 'let/ec', 'call-with-escape-continuation'],
  [['(ice-9 control)'], 'let-escape-continuation', 'call-with-escape-continuation'],
  [['(ice-9 control)'], 'let/cc', 'call-with-current-continuation'],
] as const) {
  defineForm(modules, name, 'Bind a continuation in a body.', (form, wrap) => {
    const [, id, ...body] = itemsOf(form, wrap, 3)
    const rib = new Rib()
    const variable = bindVariable(id, wrap, rib, new Syntax(form, wrap))
    return callPrimitive(procedure, lambda([variable], expandBody(body, wrap.within(rib), new Syntax(form, wrap))))
  })
}

/** R7RS's guard: the clauses run where guard stands, an unhandled condition is raised again where it was raised. */
defineForm(
  ['(srfi srfi-34)', '(ice-9 exceptions)', '(rnrs exceptions)', '(scheme base)'],
  'guard',
  'Handle conditions by clauses.',
  (form, wrap) => {
    const whole = new Syntax(form, wrap)
    const [, clauseList, ...body] = itemsOf(form, wrap, 3)
    const opened = openSyntax(clauseList, wrap)
    const [id, ...clauses] = formItems(opened.value) ?? badSyntax(whole)
    const rib = new Rib()
    const condition = bindVariable(id, opened.wrap, rib, whole)
    const inner = opened.wrap.within(rib)
    const last = clauses.at(-1)
    const lastHead = last === undefined ? undefined : openSyntax(last, inner)
    const hasElse =
      lastHead !== undefined &&
      lastHead.value instanceof Pair &&
      isGuileKeyword(lastHead.value.car, lastHead.wrap, 'else')
    const bodyThunk = lambda([], expandBody(body, wrap, whole))
    if (hasElse) {
      const handler = lambda([condition], expand(new Pair(core('cond'), list(clauses)), inner))
      const unwind = constant(internKeyword('unwind?'))
      return callPrimitive('with-exception-handler', handler, bodyThunk, unwind, constant(true))
    }
    // Without else, the continuation of the raise is kept: what no clause takes is raised again there.
    const tag = temporary('tag')
    const resume = temporary('resume')
    const raised = temporary('raised')
    const otherwise = list([core('else'), new EmbeddedCore(call(local(resume), constant(true)))])
    const handler = lambda([resume, condition], expand(new Pair(core('cond'), list([...clauses, otherwise])), inner))
    const again = callPrimitive(
      'raise-exception',
      local(raised),
      constant(internKeyword('continuable?')),
      constant(true),
    )
    const catcher = lambda([raised], sequence([callPrimitive('abort-to-prompt', local(tag), local(raised)), again]))
    const guarded = lambda([], callPrimitive('with-exception-handler', catcher, bodyThunk))
    return bind(
      [tag],
      [callPrimitive('make-prompt-tag')],
      callPrimitive('call-with-prompt', local(tag), guarded, handler),
    )
  },
)
