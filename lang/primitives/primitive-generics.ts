/** Primitives that GOOPS may extend: a generic function gets the arguments a primitive has no meaning for.
 *  The generic functions themselves are Scheme, in (oop goops). Until one is installed nothing here runs. */
import { wrongType } from '../conditions/index.ts'
import { callProcedure } from '../execution/index.ts'
import { type Procedure, RecordType, UNSPECIFIED } from '../values/index.ts'
import { primitives } from './define.ts'
import { installEqualityExtension } from './equality.ts'
import { installArithmeticExtension } from './numbers/arithmetic.ts'
import { parameter, procedure, symbol } from './parameters.ts'

const guile = primitives('(guile)')
const generics = new Map<string, Procedure>()

guile(
  '%extend-primitive!',
  [symbol('name'), procedure('generic')],
  'Call GENERIC for arguments the primitive NAME refuses.',
  (name, generic) => {
    generics.set(name.name, generic)
    if (name.name === 'equal?' || name.name === 'eqv?')
      installEqualityExtension((a, b) => callProcedure(generic, [a, b]) !== false)
    else
      installArithmeticExtension((operator, operands) => {
        const extension = generics.get(operator)
        return extension === undefined ? wrongType(operator, 1, operands[0]) : callProcedure(extension, [...operands])
      })
    return UNSPECIFIED
  },
)
guile(
  '%compare-by-identity!',
  [parameter('type', (x): x is RecordType => x instanceof RecordType, 'record type')],
  'Let equal? tell the records of TYPE apart, whatever is in them.',
  (type) => {
    type.byIdentity = true
    return UNSPECIFIED
  },
)
