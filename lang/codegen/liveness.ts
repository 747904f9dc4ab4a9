/** Which slots each site must save: those read after its call returns. A backward pass over the structured
 *  statements, to a fixed point at loops. Precision matters: a saved slot keeps its value alive. */
import type { Callee, Expr, Fn, Slot, Stmt } from './ir.ts'

/** Fill in `live` of every site of `fn` (not of the functions inside it, which are their own). */
export function computeLiveness(fn: Fn): void {
  if (fn.sites.length === 0) return
  statements(fn.body, new Set(), new Map())
}

type Live = Set<Slot>

function statements(stmts: readonly Stmt[], after: Live, labels: Map<string, Live>): Live {
  let live = after
  for (let i = stmts.length - 1; i >= 0; i--) {
    const stmt = stmts[i]
    if (stmt !== undefined) live = statement(stmt, live, labels)
  }
  return live
}

/** What is live before `stmt`; may change `live` in place. */
function statement(stmt: Stmt, live: Live, labels: Map<string, Live>): Live {
  switch (stmt.kind) {
    case 'set':
      live.delete(stmt.slot)
      addExpr(stmt.expr, live)
      return live
    case 'box':
      live.delete(stmt.slot)
      if (stmt.expr !== undefined) addExpr(stmt.expr, live)
      return live
    case 'set-box':
      live.add(stmt.slot)
      addExpr(stmt.expr, live)
      return live
    case 'set-global':
    case 'define':
    case 'define-syntax':
    case 'eval':
      addExpr(stmt.expr, live)
      return live
    case 'call':
      if (stmt.into !== undefined) live.delete(stmt.into)
      stmt.site.live = [...live]
      addCallee(stmt.callee, live)
      for (const arg of stmt.args) addExpr(arg, live)
      return live
    case 'return': {
      const own: Live = new Set()
      addExpr(stmt.expr, own)
      return own
    }
    case 'tail': {
      const own: Live = new Set()
      addCallee(stmt.callee, own)
      for (const arg of stmt.args) addExpr(arg, own)
      return own
    }
    case 'if': {
      const then = statements(stmt.then, new Set(live), labels)
      const otherwise = statements(stmt.else, live, labels)
      for (const slot of then) otherwise.add(slot)
      addExpr(stmt.test, otherwise)
      return otherwise
    }
    case 'block':
      labels.set(stmt.label, new Set(live))
      return statements(stmt.body, live, labels)
    case 'loop': {
      let head: Live = new Set()
      for (;;) {
        labels.set(stmt.loop.label, head)
        const next = statements(stmt.body, new Set(), labels)
        if (next.size === head.size) return next
        head = new Set(next)
      }
    }
    case 'switch': {
      const all: Live = new Set([stmt.slot])
      for (const body of stmt.cases) for (const slot of statements(body, new Set(), labels)) all.add(slot)
      return all
    }
    case 'break':
    case 'continue':
      return new Set(labels.get(stmt.label))
  }
}

function addCallee(callee: Callee, live: Live): void {
  if (callee.kind === 'known') live.add(callee.slot)
  else if (callee.kind === 'value') addExpr(callee.expr, live)
}

function addExpr(expr: Expr, live: Live): void {
  switch (expr.kind) {
    case 'slot':
      live.add(expr.slot)
      return
    case 'closure':
      for (const slot of expr.fn.free) live.add(slot)
      return
    case 'prim':
    case 'raw':
      for (const arg of expr.args) addExpr(arg, live)
      return
    case 'cond':
      addExpr(expr.test, live)
      addExpr(expr.then, live)
      addExpr(expr.else, live)
      return
    default:
      return
  }
}
