/** Names that a module imports from two others: what `#:duplicates` of define-module says to do.
 *  Without that option the later import wins, a replacement over any other (see module.ts). */
import { raiseAt } from '../conditions/index.ts'
import { currentErrorPort } from '../primitives/ports/current.ts'
import { Port } from '../primitives/ports/port.ts'
import { intern, list, SchemeString, type SchemeSymbol, type Variable } from '../values/index.ts'
import type { Interface, Module } from './module.ts'

export interface Import {
  readonly from: Interface
  readonly variable: Variable
}

/** The import that NAME means in MODULE, of two that have it; LATER is in the module used later. */
export function resolveDuplicate(module: Module, name: SchemeSymbol, earlier: Import, later: Import): Import {
  if (earlier.variable === later.variable) return earlier
  for (const handler of module.duplicates ?? []) {
    const chosen = handle(handler, module, name, earlier, later)
    if (chosen !== undefined) return chosen
  }
  return later
}

function handle(
  handler: string,
  module: Module,
  name: SchemeSymbol,
  earlier: Import,
  later: Import,
): Import | undefined {
  const first = earlier.from.replaces(name)
  const second = later.from.replaces(name)
  switch (handler) {
    case 'check':
      return conflict(module, name, earlier, later)
    case 'first':
      return earlier
    case 'last':
      return later
    case 'replace':
      return first === second ? undefined : second ? later : earlier
    case 'warn':
      warn(`${text(module)}: \`${name.name}' imported from both ${text(earlier)} and ${text(later)}`)
      return undefined
    case 'warn-override-core': {
      if (earlier.from.module.name.join(' ') !== 'guile') return undefined
      warn(`${text(module)}: imported module ${text(later)} overrides core binding \`${name.name}'`)
      return later
    }
    default:
      return undefined
  }
}

function conflict(module: Module, name: SchemeSymbol, earlier: Import, later: Import): never {
  const nameOf = (of: Module) => list(of.name.map((part) => intern(part)))
  return raiseAt(
    undefined,
    'hide one of them with #:hide, or say #:duplicates (last)',
    'misc-error',
    false,
    new SchemeString("~A: `~A' imported from both ~A and ~A", true),
    list([nameOf(module), name, nameOf(earlier.from.module), nameOf(later.from.module)]),
    false,
  )
}

function text(of: Module | Import): string {
  return `(${('from' in of ? of.from.module : of).name.join(' ')})`
}

/** Tell MESSAGE on the current error port. */
export function warn(message: string): void {
  const port = currentErrorPort.value
  if (port instanceof Port) port.writeText(`WARNING: ${message}\n`)
}
