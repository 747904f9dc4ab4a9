/** The primitives behind (gcrypt hash) and (gcrypt pk-crypto): hashes on node:crypto, s-expressions, keys. */
import { StrataError, schemeError, throwKey } from '../../lang/conditions/index.ts'
import {
  addObjectPrinter,
  addressOf,
  any,
  bytevector,
  index,
  parameter,
  primitives,
  string,
} from '../../lang/primitives/index.ts'
import {
  intern,
  list,
  NIL,
  Pair,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
} from '../../lang/values/index.ts'
import {
  atom,
  findToken,
  formatSexp,
  isToken,
  parseSexp,
  type Sexp,
  SexpSyntaxError,
  textOf,
} from './canonical-sexp.ts'
import { generateKey, KeyError, signData, verifySignature } from './keys.ts'

const hash = primitives('(gcrypt hash)')
const keys = primitives('(gcrypt pk-crypto)')
const crypto = () => process.getBuiltinModule('node:crypto')

// Hashes

type Hash = ReturnType<ReturnType<typeof crypto>['createHash']>
class HashState {
  readonly hash: Hash
  constructor(algorithm: Hash) {
    this.hash = algorithm
  }
}
const isState = (value: Value): value is HashState => value instanceof HashState
hash('%make-hash', [string('name')], 'Return the state of a new hash computed as OpenSSL calls it.', (name) => {
  try {
    return new HashState(crypto().createHash(name.toString()))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return schemeError('misc-error', 'hash', 'hash algorithm not available here: ~A', [name])
  }
})
hash(
  '%hash-update!',
  [parameter('state', isState), bytevector('bv'), index('start'), index('count')],
  'Hash COUNT bytes of BV from START.',
  (state, bv, start, count) => {
    state.hash.update(bv.subarray(start, start + count))
    return UNSPECIFIED
  },
)
hash(
  '%hash-digest',
  [parameter('state', isState)],
  'Return the hash of what STATE was given.',
  (state) => new Uint8Array(state.hash.digest()),
)
primitives('(gcrypt random)')(
  '%random-bytes',
  [index('count')],
  'Return COUNT random bytes.',
  (count) => new Uint8Array(crypto().randomBytes(count)),
)

// S-expressions

class CanonicalSexp {
  readonly sexp: Sexp
  constructor(sexp: Sexp) {
    this.sexp = sexp
  }
}
addObjectPrinter((value) => (value instanceof CanonicalSexp ? `#<canonical-sexp ${addressOf(value)}>` : undefined))
const isSexp = (value: Value): value is CanonicalSexp => value instanceof CanonicalSexp
const sexp = (name: string) => parameter(name, isSexp, 'canonical-sexp')
const SOURCE_GCRYPT = 0x1000000

/** Run ACTION; libgcrypt's errors are `gcry-error` with the procedure and the code. */
function checked<T>(procedure: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    const code = error instanceof SexpSyntaxError || error instanceof KeyError ? error.code : undefined
    if (code !== undefined) return throwKey('gcry-error', intern(procedure), SOURCE_GCRYPT + code)
    if (error instanceof StrataError || !(error instanceof Error) || !('code' in error)) throw error
    // OpenSSL refused the key.
    return throwKey('gcry-error', intern(procedure), SOURCE_GCRYPT + 65)
  }
}
keys('canonical-sexp?', [any('x')], 'Return #t when X is a canonical s-expression.', isSexp)
keys(
  'string->canonical-sexp',
  [string('str')],
  'Return the canonical s-expression STR.',
  (str) => new CanonicalSexp(checked('string->canonical-sexp', () => parseSexp(bytesOf(str.toString()))) ?? []),
)
keys(
  'canonical-sexp->string',
  [sexp('sexp')],
  'Return the text of SEXP.',
  (s) => new SchemeString(Array.isArray(s.sexp) && s.sexp.length === 0 ? '' : formatSexp(s.sexp)),
)
function children(s: CanonicalSexp): readonly Sexp[] | undefined {
  return s.sexp instanceof Uint8Array ? undefined : s.sexp
}
keys('canonical-sexp-car', [sexp('lst')], 'Return the first element of LST, or #f.', (s) => {
  const first = children(s)?.[0]
  return first === undefined ? false : new CanonicalSexp(first instanceof Uint8Array ? [first] : first)
})
keys('canonical-sexp-cdr', [sexp('lst')], 'Return LST without its first element, or #f.', (s) => {
  const items = children(s)
  return items === undefined || items.length === 0 ? false : new CanonicalSexp(items.slice(1))
})
keys('canonical-sexp-nth', [sexp('lst'), index('index')], 'Return element INDEX of LST, or #f.', (s, i) => {
  const item = children(s)?.[i]
  return item === undefined ? false : new CanonicalSexp(item instanceof Uint8Array ? [item] : item)
})
function datum(bytes: Uint8Array): Value {
  return isToken(bytes) ? intern(textOf(bytes) ?? '') : bytes
}
keys(
  'canonical-sexp-nth-data',
  [sexp('lst'), index('index')],
  'Return the atom at INDEX of LST, a symbol or bytes, or #f.',
  (s, i) => {
    const item = children(s)?.[i]
    return item instanceof Uint8Array ? datum(item) : false
  },
)
keys('canonical-sexp-length', [sexp('sexp')], 'Return the length of SEXP.', (s) => children(s)?.length ?? 0)
keys('canonical-sexp-null?', [sexp('sexp')], 'Return #t when SEXP is empty.', (s) => children(s)?.length === 0)
keys('canonical-sexp-list?', [sexp('sexp')], 'Return #t when SEXP is a list.', (s) => {
  const items = children(s)
  return items !== undefined && items.length > 0
})
keys(
  'find-sexp-token',
  [sexp('sexp'), any('token')],
  'Return the list in SEXP that begins with TOKEN, or #f.',
  (s, token) => {
    const found = token instanceof SchemeSymbol ? findToken(s.sexp, token.name) : undefined
    return found === undefined ? false : new CanonicalSexp(found)
  },
)
function toScheme(item: Sexp): Value {
  return item instanceof Uint8Array ? datum(item) : list(item.map(toScheme))
}
keys('canonical-sexp->sexp', [sexp('sexp')], 'Return SEXP as lists, symbols and bytevectors.', (s) => toScheme(s.sexp))
function fromScheme(value: Value): Sexp {
  if (value instanceof Uint8Array) return value
  if (value instanceof SchemeSymbol) return atom(value.name)
  if (value === NIL) return []
  if (value instanceof Pair) {
    const items: Sexp[] = []
    let rest: Value = value
    for (; rest instanceof Pair; rest = rest.cdr) items.push(fromScheme(rest.car))
    return items
  }
  return schemeError('misc-error', undefined, 'unsupported sexp item type ~S', [value])
}
keys(
  'sexp->canonical-sexp',
  [any('sexp')],
  'Return the canonical s-expression of lists, symbols and bytevectors.',
  (value) => {
    const made = fromScheme(value)
    return new CanonicalSexp(made instanceof Uint8Array ? [] : made)
  },
)
keys(
  'sign',
  [sexp('data'), sexp('secret-key')],
  'Return the signature of DATA by SECRET-KEY.',
  (data, key) => new CanonicalSexp(checked('sign', () => signData(data.sexp, key.sexp))),
)
keys(
  'verify',
  [sexp('signature'), sexp('data'), sexp('public-key')],
  'Return #t when SIGNATURE is one of DATA by the owner of PUBLIC-KEY.',
  (signature, data, key) => checked('verify', () => verifySignature(signature.sexp, data.sexp, key.sexp)),
)
keys(
  'generate-key',
  [sexp('params')],
  'Return a new key pair as PARAMS say.',
  (params) => new CanonicalSexp(checked('generate-key', () => generateKey(params.sexp))),
)

/** The characters of TEXT, which are bytes: what `canonical-sexp->string` makes of signatures can be read again. */
function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8')
}
