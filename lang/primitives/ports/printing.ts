/** How ports, promises and the like print, and how a record's own printer is run: with a string port. */

import { Fluid } from '../../execution/dynamic.ts'
import { callProcedure, isContinuation } from '../../execution/index.ts'
import { intern, SchemeString } from '../../values/index.ts'
import { primitives } from '../define.ts'
import { Promise_, procedureProperty } from '../objects.ts'
import { addObjectPrinter, addressOf, installProcedureText, installRecordPrinting, print } from '../print.ts'
import { Regexp } from '../regexps.ts'
import { StringOutputPort } from './memory-ports.ts'
import { Port } from './port.ts'

/** What the innermost record printer runs for: `write` or `display`. */
let mode: 'write' | 'display' = 'write'
installRecordPrinting((printer, record, wanted) => {
  const port = new StringOutputPort()
  const outer = mode
  mode = wanted
  try {
    callProcedure(printer, [record, port])
  } finally {
    mode = outer
  }
  return port.text()
})
installProcedureText((procedure) => {
  if (isContinuation(procedure)) return `#<continuation ${addressOf(procedure)}>`
  const written = procedureProperty(procedure, '%written')
  return typeof written === 'function' ? String(callProcedure(written, [])) : undefined
})
primitives('(guile)')('%print-mode', [], 'Return write or display, whichever a record printer runs for.', () =>
  intern(mode),
)

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
