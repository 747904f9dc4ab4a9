/** Applying procedures and returning several values. */
import { schemeError } from '../conditions/index.ts'
import { primitives } from '../primitives/define.ts'
import { any, rest } from '../primitives/parameters.ts'
import { list, listToArray, MultipleValues, type Procedure, type Value } from '../values/index.ts'
import { applyInParts, MOST_ARGUMENTS } from './long-apply.ts'
import { allValues, type Frame, type FrameCode, returnValues, save1, wantsAll } from './machine.ts'

/** `value` as a procedure, or Guile's error for applying something else. */
export function applicable(value: Value): Procedure {
  if (typeof value === 'function') return value
  return schemeError('wrong-type-arg', undefined, 'Wrong type to apply: ~S', [value], list([value]))
}

/** Several values as one object, not to be returned as such (see returnValues of machine.ts). */
export function valuesOf(values: readonly Value[]): Value {
  return values.length === 1 ? values[0] : new MultipleValues(values)
}

/** The values a result stands for. */
export function resultValues(result: Value): readonly Value[] {
  return result instanceof MultipleValues ? result.values : [result]
}

const receiveCode: FrameCode = {
  wants: wantsAll,
  resume: (frame: Frame, value: Value): Value => receive(frame.a as Procedure, value),
}

function receive(consumer: Procedure, result: Value): Value {
  return result instanceof MultipleValues ? consumer(...result.values) : consumer(result)
}

const guile = primitives('(guile)')

guile(
  'apply',
  [any('procedure'), any('arg'), rest(any('args'))],
  'Call PROCEDURE with the arguments given; the last is a list of further ones.',
  (procedure, ...args) => {
    const last = args[args.length - 1]
    const tail = listToArray(last)
    if (tail === undefined) {
      return schemeError('wrong-type-arg', 'apply', 'Apply to non-list: ~S', [last], list([last]))
    }
    args.pop()
    const callee = applicable(procedure)
    if (tail.length > MOST_ARGUMENTS) {
      const result = applyInParts(callee, args.length === 0 ? tail : args.concat(tail))
      if (result !== undefined) return result
    }
    return callee(...args, ...tail)
  },
)

guile('values', [rest(any('value'))], 'Return all the arguments as values.', (...values) => returnValues(values))

guile(
  'call-with-values',
  [any('producer'), any('consumer')],
  'Call CONSUMER with the values that calling PRODUCER returns.',
  (producer, consumer) => {
    const receiver = applicable(consumer)
    const result = allValues(applicable(producer)())
    if (result === undefined) return save1(receiveCode, 0, receiver)
    return receive(receiver, result)
  },
)
