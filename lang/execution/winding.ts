/** `dynamic-wind`. */
import { primitives } from '../primitives/define.ts'
import { any } from '../primitives/parameters.ts'
import type { Procedure, Value } from '../values/index.ts'
import { Winder } from './dynamic.ts'
import { allValues, type Frame, type FrameCode, machine, save1, save3, spread } from './machine.ts'
import { applicable } from './procedures.ts'

/** Pending: `before` (site 0), the thunk (1), `after` (2). */
const code: FrameCode = {
  wants: (frame) => (frame.site === 1 ? 'all' : 'nothing'),
  resume(frame: Frame, value: Value): Value {
    if (frame.site === 0) return inside(frame.a as Procedure, frame.b as Procedure, frame.c as Procedure)
    return frame.site === 1 ? leave(value) : spread(frame.a)
  },
}

/** For tail position. */
export function dynamicWind(before: Procedure, thunk: Procedure, after: Procedure): Value {
  const { depth } = machine
  if (before() === undefined) return save3(code, 0, before, thunk, after)
  machine.depth = depth
  return inside(before, thunk, after)
}

function inside(before: Procedure, thunk: Procedure, after: Procedure): Value {
  const { depth } = machine
  machine.dynamic = new Winder(machine.dynamic, before, after)
  const result = allValues(thunk())
  if (result === undefined) return save1(code, 1, undefined)
  machine.depth = depth
  return leave(result)
}

function leave(result: Value): Value {
  const winder = machine.dynamic
  if (!(winder instanceof Winder)) throw new Error('strata bug: dynamic-wind without its winder')
  machine.dynamic = winder.next
  if (winder.after() === undefined) return save1(code, 2, result)
  return spread(result)
}

primitives('(guile)')(
  'dynamic-wind',
  [any('in_guard'), any('thunk'), any('out_guard')],
  'Call IN_GUARD, THUNK and OUT_GUARD in order; return what THUNK returns. IN_GUARD and OUT_GUARD also run whenever control enters or leaves THUNK by a continuation.',
  (before, thunk, after) => dynamicWind(applicable(before), applicable(thunk), applicable(after)),
)
