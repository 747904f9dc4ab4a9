/** Fluids, parameters and dynamic states. Shallow binding: reading is one load, binding is a swap. */
import { outOfRange, schemeError, wrongType } from '../conditions/index.ts'
import { primitives } from '../primitives/define.ts'
import { any, optional, parameter } from '../primitives/parameters.ts'
import { listToArray, type Procedure, UNSPECIFIED, type Value } from '../values/index.ts'
import { type Dynamic, Fluid, FluidBinding, liveFluids, within } from './dynamic.ts'
import { allValues, type Frame, type FrameCode, machine, save1, spread, wantsAll } from './machine.ts'
import { applicable } from './procedures.ts'

const isFluid = (value: Value): value is Fluid => value instanceof Fluid
const fluid = parameter('fluid', isFluid, 'fluid')
const guile = primitives('(guile)')

function read(of: Fluid): Value {
  if (of.value !== undefined) return of.value
  return schemeError('unbound-fluid', 'fluid-ref', 'unbound fluid: ~S', [of], false)
}

guile('make-fluid', [optional(any('default'))], 'Return a new fluid whose initial value is DEFAULT (#f).', (init) => {
  return new Fluid(init === undefined ? false : init)
})
guile('make-unbound-fluid', [], 'Return a new fluid without a value.', () => new Fluid(undefined))
guile('make-thread-local-fluid', [optional(any('default'))], 'Return a new fluid; strata has one thread.', (init) => {
  return new Fluid(init === undefined ? false : init)
})
guile('fluid?', [any('obj')], 'Return #t when OBJ is a fluid.', isFluid)
guile('fluid-thread-local?', [fluid], 'Return whether FLUID is thread-local.', () => false)
guile('fluid-ref', [fluid], 'Return the current value of FLUID.', read)
guile('fluid-set!', [fluid, any('value')], 'Set the current value of FLUID.', (of, value) => {
  of.value = value
  return UNSPECIFIED
})
guile('fluid-unset!', [fluid], 'Take the current value of FLUID away.', (of) => {
  of.value = undefined
  return UNSPECIFIED
})
guile('fluid-bound?', [fluid], 'Return #t when FLUID has a value.', (of) => of.value !== undefined)
guile(
  'fluid-ref*',
  [fluid, any('depth')],
  'Return the value that FLUID had DEPTH bindings ago (0: now).',
  (of, depth) => {
    if (typeof depth !== 'number' || depth < 0) return outOfRange('fluid-ref*', 2, depth)
    let value = of.value
    let left = depth
    for (let node: Dynamic | null = machine.dynamic; node !== null && left !== 0; node = node.next) {
      if (!(node instanceof FluidBinding) || node.fluid !== of) continue
      value = node.value
      if (typeof left === 'number') left--
    }
    return left === 0 && value !== undefined ? value : false
  },
)
guile('with-fluid*', [fluid, any('value'), any('thunk')], 'Call THUNK with FLUID bound to VALUE.', (of, value, thunk) =>
  within(new FluidBinding(machine.dynamic, of, value), applicable(thunk)),
)

const leaveSeveral: FrameCode = {
  wants: wantsAll,
  resume(frame: Frame, value: Value): Value {
    unbind(frame.a as number)
    return spread(value)
  },
}

function unbind(count: number): void {
  for (let i = 0; i < count; i++) {
    const node = machine.dynamic
    if (!(node instanceof FluidBinding)) throw new Error('strata bug: with-fluids* without its bindings')
    machine.dynamic = node.next
    node.swap()
  }
}

guile(
  'with-fluids*',
  [any('fluids'), any('values'), any('thunk')],
  'Call THUNK with each of FLUIDS bound to the corresponding one of VALUES.',
  (fluids, values, thunk) => {
    const bound = listToArray(fluids) ?? wrongType('with-fluids*', 1, fluids, 'list')
    const inner = listToArray(values) ?? wrongType('with-fluids*', 2, values, 'list')
    for (const [i, one] of bound.entries()) {
      if (!isFluid(one)) return wrongType('with-fluids*', 1, one, 'fluid')
      const node = new FluidBinding(machine.dynamic, one, inner[i])
      machine.dynamic = node
      node.swap()
    }
    const result = allValues(applicable(thunk)())
    if (result === undefined) return save1(leaveSeveral, 0, bound.length)
    unbind(bound.length)
    return spread(result)
  },
)

// Parameters

interface ParameterParts {
  readonly fluid: Fluid
  readonly converter: Procedure
}
const parameters = new WeakMap<Procedure, ParameterParts>()

function identity(value: Value): Value {
  return value
}

/** The procedure that reads `of`, or sets it to a converted value. */
function parameterOn(of: Fluid, converter: Procedure): Procedure {
  const procedure = (...args: Value[]): Value => {
    if (args.length === 0) return read(of)
    const converted = converter(args[0])
    if (converted === undefined) return save1(storeCode, 0, of)
    const old = of.value
    of.value = converted
    return old
  }
  Object.defineProperty(procedure, 'name', { value: 'parameter' })
  parameters.set(procedure, { fluid: of, converter })
  return procedure
}

const storeCode: FrameCode = {
  resume(frame: Frame, value: Value): Value {
    const of = frame.a as Fluid
    const old = of.value
    of.value = value
    return old
  },
}
const makeCode: FrameCode = {
  resume: (frame: Frame, value: Value): Value => parameterOn(new Fluid(value), frame.a as Procedure),
}

guile(
  'make-parameter',
  [any('init'), optional(any('conv'))],
  'Return a parameter whose value is INIT passed through CONV, as every value bound to it later.',
  (init, conv) => {
    if (conv === undefined) return parameterOn(new Fluid(init), identity)
    const converter = applicable(conv)
    const converted = converter(init)
    if (converted === undefined) return save1(makeCode, 0, converter)
    return parameterOn(new Fluid(converted), converter)
  },
)
guile(
  'fluid->parameter',
  [fluid, optional(any('conv'))],
  'Return a parameter on FLUID, with the converter CONV.',
  (of, conv) => parameterOn(of, conv === undefined ? identity : applicable(conv)),
)

/** The fluid of a parameter, if `value` is one. */
export function parameterFluid(value: Value): Fluid | undefined {
  return typeof value === 'function' ? parameters.get(value)?.fluid : undefined
}

function parts(value: Value, who: string): ParameterParts {
  const found = typeof value === 'function' ? parameters.get(value) : undefined
  return found ?? wrongType(who, 1, value, 'parameter')
}
guile('parameter?', [any('obj')], 'Return #t when OBJ is a parameter.', (value) => parameterFluid(value) !== undefined)
guile('parameter-fluid', [any('param')], 'Return the fluid of PARAM.', (p) => parts(p, 'parameter-fluid').fluid)
guile(
  'parameter-converter',
  [any('param')],
  'Return the converter of PARAM.',
  (p) => parts(p, 'parameter-converter').converter,
)

/** A parameter for TypeScript: `current-output-port` and the like. */
export function makeParameter(init: Value, converter: Procedure = identity): { procedure: Procedure; fluid: Fluid } {
  const made = new Fluid(init)
  return { procedure: parameterOn(made, converter), fluid: made }
}

// Dynamic states

/** The values of all fluids at some time. */
class DynamicState {
  readonly values: ReadonlyMap<Fluid, Value>
  constructor(values: ReadonlyMap<Fluid, Value>) {
    this.values = values
  }
}

guile('current-dynamic-state', [], 'Return a snapshot of the values of all fluids.', () => {
  return new DynamicState(new Map(liveFluids().map((of) => [of, of.value])))
})
const isState = (value: Value): value is DynamicState => value instanceof DynamicState
guile('dynamic-state?', [any('obj')], 'Return #t when OBJ is a dynamic state.', isState)
guile(
  'with-dynamic-state',
  [parameter('state', isState, 'dynamic state'), any('thunk')],
  'Call THUNK with the fluids as they were when STATE was taken; what it sets is undone.',
  (state, thunk) => {
    for (const [of, value] of state.values) {
      const node = new FluidBinding(machine.dynamic, of, value)
      machine.dynamic = node
      node.swap()
    }
    const result = allValues(applicable(thunk)())
    if (result === undefined) return save1(leaveSeveral, 0, state.values.size)
    unbind(state.values.size)
    return spread(result)
  },
)
