/** Prompts: delimited continuations and, where the handler ignores the continuation, plain escapes,
 *  which only unwind. */
import { miscError } from '../conditions/index.ts'
import { primitives } from '../primitives/define.ts'
import { any, optional, rest } from '../primitives/parameters.ts'
import { list, type Procedure, SchemeString, UNSPECIFIED, type Value } from '../values/index.ts'
import { composable, takeSlice } from './continuations.ts'
import { type Dynamic, Mask, Prompt, travel } from './dynamic.ts'
import {
  ABORT,
  type AbortTarget,
  abort,
  allValues,
  capture,
  ELSEWHERE,
  type Frame,
  type FrameCode,
  machine,
  NORMAL,
  type Run,
  raiserOf,
  returnValues,
  save1,
  spread,
  UNWINDING,
  wantsAll,
} from './machine.ts'
import { applicable } from './procedures.ts'
import type { Raised } from './raised.ts'

/** Frame of a call with a prompt: `a` is the prompt. */
const code: FrameCode = {
  wants: wantsAll,
  resume(_frame: Frame, value: Value): Value {
    const prompt = machine.dynamic
    if (!(prompt instanceof Prompt)) throw new Error('strata bug: a prompt has lost its place')
    machine.dynamic = prompt.next
    return spread(value)
  },
}

class PromptAbort implements AbortTarget {
  readonly prompt: Prompt
  readonly continuation: Value
  readonly args: readonly Value[]
  constructor(prompt: Prompt, continuation: Value, args: readonly Value[]) {
    this.prompt = prompt
    this.continuation = continuation
    this.args = args
  }

  land(_run: Run): Value {
    let frame = machine.frames
    while (frame !== null && !(frame.code === code && frame.a === this.prompt)) frame = frame.next
    if (frame === null) return ELSEWHERE
    machine.frames = frame.next
    return this.deliver()
  }

  /** Call the handler in the continuation of the prompt. */
  deliver(): Value {
    machine.dynamic = this.prompt.next
    return this.prompt.handler(this.continuation, ...this.args)
  }
}

/** Call `thunk` with `prompt` (made on the current dynamic environment) in force. For tail position. */
export function callWithin(prompt: Prompt, thunk: Procedure): Value {
  const { depth } = machine
  machine.dynamic = prompt
  let result: Value
  try {
    result = allValues(thunk())
  } catch (error) {
    // The stack inside is gone: a JavaScript error is raised here, where the prompt can still be reached.
    if (error === UNWINDING) result = undefined
    else {
      const raise = raiserOf(error)
      machine.depth = depth
      result = raise()
    }
  }
  if (result === undefined) {
    const { target } = machine
    if (machine.mode === ABORT && target instanceof PromptAbort && target.prompt === prompt) {
      machine.mode = NORMAL
      machine.target = undefined
      machine.depth = depth
      return target.deliver()
    }
    return save1(code, 0, prompt)
  }
  machine.dynamic = prompt.next
  return spread(result)
}

/** The innermost prompt with this tag. */
export function findPrompt(tag: Value): Prompt | undefined {
  for (let node: Dynamic | null = machine.dynamic; node !== null; node = node.next) {
    if (node instanceof Prompt && node.tag === tag) return node
  }
  return undefined
}

/** Unwind to `prompt` and call its handler with no continuation. For tail position. */
export function escapeTo(prompt: Prompt, args: readonly Value[]): Value {
  return travel(prompt, () => abort(new PromptAbort(prompt, false, args)))
}

/** What the innermost running handler inside `prompt` handles. */
function raisedSince(prompt: Prompt): Raised | undefined {
  for (let node = machine.dynamic; node !== null && node !== prompt; node = node.next) {
    if (node instanceof Mask) return node.raised
  }
  return undefined
}

let raise: (raised: Raised) => Value = () => UNSPECIFIED
/** From exceptions.ts, which is built on this file. */
export function installRaise(raiser: (raised: Raised) => Value): void {
  raise = raiser
}

function abortTo(prompt: Prompt, args: readonly Value[]): Value {
  if (prompt.escapeOnly) return escapeTo(prompt, args)
  return capture(() => {
    const slice = takeSlice((frame) => frame.code === code && frame.a === prompt, prompt)
    if (slice === undefined) {
      // The prompt is outside this run: what is in between cannot be put back. A handler that aborts and
      // then wants to go back to raise again, as guard's does, raises from the prompt instead.
      const handled = raisedSince(prompt)
      const dead = (): Value =>
        handled === undefined ? miscError('abort', 'continuation crosses a continuation barrier') : raise(handled)
      return travel(prompt, () => abort(new PromptAbort(prompt, dead, args)))
    }
    return travel(prompt.next, () => prompt.handler(composable(slice), ...args))
  })
}

/** A prompt tag: an object that is only itself, printed as Guile does a list of its stem. */
function makeTag(stem: Value): Value {
  return list([stem])
}

const defaultTag = makeTag(new SchemeString('prompt', true))

/** Whether the handler is a Scheme procedure that ignores its first parameter; codegen says so. */
const ignorers = new WeakSet<Procedure>()
export function noteIgnoresContinuation(handler: Procedure): Procedure {
  ignorers.add(handler)
  return handler
}

const guile = primitives('(guile)')

guile('make-prompt-tag', [optional(any('stem'))], 'Return a new prompt tag.', (stem) =>
  makeTag(stem === undefined ? new SchemeString('prompt', true) : stem),
)
guile('default-prompt-tag', [], 'Return the default prompt tag.', () => defaultTag)
primitives('(ice-9 control)')(
  'suspendable-continuation?',
  [any('tag')],
  'Return #t when the continuation up to the prompt with TAG can be captured: when no primitive that calls procedures is in between.',
  (tag) => {
    const prompt = findPrompt(tag)
    if (prompt === undefined) return false
    const start = machine.run?.dynamic ?? null
    for (let node = machine.dynamic; node !== null && node !== start; node = node.next) if (node === prompt) return true
    return false
  },
)
guile(
  'call-with-prompt',
  [any('tag'), any('thunk'), any('handler')],
  'Call THUNK; should it abort to TAG, call HANDLER with the continuation of the abort and its arguments.',
  (tag, thunk, handler) => {
    const receiver = applicable(handler)
    return callWithin(new Prompt(machine.dynamic, tag, receiver, ignorers.has(receiver), undefined), applicable(thunk))
  },
)
guile(
  'abort-to-prompt',
  [any('tag'), rest(any('value'))],
  'Leave for the innermost prompt with TAG; pass the continuation and the values to its handler.',
  (tag, ...values) => {
    const prompt = findPrompt(tag)
    return prompt === undefined ? miscError('abort', 'Abort to unknown prompt', tag) : abortTo(prompt, values)
  },
)
guile(
  'abort-to-prompt*',
  [any('tag'), any('values')],
  'Leave for the innermost prompt with TAG; pass the continuation and the list of values to its handler.',
  (tag, values) => {
    const prompt = findPrompt(tag)
    if (prompt === undefined) return miscError('abort', 'Abort to unknown prompt', tag)
    const all: Value[] = []
    let left = values
    while (typeof left === 'object' && left !== null && 'car' in left && 'cdr' in left) {
      all.push(left.car)
      left = left.cdr
    }
    return abortTo(prompt, all)
  },
)

function landWithValues(_continuation: Value, ...values: Value[]): Value {
  return returnValues(values)
}

function callWithEscape(receiver: Procedure): Value {
  const tag = makeTag(new SchemeString('let/ec', true))
  const prompt = new Prompt(machine.dynamic, tag, landWithValues, true, undefined)
  const leave = (...values: Value[]): Value => {
    // Looked up by tag: a composable continuation may have put the prompt elsewhere.
    const found = findPrompt(tag)
    return found === undefined ? miscError('abort', 'Abort to unknown prompt', tag) : escapeTo(found, values)
  }
  return callWithin(prompt, () => receiver(leave))
}

const escapeDoc = 'Call PROC with a procedure that leaves this call at once, returning its arguments.'
primitives('(ice-9 control)')('call/ec', [any('proc')], escapeDoc, (proc) => callWithEscape(applicable(proc)))
guile('call-with-escape-continuation', [any('proc')], escapeDoc, (proc) => callWithEscape(applicable(proc)))
