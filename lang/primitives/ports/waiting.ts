/** Reading where others may run meanwhile. By default a port blocks the process until there is input; a waiter, once
 *  installed, is asked instead: it may suspend the continuation, and reads when the port is ready. */
import type { Procedure, Value } from '../../values/index.ts'
import type { Port } from './port.ts'

/** Called, for tail position, with the port, a predicate that says whether reading would not block, and what reads. */
let waiter: Procedure | undefined

export function installReadWaiter(procedure: Procedure | undefined): void {
  waiter = procedure
}

export function readWaiter(): Procedure | undefined {
  return waiter
}

/** READ the port's next byte or character. For tail position. */
export function whenReady(port: Port, read: () => Value): Value {
  return waiter === undefined || port.isReady ? read() : waiter(port, () => port.isReady, read)
}

/** READ a line. For tail position. */
export function whenLineReady(port: Port, read: () => Value): Value {
  return waiter === undefined || port.isLineReady() ? read() : waiter(port, () => port.isLineReady(), read)
}

/** READ so many bytes, or all. For tail position. */
export function whenBytesReady(port: Port, count: number, read: () => Value): Value {
  if (waiter === undefined || port.areBytesReady(count)) return read()
  return waiter(port, () => port.areBytesReady(count), read)
}
