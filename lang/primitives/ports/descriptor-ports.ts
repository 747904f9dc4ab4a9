/** The ports on descriptors, which programs can ask for. None is kept alive by that. */
import type { Port } from './port.ts'

const ports = new Set<WeakRef<Port>>()
let leftBySweep = 0

export function rememberDescriptorPort(port: Port): void {
  ports.add(new WeakRef(port))
  if (ports.size > 2 * leftBySweep + 32) openDescriptorPorts()
}

/** Those that are open still. */
export function openDescriptorPorts(): Port[] {
  const open: Port[] = []
  for (const reference of ports) {
    const port = reference.deref()
    if (port?.isOpen === true) open.push(port)
    else ports.delete(reference)
  }
  leftBySweep = open.length
  return open
}
