/** The primitives of (strata compression), what (lzlib) is built on. */
import { StrataError, throwKey } from '../../lang/conditions/index.ts'
import { bytevector, fixnum, primitives } from '../../lang/primitives/index.ts'
import { intern } from '../../lang/values/index.ts'
import { decodeLzip, encodeLzip } from '../compression/index.ts'
import { schemeString } from './values.ts'

const define = primitives('(strata compression)')

define(
  '%lzip-encode',
  [bytevector('bytes'), fixnum('level')],
  'Return BYTES as a member of lzip, compressed at LEVEL, from 0 to 9.',
  (bytes, level) => encodeLzip(bytes, level),
)

define('%lzip-decode', [bytevector('bytes')], 'Return the contents of the members of lzip in BYTES.', (bytes) => {
  try {
    return decodeLzip(bytes)
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    return throwKey('lzlib-error', intern('lz-decompress-read'), schemeString(error.message))
  }
})
