/** Forms of (guile) that are other forms in disguise. */

import { findInLoadPath } from '../../modules/find.ts'
import { writeString } from '../../primitives/print.ts'
import { intern, list, NIL, Pair, SchemeString, type Value } from '../../values/index.ts'
import { callPrimitive, constant, lambda, UNSPECIFIED_CORE } from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { expand, useBehind } from '../expander.ts'
import { asIdentifier, nativeIdentifier as core } from '../identifier.ts'
import { includedForms } from '../include.ts'
import { expandLambda } from '../lambda.ts'
import { defineForm, defineRewriter } from '../native.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { wrappedItems } from './operands.ts'

const guile = '(guile)'

defineForm(guile, 'λ', 'Return a procedure.', (form, wrap) => expandLambda(form, wrap, false))

defineForm(guile, '*unspecified*', 'The unspecified value.', () => UNSPECIFIED_CORE)

/** `(false-if-exception expression)`: Guile's takes #:warning options, which say only what to print. */
defineForm(guile, 'false-if-exception', 'Return the value of an expression, or #f when it raises.', (form, wrap) => {
  const [, expression] = formItems(form) ?? []
  if (expression === undefined) return badSyntax(new Syntax(form, wrap))
  const ignored = { name: 'args', assigned: false }
  return callPrimitive('catch', constant(true), lambda([], expand(expression, wrap)), {
    kind: 'lambda',
    name: undefined,
    documentation: undefined,
    cases: [{ required: [], optional: [], rest: ignored, keywords: [], allowOtherKeys: false, body: constant(false) }],
  })
})

defineForm(guile, 'start-stack', 'Evaluate an expression; backtraces start there.', (form, wrap) => {
  const [, , expression] = formItems(form) ?? []
  return expression === undefined ? badSyntax(new Syntax(form, wrap)) : expand(expression, wrap)
})

defineRewriter(guile, 'syntax-error', 'Raise a syntax error while expanding.', (form, wrap) => {
  const [, message, ...rest] = wrappedItems(form, wrap, 2)
  const text = syntaxToDatum(message)
  const parts = [text instanceof SchemeString ? text.toString() : 'syntax error']
  for (const item of rest) parts.push(writeString(syntaxToDatum(item)))
  // A macro that says what is wrong with its use is told about, not what it has made of it.
  const use = useBehind(form)
  if (use === undefined) return syntaxError(parts.join(' '), false)
  const opened = openSyntax(use, wrap)
  const keyword = opened.value instanceof Pair ? asIdentifier(opened.value.car, opened.wrap) : undefined
  return syntaxError(parts.join(' '), use, { who: keyword?.symbol.name })
})

defineRewriter(guile, 'define-once', 'Define a variable unless it has a value.', (form, wrap) => {
  const [, name, value] = wrappedItems(form, wrap, 3)
  const quoted = list([core('quote'), name])
  const bound = list([core('module-locally-bound?'), list([core('current-module')]), quoted])
  const known = list([core('module-ref'), list([core('current-module')]), quoted])
  return list([core('define'), name, list([core('if'), bound, known, value])])
})

defineRewriter(guile, 'define-private', 'Define a variable.', (form, wrap) => {
  const [, ...rest] = wrappedItems(form, wrap, 3)
  return new Pair(core('define'), list(rest))
})

defineRewriter(guile, 'begin-deprecated', 'Evaluate forms that Guile keeps for old programs.', (form, wrap) => {
  const [, ...rest] = wrappedItems(form, wrap, 1)
  return new Pair(core('begin'), list(rest))
})

defineRewriter(guile, 'include-from-path', 'Insert the forms of a file on the load path.', (form, wrap) => {
  const [keyword, name] = wrappedItems(form, wrap, 2)
  const text = String(syntaxToDatum(name))
  const path = findInLoadPath(text)
  if (path === undefined) return syntaxError('file not found in path', wrapSyntax(form, wrap))
  const place = keyword instanceof Syntax ? keyword.wrap : wrap
  const forms = includedForms(new SchemeString(path), false)
  return new Pair(core('begin'), list(forms.map((item) => wrapSyntax(item, place))))
})

defineRewriter(guile, 'require-extension', 'Import SRFI modules (SRFI 55).', (form, wrap) => {
  const [, ...clauses] = wrappedItems(form, wrap, 1)
  const specs = clauses.flatMap((clause) => {
    const [kind, ...numbers] = formItems(syntaxToDatum(clause)) ?? []
    if (kind !== intern('srfi')) return syntaxError('unknown extension', clause)
    return numbers.map((number) => list([intern('srfi'), intern(`srfi-${String(number)}`)]))
  })
  return new Pair(core('use-modules'), list(specs))
})

for (const name of ['debug-set!', 'read-set!', 'print-set!']) {
  defineRewriter(guile, name, 'Set an option of the reader, printer or debugger.', (form, wrap) => {
    const [, option, value] = wrappedItems(form, wrap, 3)
    const quoted = (datum: Value) => list([core('quote'), datum])
    return list([core('%set-option!'), quoted(intern(name)), quoted(option), value])
  })
}

/** R6RS: `(library name (export ...) (import ...) body ...)` */
defineRewriter(guile, 'library', 'Define an R6RS library.', (form, wrap) => {
  const [, name, exports, imports, ...body] = wrappedItems(form, wrap, 4)
  const begin = new Pair(intern('begin'), list(body))
  return list([core('define-library'), versionless(name), exports, imports, begin])
})

/** An R6RS library name without its version. */
function versionless(name: Value): Value {
  const parts = formItems(syntaxToDatum(name)) ?? []
  return list(parts.filter((part) => !(part instanceof Pair) && part !== NIL))
}

defineForm(guile, 'quote-syntax', 'Return a form as a syntax object.', (form, wrap) => {
  const [, datum] = formItems(form) ?? []
  return datum === undefined ? badSyntax(new Syntax(form, wrap)) : constant(wrapSyntax(datum, wrap))
})
