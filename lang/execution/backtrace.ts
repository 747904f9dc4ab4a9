/** Scheme backtraces: the JavaScript stack and the heap frames of each run, innermost first. */
import { describeStackLine } from '../codegen/units.ts'
import type { Span } from '../source/index.ts'
import { type Frame, machine } from './machine.ts'
import { walkedCallSpan } from './walk.ts'

/** One pending Scheme call. */
export interface BacktraceFrame {
  readonly procedure: string | undefined
  readonly span: Span | undefined
}

/** A frame code that can say where it is. */
interface Located {
  describe(frame: Frame): BacktraceFrame
}

function isLocated(code: object): code is Located {
  return 'describe' in code
}

const MOST = 200

/** The Scheme calls pending now. */
export function currentBacktrace(): BacktraceFrame[] {
  const frames: BacktraceFrame[] = []
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = MOST * 2
  const lines = (new Error().stack ?? '').split('\n')
  Error.stackTraceLimit = limit
  let { run } = machine
  let walked = 0
  let heap = machine.frames
  const addHeap = (): void => {
    for (let frame = heap; frame !== null && frames.length < MOST; frame = frame.next) {
      if (isLocated(frame.code)) frames.push(frame.code.describe(frame))
    }
  }
  for (const line of lines) {
    // The bundler may have added a number to a name.
    if (/\bwalk(Call|Reference)\d*\b/.test(line)) {
      frames.push({ procedure: undefined, span: walkedCallSpan(walked++) })
      continue
    }
    if (/\brunLoop\d*\b/.test(line)) {
      addHeap()
      heap = run?.outerFrames ?? null
      run = run?.outer
      continue
    }
    const described = describeStackLine(line)
    if (described !== undefined) frames.push(described)
  }
  return frames
}
