/** Smaller forms: delay, let/ec, cond-expand, include, define-values, guard, syntax parameters, defmacro and others. */
import type { Core } from '../../core/index.ts'
import { currentRealm } from '../../modules/realm.ts'
import { internKeyword, list, NIL, Pair, SchemeString, type SchemeSymbol, type Value } from '../../values/index.ts'
import { expandBody } from '../body.ts'
import { bind, branch, call, callPrimitive, constant, lambda, local, sequence, temporary } from '../build.ts'
import { formItems, openInPlace, openSyntax } from '../destructure.ts'
import { badSyntax, here, locationAlist, syntaxError } from '../errors.ts'
import { EmbeddedCore, evaluateTransformer, expand } from '../expander.ts'
import { featureHolds } from '../features.ts'
import { asIdentifier, isGuileKeyword, nativeIdentifier } from '../identifier.ts'
import { includedForms } from '../include.ts'
import { bindVariable } from '../lambda.ts'
import { Macro, SyntaxParameter } from '../macro.ts'
import { defineForm, defineRewriter } from '../native.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { emptyWrap, Mark, marked, Rib, resolve, type Wrap } from '../wrap.ts'

const guile = '(guile)'

function itemsOf(form: Pair, wrap: Wrap, least: number): Value[] {
  const items = formItems(form)
  if (items === undefined || items.length < least) return badSyntax(new Syntax(form, wrap))
  return items
}

/** The elements of a rewriter's form, each able to leave its place. */
function wrappedItems(form: Value, wrap: Wrap, least: number): Value[] {
  const opened = openSyntax(form, wrap)
  const items = formItems(opened.value)
  if (items === undefined || items.length < least) return badSyntax(wrapSyntax(form, wrap))
  return items.map((item) => wrapSyntax(item, opened.wrap))
}

const core = nativeIdentifier

/** A promise of the thunk BODY. */
function promiseOf(body: Core): Core {
  return callPrimitive('%make-promise', constant(false), lambda([], body))
}

defineForm(guile, 'delay', 'Return a promise of an expression.', (form, wrap) =>
  promiseOf(expand(itemsOf(form, wrap, 2)[1], wrap)),
)

// The promises of SRFI 45 and R7RS give promises, so that chains of them are forced in constant space.
const lazyModules = ['(scheme lazy)', '(srfi srfi-45)']
defineForm(lazyModules, 'delay', 'Return a promise of an expression.', (form, wrap) =>
  promiseOf(callPrimitive('make-promise', expand(itemsOf(form, wrap, 2)[1], wrap))),
)
for (const name of ['delay-force', 'lazy']) {
  defineForm(lazyModules, name, 'Return a promise of what an expression, itself a promise, gives.', (form, wrap) =>
    promiseOf(expand(itemsOf(form, wrap, 2)[1], wrap)),
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

defineRewriter(guile, 'cond-expand', 'Choose forms by the features there are.', (form, wrap) => {
  const opened = openSyntax(form, wrap)
  const [, ...clauses] = formItems(opened.value) ?? badSyntax(wrapSyntax(form, wrap))
  for (const clause of clauses) {
    const inner = openSyntax(clause, opened.wrap)
    const [requirement, ...body] = formItems(inner.value) ?? badSyntax(wrapSyntax(form, wrap))
    if (!featureHolds(syntaxToDatum(requirement))) continue
    return new Pair(core('begin'), list(body.map((part) => wrapSyntax(part, inner.wrap))))
  }
  return new Pair(core('begin'), NIL)
})

for (const [name, foldCase] of [
  ['include', false],
  ['include-ci', true],
] as const) {
  defineRewriter(guile, name, 'Insert the forms of files.', (form, wrap) => {
    const opened = openSyntax(form, wrap)
    const [keyword, ...files] = formItems(opened.value) ?? badSyntax(wrapSyntax(form, wrap))
    const id = asIdentifier(keyword, opened.wrap)
    // The forms belong where the keyword was written, as if they stood in its place.
    const place = id?.wrap ?? opened.wrap
    const forms = files.flatMap((file) => includedForms(syntaxToDatum(file), foldCase))
    return new Pair(core('begin'), list(forms.map((item) => wrapSyntax(item, place))))
  })
}

defineRewriter(guile, 'define-syntax-rule', 'Define a macro by one pattern and template.', (form, wrap) => {
  const items = wrappedItems(form, wrap, 3)
  const [, pattern, ...rest] = items
  const documented = rest.length === 2 && syntaxToDatum(rest[0]) instanceof SchemeString
  const template = documented ? rest[1] : rest[0]
  if (rest.length > 2 || (rest.length === 2 && !documented)) return badSyntax(wrapSyntax(form, wrap))
  const { value: header, keep } = openInPlace(pattern)
  if (!(header instanceof Pair)) return badSyntax(wrapSyntax(form, wrap))
  const rule = list([new Pair(core('_'), keep(header.cdr)), template])
  const rules = list([core('syntax-rules'), NIL, ...(documented ? [rest[0]] : []), rule])
  return list([core('define-syntax'), keep(header.car), rules])
})

defineRewriter(guile, 'define-inlinable', 'Define a procedure that may be inlined.', (form, wrap) => {
  const [, ...rest] = wrappedItems(form, wrap, 3)
  return new Pair(core('define'), list(rest))
})

/** `(define-values formals expression)`: the values go through a list into the variables. */
defineRewriter(guile, 'define-values', 'Define variables as the values of an expression.', (form, wrap) => {
  const [, formals, expression] = wrappedItems(form, wrap, 3)
  const names: Value[] = []
  let rest = openInPlace(formals)
  while (rest.value instanceof Pair) {
    names.push(rest.keep(rest.value.car))
    rest = openInPlace(rest.keep(rest.value.cdr))
  }
  const tail = rest.value === NIL ? undefined : rest.keep(rest.value)
  const mark = new Mark()
  const temp = new Syntax(symbolOf('values'), marked(emptyWrap(currentRealm().guile), mark))
  const collected = list([
    core('call-with-values'),
    list([core('lambda'), NIL, expression]),
    // A wrong number of values must be an error: hence the parameters.
    ...(tail === undefined
      ? [list([core('lambda'), list(names), new Pair(core('list'), list(names))])]
      : [list([core('lambda'), list(names, tail), new Pair(core('cons*'), list([...names, tail]))])]),
  ])
  const definitions = names.map((name, i) => list([core('define'), name, list([core('list-ref'), temp, i])]))
  if (tail !== undefined) definitions.push(list([core('define'), tail, list([core('list-tail'), temp, names.length])]))
  return new Pair(core('begin'), list([list([core('define'), temp, collected]), ...definitions]))
})

function symbolOf(name: string): Value {
  return core(name).expression
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
    const parameter = bound instanceof Macro ? bound : id.wrap.module.lookup(id.symbol)?.value
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

/** `(define-macro (name . formals) body ...)`, `(define-macro name procedure)`, `(defmacro name formals body ...)` */
for (const name of ['define-macro', 'defmacro', 'defmacro-public']) {
  defineRewriter(guile, name, 'Define an unhygienic macro.', (form, wrap) => {
    const [, target, ...rest] = wrappedItems(form, wrap, 3)
    const { value: header, keep } = openInPlace(target)
    let id = target
    let procedure: Value
    if (name !== 'define-macro') procedure = new Pair(core('lambda'), list(rest))
    else if (header instanceof Pair) {
      id = keep(header.car)
      procedure = new Pair(core('lambda'), new Pair(keep(header.cdr), list(rest)))
    } else procedure = rest[0]
    const definition = list([core('define-syntax'), id, list([core('%unhygienic-transformer'), procedure])])
    if (name !== 'defmacro-public') return definition
    return list([core('begin'), definition, list([core('export'), id])])
  })
}

defineForm(guile, 'current-source-location', 'Return where this form stands: an alist, or #f.', () =>
  constant(here.span === undefined ? false : locationAlist(here.span)),
)
defineForm(guile, 'current-filename', 'Return the name of the file this form stands in, or #f.', () =>
  constant(here.span === undefined ? false : new SchemeString(here.span.source.name, true)),
)

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
      const test = parts?.length === 1 ? expand(parts[0], around(inner.wrap)) : expand(clause, around(opened.wrap))
      return last ? test : branch(test, expandFrom(at + 1), constant(false))
    }
    return expandFrom(0)
  },
)

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
      } else if (
        id !== undefined &&
        id.symbol.name === '<...>' &&
        isFree(id.symbol, id.wrap) &&
        i === items.length - 1
      ) {
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
