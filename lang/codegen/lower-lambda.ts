/** Lowering of procedures: parameters of every kind, defaults, the cases of `case-lambda`. */
import type { Core, Lambda, LambdaCase, LocalVariable } from '../core/index.ts'
import { plainCase } from './contify.ts'
import { RETURN } from './destination.ts'
import { callsItself } from './expression-facts.ts'
import type { Expr, Fn, GlobalLink, Loop, Slot } from './ir.ts'
import type { Lowering } from './lower.ts'
import { bindParameter } from './lower-labels.ts'

export function closureFor(
  lowering: Lowering,
  lambda: Lambda,
  name: string,
  variable: LocalVariable | undefined,
  global: GlobalLink,
): Expr {
  const fn = lowering.newFn(name, lambda, lowering.place.fn)
  fillLambda(lowering, fn, lambda, { variable, global })
  return { kind: 'closure', fn }
}

export function lowerLambda(
  lowering: Lowering,
  lambda: Lambda,
  name: string | undefined,
  variable: LocalVariable | undefined,
  wellKnown: boolean,
): Fn {
  const fn = lowering.newFn(name, lambda, lowering.place.fn)
  fn.wellKnown = wellKnown
  fillLambda(lowering, fn, lambda, { variable, global: undefined })
  return fn
}

export function fillLambda(
  lowering: Lowering,
  fn: Fn,
  lambda: Lambda,
  self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
): void {
  const [first, ...others] = lambda.cases
  if (first === undefined) throw new Error('strata bug: a lambda without cases')
  fillCase(lowering, fn, first, self, others.length === 0 && plainCase(lambda) !== undefined)
  for (const other of others) {
    const more = lowering.newFn(fn.schemeName, lambda, fn.parent)
    fillCase(lowering, more, other, self, false)
    fn.moreCases.push(more)
    for (const slot of more.free) if (slot.owner !== fn) fn.free.add(slot)
  }
}

export function fillCase(
  lowering: Lowering,
  fn: Fn,
  c: LambdaCase,
  self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
  plain: boolean,
): void {
  const outer = lowering.place
  const loops = plain && callsItself(c.body, self, lowering.uses)
  const label = loops ? lowering.newLabel('again') : ''
  const loop: Loop | undefined = loops ? { label, parent: undefined, fresh: [] } : undefined
  lowering.place = {
    fn,
    loop,
    out: [],
    self: loops ? { ...self, label, required: c.required.length } : undefined,
    ownGlobal: plain ? self.global : undefined,
  }
  fn.required = c.required.length
  const params = c.required.map((v) => lowering.newSlot(v.assigned ? `${v.name}_in` : v.name))
  fn.params.push(...params)
  loop?.fresh.push(...params)
  const body = lowering.apart(() => {
    c.required.forEach((variable, i) => {
      const param = params[i]
      if (param !== undefined) bindParameter(lowering, variable, param)
    })
    bindOptionals(lowering, fn, c)
    lowering.lower(c.body, RETURN)
  })
  fn.body = loop === undefined ? body : [{ kind: 'loop', loop, body }]
  lowering.place = outer
}

export function bindOptionals(lowering: Lowering, fn: Fn, c: LambdaCase): void {
  if (c.keywords.length > 0 || c.allowOtherKeys) return bindKeywords(lowering, fn, c)
  for (const { variable, default: init } of c.optional) {
    const param = lowering.newSlot(variable.assigned ? `${variable.name}_in` : variable.name)
    fn.params.push(param)
    defaultTo(lowering, param, init)
    bindParameter(lowering, variable, param)
  }
  if (c.rest !== undefined) {
    const array = lowering.newSlot('rest')
    fn.rest = array
    const slot = lowering.newSlot(c.rest.name)
    const from: Expr = { kind: 'slot', slot: array, span: undefined }
    lowering.emit({ kind: 'set', slot, expr: { kind: 'raw', template: '$R.listFrom($0, 0)', args: [from] } })
    bindParameter(lowering, c.rest, slot)
  }
}

/** With keywords, optional parameters end at the first keyword argument: all come from the rest array. */
export function bindKeywords(lowering: Lowering, fn: Fn, c: LambdaCase): void {
  const array = lowering.newSlot('rest')
  fn.rest = array
  if (c.rest === undefined) fn.keywordsAt = c.required.length + c.optional.length
  const bound = lowering.newSlot('bound')
  const keywords: Expr = { kind: 'const', value: c.keywords.map((k) => k.keyword) }
  const from: Expr = { kind: 'slot', slot: array, span: undefined }
  const flags = `${c.optional.length}, ${c.allowOtherKeys}, ${c.rest !== undefined}`
  lowering.emit({
    kind: 'set',
    slot: bound,
    expr: { kind: 'raw', template: `$R.bindKeywords($self, $0, $1, ${flags})`, args: [from, keywords] },
  })
  const all: Expr = { kind: 'slot', slot: bound, span: undefined }
  const parameters = [...c.optional, ...c.keywords]
  const bindRest = (): void => {
    if (c.rest === undefined) return
    const slot = lowering.newSlot(c.rest.name)
    lowering.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${parameters.length}]`, args: [all] } })
    bindParameter(lowering, c.rest, slot)
  }
  parameters.forEach(({ variable, default: init }, i) => {
    if (i === c.optional.length) bindRest()
    const slot = lowering.newSlot(variable.name)
    lowering.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${i}]`, args: [all] } })
    defaultTo(lowering, slot, init)
    bindParameter(lowering, variable, slot)
  })
  if (c.keywords.length === 0) bindRest()
}

export function defaultTo(lowering: Lowering, slot: Slot, init: Core): void {
  const test: Expr = {
    kind: 'raw',
    template: '$0 === undefined',
    args: [{ kind: 'slot', slot, span: undefined }],
  }
  const then = lowering.apart(() => lowering.lower(init, { kind: 'slot', slot, exit: undefined }))
  lowering.emit({ kind: 'if', test, then, else: [] })
}
