/** `syntax-case`, `syntax`, `quasisyntax`, `with-ellipsis` and the forms whose values are transformers.
 *  Patterns and templates become constants that are compiled at their first use at run time:
 *  #(pattern (literal ...) ellipsis) and #(template (variable ...) (depth ...) ellipsis), where pattern,
 *  template and ellipsis are syntax objects, ellipsis #f for the usual one. */
import type { Core } from '../../core/index.ts'
import { intern, list, listToArray, NIL, Pair, SchemeSymbol, type Value } from '../../values/index.ts'
import { EllipsisBinding, PatternVariable } from '../binding.ts'
import { expandBody } from '../body.ts'
import { bind, bindTemporary, branch, call, callPrimitive, constant, lambda, local, temporary } from '../build.ts'
import { formItems, openInPlace, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { expand } from '../expander.ts'
import { asIdentifier, isGuileKeyword, nativeIdentifier } from '../identifier.ts'
import { defineForm, defineRewriter } from '../native.ts'
import {
  type CompiledPattern,
  compilePattern,
  customEllipsis,
  type EllipsisTest,
  standardEllipsis,
} from '../pattern.ts'
import { Syntax, wrapSyntax } from '../syntax-object.ts'
import { checkRules } from '../syntax-rules.ts'
import { compileTemplate, type Template } from '../template.ts'
import { type Marks, Rib, resolve, type Wrap } from '../wrap.ts'

const patterns = new WeakMap<object, CompiledPattern>()
const templates = new WeakMap<object, Template>()

/** The reserved name under which `with-ellipsis` records its ellipsis. */
const ellipsisName = intern(' ellipsis')

function currentEllipsis(wrap: Wrap): Syntax | undefined {
  const bound = resolve(ellipsisName, wrap)
  return bound instanceof EllipsisBinding ? bound.identifier : undefined
}

function ellipsisTest(identifier: Value): EllipsisTest {
  return identifier instanceof Syntax && identifier.expression instanceof SchemeSymbol
    ? customEllipsis(identifier.expression, identifier.wrap.marks)
    : standardEllipsis
}

/** The compiled pattern of a pattern constant. */
export function patternOf(spec: Value): CompiledPattern {
  if (!Array.isArray(spec)) throw new Error('strata bug: not a pattern constant')
  let compiled = patterns.get(spec)
  if (compiled === undefined) {
    const [pattern, literals, ellipsis] = spec
    if (!(pattern instanceof Syntax)) throw new Error('strata bug: bad pattern constant')
    const ids = (listToArray(literals) ?? []).filter((id) => id instanceof Syntax)
    const options = { literals: ids, ellipsis: ellipsisTest(ellipsis) }
    compiled = compilePattern(pattern.expression, pattern.wrap, options)
    patterns.set(spec, compiled)
  }
  return compiled
}

/** The compiled template of a template constant. */
export function templateOf(spec: Value): Template {
  if (!Array.isArray(spec)) throw new Error('strata bug: not a template constant')
  let compiled = templates.get(spec)
  if (compiled === undefined) {
    const [template, ids, depths, ellipsis] = spec
    if (!(template instanceof Syntax)) throw new Error('strata bug: bad template constant')
    const depthOf = listToArray(depths) ?? []
    const variables = (listToArray(ids) ?? []).map((id, i) => {
      const depth = depthOf[i]
      if (!(id instanceof Syntax) || !(id.expression instanceof SchemeSymbol) || typeof depth !== 'number') {
        throw new Error('strata bug: bad template constant')
      }
      return { symbol: id.expression, marks: id.wrap.marks, depth }
    })
    compiled = compileTemplate(template.expression, template.wrap, {
      variables,
      ellipsis: ellipsisTest(ellipsis),
      open: true,
    })
    templates.set(spec, compiled)
  }
  return compiled
}

interface UsedVariable {
  readonly id: Syntax
  readonly marks: Marks
  readonly bound: PatternVariable
}

/** The pattern variables that occur in a template. */
function variablesIn(template: Value, wrap: Wrap, found: UsedVariable[]): void {
  let { value, wrap: w } = openSyntax(template, wrap)
  for (;;) {
    if (value instanceof SchemeSymbol) {
      const bound = resolve(value, w)
      const symbol = value
      const { marks } = w
      if (bound instanceof PatternVariable && !found.some((f) => f.id.expression === symbol && f.marks === marks)) {
        found.push({ id: new Syntax(symbol, w), marks, bound })
      }
      return
    }
    if (Array.isArray(value)) {
      for (const item of value) variablesIn(item, w, found)
      return
    }
    if (!(value instanceof Pair)) return
    variablesIn(value.car, w, found)
    const rest = openSyntax(value.cdr, w)
    value = rest.value
    w = rest.wrap
  }
}

/** `(syntax TEMPLATE)` under WRAP. */
export function expandTemplate(template: Value, wrap: Wrap): Core {
  const opened = openSyntax(template, wrap)
  const used: UsedVariable[] = []
  variablesIn(opened.value, opened.wrap, used)
  const whole = new Syntax(opened.value, opened.wrap, template instanceof Syntax ? template.origin : undefined)
  if (used.length === 0 && !(opened.value instanceof Pair)) {
    return constant(opened.value instanceof SchemeSymbol || Array.isArray(opened.value) ? whole : opened.value)
  }
  const [only] = used
  if (only !== undefined && opened.value instanceof SchemeSymbol && only.bound.depth === 0)
    return local(only.bound.variable)
  const spec = [
    whole,
    list(used.map((u) => u.id)),
    list(used.map((u) => u.bound.depth)),
    currentEllipsis(wrap) ?? false,
  ]
  // Mistakes in the template should be found here, not when the macro is used.
  templateOf(spec)
  return callPrimitive('%syntax-template', constant(spec), ...used.map((u) => local(u.bound.variable)))
}

defineForm('(guile)', 'syntax', 'Build a syntax object from a template.', (form, wrap) => {
  const items = formItems(form)
  if (items?.length !== 2) return syntaxError("bad `syntax' form", new Syntax(form, wrap), { who: 'syntax' })
  return expandTemplate(items[1], wrap)
})

defineForm('(guile)', 'syntax-case', 'Match a syntax object against patterns.', (form, wrap) => {
  const whole = new Syntax(form, wrap)
  const [, subject, literalList, ...clauses] = formItems(form) ?? badSyntax(whole)
  if (literalList === undefined) return badSyntax(whole)
  const opened = openSyntax(literalList, wrap)
  const literals = (formItems(opened.value) ?? badSyntax(whole)).map((literal) => {
    const id = asIdentifier(literal, opened.wrap)
    return id === undefined ? badSyntax(whole, literal) : new Syntax(id.symbol, id.wrap)
  })
  return bindTemporary('subject', expand(subject, wrap), (reference) =>
    expandClauses(clauses, 0, reference, literals, wrap, whole),
  )
})

function expandClauses(
  clauses: readonly Value[],
  at: number,
  subject: Core,
  literals: readonly Syntax[],
  wrap: Wrap,
  whole: Syntax,
): Core {
  if (at >= clauses.length) return callPrimitive('%syntax-mismatch', subject)
  const opened = openSyntax(clauses[at], wrap)
  const parts = formItems(opened.value)
  if (parts === undefined || parts.length < 2 || parts.length > 3) return badSyntax(whole, clauses[at])
  const [pattern, ...body] = parts
  const ellipsis = currentEllipsis(wrap)
  const patternOpened = openSyntax(pattern, opened.wrap)
  const spec = [new Syntax(patternOpened.value, patternOpened.wrap), list([...literals]), ellipsis ?? false]
  const { variables } = patternOf(spec)
  const rib = new Rib()
  const bound = variables.map((v) => {
    const variable = temporary(v.symbol.name)
    rib.add(v.symbol, v.marks, new PatternVariable(variable, v.depth))
    return variable
  })
  const inner = opened.wrap.within(rib)
  const rest = (): Core => expandClauses(clauses, at + 1, subject, literals, wrap, whole)
  const last = at === clauses.length - 1
  const matched = temporary('matched')
  const fields = bound.map((_, i) => callPrimitive('vector-ref', local(matched), constant(i)))
  const attempt = callPrimitive('%syntax-match', subject, constant(spec))
  if (body.length === 1) {
    const result = expand(body[0], inner)
    return bind([matched], [attempt], branch(local(matched), bind(bound, fields, result), rest()))
  }
  const [fender, consequent] = body
  const test = expand(fender, inner)
  const result = expand(consequent, inner)
  if (last) {
    return bind([matched], [attempt], branch(local(matched), bind(bound, fields, branch(test, result, rest())), rest()))
  }
  const next = temporary('next')
  return bind(
    [next, matched],
    [lambda([], rest()), attempt],
    branch(local(matched), bind(bound, fields, branch(test, result, call(local(next)))), call(local(next))),
  )
}

defineForm('(guile)', 'with-ellipsis', 'Use another identifier as ellipsis in a body.', (form, wrap) => {
  const [, ellipsis, ...body] = formItems(form) ?? badSyntax(new Syntax(form, wrap))
  const id = asIdentifier(ellipsis, wrap)
  if (id === undefined || body.length === 0) return badSyntax(new Syntax(form, wrap))
  const rib = new Rib()
  rib.add(ellipsisName, wrap.marks, new EllipsisBinding(new Syntax(id.symbol, id.wrap)))
  return expandBody(body, wrap.within(rib), new Syntax(form, wrap))
})

/** The value of `(syntax-rules ...)` and the like: made again from the form itself. */
for (const name of ['syntax-rules', 'identifier-syntax']) {
  defineForm('(guile)', name, 'Return a macro transformer.', (form, wrap) => {
    const whole = new Syntax(form, wrap)
    if (name === 'syntax-rules') checkRules(whole)
    return callPrimitive(`%${name}`, constant(whole))
  })
}

defineForm('(guile)', 'quasisyntax', 'Build a syntax object, with expressions where unsyntax stands.', (form, wrap) => {
  const items = formItems(form)
  if (items?.length !== 2) return badSyntax(new Syntax(form, wrap))
  const holes: Hole[] = []
  const rib = new Rib()
  const template = dig(items[1], wrap, 0, holes, rib)
  const inner = wrap.within(rib)
  return bind(
    holes.map((hole) => hole.bound.variable),
    holes.map((hole) => hole.value),
    expandTemplate(template, inner),
  )
})

interface Hole {
  readonly bound: PatternVariable
  readonly value: Core
}

/** Replace the unsyntaxed parts of a template by pattern variables. */
function dig(template: Value, wrap: Wrap, depth: number, holes: Hole[], rib: Rib): Value {
  const { value, wrap: w } = openSyntax(template, wrap)
  const keep = (part: Value): Value => (w === wrap ? part : wrapSyntax(part, w))
  if (Array.isArray(value)) {
    const items = listToArray(dig(wrapSyntax(list(value), w), w, depth, holes, rib))
    return items ?? value
  }
  if (!(value instanceof Pair)) return keep(value)
  if (isGuileKeyword(value.car, w, 'quasisyntax')) {
    return new Pair(keep(value.car), dig(keep(value.cdr), wrap, depth + 1, holes, rib))
  }
  if (isGuileKeyword(value.car, w, 'unsyntax') || isGuileKeyword(value.car, w, 'unsyntax-splicing')) {
    if (depth > 0) return new Pair(keep(value.car), dig(keep(value.cdr), wrap, depth - 1, holes, rib))
    const operands = formItems(openSyntax(value.cdr, w).value) ?? []
    if (operands.length === 1) return makeHole(expand(operands[0], w), 0, wrap, holes, rib)
  }
  const item = openSyntax(value.car, w)
  if (item.value instanceof Pair && depth === 0 && isGuileKeyword(item.value.car, item.wrap, 'unsyntax-splicing')) {
    const operands = formItems(item.value.cdr) ?? []
    let rest = dig(keep(value.cdr), wrap, depth, holes, rib)
    for (const operand of operands.reverse()) {
      const spliced = callPrimitive('%syntax->array', expand(operand, item.wrap))
      rest = new Pair(makeHole(spliced, 1, wrap, holes, rib), new Pair(standardEllipsisSymbol, rest))
    }
    return rest
  }
  if (item.value instanceof Pair && depth === 0 && isGuileKeyword(item.value.car, item.wrap, 'unsyntax')) {
    const operands = formItems(item.value.cdr) ?? []
    if (operands.length !== 1) {
      let rest = dig(keep(value.cdr), wrap, depth, holes, rib)
      for (const operand of operands.reverse())
        rest = new Pair(makeHole(expand(operand, item.wrap), 0, wrap, holes, rib), rest)
      return rest
    }
  }
  return new Pair(dig(keep(value.car), wrap, depth, holes, rib), dig(keep(value.cdr), wrap, depth, holes, rib))
}

const standardEllipsisSymbol = intern('...')

let holeCount = 0

function makeHole(value: Core, depth: number, wrap: Wrap, holes: Hole[], rib: Rib): Value {
  const variable = temporary('hole')
  const bound = new PatternVariable(variable, depth)
  const symbol = intern(` hole ${++holeCount % 1000}`)
  rib.add(symbol, wrap.marks, bound)
  holes.push({ bound, value })
  return symbol
}

defineRewriter('(guile)', 'with-syntax', 'Bind pattern variables in a body.', (form, wrap) => {
  const whole = wrapSyntax(form, wrap)
  const opened = openSyntax(form, wrap)
  const [, bindings, ...body] = (formItems(opened.value) ?? badSyntax(whole)).map((item) =>
    wrapSyntax(item, opened.wrap),
  )
  if (bindings === undefined || body.length === 0) return badSyntax(whole)
  const clauses = openInPlace(bindings)
  const patternParts: Value[] = []
  const values: Value[] = []
  for (const clause of (formItems(clauses.value) ?? badSyntax(whole)).map(clauses.keep)) {
    const { value, keep } = openInPlace(clause)
    const parts = formItems(value)
    if (parts?.length !== 2) return badSyntax(whole, clause)
    patternParts.push(keep(parts[0]))
    values.push(keep(parts[1]))
  }
  const subject = new Pair(nativeIdentifier('list'), list(values))
  const consequent = new Pair(nativeIdentifier('let'), new Pair(NIL, list(body)))
  return list([nativeIdentifier('syntax-case'), subject, NIL, list([list(patternParts), consequent])])
})
