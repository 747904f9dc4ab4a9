/** Lowering of calls: known procedures, primitives done in line, jumps to labels, several values. */
import type { Call, Core } from '../core/index.ts'
import { plainCase } from './contify.ts'
import { type Destination, EFFECT, newSite } from './destination.ts'
import { isAtom, isStable, sameLink } from './expression-facts.ts'
import type { Callee, Expr, Fn, Stmt } from './ir.ts'
import { isUnbound } from './link.ts'
import type { Lowering } from './lower.ts'
import { bindParameter, lowerJump } from './lower-labels.ts'

export function lowerCall(lowering: Lowering, core: Call, to: Destination): void {
  const { procedure } = core
  if (procedure.kind === 'local') {
    const binding = lowering.lookup(procedure.variable)
    if (binding.kind === 'label') {
      const { params, group, index } = binding.label
      const args = lowering.operands(core.arguments)
      const state: Stmt | undefined =
        group.state === undefined
          ? undefined
          : { kind: 'set', slot: group.state, expr: { kind: 'const', value: index } }
      return lowerJump(lowering, params, args, state, group.jump)
    }
  }
  if (lowering.inlineFor(core) !== undefined) return lowering.deliver(lowering.expression(core), to)
  if (lowerValues(lowering, core, to) || lowerSeveral(lowering, core, to)) return
  const { self } = lowering.place
  if (to.kind === 'return' && self !== undefined && core.arguments.length === self.required) {
    if (procedure.kind === 'local' && procedure.variable === self.variable) {
      const args = lowering.operands(core.arguments)
      return lowerJump(lowering, lowering.place.fn.params, args, undefined, { kind: 'continue', label: self.label })
    }
    if (procedure.kind === 'global' && sameLink(procedure, self.global)) {
      const args = lowering.operands(core.arguments).map((a) => (isStable(a) ? a : lowering.spill(a)))
      const loop = lowering.apart(() =>
        lowerJump(lowering, lowering.place.fn.params, args, undefined, { kind: 'continue', label: self.label }),
      )
      const global: Expr = { kind: 'global', link: procedure, span: procedure.span }
      const test: Expr = { kind: 'own-test', link: procedure }
      const callee: Callee = { kind: 'value', expr: global }
      lowering.emit({ kind: 'if', test, then: loop, else: [{ kind: 'tail', callee, args, span: core.span }] })
      return
    }
  }
  const [callee, args] = calleeAndArguments(lowering, core)
  if (to.kind === 'return') {
    lowering.emit({ kind: 'tail', callee, args, span: core.span })
    return
  }
  const { fn } = lowering.place
  const own = ownGlobal(lowering, procedure, core.arguments.length)
  if (own !== undefined) return callOwn(lowering, own, callee, args, core, to)
  const site = newSite(fn, core.span, to)
  lowering.emit({ kind: 'call', into: to.kind === 'slot' ? to.slot : undefined, callee, args, site })
  lowering.leave(to)
}

/** `values` of several arguments, or none, where what becomes of them is known. */
export function lowerSeveral(lowering: Lowering, core: Call, to: Destination): boolean {
  if (core.procedure.kind !== 'global' || lowering.primitiveOf(core.procedure) !== 'values') return false
  const { arguments: args } = core
  const [first, ...others] = args
  if (to.kind === 'effect') {
    for (const arg of args) lowering.lower(arg, EFFECT)
    lowering.leave(to)
    return true
  }
  if (to.kind === 'slot' && to.all !== true) {
    // Without any value: an error, left to the procedure.
    if (first === undefined) return false
    const expr = lowering.expression(first)
    const kept = isStable(expr) ? expr : lowering.spill(expr)
    for (const arg of others) lowering.lower(arg, EFFECT)
    lowering.deliver(kept, to)
    return true
  }
  const list = args.map((_, i) => `$${i}`).join(', ')
  const template = to.kind === 'return' ? `$R.returnValues([${list}])` : `new $R.MultipleValues([${list}])`
  lowering.deliver({ kind: 'raw', template, args: lowering.operands(args) }, to)
  return true
}

/** The function being defined as the global that `procedure` refers to, if the number of arguments fits. */
export function ownGlobal(lowering: Lowering, procedure: Core, count: number): Fn | undefined {
  if (procedure.kind !== 'global') return undefined
  const { fn, ownGlobal } = lowering.place
  if (!sameLink(procedure, ownGlobal) || fn.rest !== undefined || fn.moreCases.length > 0) return undefined
  return count >= fn.required && count <= fn.params.length ? fn : undefined
}

/** A recursive call through the global variable: direct while the variable still holds this very function. */
export function callOwn(
  lowering: Lowering,
  own: Fn,
  callee: Callee,
  given: readonly Expr[],
  core: Call,
  to: Destination,
): void {
  const args = given.map((a) => (isAtom(a) ? a : lowering.spill(a)))
  if (callee.kind !== 'value' || callee.expr.kind !== 'global') return
  const into = to.kind === 'slot' ? to.slot : undefined
  const call = (target: Callee): Stmt[] => {
    const site = newSite(own, core.span, to)
    return [{ kind: 'call', into, callee: target, args, site }]
  }
  const test: Expr = { kind: 'own-test', link: callee.expr.link }
  const then = call({ kind: 'own', fn: own })
  lowering.emit({ kind: 'if', test, then, else: call(callee) })
  lowering.leave(to)
}

export function calleeAndArguments(lowering: Lowering, core: Call): [Callee, Expr[]] {
  const { procedure } = core
  if (procedure.kind === 'local') {
    const binding = lowering.lookup(procedure.variable)
    if (binding.kind === 'slot') {
      const args = lowering.operands(core.arguments)
      const slot = lowering.use(binding.slot)
      const lambda = binding.fn?.lambda
      const only = lambda === undefined ? undefined : plainCase(lambda)
      if (binding.fn !== undefined && only?.required.length === args.length) {
        return [{ kind: 'known', slot, arityChecked: !binding.fn.wellKnown }, args]
      }
      return [{ kind: 'value', expr: { kind: 'slot', slot, span: procedure.span } }, args]
    }
  }
  if (procedure.kind === 'global') {
    // Guile looks at the operator first: an unbound one is an error before any operand is evaluated.
    const matters = core.arguments.some((a) => a.kind !== 'const' && a.kind !== 'local' && a.kind !== 'lambda')
    if (matters && isUnbound(procedure, lowering.defined))
      lowering.emit({ kind: 'eval', expr: lowering.expression(procedure) })
    const args = lowering.operands(core.arguments)
    return [{ kind: 'value', expr: { kind: 'global', link: procedure, span: procedure.span } }, args]
  }
  const complexArguments = core.arguments.some((a) => !lowering.isSimple(a))
  const first = lowering.expression(procedure, 'f')
  const expr = complexArguments && !isStable(first) ? lowering.spill(first, 'f') : first
  return [{ kind: 'value', expr }, lowering.operands(core.arguments)]
}

/** `call-with-values` with two lambdas: no closures, no call. */
export function lowerValues(lowering: Lowering, core: Call, to: Destination): boolean {
  if (core.procedure.kind !== 'global' || lowering.primitiveOf(core.procedure) !== 'call-with-values') return false
  const [producer, consumer] = core.arguments
  if (producer?.kind !== 'lambda' || consumer?.kind !== 'lambda' || core.arguments.length !== 2) return false
  const source = plainCase(producer)
  const [target] = consumer.cases
  if (source === undefined || source.required.length > 0 || consumer.cases.length !== 1) return false
  if (target === undefined || target.optional.length > 0 || target.keywords.length > 0) return false
  const result = allValuesOf(lowering, source.body)
  const count = target.required.length
  if (count === 1 && target.rest === undefined) {
    const [variable] = target.required
    if (variable !== undefined) {
      const slot = lowering.newSlot(variable.name)
      lowering.emit({ kind: 'set', slot, expr: { kind: 'raw', template: '$R.exactValues($0, 1)[0]', args: [result] } })
      bindParameter(lowering, variable, slot)
    }
  } else {
    const least = target.rest === undefined ? '$R.exactValues' : '$R.atLeastValues'
    const all = lowering.newSlot('values')
    lowering.emit({ kind: 'set', slot: all, expr: { kind: 'raw', template: `${least}($0, ${count})`, args: [result] } })
    const from: Expr = { kind: 'slot', slot: all, span: undefined }
    target.required.forEach((variable, i) => {
      const slot = lowering.newSlot(variable.name)
      lowering.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${i}]`, args: [from] } })
      bindParameter(lowering, variable, slot)
    })
    if (target.rest !== undefined) {
      const slot = lowering.newSlot(target.rest.name)
      lowering.emit({
        kind: 'set',
        slot,
        expr: { kind: 'raw', template: `$R.listFrom($0, ${count})`, args: [from] },
      })
      bindParameter(lowering, target.rest, slot)
    }
  }
  lowering.lower(target.body, to)
  return true
}

/** The value of a form, several values as a MultipleValues. */
export function allValuesOf(lowering: Lowering, core: Core): Expr {
  if (lowering.isSimple(core)) return lowering.expression(core)
  const slot = lowering.newSlot('values')
  lowering.lower(core, { kind: 'slot', slot, exit: undefined, all: true })
  return { kind: 'slot', slot, span: undefined }
}
