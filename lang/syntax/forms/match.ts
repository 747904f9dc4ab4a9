/** The forms of (ice-9 match): match, match-lambda, match-lambda*, match-let, match-let*, match-letrec.
 *  The patterns are in match-pattern.ts. */
import type { Core } from '../../core/index.ts'
import { Pair, type Value } from '../../values/index.ts'
import { Lexical } from '../binding.ts'
import { expandBody } from '../body.ts'
import {
  bind,
  bindTemporary,
  call,
  callPrimitive,
  lambda,
  local,
  phase,
  sequence,
  temporary,
  UNSPECIFIED_CORE,
} from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, here } from '../errors.ts'
import { expand } from '../expander.ts'
import { isGuileKeyword } from '../identifier.ts'
import { bindVariable } from '../lambda.ts'
import { defineForm } from '../native.ts'
import { isIdentifier, Syntax } from '../syntax-object.ts'
import { Rib, type Wrap } from '../wrap.ts'
import { variablesOf } from './match-language.ts'
import { PatternMatch, withFailure } from './match-pattern.ts'
import { itemsOf } from './operands.ts'

const modules = '(ice-9 match)'

function noMatch(subject: Core): Core {
  return callPrimitive('%match-failure', subject)
}

/** The clauses from AT on, for a subject that may be evaluated several times. */
function expandClauses(clauses: readonly Value[], at: number, subject: Core, wrap: Wrap, whole: Syntax): Core {
  if (at === clauses.length) return noMatch(subject)
  const opened = openSyntax(clauses[at], wrap)
  const [pattern, ...body] = formItems(opened.value) ?? badSyntax(whole, clauses[at])
  if (pattern === undefined || body.length === 0) return badSyntax(whole, clauses[at])
  const { span } = here
  const rest = expandClauses(clauses, at + 1, subject, wrap, whole)
  here.span = span
  const failure = failureName(body[0], opened.wrap)
  return withFailure(rest, (fail) => {
    const match = new PatternMatch(fail, whole)
    return match.match(pattern, opened.wrap, subject, () => {
      if (failure === undefined) return expandBody(body, opened.wrap.within(match.rib), whole)
      // (=> failure): a procedure that goes on with the next clause.
      const variable = bindVariable(failure.id, failure.wrap, match.rib, whole)
      const inner = expandBody(body.slice(1), opened.wrap.within(match.rib), whole)
      return bind([variable], [lambda([], fail())], inner)
    })
  })
}

/** The identifier of `(=> failure)`, if that is what a clause's body starts with. */
function failureName(form: Value, wrap: Wrap): { id: Value; wrap: Wrap } | undefined {
  const opened = openSyntax(form, wrap)
  const parts = opened.value instanceof Pair ? formItems(opened.value) : undefined
  if (parts?.length !== 2 || !isGuileKeyword(parts[0], opened.wrap, '=>') || !isIdentifier(parts[1])) return undefined
  return { id: parts[1], wrap: opened.wrap }
}

defineForm(modules, 'match', 'Evaluate the first clause whose pattern fits a value.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, subject, ...clauses] = formItems(form) ?? badSyntax(whole)
  if (subject === undefined || clauses.length === 0) return badSyntax(whole)
  return bindTemporary('v', expand(subject, wrap), (reference) => expandClauses(clauses, 0, reference, wrap, whole))
})

defineForm(modules, 'match-lambda', 'Return a procedure that matches its argument.', (form, wrap) => {
  const [, ...clauses] = itemsOf(form, wrap, 2)
  const argument = temporary('v')
  return lambda([argument], expandClauses(clauses, 0, local(argument), wrap, new Syntax(form, wrap)))
})

defineForm(modules, 'match-lambda*', 'Return a procedure that matches the list of its arguments.', (form, wrap) => {
  const [, ...clauses] = itemsOf(form, wrap, 2)
  const rest = temporary('v')
  const body = expandClauses(clauses, 0, local(rest), wrap, new Syntax(form, wrap))
  const { span } = here
  return {
    kind: 'lambda',
    name: undefined,
    documentation: undefined,
    cases: [{ required: [], optional: [], rest, keywords: [], allowOtherKeys: false, body, span }],
    span,
  }
})

interface PatternBinding {
  readonly pattern: Value
  readonly value: Value
  readonly wrap: Wrap
}

function patternBindings(bindings: Value, wrap: Wrap, whole: Syntax): PatternBinding[] {
  const opened = openSyntax(bindings, wrap)
  return (formItems(opened.value) ?? badSyntax(whole)).map((clause) => {
    const inner = openSyntax(clause, opened.wrap)
    const parts = formItems(inner.value)
    if (parts?.length !== 2) return badSyntax(whole, clause)
    return { pattern: parts[0], value: parts[1], wrap: inner.wrap }
  })
}

/** Match SUBJECTS, which variables hold, one after the other; then the body, in the scope of all patterns. */
function matchAll(
  bindings: readonly PatternBinding[],
  subjects: readonly Lexical[],
  rib: Rib,
  body: () => Core,
  whole: Syntax,
): Core {
  const from = (at: number): Core => {
    const binding = bindings[at]
    const subject = subjects[at]
    if (binding === undefined || subject === undefined) return body()
    const match = new PatternMatch(() => noMatch(local(subject)), whole, rib)
    return match.match(binding.pattern, binding.wrap, local(subject), () => from(at + 1))
  }
  return from(0)
}

defineForm(modules, 'match-let', 'Bind the variables of patterns that must match; may name a loop.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, first, ...rest] = formItems(form) ?? badSyntax(whole)
  const loops = isIdentifier(first)
  const [bindingForm, ...forms] = loops ? rest : [first, ...rest]
  if (bindingForm === undefined || forms.length === 0) return badSyntax(whole)
  const bindings = patternBindings(bindingForm, wrap, whole)
  const values = bindings.map((binding) => expand(binding.value, binding.wrap))
  const subjects = bindings.map(() => temporary('v'))
  const rib = new Rib()
  if (!loops) {
    return bind(
      subjects,
      values,
      matchAll(bindings, subjects, rib, () => expandBody(forms, wrap.within(rib), whole), whole),
    )
  }
  const loopRib = new Rib()
  const loop = bindVariable(first, wrap, loopRib, whole)
  const inside = (binding: PatternBinding): PatternBinding => ({ ...binding, wrap: binding.wrap.within(loopRib) })
  const body = matchAll(
    bindings.map(inside),
    subjects,
    rib,
    () => expandBody(forms, wrap.within(loopRib).within(rib), whole),
    whole,
  )
  return {
    kind: 'letrec',
    sequential: false,
    variables: [loop],
    values: [lambda(subjects, body, loop.name)],
    body: call(local(loop), ...values),
    span: here.span,
  }
})

defineForm(modules, 'match-let*', 'Bind the variables of patterns, each in the scope of the former.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, bindingForm, ...forms] = formItems(form) ?? badSyntax(whole)
  if (bindingForm === undefined || forms.length === 0) return badSyntax(whole)
  const bindings = patternBindings(bindingForm, wrap, whole)
  const from = (at: number, around: (w: Wrap) => Wrap): Core => {
    const binding = bindings[at]
    if (binding === undefined) return expandBody(forms, around(wrap), whole)
    const scope = around(binding.wrap)
    return bindTemporary('v', expand(binding.value, scope), (reference) => {
      const match = new PatternMatch(() => noMatch(reference), whole)
      return match.match(binding.pattern, scope, reference, () => from(at + 1, (w) => around(w).within(match.rib)))
    })
  }
  return from(0, (w) => w)
})

defineForm(modules, 'match-letrec', 'Bind the variables of patterns whose values see all of them.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, bindingForm, ...forms] = formItems(form) ?? badSyntax(whole)
  if (bindingForm === undefined || forms.length === 0) return badSyntax(whole)
  const bindings = patternBindings(bindingForm, wrap, whole)
  const rib = new Rib()
  const names = bindings.flatMap((binding) => variablesOf(binding.pattern, binding.wrap))
  const variables = names.map((name) => {
    const variable = new Lexical(name.symbol.name, phase.level)
    variable.assigned = true
    rib.add(name.symbol, name.marks, variable)
    return variable
  })
  // The patterns bind variables of their own, whose values go into the shared ones.
  const steps = bindings.map((binding) =>
    bindTemporary('v', expand(binding.value, binding.wrap.within(rib)), (reference) => {
      const match = new PatternMatch(() => noMatch(reference), whole)
      return match.match(binding.pattern, binding.wrap, reference, () =>
        sequence([
          ...match.bound.map((bound): Core => {
            const shared = rib.get(bound.symbol, bound.marks)
            return shared instanceof Lexical
              ? { kind: 'local-set', variable: shared, value: local(bound.variable) }
              : UNSPECIFIED_CORE
          }),
          UNSPECIFIED_CORE,
        ]),
      )
    }),
  )
  const body = expandBody(forms, wrap.within(rib), whole)
  return bind(
    variables,
    variables.map(() => UNSPECIFIED_CORE),
    sequence([...steps, body]),
  )
})
