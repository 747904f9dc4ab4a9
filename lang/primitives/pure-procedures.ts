/** Procedures whose calls may be put off: they depend on nothing but their arguments, change nothing, and whether an
 *  error comes now or later does not matter to a program that has run before without one. Definitions made of them
 *  alone are evaluated when somebody looks (see codegen/deferral.ts). */
import { UNSPECIFIED } from '../values/index.ts'
import { primitives } from './define.ts'
import { procedure } from './parameters.ts'

const pure = new WeakSet<object>()

export function declarePure<T extends object>(made: T): T {
  pure.add(made)
  return made
}

export function isPure(value: unknown): boolean {
  return typeof value === 'function' && pure.has(value)
}

primitives('(guile)')(
  '%declare-pure!',
  [procedure('procedure')],
  'Allow calls of PROCEDURE to be put off: it must depend on its arguments alone and change nothing.',
  (made) => {
    declarePure(made)
    return UNSPECIFIED
  },
)
