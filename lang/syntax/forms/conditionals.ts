/** Conditional forms: cond, case, and, or, when, unless, while; assert. */
import { type Core, children } from '../../core/index.ts'
import { intern, NIL, SchemeSymbol, type Value } from '../../values/index.ts'
import { Lexical } from '../binding.ts'
import { expandBody } from '../body.ts'
import {
  bind,
  bindTemporary,
  branch,
  call,
  callPrimitive,
  constant,
  lambda,
  local,
  phase,
  sequence,
  temporary,
  UNSPECIFIED_CORE,
} from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, here, syntaxError } from '../errors.ts'
import { expand, expandSequence } from '../expander.ts'
import { isGuileKeyword } from '../identifier.ts'
import { defineForm } from '../native.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { Rib, type Wrap } from '../wrap.ts'

defineForm('(guile)', 'cond', 'Evaluate the first clause whose test holds.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, ...clauses] = formItems(form) ?? badSyntax(whole)
  if (clauses.length === 0) return badSyntax(whole)
  return condClauses(clauses, 0, wrap, whole)
})

function badClause(who: string, message: string, whole: Syntax, clause: Value): never {
  return syntaxError(message, whole, { who, subform: clause })
}

function condClauses(clauses: readonly Value[], at: number, wrap: Wrap, whole: Syntax): Core {
  if (at === clauses.length) return UNSPECIFIED_CORE
  const opened = openSyntax(clauses[at], wrap)
  const parts = formItems(opened.value)
  const clause = wrapSyntax(clauses[at], wrap)
  if (parts === undefined || parts.length === 0) return badClause('cond', 'invalid clause', whole, clause)
  const [test, ...body] = parts
  const w = opened.wrap
  if (isGuileKeyword(test, w, 'else')) {
    if (body.length === 0) return badClause('cond', 'invalid clause', whole, clause)
    if (at < clauses.length - 1) {
      // What is no clause at all is told first.
      const invalid = clauses.slice(at + 1).find((each) => (formItems(openSyntax(each, wrap).value) ?? []).length === 0)
      if (invalid !== undefined) return badClause('cond', 'invalid clause', whole, wrapSyntax(invalid, wrap))
      return badClause('cond', 'else must be the last clause', whole, clause)
    }
    return expandSequence(body, w)
  }
  if (body.length === 0) {
    return bindTemporary('t', expand(test, w), (t) => branch(t, t, condClauses(clauses, at + 1, wrap, whole)))
  }
  if (body.length === 2 && isGuileKeyword(body[0], w, '=>')) {
    return bindTemporary('t', expand(test, w), (t) =>
      branch(t, call(expand(body[1], w), t), condClauses(clauses, at + 1, wrap, whole)),
    )
  }
  // SRFI 61: (generator guard => receiver)
  if (body.length === 3 && isGuileKeyword(body[1], w, '=>')) {
    const values = temporary('values')
    const rest = condClauses(clauses, at + 1, wrap, whole)
    const test2 = callPrimitive('apply', expand(body[0], w), local(values))
    const consumer: Core = {
      kind: 'lambda',
      name: undefined,
      documentation: undefined,
      cases: [
        {
          required: [],
          optional: [],
          rest: values,
          keywords: [],
          allowOtherKeys: false,
          body: branch(test2, callPrimitive('apply', expand(body[2], w), local(values)), rest),
        },
      ],
    }
    return callPrimitive('call-with-values', lambda([], expand(test, w)), consumer)
  }
  if (isGuileKeyword(body[0], w, '=>') || (body.length > 1 && isGuileKeyword(body[1], w, '=>')))
    return badClause('cond', 'wrong number of receiver expressions', whole, clause)
  const testCore = expand(test, w)
  return branch(testCore, expandSequence(body, w), condClauses(clauses, at + 1, wrap, whole))
}

defineForm('(guile)', 'case', 'Evaluate the clause whose data hold the key.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, key, ...clauses] = formItems(form) ?? badSyntax(whole)
  if (key === undefined || clauses.length === 0) return badSyntax(whole)
  return bindTemporary('key', expand(key, wrap), (reference) => caseClauses(clauses, 0, reference, wrap, whole))
})

function caseClauses(clauses: readonly Value[], at: number, key: Core, wrap: Wrap, whole: Syntax): Core {
  if (at === clauses.length) return UNSPECIFIED_CORE
  const opened = openSyntax(clauses[at], wrap)
  const clause = wrapSyntax(clauses[at], wrap)
  const [data, ...body] = formItems(opened.value) ?? []
  if (data === undefined || body.length === 0) return badClause('case', 'invalid clause', whole, clause)
  const w = opened.wrap
  const hasReceiver = isGuileKeyword(body[0], w, '=>')
  if (hasReceiver && body.length !== 2) return badClause('case', 'wrong number of receiver expressions', whole, clause)
  const isElse = isGuileKeyword(data, w, 'else')
  if (isElse && at < clauses.length - 1) return badClause('case', 'else must be the last clause', whole, clause)
  const items = isElse ? [] : formItems(openSyntax(data, w).value)
  if (items === undefined) return badClause('case', 'invalid clause', whole, clause)
  const consequent = hasReceiver ? call(expand(body[1], w), key) : expandSequence(body, w)
  if (isElse) return consequent
  const rest = caseClauses(clauses, at + 1, key, wrap, whole)
  if (items.length === 0) return rest
  const test = anyOf(items.map((item) => eqvTest(key, syntaxToDatum(item))))
  return branch(test, consequent, rest)
}

function eqvTest(key: Core, datum: Value): Core {
  const byIdentity =
    datum instanceof SchemeSymbol || typeof datum === 'number' || typeof datum === 'boolean' || datum === NIL
  return callPrimitive(byIdentity ? 'eq?' : 'eqv?', key, constant(datum))
}

function anyOf(tests: readonly Core[]): Core {
  let result = tests.at(-1) ?? constant(false)
  for (let i = tests.length - 2; i >= 0; i--) {
    const test = tests[i]
    if (test !== undefined) result = branch(test, constant(true), result)
  }
  return result
}

defineForm('(guile)', 'and', 'Evaluate until one expression is false.', (form, wrap) => {
  const [, ...items] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  const cores = items.map((item) => expand(item, wrap))
  let result = cores.at(-1) ?? constant(true)
  for (let i = cores.length - 2; i >= 0; i--) {
    const test = cores[i]
    if (test !== undefined) result = branch(test, result, constant(false))
  }
  return result
})

defineForm('(guile)', 'or', 'Evaluate until one expression is true.', (form, wrap) => {
  const [, ...items] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  const cores = items.map((item) => expand(item, wrap))
  let result = cores.at(-1) ?? constant(false)
  for (let i = cores.length - 2; i >= 0; i--) {
    const test = cores[i]
    const rest = result
    if (test !== undefined) result = bindTemporary('t', test, (t) => branch(t, t, rest))
  }
  return result
})

defineForm('(guile)', 'when', 'Evaluate a body if a test holds.', (form, wrap) => {
  const [, test, ...body] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  if (body.length === 0) return badSyntax(new Syntax(form, wrap))
  return branch(expand(test, wrap), expandSequence(body, wrap), UNSPECIFIED_CORE)
})

defineForm('(guile)', 'unless', 'Evaluate a body if a test does not hold.', (form, wrap) => {
  const [, test, ...body] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  if (body.length === 0) return badSyntax(new Syntax(form, wrap))
  return branch(expand(test, wrap), UNSPECIFIED_CORE, expandSequence(body, wrap))
})

/** `while` with `break` and `continue`, which its body sees as procedures. */
defineForm(
  '(guile)',
  'while',
  'Repeat a body while a test holds; break and continue are bound in it.',
  (form, wrap) => {
    const whole = new Syntax(form, wrap)
    const items = formItems(form) ?? badSyntax(whole)
    const [keyword, test, ...body] = items
    if (test === undefined) return badSyntax(whole)
    // They are bound where the keyword of the form was written, as datum->syntax on it does.
    const opened = openSyntax(keyword, wrap)
    const rib = new Rib()
    const breakVariable = new Lexical('break', phase.level)
    const continueVariable = new Lexical('continue', phase.level)
    rib.add(intern('break'), opened.wrap.marks, breakVariable)
    rib.add(intern('continue'), opened.wrap.marks, continueVariable)
    const inner = wrap.within(rib)
    const loop = temporary('loop')
    const bodyCore = body.length === 0 ? UNSPECIFIED_CORE : expandBody(body, inner, whole)
    const testCore = expand(test, inner)
    const again = call(local(loop))
    let turn = branch(testCore, sequence([bodyCore, again]), constant(false))
    if (mentions(testCore, continueVariable) || mentions(bodyCore, continueVariable)) {
      const skip = temporary('skip')
      const once = branch(testCore, sequence([bodyCore, constant(true)]), constant(false))
      const goOn = lambda([], call(local(skip), constant(true)), 'continue')
      turn = branch(
        callPrimitive('call-with-escape-continuation', lambda([skip], bind([continueVariable], [goOn], once))),
        again,
        constant(false),
      )
    }
    const looping: Core = {
      kind: 'letrec',
      sequential: false,
      variables: [loop],
      values: [lambda([], turn, 'while')],
      body: call(local(loop)),
      span: here.span,
    }
    const leave = temporary('escape')
    const values = temporary('values')
    const breakProcedure: Core = {
      kind: 'lambda',
      name: 'break',
      documentation: undefined,
      cases: [
        {
          required: [],
          optional: [],
          rest: values,
          keywords: [],
          allowOtherKeys: false,
          body: branch(
            callPrimitive('null?', local(values)),
            call(local(leave), constant(true)),
            callPrimitive('apply', local(leave), local(values)),
          ),
        },
      ],
    }
    return callPrimitive(
      'call-with-escape-continuation',
      lambda([leave], bind([breakVariable], [breakProcedure], looping)),
    )
  },
)

function mentions(core: Core, variable: Lexical): boolean {
  if ((core.kind === 'local' || core.kind === 'local-set') && core.variable === variable) return true
  return children(core).some((part) => mentions(part, variable))
}

defineForm('(rnrs base)', 'assert', 'Raise an error unless an expression holds.', (form, wrap) => {
  const [, expression, ...more] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  if (expression === undefined || more.length > 0) return badSyntax(new Syntax(form, wrap))
  return bindTemporary('t', expand(expression, wrap), (t) =>
    branch(t, t, callPrimitive('%assertion-failed', constant(syntaxToDatum(expression)))),
  )
})
