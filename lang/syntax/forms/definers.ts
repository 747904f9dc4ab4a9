/** Definitions by other definitions: define-syntax-rule, define-values, define-inlinable, define-macro. */
import { currentRealm } from '../../modules/realm.ts'
import { list, NIL, Pair, SchemeString, type Value } from '../../values/index.ts'
import { openInPlace } from '../destructure.ts'
import { badSyntax } from '../errors.ts'
import { nativeIdentifier } from '../identifier.ts'
import { defineRewriter } from '../native.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { emptyWrap, Mark, marked } from '../wrap.ts'
import { wrappedItems } from './operands.ts'

const guile = '(guile)'
const core = nativeIdentifier

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
