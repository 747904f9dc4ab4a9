/** The dynamic environment: a list of what is in force, innermost first (Guile's "dynstack"), and moving
 *  between two of its states. Not the operators that extend it (winding.ts, fluids.ts, prompts.ts, exceptions.ts). */
import type { Procedure, Value } from '../values/index.ts'
import { allValues, type Frame, type FrameCode, machine, save3, spread, wantsAll } from './machine.ts'
import type { Raised } from './raised.ts'

export type Dynamic = Winder | FluidBinding | Prompt | Handler | Mask

abstract class Node {
  readonly next: Dynamic | null
  readonly length: number
  constructor(next: Dynamic | null) {
    this.next = next
    this.length = next === null ? 1 : next.length + 1
  }
}

/** The extent of a `dynamic-wind`. */
export class Winder extends Node {
  readonly before: Procedure
  readonly after: Procedure
  constructor(next: Dynamic | null, before: Procedure, after: Procedure) {
    super(next)
    this.before = before
    this.after = after
  }
}

/** What dynamically bound values are kept in; its current value is in the object (shallow binding). */
export class Fluid {
  /** `undefined` while unbound. */
  value: Value
  constructor(value: Value) {
    this.value = value
    fluids.add(new WeakRef(this))
    if (fluids.size > 2 * fluidsLeftBySweep + 64) liveFluids()
  }
}

const fluids = new Set<WeakRef<Fluid>>()
let fluidsLeftBySweep = 0
/** All that programs can still refer to: what a dynamic state is made of. */
export function liveFluids(): Fluid[] {
  const live: Fluid[] = []
  for (const reference of fluids) {
    const fluid = reference.deref()
    if (fluid === undefined) fluids.delete(reference)
    else live.push(fluid)
  }
  fluidsLeftBySweep = live.length
  return live
}

/** A fluid's other value: the outer one while control is inside; entering and leaving both swap. */
export class FluidBinding extends Node {
  readonly fluid: Fluid
  value: Value
  constructor(next: Dynamic | null, fluid: Fluid, value: Value) {
    super(next)
    this.fluid = fluid
    this.value = value
  }

  swap(): void {
    const value = this.fluid.value
    this.fluid.value = this.value
    this.value = value
  }
}

/** A prompt: where aborts to `tag` land. */
export class Prompt extends Node {
  readonly tag: Value
  /** Receives the continuation (or #f when `escapeOnly`) and the arguments of the abort. */
  readonly handler: Procedure
  /** An abort to it needs no continuation. */
  readonly escapeOnly: boolean
  /** For `catch` and unwinding handlers: which raised objects land here. */
  readonly catches: Catches | undefined
  constructor(next: Dynamic | null, tag: Value, handler: Procedure, escapeOnly: boolean, catches: Catches | undefined) {
    super(next)
    this.tag = tag
    this.handler = handler
    this.escapeOnly = escapeOnly
    this.catches = catches
  }
}

export interface Catches {
  readonly accepts: (raised: Raised) => boolean
  /** Called with key and arguments before the stack is left. */
  readonly preUnwind: Procedure | undefined
}

/** A handler that runs on top of the stack. */
export class Handler extends Node {
  readonly procedure: Procedure
  /** `with-throw-handler`: called with key and arguments when the key matches; then the search goes on. */
  readonly throwKey: Value | undefined
  constructor(next: Dynamic | null, procedure: Procedure, throwKey: Value | undefined) {
    super(next)
    this.procedure = procedure
    this.throwKey = throwKey
  }
}

/** While a handler runs, the handlers in force are those outside it: the search goes on at `skipTo`. */
export class Mask extends Node {
  readonly skipTo: Dynamic | null
  /** What is being handled. */
  readonly raised: Raised
  /** A throw handler that is running: what is raised in it meets all handlers but this one. */
  readonly running: Dynamic | undefined
  constructor(next: Dynamic | null, skipTo: Dynamic | null, raised: Raised, running?: Dynamic) {
    super(next)
    this.skipTo = skipTo
    this.raised = raised
    this.running = running
  }
}

/** Leave the innermost node without running anything but fluids' swaps. */
export function leaveInnermost(): void {
  const node = machine.dynamic
  if (node === null) return
  machine.dynamic = node.next
  if (node instanceof FluidBinding) node.swap()
}

/** Frame of an operator that has only to leave its node. */
const leaveCode: FrameCode = {
  wants: wantsAll,
  resume(_frame: Frame, value: Value): Value {
    leaveInnermost()
    return spread(value)
  },
}

/** Call `thunk` with `node` (made on the current environment) in force. For tail position. */
export function within(node: Dynamic, thunk: Procedure): Value {
  machine.dynamic = node
  if (node instanceof FluidBinding) node.swap()
  const result = allValues(thunk())
  if (result === undefined) return save3(leaveCode, 0, undefined, undefined, undefined)
  leaveInnermost()
  return spread(result)
}

/** The innermost node that both environments have. */
export function commonEnd(a: Dynamic | null, b: Dynamic | null): Dynamic | null {
  let left = a
  let right = b
  while (left !== right) {
    const leftLength = left?.length ?? 0
    const rightLength = right?.length ?? 0
    if (leftLength >= rightLength && left !== null) left = left.next
    if (rightLength >= leftLength && right !== null) right = right.next
  }
  return left
}

const travelCode: FrameCode = {
  wants: () => 'nothing',
  resume(frame: Frame): Value {
    const { a: to, b: then, c: entered } = frame
    if (entered !== undefined) machine.dynamic = entered as Dynamic
    return travel(to as Dynamic | null, then as () => Value)
  },
}

/** Go from the current dynamic environment to `to`: run the `after` thunks of what is left, then the `before`
 *  thunks of what is entered, and at last, in tail position, `then`. */
export function travel(to: Dynamic | null, then: () => Value): Value {
  const { depth } = machine
  const common = commonEnd(machine.dynamic, to)
  for (let from = machine.dynamic; from !== common && from !== null; from = machine.dynamic) {
    machine.depth = depth
    machine.dynamic = from.next
    if (from instanceof FluidBinding) from.swap()
    else if (from instanceof Winder && from.after() === undefined) return save3(travelCode, 0, to, then, undefined)
  }
  const entered: Dynamic[] = []
  for (let node = to; node !== common && node !== null; node = node.next) entered.push(node)
  for (let i = entered.length - 1; i >= 0; i--) {
    const node = entered[i]
    if (node === undefined) break
    machine.depth = depth
    if (node instanceof FluidBinding) node.swap()
    else if (node instanceof Winder && node.before() === undefined) return save3(travelCode, 0, to, then, node)
    machine.dynamic = node
  }
  machine.depth = depth
  return then()
}
