/** What is known of expressions and forms without running them: which may be moved, dropped or done twice. */
import { type Core, children, type LocalVariable } from '../core/index.ts'
import type { Uses } from './contify.ts'
import type { Expr, GlobalLink, Slot } from './ir.ts'

export function isFalse(core: Core): boolean {
  return core.kind === 'const' && core.value === false
}

export function isTrue(core: Core): boolean {
  return core.kind === 'const' && core.value === true
}

/** Whether a test is an `and` or an `or` of others. */
export function isLogical(test: Core): boolean {
  return test.kind === 'if' && (isFalse(test.else) || isTrue(test.then))
}

export function isAtom(expr: Expr): boolean {
  return expr.kind === 'const' || (expr.kind === 'slot' && !expr.slot.boxed)
}

/** Whether nothing that runs later can change the expression's value or miss its effect. */
export function isStable(expr: Expr): boolean {
  switch (expr.kind) {
    case 'const':
    case 'closure':
      return true
    case 'slot':
      return !expr.slot.boxed
    case 'prim':
      return expr.inline.pure === true && expr.args.every(isStable)
    default:
      return false
  }
}

export function isDroppable(expr: Expr): boolean {
  return isStable(expr)
}

export function usesSlot(expr: Expr, slot: Slot): boolean {
  switch (expr.kind) {
    case 'slot':
      return expr.slot === slot
    case 'closure':
      return expr.fn.free.has(slot)
    case 'prim':
    case 'raw':
      return expr.args.some((a) => usesSlot(a, slot))
    case 'cond':
      return usesSlot(expr.test, slot) || usesSlot(expr.then, slot) || usesSlot(expr.else, slot)
    default:
      return false
  }
}

export function sameLink(a: GlobalLink, b: GlobalLink | undefined): boolean {
  return b !== undefined && a.name === b.name && a.module === b.module && !a.public
}

export function mentions(core: Core, variables: readonly LocalVariable[]): boolean {
  if (core.kind === 'local') return variables.includes(core.variable)
  return children(core).some((child) => mentions(child, variables))
}

/** Whether a body calls the procedure it belongs to in tail position (labels' bodies included). */
export function callsItself(
  core: Core,
  self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
  uses: Uses,
): boolean {
  switch (core.kind) {
    case 'call':
      if (core.procedure.kind === 'local') return core.procedure.variable === self.variable
      return core.procedure.kind === 'global' && sameLink(core.procedure, self.global)
    case 'if':
      return callsItself(core.then, self, uses) || callsItself(core.else, self, uses)
    case 'seq': {
      const last = core.body.at(-1)
      return last !== undefined && callsItself(last, self, uses)
    }
    case 'let':
    case 'fix':
    case 'letrec':
      if (callsItself(core.body, self, uses)) return true
      return core.values.some((value, i) => {
        const variable = core.variables[i]
        if (value.kind !== 'lambda' || variable === undefined || uses.labels.get(variable) !== value) return false
        return value.cases.some((c) => callsItself(c.body, self, uses))
      })
    default:
      return false
  }
}
