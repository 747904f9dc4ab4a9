/** Lowering of procedures that are only jumped to (see contify.ts): blocks, loops, and the jumps. */
import type { Core, Fix, Lambda, LambdaCase, LocalVariable } from '../core/index.ts'
import { onlyCalled, plainCase } from './contify.ts'
import { type Destination, type LabelGroup, withExit } from './destination.ts'
import { mentions, usesSlot } from './expression-facts.ts'
import type { Expr, Fn, Loop, Slot, Stmt } from './ir.ts'
import type { Lowering } from './lower.ts'
import { fillLambda } from './lower-lambda.ts'

export function lowerFix(lowering: Lowering, core: Fix, to: Destination): void {
  const [first] = core.variables
  const [lambda] = core.values
  if (first !== undefined && lowering.uses.labels.get(first) === lambda) {
    return lowerLabels(lowering, core.variables, core.values, core.body, to)
  }
  const slots = core.variables.map((variable) => lowering.newSlot(variable.name))
  const fns: Fn[] = []
  core.variables.forEach((variable, i) => {
    const slot = slots[i]
    const value = core.values[i]
    if (slot === undefined || value === undefined) return
    const fn = lowering.newFn(value.name ?? variable.name, value, lowering.place.fn)
    fn.wellKnown = onlyCalled(variable, value, lowering.uses.usage)
    fns.push(fn)
    lowering.bind(variable, { kind: 'slot', slot, fn })
  })
  core.values.forEach((value, i) => {
    const slot = slots[i]
    const fn = fns[i]
    if (slot === undefined || fn === undefined) return
    fillLambda(lowering, fn, value, { variable: core.variables[i], global: undefined })
    lowering.emit({ kind: 'set', slot, expr: { kind: 'closure', fn } })
  })
  lowering.lower(core.body, to)
}

/** Procedures that are only jumped to: blocks, or a loop when they call each other. */
export function lowerLabels(
  lowering: Lowering,
  variables: readonly LocalVariable[],
  lambdas: readonly Lambda[],
  body: Core,
  to: Destination,
): void {
  const { place } = lowering
  const cases = lambdas.map((lambda) => {
    const only = plainCase(lambda)
    if (only === undefined) throw new Error('strata bug: a label with optional parameters')
    return only
  })
  const recursive = lambdas.length > 1 || cases.some((c) => mentions(c.body, variables))
  const end = to.kind === 'return' || to.exit !== undefined ? undefined : lowering.newLabel('end')
  const inside = end === undefined ? to : withExit(to, end)
  const name = variables[0]?.name ?? 'label'
  const enter = lowering.newLabel(recursive ? `enter_${name}` : name)
  const group: LabelGroup = { jump: { kind: 'break', label: enter }, state: undefined }
  const outerLoop = place.loop
  const loop: Loop | undefined = recursive
    ? { label: lowering.newLabel(name), parent: outerLoop, fresh: [] }
    : undefined
  if (loop !== undefined) place.loop = loop
  const params = cases.map((c) => c.required.map((p) => lowering.newSlot(p.assigned ? `${p.name}_in` : p.name)))
  if (loop !== undefined) for (const slots of params) loop.fresh.push(...slots)
  place.loop = outerLoop
  if (lambdas.length > 1) group.state = lowering.newSlot('state')
  variables.forEach((variable, index) => {
    lowering.bind(variable, { kind: 'label', label: { params: params[index] ?? [], group, index } })
  })
  const all = lowering.apart(() => {
    lowering.emit({ kind: 'block', label: enter, body: lowering.apart(() => lowering.lower(body, inside)) })
    if (loop === undefined) {
      const [only] = cases
      if (only !== undefined) labelBody(lowering, only, params[0] ?? [], inside)
      return
    }
    place.loop = loop
    group.jump = { kind: 'continue', label: loop.label }
    const bodies = cases.map((c, i) => lowering.apart(() => labelBody(lowering, c, params[i] ?? [], inside)))
    place.loop = outerLoop
    const [first] = bodies
    const turn: Stmt[] =
      group.state === undefined ? (first ?? []) : [{ kind: 'switch', slot: group.state, cases: bodies }]
    lowering.emit({ kind: 'loop', loop, body: turn })
  })
  if (end === undefined) place.out.push(...all)
  else lowering.emit({ kind: 'block', label: end, body: all })
}

export function labelBody(lowering: Lowering, only: LambdaCase, params: readonly Slot[], to: Destination): void {
  only.required.forEach((variable, i) => {
    const param = params[i]
    if (param !== undefined) bindParameter(lowering, variable, param)
  })
  lowering.lower(only.body, to)
}

/** Make `variable` visible with the value that is in `param`. */
export function bindParameter(lowering: Lowering, variable: LocalVariable, param: Slot): void {
  if (!variable.assigned) return lowering.bind(variable, { kind: 'slot', slot: param, fn: undefined })
  const slot = lowering.newSlot(variable.name, true)
  lowering.emit({ kind: 'box', slot, expr: { kind: 'slot', slot: param, span: undefined } })
  lowering.bind(variable, { kind: 'slot', slot, fn: undefined })
}

/** Assign arguments to parameters at once, then jump. */
export function lowerJump(
  lowering: Lowering,
  params: readonly Slot[],
  args: readonly Expr[],
  state: Stmt | undefined,
  jump: Stmt,
): void {
  const direct: Stmt[] = []
  const kept: Stmt[] = []
  args.forEach((expr, i) => {
    const slot = params[i]
    if (slot === undefined || (expr.kind === 'slot' && expr.slot === slot)) return
    // A parameter that a later argument reads gets its new value last, from a temporary.
    if (args.some((other, j) => j > i && usesSlot(other, slot))) {
      kept.push({ kind: 'set', slot, expr: lowering.spill(expr, 'next') })
    } else direct.push({ kind: 'set', slot, expr })
  })
  for (const stmt of direct) lowering.emit(stmt)
  for (const stmt of kept) lowering.emit(stmt)
  if (state !== undefined) lowering.emit(state)
  lowering.emit(jump)
}
