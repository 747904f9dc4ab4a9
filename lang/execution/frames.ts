/** Heap frames: pending calls as saved by a capture, linked from the innermost outwards.
 *  Not when they are saved and resumed (see machine.ts). */
import type { Value } from '../values/index.ts'

/** The code a heap frame goes on in: a procedure's resume function, or a system operation. */
export interface FrameCode {
  resume(frame: Frame, value: Value): Value
  /** What the frame does with a call that returns several values or none. Default: it needs the first.
   *  Those that want all get a MultipleValues. */
  wants?(frame: Frame): Wants
  /** Neighbouring frames of this code with the same site may be kept as one FrameRun: `resume` reads its frame's
   *  values at once and does not hold on to the frame. */
  readonly runs?: boolean
}
export type Wants = 'first' | 'all' | 'nothing'
export function wantsAll(): Wants {
  return 'all'
}

/** One pending call, saved. Shared between continuations and never changed once its capture is complete.
 *  Four sizes, because a deep recursion is made of little else. */
export class Frame {
  readonly code: FrameCode
  /** Which call of the procedure is pending. */
  readonly site: number
  next: Frame | null = null
  /** The saved values. */
  readonly a: Value
  constructor(code: FrameCode, site: number, a: Value) {
    this.code = code
    this.site = site
    this.a = a
  }
  declare readonly b: Value
  declare readonly c: Value
  declare readonly d: Value
  declare readonly more: readonly Value[] | undefined

  /** The same pending call with another first value, for another place in a continuation. */
  withFirst(a: Value): Frame {
    return new Frame(this.code, this.site, a)
  }
}

export class Frame2 extends Frame {
  override readonly b: Value
  constructor(code: FrameCode, site: number, a: Value, b: Value) {
    super(code, site, a)
    this.b = b
  }
  override withFirst(a: Value): Frame {
    return new Frame2(this.code, this.site, a, this.b)
  }
}

export class Frame4 extends Frame {
  override readonly b: Value
  override readonly c: Value
  override readonly d: Value
  constructor(code: FrameCode, site: number, a: Value, b: Value, c: Value, d: Value) {
    super(code, site, a)
    this.b = b
    this.c = c
    this.d = d
  }
  override withFirst(a: Value): Frame {
    return new Frame4(this.code, this.site, a, this.b, this.c, this.d)
  }
}

export class FrameMore extends Frame {
  override readonly b: Value
  override readonly c: Value
  override readonly d: Value
  override readonly more: readonly Value[]
  constructor(code: FrameCode, site: number, a: Value, b: Value, c: Value, d: Value, more: readonly Value[]) {
    super(code, site, a)
    this.b = b
    this.c = c
    this.d = d
    this.more = more
  }
  override withFirst(a: Value): Frame {
    return new FrameMore(this.code, this.site, a, this.b, this.c, this.d, this.more)
  }
}

/** Neighbouring frames of the same call, as a deep recursion makes them by the million: their saved values in one
 *  array, innermost first. Complete and unchanging once its capture is over; `start` frames are not part of it. */
export class FrameRun extends Frame {
  readonly values: Value[]
  /** Values a frame. */
  readonly width: number
  readonly start: number
  /** Where the last frame ends. */
  end: number
  constructor(of: Frame, width: number, values: Value[], start: number, end: number) {
    super(of.code, of.site, undefined)
    this.values = values
    this.width = width
    this.start = start
    this.end = end
  }

  override withFirst(): Frame {
    return new FrameRun(this, this.width, this.values, this.start, this.end)
  }

  /** The run without its innermost frames up to AT. */
  from(at: number): FrameRun {
    const rest = new FrameRun(this, this.width, this.values, at, this.end)
    rest.next = this.next
    return rest
  }
}

/** Start a run with one frame that holds WIDTH values. */
export function runOf(frame: Frame, width: number): FrameRun {
  const values = [frame.a, frame.b, frame.c, frame.d].slice(0, width)
  const run = new FrameRun(frame, width, values, 0, 1)
  run.next = frame.next
  return run
}

/** A frame that is read at once and then used again. */
export class ScratchFrame implements Frame {
  code: FrameCode
  site = 0
  next: Frame | null = null
  a: Value
  b: Value
  c: Value
  d: Value
  readonly more = undefined
  constructor(code: FrameCode) {
    this.code = code
  }

  /** Take the values of a run's frame. */
  read(run: FrameRun, index: number): this {
    const { values, width } = run
    this.code = run.code
    this.site = run.site
    if (width === 0) return this
    const at = index * width
    this.a = values[at]
    if (width === 1) return this
    this.b = values[at + 1]
    if (width === 2) return this
    this.c = values[at + 2]
    if (width === 3) return this
    this.d = values[at + 3]
    return this
  }

  withFirst(a: Value): Frame {
    return new Frame(this.code, this.site, a)
  }
}

/** How many pending calls a list of frames stands for, or the first NODES of it. */
export function countFrames(frames: Frame | null, nodes = Number.POSITIVE_INFINITY): number {
  let count = 0
  let left = nodes
  for (let frame = frames; frame !== null && left > 0; frame = frame.next, left--) {
    count += frame instanceof FrameRun ? frame.end - frame.start : 1
  }
  return count
}
