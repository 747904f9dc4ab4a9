/** Scheme backtraces: the JavaScript stack and the heap frames of each run, innermost first.
 *  What the frames on the JavaScript stack hold is the debugger's to say, if the embedder has one. */
import { jsName } from '../codegen/js-name.ts'
import { Box } from '../codegen/runtime.ts'
import { describeStackLine, type ProcedureTemplate } from '../codegen/units.ts'
import type { Span } from '../source/index.ts'
import type { Value } from '../values/index.ts'
import { countFrames } from './frames.ts'
import { type Frame, machine } from './machine.ts'
import { walkedCallSpan } from './walk.ts'

/** One pending Scheme call. */
export interface BacktraceFrame {
  readonly procedure: string | undefined
  readonly span: Span | undefined
  /** What is known of its variables, parameters first. */
  readonly variables?: readonly FrameVariable[]
}

export interface FrameVariable {
  readonly name: string
  readonly value: Value
  readonly parameter: boolean
}

/** A JavaScript frame of generated code as a debugger sees it. */
export interface InspectedFrame {
  /** As in the lines of a JavaScript stack trace: `url:line:`, lines from 1. */
  readonly place: string
  /** By their names in the generated code. */
  readonly variables: ReadonlyMap<string, Value>
}

/** A frame code that can say where it is. */
interface Located {
  describe(frame: Frame): BacktraceFrame
}

function isLocated(code: object): code is Located {
  return 'describe' in code
}

const MOST = 200

let inspectFrames: () => readonly InspectedFrame[] = () => []

/** Let backtraces show variables: INSPECT looks at the JavaScript stack it is called on. */
export function installFrameInspector(inspect: () => readonly InspectedFrame[]): void {
  inspectFrames = inspect
}

/** The Scheme calls pending now; without those inside of the innermost HANDLERS handlers, which raised their exception
 *  again: where it was raised first is what matters. */
export function currentBacktrace(handlers = 0): BacktraceFrame[] {
  const inspected = inspectFrames()
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = MOST * 2
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  return framesOf(stack, undefined, inspected, handlers)
}

/** The calls that were pending on the JavaScript stack where ERROR was thrown, which has been left since. */
export function backtraceOf(error: Error): BacktraceFrame[] {
  return framesOf(error.stack ?? '', error, [])
}

function framesOf(
  stack: string,
  left: Error | undefined,
  inspected: readonly InspectedFrame[],
  handlers = 0,
): BacktraceFrame[] {
  const frames: BacktraceFrame[] = []
  let { run } = machine
  let walked = 0
  let heap = left === undefined ? machine.frames : null
  let seen = 0
  let handlersLeft = handlers
  const addHeap = (): void => {
    for (let frame = heap; frame !== null && frames.length < MOST; frame = frame.next) {
      if (!isLocated(frame.code)) continue
      const described = frame.code.describe(frame)
      for (let i = countFrames(frame, 1); i > 0 && frames.length < MOST; i--) frames.push(described)
    }
  }
  for (const line of stack.split('\n')) {
    // The bundler may have added a number to a name.
    if (/\bwalk(Call|Reference|Assignment)\d*\b/.test(line)) {
      frames.push({ procedure: undefined, span: walkedCallSpan(walked++, left) })
      continue
    }
    if (handlersLeft > 0 && /\bcallHandler\d*\b/.test(line)) {
      handlersLeft--
      frames.length = 0
      continue
    }
    if (/\brunLoop\d*\b/.test(line)) {
      // What is pending outside of the innermost run is still to be found on the present stack.
      if (left !== undefined) return frames
      addHeap()
      heap = run?.outerFrames ?? null
      run = run?.outer
      continue
    }
    const described = describeStackLine(line)
    if (described === undefined) continue
    // Both list the frames in the same order; either may leave some out.
    const at = inspected.findIndex((frame, index) => index >= seen && line.includes(frame.place))
    if (at >= 0) seen = at + 1
    const { template, span } = described
    const variables = inspected[at]?.variables
    frames.push({
      procedure: template?.name,
      span,
      ...(variables === undefined ? {} : { variables: schemeVariables(variables, template) }),
    })
  }
  return frames
}

/** Names of the code generator's own variables. */
const temporary = /^(?:t|f|depth|bound|rest|lambda)$/

/** The variables of the source, parameters first and in their order. */
function schemeVariables(
  found: ReadonlyMap<string, Value>,
  template: ProcedureTemplate | undefined,
): readonly FrameVariable[] {
  const left = new Map<string, Value>()
  for (const [name, value] of found) {
    const held = value instanceof Box ? value.v : value
    if (held !== undefined && /_\d+$/.test(name)) left.set(name, held)
  }
  const variables: FrameVariable[] = []
  for (const { required, optional, keywords, rest } of template?.formals ?? []) {
    const taken: FrameVariable[] = []
    for (const name of [...required, ...optional, ...keywords, ...(rest === undefined ? [] : [rest])]) {
      const js = [...left.keys()].find((key) => key.replace(/_\d+$/, '') === jsName(name))
      if (js === undefined) break
      taken.push({ name, value: left.get(js), parameter: true })
      left.delete(js)
    }
    if (taken.length > 0) {
      variables.push(...taken)
      break
    }
  }
  for (const [js, value] of left) {
    const name = js.replace(/_\d+$/, '')
    if (!temporary.test(name)) variables.push({ name, value, parameter: false })
  }
  return variables
}
