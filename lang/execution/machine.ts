/** The machine: heap frames, the run loop, and the one sentinel of the calling convention.
 *  Not the control operators built on it (see continuations.ts, exceptions.ts).
 *  Method: generalized stack inspection (Pettyjohn and others, 2005) with checked returns.
 *
 *  A Scheme procedure is a JavaScript function of positional arguments. It returns a value, or
 *  `undefined`, which is no Scheme value and means "leave this stack". What to do then is in
 *  `machine.mode`: under CAPTURE every frame with work left saves itself and returns `undefined` too;
 *  under ABORT frames just return; under VALUES the call returns not one value but those in `machine.several`.
 *  Who wants them asks `allValues`; any other frame saves itself, and the run loop gives it the first value. A tail call is a plain call whose result is returned: its frame has
 *  nothing to save, so it vanishes when the stack is next captured, which the depth counter forces
 *  every few thousand calls. Hence proper tail calls and unbounded recursion from one mechanism.
 *
 *  `machine.depth` estimates the words of native stack in use. A function adds its own weight on entry and
 *  sets the counter back before its later calls; nothing is done on return. */
import type { Procedure, Value } from '../values/index.ts'
import { MultipleValues, UNSPECIFIED } from '../values/index.ts'
import { type Dynamic, leaveInnermost } from './dynamic.ts'
import {
  countFrames,
  Frame,
  Frame2,
  Frame4,
  type FrameCode,
  FrameMore,
  FrameRun,
  runOf,
  ScratchFrame,
} from './frames.ts'

export { Frame, type FrameCode, type Wants, wantsAll } from './frames.ts'

export const NORMAL = 0
export const CAPTURE = 1
export const ABORT = 2
export const VALUES = 3

/** Words of native stack (as estimated by code generation) after which everything moves to the heap.
 *  Compiled into the code: tests set it low to make every few calls capture. */
export const limits = {
  depth: 24_000,
  /** Pending calls on the heap after which recursion is an error. */
  frames: 8_000_000,
  /** Turns of a loop after which the checkpoints are looked at. */
  turns: 4096,
  /** Nested extents (of dynamic-wind, parameterize, catch and the like) after which it is one too. */
  extents: 400_000,
}
/** How often, in saved frames, the heap's are counted. */
const COUNT_INTERVAL = 1_000_000
/** The part of it that a nested run gets at least, however deep the stack below it. */
const NESTED_SHARE = 1 / 6
/** Nested runs that may start past the limit before it is an error: each holds native stack. */
const NESTED_LIMIT = 10

/** One activation of the run loop. Continuations captured in it are delimited by its end. */
export class Run {
  readonly outer: Run | undefined
  /** Whether it runs a top-level form: continuations may then be resumed in a later such run. */
  readonly topLevel: boolean
  readonly base: number
  /** The dynamic environment it started in, and the outer run's frames. */
  readonly dynamic: Dynamic | null = machine.dynamic
  readonly outerFrames: Frame | null = machine.frames
  active = true
  /** Whether continuations from outside may not be called in it. */
  isBarrier = false
  constructor(outer: Run | undefined, topLevel: boolean, base: number) {
    this.outer = outer
    this.topLevel = topLevel
    this.base = base
  }
}

/** Where an abort goes. `land` is asked by the loop of each run, innermost first, once the stack is gone: it sets
 *  `machine.frames` and returns the value to go on with, or says that the target is not in this run. */
export interface AbortTarget {
  land(run: Run): Value | typeof ELSEWHERE
}
export const ELSEWHERE: unique symbol = Symbol('elsewhere')

class Machine {
  depth = 0
  mode: typeof NORMAL | typeof CAPTURE | typeof ABORT | typeof VALUES = NORMAL
  /** What is being returned under VALUES. */
  several: MultipleValues | undefined = undefined
  /** The heap part of the continuation of the current run, innermost first. */
  frames: Frame | null = null
  /** When that is a FrameRun of which some frames are resumed already: the next one. Else 0. */
  at = 0
  /** Frames saved by the capture in progress, innermost first. */
  head: Frame | null = null
  last: Frame | null = null
  beforeLast: Frame | null = null
  /** What a capture is for: called on an empty stack, its value goes to `frames`. */
  action: (() => Value) | undefined = undefined
  target: AbortTarget | undefined = undefined
  run: Run | undefined = undefined
  nested = 0
  /** Frames saved since they were last counted. */
  saved = 0
  /** The dynamic environment: winders, fluid bindings and prompts, innermost first. */
  dynamic: Dynamic | null = null
}

export const machine = new Machine()

/** Thrown through the JavaScript frames of primitives when an abort leaves the run they started. */
export const UNWINDING = { kind: 'unwinding' } as const

function append(frame: Frame): undefined {
  if (machine.mode === ABORT) return undefined
  if (machine.mode === NORMAL) beginUnspecified()
  else if (machine.mode === VALUES) beginSeveral()
  if (machine.last === null) machine.head = frame
  else machine.last.next = frame
  machine.beforeLast = machine.last
  machine.last = frame
  machine.saved++
  return undefined
}

/** The run that a frame of CODE at SITE, with WIDTH values, can be put at the end of; the caller adds the values. */
function runFor(code: FrameCode, site: number, width: number): Value[] | undefined {
  const { last } = machine
  if (last === null || last.code !== code || last.site !== site || code.runs !== true) return undefined
  machine.saved++
  if (last instanceof FrameRun) {
    last.end++
    return last.values
  }
  const run = runOf(last, width)
  if (machine.beforeLast === null) machine.head = run
  else machine.beforeLast.next = run
  machine.last = run
  run.end++
  return run.values
}

/** A primitive returned JavaScript's `undefined`: read it as the unspecified value. */
function beginUnspecified(): void {
  machine.mode = CAPTURE
  machine.action = () => UNSPECIFIED
}

/** Several values came to a frame that has not asked for them: the run loop gives it what it wants. */
function beginSeveral(): void {
  const values = takeSeveral()
  machine.mode = CAPTURE
  machine.action = () => spread(values)
}

/** Return these values from the current call. For tail position. */
export function returnValues(values: readonly Value[]): Value {
  return values.length === 1 ? values[0] : spread(new MultipleValues(values))
}

/** Return a value, or those that a MultipleValues holds. For tail position. */
export function spread(value: Value): Value {
  if (!(value instanceof MultipleValues)) return value
  machine.mode = VALUES
  machine.several = value
  return undefined
}

/** What a call returned, several values (or none) as a MultipleValues; `undefined` means that the stack must be left. */
export function allValues(result: Value): Value {
  return result === undefined && machine.mode === VALUES ? takeSeveral() : result
}

function takeSeveral(): MultipleValues {
  const { several } = machine
  if (several === undefined) throw new Error('strata bug: several values are returned but not there')
  machine.mode = NORMAL
  machine.several = undefined
  return several
}

export function save0(code: FrameCode, site: number): undefined {
  return runFor(code, site, 0) === undefined ? append(new Frame(code, site, undefined)) : undefined
}
export function save1(code: FrameCode, site: number, a: Value): undefined {
  const run = runFor(code, site, 1)
  if (run === undefined) return append(new Frame(code, site, a))
  run.push(a)
}
export function save2(code: FrameCode, site: number, a: Value, b: Value): undefined {
  const run = runFor(code, site, 2)
  if (run === undefined) return append(new Frame2(code, site, a, b))
  run.push(a, b)
}
export function save3(code: FrameCode, site: number, a: Value, b: Value, c: Value): undefined {
  const run = runFor(code, site, 3)
  if (run === undefined) return append(new Frame4(code, site, a, b, c, undefined))
  run.push(a, b, c)
}
export function save4(code: FrameCode, site: number, a: Value, b: Value, c: Value, d: Value): undefined {
  const run = runFor(code, site, 4)
  if (run === undefined) return append(new Frame4(code, site, a, b, c, d))
  run.push(a, b, c, d)
}
export function saveMore(
  code: FrameCode,
  site: number,
  a: Value,
  b: Value,
  c: Value,
  d: Value,
  ...more: Value[]
): undefined {
  return append(new FrameMore(code, site, a, b, c, d, more))
}

/** Leave the stack, saving it, and call `action` on an empty one. For tail position: `return capture(...)`. */
export function capture(action: () => Value): undefined {
  machine.mode = CAPTURE
  machine.action = action
  return undefined
}

/** Leave the stack without saving it. For tail position. */
export function abort(target: AbortTarget): undefined {
  machine.mode = ABORT
  machine.target = target
  return undefined
}

/** What is looked at whenever the stack has moved to the heap, every few thousand calls that do not return, and every
 *  few thousand turns of a loop. */
const checkpoints = new Set<() => void>()

/** Call CHECK from now on at each such point; what it throws leaves the program there. Returns what undoes it. */
export function installCheckpoint(check: () => void): () => void {
  checkpoints.add(check)
  return () => {
    checkpoints.delete(check)
  }
}

/** Entry of a function past the depth limit: do the call again on an empty stack. */
export function overflow(procedure: Procedure, ...args: Value[]): undefined {
  return capture(() => {
    if (machine.saved > COUNT_INTERVAL || machine.saved > limits.frames) {
      machine.saved = 0
      if (countFrames(machine.frames) > limits.frames) return stackOverflow()
    }
    if (machine.dynamic !== null && machine.dynamic.length > limits.extents) return stackOverflow()
    if (checkpoints.size > 0) for (const check of checkpoints) check()
    return procedure(...args)
  })
}

/** Called by a loop after `limits.turns` turns; returns how many it may take before the next call. */
export function afterManyTurns(): number {
  if (checkpoints.size > 0) for (const check of checkpoints) check()
  return limits.turns
}

/** Push a system frame directly on the heap continuation. Only while the stack is empty (in a capture's action). */
export function pushFrame(frame: Frame): void {
  frame.next = machine.frames
  machine.frames = frame
}

/** Make `machine.frames` all there is to the continuation. */
export function settleFrames(): void {
  const { frames, at } = machine
  if (at === 0) return
  machine.at = 0
  if (frames instanceof FrameRun) machine.frames = frames.from(at)
}

const scratch = new ScratchFrame({ resume: (_frame, value) => value })

/** Take the innermost frame off. That of a run is to be read at once. */
function popFrame(frame: Frame): Frame {
  if (!(frame instanceof FrameRun)) {
    machine.frames = frame.next
    return frame
  }
  const at = machine.at === 0 ? frame.start : machine.at
  if (at + 1 < frame.end) machine.at = at + 1
  else {
    machine.frames = frame.next
    machine.at = 0
  }
  return scratch.read(frame, at)
}

/** What a run does when its stack was left. */
function settle(run: Run): Value {
  const mode = machine.mode
  machine.depth = run.base
  settleFrames()
  if (mode === CAPTURE) {
    machine.mode = NORMAL
    const action = machine.action
    if (machine.last !== null) {
      machine.last.next = machine.frames
      machine.frames = machine.head
      machine.head = null
      machine.last = null
      machine.beforeLast = null
    }
    machine.action = undefined
    return action === undefined ? UNSPECIFIED : action()
  }
  if (mode === VALUES) return distribute()
  if (mode === ABORT) {
    const { target } = machine
    machine.mode = NORMAL
    machine.target = undefined
    const landed = target?.land(run)
    if (landed !== ELSEWHERE) return spread(landed)
    machine.mode = ABORT
    machine.target = target
    return landed
  }
  return UNSPECIFIED
}

/** Give several values to the innermost frame, in the form it wants; at the end of the run they are its result. */
function distribute(): Value {
  const several = takeSeveral()
  const frame = machine.frames
  if (frame === null) return several
  const { code } = frame
  const wants = code.wants?.(frame) ?? 'first'
  if (wants === 'first' && several.values.length === 0) return noValue()
  const popped = popFrame(frame)
  if (wants === 'nothing') return code.resume(popped, UNSPECIFIED)
  return code.resume(popped, wants === 'all' ? several : several.values[0])
}

/** Forget a capture or an abort that an error has cut short. */
export function clearTransfer(): void {
  machine.mode = NORMAL
  machine.action = undefined
  machine.target = undefined
  machine.several = undefined
  machine.head = null
  machine.last = null
  machine.beforeLast = null
}

/** Run `thunk` to completion on a stack of its own: a continuation barrier that lets escapes through. */
function runLoop(thunk: () => Value, topLevel: boolean): Value {
  settleFrames()
  const { frames, depth, run: outer, dynamic, nested } = machine
  const latest = limits.depth * (1 - NESTED_SHARE)
  const late = depth > latest
  if (late && nested >= NESTED_LIMIT) return stackOverflow()
  const base = late ? Math.trunc(latest) : depth
  const run = new Run(outer, topLevel, base)
  machine.run = run
  machine.frames = null
  machine.depth = base
  if (late) machine.nested = nested + 1
  let value: Value
  let start: (() => Value) | undefined = thunk
  try {
    for (;;) {
      try {
        if (start !== undefined) {
          const first = start
          start = undefined
          value = first()
        }
        for (;;) {
          if (value === undefined) {
            value = settle(run)
            if (value === ELSEWHERE) break
          } else {
            const { frames: pending } = machine
            if (pending === null) return value
            machine.depth = base
            const frame = popFrame(pending)
            value = frame.code.resume(frame, value)
          }
        }
        break
      } catch (error) {
        // An abort from a run nested in this one dropped our stack: ask whether its target is ours.
        if (error === UNWINDING) value = undefined
        else start = raiserOf(error)
      }
    }
    throw UNWINDING
  } finally {
    run.active = false
    machine.run = outer
    machine.frames = frames
    machine.at = 0
    machine.depth = depth
    machine.nested = nested
    if (machine.mode !== ABORT) {
      clearTransfer()
      while (machine.dynamic !== dynamic && machine.dynamic !== null) leaveInnermost()
      machine.dynamic = dynamic
    }
  }
}

let raiseHostError: (error: unknown) => (() => Value) | undefined = () => undefined
/** exceptions.ts supplies what raises the condition that a JavaScript error is to Scheme, if it is one. */
export function installHostErrors(raiser: (error: unknown) => (() => Value) | undefined): void {
  raiseHostError = raiser
}

/** What goes on after a JavaScript error left the stack: raising it. Throws what is no condition. */
export function raiserOf(error: unknown): () => Value {
  const raiser = raiseHostError(error)
  if (raiser === undefined) throw error
  clearTransfer()
  return raiser
}

let noValue: () => Value = () => {
  throw new RangeError('no value')
}
/** exceptions.ts supplies the Scheme condition for a call that returns nothing where a value is needed. */
export function installNoValue(raise: () => Value): void {
  noValue = raise
}

let stackOverflow: () => Value = () => {
  throw new RangeError('stack overflow')
}
/** exceptions.ts supplies the Scheme condition for recursion that has used up its memory, or that goes through
 *  primitives, where no capture can relieve the native stack. */
export function installStackOverflow(raise: () => Value): void {
  stackOverflow = raise
}

/** Run a top-level form's code on an empty stack. */
export function runTopLevel(thunk: () => Value): Value {
  return runLoop(thunk, true)
}

/** Run Scheme code from a primitive, to its end. */
export function runNested(thunk: () => Value): Value {
  return runLoop(thunk, false)
}
