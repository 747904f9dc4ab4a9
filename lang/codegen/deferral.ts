/** Definitions that need not be evaluated when a file is loaded: those of a package collection are thousands, and a
 *  program looks at a few. Such a definition is made of constants, procedures, variables and calls of pure procedures;
 *  its variable gets its value when that is first asked for. Only files that have run before are loaded so: an error
 *  in a definition has shown itself then. */
import { type Core, children, type Define } from '../core/index.ts'
import { isPure } from '../primitives/pure-procedures.ts'
import { type Definitions, primitiveName } from './link.ts'

/** Primitives that are pure and that definitions of packages use. */
const purePrimitives = new Set(
  'string-append list cons cons* append vector %make-promise string->symbol symbol->string number->string not'.split(
    ' ',
  ),
)

/** Whether FORM is a definition that may wait. Constants and procedures are as quickly made as remembered. */
export function isDeferrable(form: Core, defined: Definitions): form is Define {
  return form.kind === 'define' && hasCall(form.value) && isPureForm(form.value, defined)
}

function hasCall(form: Core): boolean {
  return form.kind === 'call' || (form.kind !== 'lambda' && children(form).some(hasCall))
}

function isPureForm(form: Core, defined: Definitions): boolean {
  switch (form.kind) {
    case 'const':
    case 'local':
    case 'global':
    case 'lambda':
      return true
    case 'if':
    case 'let':
    case 'seq':
      return children(form).every((part) => isPureForm(part, defined))
    case 'call': {
      const { procedure } = form
      if (procedure.kind !== 'global') return false
      const name = primitiveName(procedure, defined)
      if (name === undefined) {
        const { module } = procedure
        const variable = procedure.public
          ? module.publicInterface.lookup(procedure.name)
          : module.lookup(procedure.name)
        if (!isPure(variable?.value)) return false
      } else if (!purePrimitives.has(name)) return false
      return form.arguments.every((argument) => isPureForm(argument, defined))
    }
    default:
      return false
  }
}
