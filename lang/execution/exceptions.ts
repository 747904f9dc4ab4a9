/** Raising and handling: `raise-exception`, `throw`, `catch`, `with-exception-handler`, `with-throw-handler`.
 *  Handlers run on top of the stack; `catch` and unwinding handlers are prompts that take no continuation.
 *  Exception objects are made by lang/conditions (see raised.ts). */
import { installThrower, wrongType } from '../conditions/index.ts'
import { primitives } from '../primitives/define.ts'
import { any, isProcedure, optional, rest } from '../primitives/parameters.ts'
import { intern, Keyword, list, NIL, type Procedure, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { backtraceOf, currentBacktrace } from './backtrace.ts'
import { type Dynamic, Handler, leaveInnermost, Mask, Prompt, travel, within } from './dynamic.ts'
import { raisedFromHost } from './host-errors.ts'
import {
  allValues,
  type Frame,
  type FrameCode,
  installHostErrors,
  installNoValue,
  installStackOverflow,
  machine,
  runNested,
  save3,
  spread,
  wantsAll,
} from './machine.ts'
import { callWithin, escapeTo, installRaise } from './prompts.ts'
import { Raised } from './raised.ts'
import { UncaughtCondition } from './uncaught.ts'

/** After a handler: `a` is what was raised, `b` where the search goes on, `c` the prompt to escape to (site 1). */
const code: FrameCode = {
  wants: wantsAll,
  resume(frame: Frame, value: Value): Value {
    leaveInnermost()
    return afterHandler(frame.site, frame.a as Raised, frame.b as Dynamic | null, frame.c as Prompt, value)
  },
}
const DIRECT = 0
const BEFORE_ESCAPE = 1
const THROW_HANDLER = 2

function afterHandler(site: number, raised: Raised, outer: Dynamic | null, prompt: Prompt, value: Value): Value {
  if (site === BEFORE_ESCAPE) return escapeTo(prompt, [raised])
  if (site === THROW_HANDLER) return search(raised, outer)
  return raised.continuable ? spread(value) : search(Raised.nonContinuable(), outer)
}

/** Offer `raised` to the handlers from `from` outwards. For tail position. */
function search(raised: Raised, from: Dynamic | null): Value {
  let node = from
  let running: Set<Dynamic> | undefined
  while (node !== null) {
    if (node instanceof Mask) {
      if (node.running === undefined) node = node.skipTo
      else {
        running ??= new Set()
        running.add(node.running)
        node = node.next
      }
      continue
    }
    if (node instanceof Handler) {
      const { procedure, throwKey, next } = node
      if (throwKey === undefined) return callHandler(DIRECT, raised, next, undefined, procedure, [raised.object])
      if ((throwKey === true || throwKey === raised.key) && running?.has(node) !== true) {
        const args = [raised.key, ...raised.argArray]
        return callHandler(THROW_HANDLER, raised, next, undefined, procedure, args, node)
      }
    } else if (node instanceof Prompt && node.catches?.accepts(raised) === true) {
      const { preUnwind } = node.catches
      if (preUnwind === undefined || running?.has(node) === true) return escapeTo(node, [raised])
      return callHandler(BEFORE_ESCAPE, raised, node.next, node, preUnwind, [raised.key, ...raised.argArray], node)
    }
    node = node.next
  }
  return leaveUncaught(raised)
}

function callHandler(
  site: number,
  raised: Raised,
  outer: Dynamic | null,
  prompt: Prompt | undefined,
  handler: Procedure,
  args: readonly Value[],
  running?: Dynamic,
): Value {
  machine.dynamic = new Mask(machine.dynamic, outer, raised, running)
  const value = allValues(handler(...args))
  if (value === undefined) return save3(code, site, raised, outer, prompt)
  leaveInnermost()
  return prompt === undefined
    ? afterHandlerWithoutPrompt(site, raised, outer, value)
    : afterHandler(site, raised, outer, prompt, value)
}

function afterHandlerWithoutPrompt(site: number, raised: Raised, outer: Dynamic | null, value: Value): Value {
  if (site === THROW_HANDLER) return search(raised, outer)
  return raised.continuable ? spread(value) : search(Raised.nonContinuable(), outer)
}

/** Nobody wants it: unwind this and all outer runs, and hand it to the embedder. */
function leaveUncaught(raised: Raised): Value {
  const lost = raised.origin === undefined ? [] : backtraceOf(raised.origin)
  const condition = new UncaughtCondition(raised, [...lost, ...currentBacktrace(handlersOf(raised))])
  let run = machine.run
  while (run?.outer !== undefined) run = run.outer
  return travel(run?.dynamic ?? null, () => {
    throw condition
  })
}

/** How many of the innermost running handlers have been given RAISED, or what it wraps again. */
function handlersOf(raised: Raised): number {
  let count = 0
  for (let node = machine.dynamic; node !== null; node = node.next) {
    if (!(node instanceof Mask)) continue
    if (node.raised !== raised && node.raised.object !== raised.object) break
    count++
  }
  return count
}

/** Raise on top of the stack, from a procedure that may be captured. For tail position. */
export function raise(raised: Raised): Value {
  return search(raised, machine.dynamic)
}

/** Raise from TypeScript that cannot be captured: the handlers run in a nested run and must escape. */
function raiseFromPrimitive(raised: Raised): never {
  runNested(() => raise(raised))
  throw new Error('strata bug: a non-continuable raise returned')
}

installRaise(raise)
installThrower((key, args) => raiseFromPrimitive(Raised.thrown(key, args)))
function raiseLimit(key: string, message: string): Value {
  return raise(Raised.thrown(intern(key), list([false, new SchemeString(message, true), false, false])))
}
installStackOverflow(() => raiseLimit('stack-overflow', 'Stack overflow'))
installNoValue(() =>
  raise(
    Raised.thrown(
      intern('misc-error'),
      list([false, new SchemeString('Zero values returned to single-valued continuation', true), NIL, false]),
    ),
  ),
)

installHostErrors((error) => {
  const raised = raisedFromHost(error)
  return raised === undefined ? undefined : () => raise(raised)
})

/** Raise an exception object from TypeScript. */
export function raiseException(exception: Value): never {
  return raiseFromPrimitive(Raised.object(exception, false))
}

const guile = primitives('(guile)')

function throwHere(key: Value, args: readonly Value[]): Value {
  if (!(key instanceof SchemeSymbol)) return wrongType('throw', 1, key)
  return raise(Raised.thrown(key, list(args)))
}

guile(
  'throw',
  [any('key'), rest(any('arg'))],
  'Raise the exception with KEY and the arguments; does not return.',
  (key, ...args) => throwHere(key, args),
)

function keywordValue(args: readonly Value[], name: string): Value {
  for (let i = 0; i + 1 < args.length; i += 2) {
    const keyword = args[i]
    if (keyword instanceof Keyword && keyword.name === name) return args[i + 1]
  }
  return undefined
}

guile(
  'raise-exception',
  [any('exception'), rest(any('option'))],
  'Call the current handler with EXCEPTION; return what it returns if #:continuable? is true.',
  (exception, ...options) => {
    const continuable = keywordValue(options, 'continuable?')
    return raise(Raised.object(exception, continuable !== undefined && continuable !== false))
  },
)

function landWithKey(handler: Procedure): Procedure {
  return (_continuation: Value, raised: Raised) => handler(raised.key, ...raised.argArray)
}

guile(
  'catch',
  [any('key'), any('thunk'), any('handler'), optional(any('pre-unwind-handler'))],
  'Call THUNK; when it throws KEY (#t: anything), call HANDLER with the key and the arguments, after PRE-UNWIND-HANDLER where the exception was thrown.',
  (key, thunk, handler, preUnwind) => {
    if (!(key instanceof SchemeSymbol || key === true)) return wrongType('catch', 1, key)
    if (!isProcedure(thunk)) return wrongType('catch', 2, thunk)
    if (!isProcedure(handler)) return wrongType('catch', 3, handler)
    const before = isProcedure(preUnwind) ? preUnwind : undefined
    const catches = { accepts: (raised: Raised) => key === true || raised.key === key, preUnwind: before }
    return callWithin(new Prompt(machine.dynamic, undefined, landWithKey(handler), true, catches), thunk)
  },
)

guile(
  'with-throw-handler',
  [any('key'), any('thunk'), any('handler')],
  'Call THUNK; when it throws KEY (#t: anything), call HANDLER where the exception was thrown, then look for outer handlers.',
  (key, thunk, handler) => {
    if (!(key instanceof SchemeSymbol || key === true)) return wrongType('with-throw-handler', 1, key)
    if (!isProcedure(thunk)) return wrongType('with-throw-handler', 2, thunk)
    if (!isProcedure(handler)) return wrongType('with-throw-handler', 3, handler)
    return within(new Handler(machine.dynamic, handler, key), thunk)
  },
)

guile(
  'with-exception-handler',
  [any('handler'), any('thunk'), rest(any('option'))],
  'Call THUNK with HANDLER as the exception handler. With #:unwind? #t, leave THUNK first; #:unwind-for-type says for which exceptions.',
  (handler, thunk, ...options) => {
    if (!isProcedure(handler)) return wrongType('with-exception-handler', 1, handler)
    if (!isProcedure(thunk)) return wrongType('with-exception-handler', 2, thunk)
    const unwind = keywordValue(options, 'unwind?')
    if (unwind === undefined || unwind === false) {
      return within(new Handler(machine.dynamic, handler, undefined), thunk)
    }
    const type = keywordValue(options, 'unwind-for-type')
    const accepts = (raised: Raised): boolean => {
      if (type === undefined || type === true) return true
      return type instanceof SchemeSymbol ? raised.key === type : raised.isInstance(type)
    }
    const land = (_continuation: Value, raised: Raised): Value => handler(raised.object)
    return callWithin(new Prompt(machine.dynamic, undefined, land, true, { accepts, preUnwind: undefined }), thunk)
  },
)
