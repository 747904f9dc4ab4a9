/** How ports, promises and the like print, and how a record's own printer is run: with a string port. */

import { Fluid } from '../../execution/dynamic.ts'
import { callProcedure } from '../../execution/index.ts'
import { SchemeString } from '../../values/index.ts'
import { Promise_ } from '../objects.ts'
import { addObjectPrinter, addressOf, installRecordPrinting, print } from '../print.ts'
import { Regexp } from '../regexps.ts'
import { StringOutputPort } from './memory-ports.ts'
import { Port } from './port.ts'

installRecordPrinting((printer, record) => {
  const port = new StringOutputPort()
  callProcedure(printer, [record, port])
  return port.text()
})

function portText(port: Port): string {
  const direction = port.isInput ? (port.isOutput ? 'input-output' : 'input') : 'output'
  const state = port.isOpen ? direction : 'closed'
  const name = port.filename instanceof SchemeString ? port.filename.toString() : port.kind
  return `#<${state}: ${name} ${port.isOpen && port.descriptor !== undefined ? port.descriptor : addressOf(port)}>`
}

addObjectPrinter((value, options) => {
  if (value instanceof Port) return portText(value)
  if (value instanceof Promise_) return `#<promise ${print(value.box.value, options)}>`
  if (value instanceof Fluid) return `#<fluid ${addressOf(value)}>`
  if (value instanceof Regexp) return `#<regexp ${addressOf(value)}>`
  return undefined
})
