/** What is known of statements without running them: where they are from, which calls they make, what they do. */
import { limits } from '../execution/machine.ts'
import type { Span } from '../source/index.ts'
import type { Expr, Fn, Stmt } from './ir.ts'

/** The source of the outermost operation that may fail. */
export function spanOf(expr: Expr): Span | undefined {
  switch (expr.kind) {
    case 'prim':
      return expr.span ?? firstSpan(expr.args)
    case 'raw':
      return firstSpan(expr.args)
    case 'global':
      return expr.span
    case 'slot':
      return expr.slot.checked ? expr.span : undefined
    case 'cond':
      return firstSpan([expr.test, expr.then, expr.else])
    default:
      return undefined
  }
}
export function firstSpan(exprs: readonly Expr[]): Span | undefined {
  for (const expr of exprs) {
    const span = spanOf(expr)
    if (span !== undefined) return span
  }
  return undefined
}

export function isBoolean(expr: Expr): boolean {
  switch (expr.kind) {
    case 'prim':
      return expr.inline.boolean === true
    case 'raw':
    case 'own-test':
      return true
    case 'cond':
      return isBooleanValue(expr.then) && isBooleanValue(expr.else)
    default:
      return false
  }
}
export function isBooleanValue(expr: Expr): boolean {
  return expr.kind === 'const' ? typeof expr.value === 'boolean' : expr.kind !== 'raw' && isBoolean(expr)
}

export type SitesOf = (stmt: Stmt) => readonly [number, number] | undefined

export function rangeOf(stmts: readonly Stmt[], sites: SitesOf): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = -1
  for (const stmt of stmts) {
    const range = sites(stmt)
    if (range === undefined) continue
    low = Math.min(low, range[0])
    high = Math.max(high, range[1])
  }
  return high < 0 ? undefined : [low, high]
}

export function computeRange(stmt: Stmt, sites: SitesOf): readonly [number, number] | undefined {
  switch (stmt.kind) {
    case 'call':
      return [stmt.site.index, stmt.site.index]
    case 'if':
      return rangeOf([...stmt.then, ...stmt.else], sites)
    case 'block':
    case 'loop':
      return rangeOf(stmt.body, sites)
    case 'switch':
      return rangeOf(stmt.cases.flat(), sites)
    default:
      return undefined
  }
}

/** Whether a call that may use much stack is made here. */
export function makesCalls(stmts: readonly Stmt[]): boolean {
  return stmts.some((stmt) => {
    switch (stmt.kind) {
      case 'call':
      case 'tail':
        return true
      case 'if':
        return makesCalls(stmt.then) || makesCalls(stmt.else)
      case 'block':
      case 'loop':
        return makesCalls(stmt.body)
      case 'switch':
        return stmt.cases.some(makesCalls)
      default:
        return false
    }
  })
}

/** Whether doing the statement twice differs from doing it once (calls aside). */
export function hasEffect(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'set':
    case 'return':
      return exprHasEffect(stmt.expr)
    case 'box':
      return stmt.expr !== undefined && exprHasEffect(stmt.expr)
    case 'eval':
      return exprHasEffect(stmt.expr)
    case 'if':
      return exprHasEffect(stmt.test) || stmt.then.some(hasEffect) || stmt.else.some(hasEffect)
    case 'block':
      return stmt.body.some(hasEffect)
    case 'loop':
    case 'switch':
    case 'set-box':
    case 'set-global':
    case 'define':
    case 'define-syntax':
      return true
    default:
      return false
  }
}
export function exprHasEffect(expr: Expr): boolean {
  switch (expr.kind) {
    case 'prim':
      return expr.inline.name.endsWith('!') || expr.args.some(exprHasEffect)
    case 'raw':
      return expr.args.some(exprHasEffect)
    case 'cond':
      return exprHasEffect(expr.test) || exprHasEffect(expr.then) || exprHasEffect(expr.else)
    default:
      return false
  }
}

/** Words of native stack that one activation may take in V8's interpreter, whose frames are the largest. */
export function weight(fn: Fn): number {
  return Math.min(fn.slots.length + 12, Math.trunc(limits.depth / 8))
}
