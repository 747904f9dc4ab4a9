/** Patterns of (ice-9 match), straight to core forms: each pattern is a test of a variable that goes on to what
 *  follows or calls the next clause. Not the forms that use them (match.ts).
 *  Language: Alex Shinn's match, as in Guile 3.0; patterns match from left to right, and expressions in them
 *  see the variables to their left. */
import type { Core } from '../../core/index.ts'
import { Keyword, list, NIL, Pair, SchemeSymbol, type Value } from '../../values/index.ts'
import { Lexical } from '../binding.ts'
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
  temporary,
} from '../build.ts'
import { formItems, openSyntax, splitForm } from '../destructure.ts'
import { here, syntaxError } from '../errors.ts'
import { expand } from '../expander.ts'
import { asIdentifier, isGuileKeyword } from '../identifier.ts'
import { syntaxToDatum } from '../syntax-object.ts'
import { type Marks, Rib, type Wrap } from '../wrap.ts'
import {
  ellipsisOf,
  isEllipsisName,
  isRepeated,
  isTreeEllipsis,
  isWildcard,
  keywordOf,
  properLength,
  variablesOf,
} from './match-language.ts'

/** A place that `get!` and `set!` patterns give access to. */
interface Place {
  readonly get: () => Core
  readonly set: (value: Core) => Core
}

/** What a pattern has bound so far: names to variables, in the order of appearance. */
export interface Bound {
  readonly symbol: SchemeSymbol
  readonly marks: Marks
  readonly variable: Lexical
}

type Continue = () => Core

/** Matches the pattern of one clause. */
/** Variables whose values are lists of what an ellipsis matched. */
const lists = new WeakSet<Lexical>()

export class PatternMatch {
  /** The scope of the clause's body. */
  readonly rib: Rib
  readonly bound: Bound[] = []
  readonly #fail: () => Core
  readonly #whole: Value

  constructor(fail: () => Core, whole: Value, rib = new Rib()) {
    this.#fail = fail
    this.#whole = whole
    this.rib = rib
  }

  /** Match SUBJECT, which may be evaluated several times, against PATTERN read under WRAP; then go on. */
  match(pattern: Value, wrap: Wrap, subject: Core, succeed: Continue, place?: Place): Core {
    const { value, wrap: w } = openSyntax(pattern, wrap)
    if (value instanceof SchemeSymbol) return this.#identifier(value, w, subject, succeed)
    if (value === NIL) return this.#test(callPrimitive('null?', subject), succeed)
    if (value instanceof Pair) {
      return this.#special(value, w, subject, succeed, place) ?? this.#pair(value, w, subject, succeed)
    }
    if (Array.isArray(value)) return this.#vector(value, w, subject, succeed)
    return this.#test(equals(subject, syntaxToDatum(value)), succeed)
  }

  #test(test: Core, succeed: Continue): Core {
    const consequent = succeed()
    return branch(test, consequent, this.#fail())
  }

  #identifier(symbol: SchemeSymbol, wrap: Wrap, subject: Core, succeed: Continue): Core {
    if (isWildcard(symbol, wrap)) return succeed()
    const known = this.bound.find((b) => b.symbol === symbol && b.marks === wrap.marks)
    // A name that occurs twice must match equal values.
    if (known !== undefined) return this.#test(callPrimitive('equal?', subject, local(known.variable)), succeed)
    const variable = this.#bind(symbol, wrap.marks)
    return bind([variable], [subject], succeed())
  }

  #list(symbol: SchemeSymbol, wrap: Wrap, subject: Core, succeed: Continue): Core {
    return this.#identifier(symbol, wrap, subject, () => {
      const variable = this.bound.find((b) => b.symbol === symbol && b.marks === wrap.marks)?.variable
      if (variable !== undefined) lists.add(variable)
      return succeed()
    })
  }

  #bind(symbol: SchemeSymbol, marks: Marks): Lexical {
    const variable = new Lexical(symbol.name, phase.level)
    this.bound.push({ symbol, marks, variable })
    this.rib.add(symbol, marks, variable)
    return variable
  }

  /** Patterns that begin with a keyword of the pattern language; undefined for others. */
  #special(form: Pair, wrap: Wrap, subject: Core, succeed: Continue, place: Place | undefined): Core | undefined {
    const keyword = keywordOf(form.car, wrap)
    if (keyword === undefined || isRepeated(form, wrap)) return undefined
    const rest = openSyntax(form.cdr, wrap)
    const operands = formItems(rest.value)
    if (operands === undefined) return undefined
    const w = rest.wrap
    const [first, ...others] = operands
    switch (keyword) {
      case 'quote':
        if (operands.length !== 1) return undefined
        return this.#test(equals(subject, syntaxToDatum(first)), succeed)
      case 'quasiquote':
        return operands.length === 1 ? this.#quasi(first, w, subject, succeed, 0) : undefined
      case 'and':
        return this.#all(operands, w, subject, succeed, place)
      case 'or':
        return this.#any(operands, w, subject, succeed)
      case 'not': {
        if (operands.length !== 1) return undefined
        return withFailure(succeed(), (matches) => this.#inner(matches).match(first, w, subject, this.#fail))
      }
      case '?': {
        if (first === undefined) return undefined
        const test = call(expand(first, this.#scope(w)), subject)
        return branch(test, this.#all(others, w, subject, succeed, place), this.#fail())
      }
      case '=': {
        if (operands.length !== 2) return undefined
        const value = call(expand(first, this.#scope(w)), subject)
        return bindTemporary('w', value, (reference) => this.match(operands[1], w, reference, succeed))
      }
      case '$':
        return first === undefined ? undefined : this.#record(first, others, w, subject, succeed)
      case 'get!':
      case 'set!': {
        const id = asIdentifier(first, w)
        if (operands.length !== 1 || id === undefined) return undefined
        const variable = this.#bind(id.symbol, id.marks)
        const argument = temporary('value')
        const procedure =
          keyword === 'get!'
            ? lambda([], place?.get() ?? subject)
            : lambda([argument], place?.set(local(argument)) ?? constant(false))
        return bind([variable], [procedure], succeed())
      }
      default:
        return undefined
    }
  }

  #all(patterns: readonly Value[], wrap: Wrap, subject: Core, succeed: Continue, place: Place | undefined): Core {
    const [first, ...rest] = patterns
    if (patterns.length === 0) return succeed()
    return this.match(first, wrap, subject, () => this.#all(rest, wrap, subject, succeed, place), place)
  }

  /** The first alternative that matches; what follows is a procedure of the variables, so that it exists once. */
  #any(patterns: readonly Value[], wrap: Wrap, subject: Core, succeed: Continue): Core {
    if (patterns.length === 0) return this.#fail()
    if (patterns.length === 1) return this.match(patterns[0], wrap, subject, succeed)
    const names: { symbol: SchemeSymbol; marks: Marks }[] = []
    for (const name of patterns.flatMap((pattern) => variablesOf(pattern, wrap))) {
      const seen = names.some((n) => n.symbol === name.symbol && n.marks === name.marks)
      const outer = this.bound.some((n) => n.symbol === name.symbol && n.marks === name.marks)
      if (!seen && !outer) names.push(name)
    }
    const next = temporary('next')
    // Alternatives see the variables to their left; their own must not leak into each other.
    let result = this.#fail()
    const bodies: ((fail: () => Core) => Core)[] = patterns.map((pattern) => (fail) => {
      const own = this.#inner(fail)
      return own.match(pattern, wrap, subject, () => {
        const args = names.map((name) => {
          const found = own.bound.find((b) => b.symbol === name.symbol && b.marks === name.marks)
          return found === undefined ? constant(false) : local(found.variable)
        })
        return call(local(next), ...args)
      })
    })
    for (let i = bodies.length - 1; i >= 0; i--) {
      const otherwise = result
      const build = bodies[i]
      if (build === undefined) continue
      result = withFailure(otherwise, build)
    }
    const variables = names.map((name) => this.#bind(name.symbol, name.marks))
    return bind([next], [lambda(variables, succeed())], result)
  }

  #outer: readonly Rib[] = []

  /** A match inside this one: it sees what is bound so far and keeps to itself what it binds. */
  #inner(fail: () => Core): PatternMatch {
    const inner = new PatternMatch(fail, this.#whole)
    inner.bound.push(...this.bound)
    inner.#outer = [...this.#outer, this.rib]
    return inner
  }

  /** Where expressions in the pattern stand. */
  #scope(wrap: Wrap): Wrap {
    return [...this.#outer, this.rib].reduce((w, rib) => w.within(rib), wrap)
  }

  #pair(form: Pair, wrap: Wrap, subject: Core, succeed: Continue): Core {
    const rest = openSyntax(form.cdr, wrap)
    if (rest.value instanceof Pair) {
      const ellipsis = ellipsisOf(rest.value.car, rest.wrap)
      if (ellipsis !== undefined) {
        const tail = openSyntax(rest.value.cdr, rest.wrap)
        if (splitForm(tail.value).items.some((item) => ellipsisOf(item, tail.wrap) !== undefined))
          return syntaxError('multiple ellipsis patterns not allowed at same level', this.#whole)
        const matched = (): Core => this.#repeated(form.car, wrap, tail.value, tail.wrap, subject, succeed)
        return ellipsis === '..1' ? branch(callPrimitive('pair?', subject), matched(), this.#fail()) : matched()
      }
    }
    if (rest.value instanceof Pair && isTreeEllipsis(rest.value.car, rest.wrap)) {
      const target = openSyntax(rest.value.cdr, rest.wrap)
      if (!(target.value instanceof Pair)) return syntaxError('invalid use of ***', this.#whole)
      return this.#tree(form.car, wrap, target.value.car, target.wrap, subject, succeed)
    }
    const head = temporary('head')
    const tail = temporary('tail')
    const carPlace: Place = {
      get: () => callPrimitive('car', subject),
      set: (value) => callPrimitive('set-car!', subject, value),
    }
    const cdrPlace: Place = {
      get: () => callPrimitive('cdr', subject),
      set: (value) => callPrimitive('set-cdr!', subject, value),
    }
    const isLast = rest.value === NIL
    const body = bind(
      [head],
      [callPrimitive('car', subject)],
      this.match(
        form.car,
        wrap,
        local(head),
        () =>
          isLast
            ? branch(callPrimitive('null?', callPrimitive('cdr', subject)), succeed(), this.#fail())
            : bind(
                [tail],
                [callPrimitive('cdr', subject)],
                this.match(rest.value, rest.wrap, local(tail), succeed, cdrPlace),
              ),
        carPlace,
      ),
    )
    return branch(callPrimitive('pair?', subject), body, this.#fail())
  }

  #known(symbol: SchemeSymbol, wrap: Wrap) {
    return this.bound.find((b) => b.symbol === symbol && b.marks === wrap.marks)
  }

  /** `item ... . tail` against a list. */
  #repeated(item: Value, wrap: Wrap, tail: Value, tailWrap: Wrap, subject: Core, succeed: Continue): Core {
    const tailLength = properLength(tail, tailWrap)
    const simple = openSyntax(item, wrap)
    if (tailLength === 0 && tail === NIL && simple.value instanceof SchemeSymbol && !isEllipsisName(simple.value)) {
      const { value: symbol, wrap: w } = { value: simple.value, wrap: simple.wrap }
      const known = this.#known(symbol, w)
      // A second list under the same name must equal the first.
      if (known === undefined || lists.has(known.variable))
        return branch(callPrimitive('list?', subject), this.#list(symbol, w, subject, succeed), this.#fail())
    }
    const again = simple.value instanceof SchemeSymbol ? this.#known(simple.value, simple.wrap) : undefined
    if (tailLength > 0 && again !== undefined && simple.value instanceof SchemeSymbol) {
      const { value: symbol, wrap: w } = { value: simple.value, wrap: simple.wrap }
      const count = callPrimitive('-', callPrimitive('length', subject), constant(tailLength))
      const front = callPrimitive('list-head', subject, count)
      const back = callPrimitive('list-tail', subject, count)
      return branch(
        callPrimitive('list?', subject),
        branch(
          callPrimitive('>=', callPrimitive('length', subject), constant(tailLength)),
          bindTemporary('front', front, (items) =>
            this.#list(symbol, w, items, () =>
              bindTemporary('back', back, (others) => this.match(tail, tailWrap, others, succeed)),
            ),
          ),
          this.#fail(),
        ),
        this.#fail(),
      )
    }
    const element = temporary('element')
    const rest = temporary('rest')
    const loop = temporary('loop')
    const remaining = temporary('remaining')
    const inner = this.#inner(this.#fail)
    const before = inner.bound.length
    const names = variablesOf(item, wrap).filter(
      (name, i, all) =>
        !this.bound.some((b) => b.symbol === name.symbol && b.marks === name.marks) &&
        all.findIndex((n) => n.symbol === name.symbol && n.marks === name.marks) === i,
    )
    const collected = names.map((name) => temporary(name.symbol.name))
    const step = inner.match(item, wrap, local(element), () => {
      const results = names.map((name, i) => {
        const found = inner.bound.slice(before).find((b) => b.symbol === name.symbol && b.marks === name.marks)
        const own = collected[i]
        if (found === undefined || own === undefined) return constant(NIL)
        return callPrimitive('cons', local(found.variable), local(own))
      })
      const count = tailLength > 0 ? [callPrimitive('-', local(remaining), constant(1))] : []
      return call(local(loop), callPrimitive('cdr', local(rest)), ...count, ...results)
    })
    const variables = names.map((name) => this.#bind(name.symbol, name.marks))
    for (const variable of variables) lists.add(variable)
    const inOrder = collected.map((own) => callPrimitive('reverse', local(own)))
    const finished = (): Core =>
      bind(variables, inOrder, tail === NIL ? succeed() : this.match(tail, tailWrap, local(rest), succeed))
    const empty = collected.map(() => constant(NIL))
    const turn = bind([element], [callPrimitive('car', local(rest))], step)
    if (tailLength === 0) {
      const isDotted = tail !== NIL
      const body = isDotted
        ? branch(callPrimitive('pair?', local(rest)), turn, finished())
        : branch(
            callPrimitive('pair?', local(rest)),
            turn,
            branch(callPrimitive('null?', local(rest)), finished(), this.#fail()),
          )
      return loopOf(loop, [rest, ...collected], body, [subject, ...empty])
    }
    const length = temporary('length')
    const body = branch(callPrimitive('>', local(remaining), constant(0)), turn, finished())
    const start = callPrimitive('-', local(length), constant(tailLength))
    return bind(
      [length],
      [branch(callPrimitive('list?', subject), callPrimitive('length', subject), constant(-1))],
      branch(
        callPrimitive('>=', local(length), constant(tailLength)),
        loopOf(loop, [rest, remaining, ...collected], body, [subject, start, ...empty]),
        this.#fail(),
      ),
    )
  }

  /** `(path *** target)`: search a tree for the target; the path's variables get the heads passed on the way. */
  #tree(path: Value, pathWrap: Wrap, target: Value, targetWrap: Wrap, subject: Core, succeed: Continue): Core {
    const attempt = temporary('try')
    const next = temporary('next')
    const walk = temporary('walk')
    const node = temporary('node')
    const head = temporary('head')
    const rest = temporary('rest')
    const fail = temporary('fail')
    const giveUp = (): Core => call(local(fail))
    const names = variablesOf(path, pathWrap)
    const passed = names.map((name) => temporary(name.symbol.name))
    const collected = (): Core[] => passed.map((own) => local(own))
    // The target matches here, or further down.
    const down = call(local(next), local(node), local(fail), ...collected())
    const deeper = this.#inner(giveUp)
    const more = deeper.match(path, pathWrap, local(head), () => {
      const longer = names.map((name, i) => {
        const variable = deeper.bound.find((b) => b.symbol === name.symbol && b.marks === name.marks)?.variable
        const own = passed[i]
        return variable === undefined || own === undefined
          ? constant(NIL)
          : callPrimitive('cons', local(variable), local(own))
      })
      const again = lambda([], call(local(walk), callPrimitive('cdr', local(rest))))
      const turn = call(local(attempt), callPrimitive('car', local(rest)), again, ...longer)
      const body = branch(callPrimitive('pair?', local(rest)), turn, giveUp())
      return loopOf(walk, [rest], body, [callPrimitive('cdr', local(node))])
    })
    const inside = this.#inner(() => down)
    const found = names.map((name) => inside.#bind(name.symbol, name.marks))
    const lists = passed.map((own) => callPrimitive('reverse', local(own)))
    const bound = bind(
      found,
      lists,
      inside.match(target, targetWrap, local(node), () => {
        for (const { symbol, marks, variable } of inside.bound.slice(this.bound.length)) {
          this.bound.push({ symbol, marks, variable })
          this.rib.add(symbol, marks, variable)
        }
        return succeed()
      }),
    )
    const step = branch(
      callPrimitive('pair?', local(node)),
      bind([head], [callPrimitive('car', local(node))], more),
      giveUp(),
    )
    const empty = passed.map(() => constant(NIL))
    return {
      kind: 'letrec',
      sequential: false,
      variables: [attempt, next],
      values: [lambda([node, fail, ...passed], bound), lambda([node, fail, ...passed], step)],
      body: call(local(attempt), subject, lambda([], this.#fail()), ...empty),
      span: here.span,
    }
  }

  #vector(items: readonly Value[], wrap: Wrap, subject: Core, succeed: Continue): Core {
    const repeats = items.some((item) => ellipsisOf(item, wrap) !== undefined)
    if (repeats) {
      return branch(
        callPrimitive('vector?', subject),
        bindTemporary('items', callPrimitive('vector->list', subject), (reference) =>
          this.match(list(items), wrap, reference, succeed),
        ),
        this.#fail(),
      )
    }
    const elements = items.map(() => temporary('element'))
    const matchFrom = (at: number): Core => {
      const element = elements[at]
      if (element === undefined) return succeed()
      const place: Place = {
        get: () => callPrimitive('vector-ref', subject, constant(at)),
        set: (value) => callPrimitive('vector-set!', subject, constant(at), value),
      }
      return bind(
        [element],
        [callPrimitive('vector-ref', subject, constant(at))],
        this.match(items[at], wrap, local(element), () => matchFrom(at + 1), place),
      )
    }
    const hasLength = callPrimitive('eqv?', callPrimitive('vector-length', subject), constant(items.length))
    return branch(branch(callPrimitive('vector?', subject), hasLength, constant(false)), matchFrom(0), this.#fail())
  }

  /** `($ type pattern ...)`: the fields in order. */
  #record(type: Value, patterns: readonly Value[], wrap: Wrap, subject: Core, succeed: Continue): Core {
    const test = recordTest(subject, expand(type, this.#scope(wrap)))
    const matchFrom = (at: number): Core => {
      if (at === patterns.length) return succeed()
      const place: Place = {
        get: () => callPrimitive('%struct-field', subject, constant(at)),
        set: (value) => callPrimitive('struct-set!', subject, constant(at), value),
      }
      return bindTemporary('field', callPrimitive('%struct-field', subject, constant(at)), (reference) =>
        this.match(patterns[at], wrap, reference, () => matchFrom(at + 1), place),
      )
    }
    return branch(test, matchFrom(0), this.#fail())
  }

  #quasi(template: Value, wrap: Wrap, subject: Core, succeed: Continue, depth: number): Core {
    const { value, wrap: w } = openSyntax(template, wrap)
    if (value === NIL) return this.#test(callPrimitive('null?', subject), succeed)
    if (Array.isArray(value)) {
      return branch(
        callPrimitive('vector?', subject),
        bindTemporary('items', callPrimitive('vector->list', subject), (reference) =>
          this.#quasi(list(value), w, reference, succeed, depth),
        ),
        this.#fail(),
      )
    }
    if (!(value instanceof Pair)) return this.#test(equals(subject, syntaxToDatum(value)), succeed)
    if (isGuileKeyword(value.car, w, 'unquote')) {
      const rest = openSyntax(value.cdr, w)
      if (depth === 0 && rest.value instanceof Pair) return this.match(rest.value.car, rest.wrap, subject, succeed)
      return this.#quasiPair(value, w, subject, succeed, depth - 1)
    }
    if (isGuileKeyword(value.car, w, 'quasiquote')) return this.#quasiPair(value, w, subject, succeed, depth + 1)
    const item = openSyntax(value.car, w)
    if (item.value instanceof Pair && depth === 0 && isGuileKeyword(item.value.car, item.wrap, 'unquote-splicing')) {
      const operand = openSyntax(item.value.cdr, item.wrap)
      const rest = openSyntax(value.cdr, w)
      if (!(operand.value instanceof Pair)) return syntaxError('bad quasiquote pattern', this.#whole)
      if (rest.value === NIL) return this.match(operand.value.car, operand.wrap, subject, succeed)
      return syntaxError('unquote-splicing must stand last in a pattern', this.#whole)
    }
    return this.#quasiPair(value, w, subject, succeed, depth)
  }

  #quasiPair(pair: Pair, wrap: Wrap, subject: Core, succeed: Continue, depth: number): Core {
    const head = temporary('head')
    const tail = temporary('tail')
    const body = bind(
      [head],
      [callPrimitive('car', subject)],
      this.#quasi(
        pair.car,
        wrap,
        local(head),
        () => bind([tail], [callPrimitive('cdr', subject)], this.#quasi(pair.cdr, wrap, local(tail), succeed, depth)),
        depth,
      ),
    )
    return branch(callPrimitive('pair?', subject), body, this.#fail())
  }
}

function equals(subject: Core, datum: Value): Core {
  const byIdentity =
    datum instanceof SchemeSymbol || datum instanceof Keyword || datum === NIL || typeof datum === 'boolean'
  if (datum === NIL) return callPrimitive('null?', subject)
  const predicate = byIdentity ? 'eq?' : typeof datum === 'number' ? 'eqv?' : 'equal?'
  return callPrimitive(predicate, subject, constant(datum))
}

function recordTest(subject: Core, type: Core): Core {
  const same = callPrimitive('%record-of-type?', subject, type)
  return branch(callPrimitive('struct?', subject), same, constant(false))
}

function loopOf(loop: Lexical, parameters: readonly Lexical[], body: Core, initial: readonly Core[]): Core {
  return {
    kind: 'letrec',
    sequential: false,
    variables: [loop],
    values: [lambda(parameters, body, 'match-loop')],
    body: call(local(loop), ...initial),
    span: here.span,
  }
}

/** Build something that may fail in several places; OTHERWISE exists once. */
export function withFailure(otherwise: Core, build: (fail: () => Core) => Core): Core {
  if (otherwise.kind === 'call' && otherwise.arguments.length === 0) return build(() => otherwise)
  const next = temporary('next')
  let uses = 0
  const body = build(() => {
    uses++
    return call(local(next))
  })
  return uses === 0 ? body : bind([next], [lambda([], otherwise)], body)
}
