/** The current ports, as fluids; Scheme sees them as the parameters `current-output-port` and its kin. */

import { wrongType } from '../../conditions/index.ts'
import { Fluid } from '../../execution/dynamic.ts'
import type { Value } from '../../values/index.ts'
import { openVoidPort } from './memory-ports.ts'
import { Port } from './port.ts'

export const currentInputPort = new Fluid(openVoidPort('r'))
export const currentOutputPort = new Fluid(openVoidPort('w'))
export const currentErrorPort = new Fluid(openVoidPort('w'))
export const currentWarningPort = new Fluid(currentErrorPort.value)
export const currentLoadPort = new Fluid(false)

/** Let standard input, output and error be these ports, from start-up. */
export function installStandardPorts(input: Port, output: Port, error: Port): void {
  currentInputPort.value = input
  currentOutputPort.value = output
  currentErrorPort.value = error
  currentWarningPort.value = error
}

/** Procedures whose errors do not say what kind of port they want. */
const sayOnlyWhere = new Set(['display', 'write', 'newline', 'write-line', 'simple-format'])

export function outputPort(name: string, position: number, given: Value): Port {
  const port = given === undefined || given === true ? currentOutputPort.value : given
  if (port instanceof Port && port.isOutput) {
    if (port.isOpen) return port
    return wrongType(name, position, port, sayOnlyWhere.has(name) ? undefined : 'open output port')
  }
  return wrongType(name, position, given ?? port, 'output port')
}
export function inputPort(name: string, position: number, given: Value): Port {
  const port = given === undefined ? currentInputPort.value : given
  if (port instanceof Port && port.isInput)
    return port.isOpen ? port : wrongType(name, position, port, 'open input port')
  return wrongType(name, position, given ?? port, 'input port')
}
