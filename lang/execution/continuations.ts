/** First-class continuations: `call/cc` (full, re-entrant) and the composable ones that aborts make.
 *  A continuation is the list of heap frames of its run and a dynamic environment; capturing moves the stack
 *  to the heap, so capturing again costs only what was added since. */
import { miscError } from '../conditions/index.ts'
import { primitives } from '../primitives/define.ts'
import { any } from '../primitives/parameters.ts'
import type { Procedure, Value } from '../values/index.ts'
import { commonEnd, type Dynamic, FluidBinding, Handler, Mask, Prompt, travel, Winder } from './dynamic.ts'
import {
  type AbortTarget,
  abort,
  capture,
  ELSEWHERE,
  type Frame,
  type FrameCode,
  machine,
  pushFrame,
  type Run,
  runNested,
  save2,
  spread,
} from './machine.ts'
import { applicable, valuesOf } from './procedures.ts'

/** Procedures that are continuations, for printing and `continuation?`. */
const continuations = new WeakSet<Procedure>()

export function isContinuation(value: Value): boolean {
  return typeof value === 'function' && continuations.has(value)
}

class FullContinuation {
  readonly run: Run
  readonly frames: Frame | null
  readonly dynamic: Dynamic | null
  constructor(run: Run) {
    this.run = run
    this.frames = machine.frames
    this.dynamic = machine.dynamic
  }

  /** Whether this is the continuation's own run, or one that may take it over: when a top-level form is over,
   *  going back into it replaces the rest of the form that runs now. */
  belongsTo(run: Run): boolean {
    return run === this.run || (run.topLevel && this.run.topLevel && !this.run.active)
  }

  isReachable(): boolean {
    for (let run = machine.run; run !== undefined; run = run.outer) {
      if (this.belongsTo(run)) return true
      if (run.isBarrier) return false
    }
    return false
  }
}

class FullAbort implements AbortTarget {
  readonly continuation: FullContinuation
  readonly value: Value
  constructor(continuation: FullContinuation, value: Value) {
    this.continuation = continuation
    this.value = value
  }
  land(run: Run): Value {
    if (!this.continuation.belongsTo(run)) return ELSEWHERE
    machine.frames = this.continuation.frames
    return travel(this.continuation.dynamic, () => spread(this.value))
  }
}

function callWithCurrentContinuation(receiver: Procedure): Value {
  return capture(() => {
    const { run } = machine
    if (run === undefined) throw new Error('strata bug: call/cc outside a run')
    const continuation = new FullContinuation(run)
    const procedure = (...values: Value[]): Value => {
      if (!continuation.isReachable())
        return miscError(undefined, 'invoking continuation would cross continuation barrier: ~A', procedure)
      // What is left is left on this stack, what is entered is entered on the other one: that is where a `catch` lies
      // which an error in a `before` thunk may reach.
      const common = commonEnd(machine.dynamic, continuation.dynamic)
      return travel(common, () => abort(new FullAbort(continuation, valuesOf(values))))
    }
    continuations.add(procedure)
    return receiver(procedure)
  })
}

const guile = primitives('(guile)')
const doc = 'Call PROC with the current continuation, a procedure that returns its arguments from this call.'
guile('call-with-current-continuation', [any('proc')], doc, (proc) => callWithCurrentContinuation(applicable(proc)))
guile('call/cc', [any('proc')], doc, (proc) => callWithCurrentContinuation(applicable(proc)))
guile(
  '%call-behind-barrier',
  [any('thunk')],
  'Call THUNK where continuations from outside cannot be called.',
  (thunk) => {
    const procedure = applicable(thunk)
    return spread(
      runNested(() => {
        if (machine.run !== undefined) machine.run.isBarrier = true
        return procedure()
      }),
    )
  },
)
guile('continuation?', [any('obj')], 'Return #t when OBJ is a continuation.', isContinuation)

// Composable continuations

/** Frames and dynamic environment between an abort and its prompt. */
class Slice {
  /** Innermost first. */
  readonly frames: readonly Frame[]
  /** Outermost first. */
  readonly nodes: readonly Dynamic[]
  /** The inner values of the fluid bindings among `nodes`. */
  readonly fluidValues = new Map<FluidBinding, Value>()
  constructor(frames: readonly Frame[], nodes: readonly Dynamic[]) {
    this.frames = frames
    this.nodes = nodes
  }
}

/** Split the frames of this run at the innermost one for which `isEnd` holds, and drop that one: what was above it
 *  as a procedure that puts it on top of another continuation, to be completed by `settleSlice`. */
export function takeSlice(isEnd: (frame: Frame) => boolean, end: Dynamic): Slice | undefined {
  const frames: Frame[] = []
  let frame = machine.frames
  while (frame !== null && !isEnd(frame)) {
    frames.push(frame)
    frame = frame.next
  }
  if (frame === null) return undefined
  machine.frames = frame.next
  const nodes: Dynamic[] = []
  for (let node = machine.dynamic; node !== null && node !== end; node = node.next) nodes.unshift(node)
  return new Slice(frames, nodes)
}

/** The procedure of a slice whose extent has been left. */
export function composable(slice: Slice): Procedure {
  for (const node of slice.nodes) if (node instanceof FluidBinding) slice.fluidValues.set(node, node.value)
  const procedure = (...values: Value[]): Value =>
    capture(() => enter({ slice, value: valuesOf(values), renewed: new Map() }, 0))
  continuations.add(procedure)
  return procedure
}

interface Entering {
  readonly slice: Slice
  readonly value: Value
  /** The prompts of the slice, made anew on top of the environment it now has. */
  readonly renewed: Map<Value, Prompt>
}

const enterCode: FrameCode = {
  wants: () => 'nothing',
  resume(frame: Frame): Value {
    const entering = frame.a as Entering
    const node = entering.slice.nodes[frame.site]
    if (node !== undefined) renew(node, entering)
    return enter(entering, frame.site + 1)
  },
}

/** Put the slice's dynamic environment in force again from node `index` on, then its frames. */
function enter(entering: Entering, index: number): Value {
  const { slice, value, renewed } = entering
  for (let i = index; i < slice.nodes.length; i++) {
    const node = slice.nodes[i]
    if (node === undefined) break
    if (node instanceof Winder && node.before() === undefined) return save2(enterCode, i, entering, undefined)
    renew(node, entering)
  }
  // Not yet on the heap: frames of this very operation, were it captured now; there are none, the stack is empty
  // but for us, and we return at once.
  return capture(() => {
    for (let i = slice.frames.length - 1; i >= 0; i--) {
      const frame = slice.frames[i]
      if (frame === undefined) continue
      pushFrame(frame.withFirst(renewed.get(frame.a) ?? frame.a))
    }
    return spread(value)
  })
}

function renew(node: Dynamic, { slice, renewed }: Entering): void {
  const base = machine.dynamic
  if (node instanceof Winder) machine.dynamic = new Winder(base, node.before, node.after)
  else if (node instanceof FluidBinding) {
    const binding = new FluidBinding(base, node.fluid, slice.fluidValues.get(node))
    binding.swap()
    machine.dynamic = binding
  } else if (node instanceof Prompt) {
    const prompt = new Prompt(base, node.tag, node.handler, node.escapeOnly, node.catches)
    renewed.set(node, prompt)
    machine.dynamic = prompt
  } else if (node instanceof Handler) machine.dynamic = new Handler(base, node.procedure, node.throwKey)
  else machine.dynamic = new Mask(base, node.skipTo, node.raised, node.running)
}
