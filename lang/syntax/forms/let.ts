/** Forms that bind variables: let, let*, letrec, named let, do, let-values, receive, parameterize and others. */
import type { Core, LocalVariable } from '../../core/index.ts'
import { writeString } from '../../primitives/print.ts'
import { NIL, Pair, type Value } from '../../values/index.ts'
import type { Lexical } from '../binding.ts'
import { expandBody } from '../body.ts'
import {
  bind,
  branch,
  call,
  callPrimitive,
  lambda,
  local,
  named,
  sequence,
  temporary,
  UNSPECIFIED_CORE,
} from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badKeywordForm, badSyntax, here } from '../errors.ts'
import { expand, expandSequence } from '../expander.ts'
import { asIdentifier } from '../identifier.ts'
import { bindVariable, expandClause, lambdaOf } from '../lambda.ts'
import { defineForm } from '../native.ts'
import { isIdentifier, Syntax, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { Rib, type Wrap } from '../wrap.ts'

interface BindingClause {
  readonly id: Value
  readonly value: Value
  /** The wrap both are read under. */
  readonly wrap: Wrap
}

/** `((id value) ...)` */
function bindingClauses(bindings: Value, wrap: Wrap, whole: Syntax, keyword: string): BindingClause[] {
  const opened = openSyntax(bindings, wrap)
  // Guile's let* is a macro.
  const bad = (part: Value, hint: string): never => {
    const fault = { at: wrapSyntax(part, opened.wrap), hint }
    return keyword === 'let*' ? badSyntax(whole, undefined, fault) : badKeywordForm(keyword, whole, fault)
  }
  const clauses =
    formItems(opened.value) ?? bad(bindings, `bindings are a list: (${keyword} ((NAME VALUE) ...) BODY ...)`)
  return clauses.map((clause) => {
    const inner = openSyntax(clause, opened.wrap)
    const parts = formItems(inner.value)
    if (parts?.length !== 2 || !isIdentifier(parts[0])) return bad(clause, bindingHint(clause, clauses, wrap, keyword))
    return { id: parts[0], value: parts[1], wrap: inner.wrap }
  })
}

/** What is wrong with CLAUSE, which does not read `(id value)`. */
function bindingHint(clause: Value, clauses: readonly Value[], wrap: Wrap, keyword: string): string {
  const text = (part: Value): string => writeString(syntaxToDatum(wrapSyntax(part, wrap)))
  if (clause === clauses[0] && isIdentifier(clause)) {
    return `each binding has parentheses of its own: (${keyword} ((NAME VALUE) ...) BODY ...)`
  }
  if (isIdentifier(clause)) return `a binding is a name and its value: (${text(clause)} VALUE)`
  const parts = formItems(openSyntax(clause, wrap).value)
  const [name] = parts ?? []
  if (name === undefined || !isIdentifier(name)) return 'a binding is a name and its value: (NAME VALUE)'
  return parts?.length === 1
    ? `\`${text(name)}' has no value: (${text(name)} VALUE)`
    : `\`${text(name)}' has more than one value: does a parenthesis stand too early or too late?`
}

function nameOf(clause: BindingClause): string {
  return asIdentifier(clause.id, clause.wrap)?.symbol.name ?? ''
}

defineForm('(guile)', 'let', 'Bind variables at once, or name a loop.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, bindings, ...rest] = formItems(form) ?? badKeywordForm('let', whole)
  if (bindings === undefined || rest.length === 0) return badKeywordForm('let', whole)
  if (isIdentifier(bindings)) return expandLoop(bindings, rest, wrap, whole)
  const clauses = bindingClauses(bindings, wrap, whole, 'let')
  const values = clauses.map((clause) => named(expand(clause.value, clause.wrap), nameOf(clause)))
  const rib = new Rib()
  const variables = clauses.map((clause) => bindVariable(clause.id, clause.wrap, rib, whole))
  const body = expandBody(rest, clauses.length === 0 ? wrap : wrap.within(rib), whole)
  return bind(variables, values, body)
})

/** `(let name ((id value) ...) body ...)` */
function expandLoop(name: Value, rest: readonly Value[], wrap: Wrap, whole: Syntax): Core {
  const { span } = here
  const [bindings, ...forms] = rest
  if (forms.length === 0) return badKeywordForm('let', whole)
  const clauses = bindingClauses(bindings, wrap, whole, 'let')
  const values = clauses.map((clause) => expand(clause.value, clause.wrap))
  const loopRib = new Rib()
  const loop = bindVariable(name, wrap, loopRib, whole)
  const rib = new Rib()
  const variables = clauses.map((clause) => bindVariable(clause.id, clause.wrap, rib, whole))
  const body = expandBody(forms, wrap.within(loopRib).within(rib), whole)
  here.span = span
  return {
    kind: 'letrec',
    sequential: false,
    variables: [loop],
    values: [lambda(variables, body, loop.name)],
    body: call(local(loop), ...values),
    span,
  }
}

defineForm('(guile)', 'let*', 'Bind variables one after the other.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, bindings, ...forms] = formItems(form) ?? badSyntax(whole)
  if (bindings === undefined || forms.length === 0) return badSyntax(whole)
  const clauses = bindingClauses(bindings, wrap, whole, 'let*')
  const bound: { variable: LocalVariable; value: Core }[] = []
  // Each variable's scope is everything after it: its rib goes around the later clauses and the body.
  const ribs: Rib[] = []
  const around = (inner: Wrap): Wrap => ribs.reduce((w, rib) => w.within(rib), inner)
  for (const clause of clauses) {
    const value = named(expand(clause.value, around(clause.wrap)), nameOf(clause))
    const rib = new Rib()
    bound.push({ variable: bindVariable(clause.id, clause.wrap, rib, whole), value })
    ribs.push(rib)
  }
  let body = expandBody(forms, around(wrap), whole)
  for (const { variable, value } of bound.reverse()) body = bind([variable], [value], body)
  return body
})

function letrec(form: Pair, wrap: Wrap, sequential: boolean): Core {
  const { span } = here
  const keyword = sequential ? 'letrec*' : 'letrec'
  const whole = new Syntax(form, wrap)
  const [, bindings, ...forms] = formItems(form) ?? badKeywordForm(keyword, whole)
  if (bindings === undefined || forms.length === 0) return badKeywordForm(keyword, whole)
  const clauses = bindingClauses(bindings, wrap, whole, keyword)
  const rib = new Rib()
  const variables = clauses.map((clause) => bindVariable(clause.id, clause.wrap, rib, whole))
  const values = clauses.map((clause) => named(expand(clause.value, clause.wrap.within(rib)), nameOf(clause)))
  const body = expandBody(forms, wrap.within(rib), whole)
  if (variables.length === 0) return body
  return { kind: 'letrec', sequential, variables, values, body, span }
}

defineForm('(guile)', 'letrec', 'Bind variables that see each other.', (form, wrap) => letrec(form, wrap, false))
defineForm('(guile)', 'letrec*', 'Bind variables that see each other, in order.', (form, wrap) =>
  letrec(form, wrap, true),
)

defineForm('(guile)', 'do', 'Loop with variables and steps until a test holds.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, specs, exit, ...commands] = formItems(form) ?? badSyntax(whole)
  const opened = openSyntax(specs, wrap)
  const exitOpened = openSyntax(exit, wrap)
  const [test, ...results] = formItems(exitOpened.value) ?? badSyntax(whole)
  if (test === undefined) return badSyntax(whole)
  const rib = new Rib()
  const initial: Core[] = []
  const steps: ((w: Wrap) => Core)[] = []
  const variables: LocalVariable[] = []
  for (const spec of formItems(opened.value) ?? badSyntax(whole)) {
    const inner = openSyntax(spec, opened.wrap)
    const parts = formItems(inner.value)
    if (parts === undefined || parts.length < 2 || parts.length > 3) return badSyntax(whole, spec)
    initial.push(expand(parts[1], inner.wrap))
    variables.push(bindVariable(parts[0], inner.wrap, rib, whole))
    const variable = variables.at(-1)
    steps.push(() =>
      parts.length === 3 || variable === undefined ? expand(parts[2], inner.wrap.within(rib)) : local(variable),
    )
  }
  const inside = wrap.within(rib)
  const loop = temporary('loop')
  const again = (): Core => call(local(loop), ...steps.map((step) => step(inside)))
  const testCore = expand(test, exitOpened.wrap.within(rib))
  const result = results.length === 0 ? UNSPECIFIED_CORE : expandSequence(results, exitOpened.wrap.within(rib))
  const body = sequence([...commands.map((command) => expand(command, inside)), again()])
  return {
    kind: 'letrec',
    sequential: false,
    variables: [loop],
    values: [lambda(variables, branch(testCore, result, body), 'do-loop')],
    body: call(local(loop), ...initial),
    span: here.span,
  }
})

/** `(call-with-values (lambda () producer) (lambda formals body))` */
function receiveValues(producer: Core, consumer: Core): Core {
  return callPrimitive('call-with-values', lambda([], producer), consumer)
}

defineForm(['(ice-9 receive)', '(srfi srfi-8)'], 'receive', 'Bind the values of an expression.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, formals, expression, ...body] = formItems(form) ?? badSyntax(whole)
  if (body.length === 0) return badSyntax(whole)
  const producer = expand(expression, wrap)
  return receiveValues(producer, lambdaOf([expandClause(formals, body, wrap, whole)]))
})

interface FormalsClause {
  readonly formals: Value
  readonly value: Value
  readonly wrap: Wrap
}

function formalsClauses(bindings: Value, wrap: Wrap, whole: Syntax): FormalsClause[] {
  const opened = openSyntax(bindings, wrap)
  return (formItems(opened.value) ?? badSyntax(whole)).map((clause) => {
    const inner = openSyntax(clause, opened.wrap)
    const parts = formItems(inner.value)
    if (parts?.length !== 2) return badSyntax(whole, clause)
    return { formals: parts[0], value: parts[1], wrap: inner.wrap }
  })
}

/** Parameters bound in RIB, from formals that need no body yet. */
function bindFormals(
  formals: Value,
  wrap: Wrap,
  rib: Rib,
  whole: Syntax,
): { required: Lexical[]; rest: Lexical | undefined } {
  const required: Lexical[] = []
  let rest = openSyntax(formals, wrap)
  while (rest.value instanceof Pair) {
    required.push(bindVariable(rest.value.car, rest.wrap, rib, whole))
    rest = openSyntax(rest.value.cdr, rest.wrap)
  }
  return { required, rest: rest.value === NIL ? undefined : bindVariable(rest.value, rest.wrap, rib, whole) }
}

function lambdaWith(parameters: { required: readonly Lexical[]; rest: Lexical | undefined }, body: Core): Core {
  const { required, rest } = parameters
  return {
    kind: 'lambda',
    name: undefined,
    documentation: undefined,
    cases: [{ required, optional: [], rest, keywords: [], allowOtherKeys: false, body, span: here.span }],
    span: here.span,
  }
}

defineForm(
  ['(srfi srfi-11)', '(rnrs base)', '(scheme base)'],
  'let-values',
  'Bind the values of expressions at once.',
  (form, wrap) => {
    const whole = new Syntax(form, wrap)
    const [, bindings, ...forms] = formItems(form) ?? badSyntax(whole)
    if (forms.length === 0) return badSyntax(whole)
    const clauses = formalsClauses(bindings, wrap, whole)
    const producers = clauses.map((clause) => expand(clause.value, clause.wrap))
    const rib = new Rib()
    const parameters = clauses.map((clause) => bindFormals(clause.formals, clause.wrap, rib, whole))
    let body = expandBody(forms, wrap.within(rib), whole)
    for (let i = clauses.length - 1; i >= 0; i--) {
      const own = parameters[i]
      const producer = producers[i]
      if (own !== undefined && producer !== undefined) body = receiveValues(producer, lambdaWith(own, body))
    }
    return body
  },
)

defineForm(
  ['(srfi srfi-11)', '(rnrs base)', '(scheme base)'],
  'let*-values',
  'Bind the values of expressions in order.',
  (form, wrap) => {
    const whole = new Syntax(form, wrap)
    const [, bindings, ...forms] = formItems(form) ?? badSyntax(whole)
    if (forms.length === 0) return badSyntax(whole)
    const clauses = formalsClauses(bindings, wrap, whole)
    const ribs: Rib[] = []
    const around = (inner: Wrap): Wrap => ribs.reduce((w, rib) => w.within(rib), inner)
    const steps: { producer: Core; parameters: { required: Lexical[]; rest: Lexical | undefined } }[] = []
    for (const clause of clauses) {
      const producer = expand(clause.value, around(clause.wrap))
      const rib = new Rib()
      steps.push({ producer, parameters: bindFormals(clause.formals, clause.wrap, rib, whole) })
      ribs.push(rib)
    }
    let body = expandBody(forms, around(wrap), whole)
    for (const { producer, parameters } of steps.reverse()) body = receiveValues(producer, lambdaWith(parameters, body))
    return body
  },
)

/** `((parameter value) ...)` and a body, as two lists of core forms and a thunk. */
function dynamicBindings(form: Pair, wrap: Wrap): { places: Core[]; values: Core[]; thunk: Core } {
  const whole = new Syntax(form, wrap)
  const [, bindings, ...forms] = formItems(form) ?? badSyntax(whole)
  if (bindings === undefined || forms.length === 0) return badSyntax(whole)
  const clauses = formalsClauses(bindings, wrap, whole)
  const places = clauses.map((clause) => expand(clause.formals, clause.wrap))
  const values = clauses.map((clause) => expand(clause.value, clause.wrap))
  return { places, values, thunk: lambda([], expandBody(forms, wrap, whole)) }
}

defineForm('(guile)', 'parameterize', 'Give parameters other values during a body.', (form, wrap) => {
  const { places, values, thunk } = dynamicBindings(form, wrap)
  const parameters = places.map(() => temporary('parameter'))
  const fluids = parameters.map((parameter) => callPrimitive('parameter-fluid', local(parameter)))
  const converted = parameters.map((parameter, i) =>
    call(callPrimitive('parameter-converter', local(parameter)), values[i] ?? UNSPECIFIED_CORE),
  )
  const inside = callPrimitive(
    'with-fluids*',
    callPrimitive('list', ...fluids),
    callPrimitive('list', ...converted),
    thunk,
  )
  return bind(parameters, places, inside)
})

defineForm('(guile)', 'with-fluids', 'Give fluids other values during a body.', (form, wrap) => {
  const { places, values, thunk } = dynamicBindings(form, wrap)
  return callPrimitive('with-fluids*', callPrimitive('list', ...places), callPrimitive('list', ...values), thunk)
})
