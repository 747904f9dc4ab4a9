/** Primitives of (guile) that generated code does in line: the JavaScript of the fast case, which falls back
 *  to a procedure of arithmetic.ts or to the primitive itself. Whether a reference still denotes the
 *  primitive is decided by lower.ts. `$0`, `$1` are operands; `$t` is a scratch variable; `$R.x` the run-time's x,
 *  `$P.x` the primitive x, `$F.x` its implementation without checks, `$A1.x` the check of its second argument. */
import { parametersOf } from './link.ts'

export interface Inline {
  readonly name: string
  readonly arity: number
  /** A JavaScript expression without free commas. */
  readonly js: string
  /** The expression is always a JavaScript boolean. */
  readonly boolean?: boolean
  /** Neither fails nor depends on anything that changes: may be dropped when unused, or moved. */
  readonly pure?: boolean
  /** Operands must be atoms because `js` mentions them twice. */
  readonly atoms?: boolean
}

const table = new Map<string, Inline>()

function inline(name: string, arity: number, js: string, flags: Partial<Inline> = {}): void {
  const twice = [...Array(arity).keys()].some((i) => js.split(`$${i}`).length > 2)
  table.set(`${name}/${arity}`, { name, arity, js, atoms: twice, ...flags })
}

/** How to do the primitive `name` of (guile) with `arity` arguments in line, if at all. */
export function inlineOf(name: string, arity: number): Inline | undefined {
  const key = `${name}/${arity}`
  const known = table.get(key)
  if (known !== undefined || !plain.has(name)) return known
  const made = directCall(name, arity)
  if (made !== undefined) table.set(key, made)
  return made
}

/** Primitives that only compute: they never leave the stack, so a call of one is an expression. */
const plain = new Set(
  (
    'cons* make-list list-copy length reverse reverse! append append! append-reverse append-reverse! list-ref list-tail ' +
    'list-head last-pair list? assq assv assoc assq-ref assv-ref assoc-ref assq-set! assv-set! assoc-set! memq memv ' +
    'member delq delv delete delq! delv! delete! delete1! acons caddr cdddr cadddr caaar caadr cadar cdaar cdadr cddar ' +
    'number? complex? real? rational? integer? exact? inexact? exact-integer? exact-rational? nan? inf? finite? ' +
    'exact inexact exact->inexact inexact->exact floor ceiling round truncate sqrt expt exp log ' +
    'sin cos tan asin acos atan numerator denominator gcd lcm max min / + - * = < > <= >= quotient remainder modulo ' +
    'number->string string->number ash logand logior logxor lognot logbit? logtest integer-length logcount square ' +
    'string-length string-ref string-set! string-append substring substring/shared string-copy string-null? ' +
    'make-string string list->string string->list string<? string>? string<=? string>=? string-ci=? ' +
    'string-prefix? string-suffix? string-contains string-upcase string-downcase string-join string-concatenate ' +
    'string->symbol symbol->string symbol-append string->keyword keyword->symbol symbol->keyword keyword->string ' +
    'string-hash char->integer integer->char char-upcase char-downcase char=? char<? char>? char<=? char>=? ' +
    'char-alphabetic? char-numeric? char-whitespace? char-upper-case? char-lower-case? ' +
    'vector make-vector vector-length vector-ref vector-set! vector-fill! vector-copy vector-append list->vector ' +
    'vector->list subvector vector-grow bytevector? make-bytevector bytevector-length bytevector-u8-ref ' +
    'bytevector-u8-set! bytevector-copy bytevector-copy! utf8->string string->utf8 ' +
    'procedure? eq? eqv? equal? boolean? symbol? string? char? keyword? vector? pair? null? not ' +
    'set-car! set-cdr! make-hash-table hashq-ref hashq-set! hashv-ref hashv-set! hash-ref hash-set! hashq-remove! ' +
    'hash-remove! hash-clear! eof-object struct-vtable'
  ).split(' '),
)

/** Argument checks in line and then the implementation, not through the checking procedure that all primitives
 *  share: V8 can inline it. A failed check goes through the procedure, for the error. */
function directCall(name: string, arity: number): Inline | undefined {
  const params = parametersOf(name)
  if (params === undefined) return undefined
  const last = params.at(-1)
  const required = params.filter((p) => p.optional !== true && p.rest !== true).length
  if (arity < required || (last?.rest !== true && arity > params.length)) return undefined
  const args = [...Array(arity).keys()].map((i) => `$${i}`)
  const checks = args.flatMap((arg, i) => {
    const parameter = params[Math.min(i, params.length - 1)]
    return parameter?.accepts === undefined ? [] : [`$A${Math.min(i, params.length - 1)}.${name}(${arg})`]
  })
  const list = args.join(', ')
  const js =
    checks.length === 0 ? `$F.${name}(${list})` : `(${checks.join(' && ')} ? $F.${name}(${list}) : $P.${name}(${list}))`
  return { name, arity, js, atoms: checks.length > 0 }
}

const predicate = { boolean: true, pure: true } as const
const MAX = '9007199254740991'

inline('eq?', 2, '($0 === $1)', predicate)
inline('not', 1, '($0 === false)', predicate)
inline('null?', 1, '($0 === $R.NIL)', predicate)
// Reading a property is three times faster than instanceof, and only pairs have one called `cdr`.
inline('pair?', 1, '($0.cdr !== undefined)', predicate)
inline('symbol?', 1, '($0 instanceof $R.SchemeSymbol)', predicate)
inline('string?', 1, '($0 instanceof $R.SchemeString)', predicate)
inline('char?', 1, '($0 instanceof $R.Char)', predicate)
inline('keyword?', 1, '($0 instanceof $R.Keyword)', predicate)
inline('vector?', 1, '$R.isArray($0)', predicate)
inline('boolean?', 1, "(typeof $0 === 'boolean')", predicate)
inline('eof-object?', 1, '($0 === $R.EOF)', predicate)
inline('unspecified?', 1, '($0 === $R.UNSPECIFIED)', predicate)

inline('values', 1, '$0')
inline('cons', 2, 'new $R.Pair($0, $1)', { pure: true })
inline('car', 1, '(($t = $0.car) !== undefined ? $t : $P.car($0))')
inline('cdr', 1, '(($t = $0.cdr) !== undefined ? $t : $P.cdr($0))')
inline('set-car!', 2, '($0.cdr !== undefined ? ($0.car = $1, $R.UNSPECIFIED) : $P.set-car!($0, $1))')
inline('set-cdr!', 2, '($0.cdr !== undefined ? ($0.cdr = $1, $R.UNSPECIFIED) : $P.set-cdr!($0, $1))')
for (const path of ['aa', 'ad', 'da', 'dd']) {
  const steps = path
    .split('')
    .reverse()
    .map((step) => (step === 'a' ? 'car' : 'cdr'))
  inline(
    `c${path}r`,
    1,
    `(($t = $0.${steps[0]}) !== undefined && ($t = $t.${steps[1]}) !== undefined ? $t : $P.c${path}r($0))`,
  )
}

inline('eqv?', 2, '($0 === $1 || $R.eqv($0, $1))', predicate)
inline('equal?', 2, '($0 === $1 || $R.equal($0, $1))', { boolean: true })

const bothNumbers = "typeof $0 === 'number' && typeof $1 === 'number'"
inline('+', 2, `(${bothNumbers} && ($t = $0 + $1) <= ${MAX} && $t >= -${MAX} ? $t : $R.add($0, $1))`)
inline('-', 2, `(${bothNumbers} && ($t = $0 - $1) <= ${MAX} && $t >= -${MAX} ? $t : $R.subtract($0, $1))`)
inline('*', 2, `(${bothNumbers} && ($t = $0 * $1) <= ${MAX} && $t >= -${MAX} ? $t + 0 : $R.multiply($0, $1))`)
inline('1+', 1, `(typeof $0 === 'number' && $0 < ${MAX} ? $0 + 1 : $R.add($0, 1))`)
inline('1-', 1, `(typeof $0 === 'number' && $0 > -${MAX} ? $0 - 1 : $R.subtract($0, 1))`)
inline('-', 1, "(typeof $0 === 'number' ? 0 - $0 : $R.subtract(0, $0))")
inline('quotient', 2, `(${bothNumbers} && $1 !== 0 ? $R.trunc($0 / $1) + 0 : $R.quotient($0, $1))`)
inline('remainder', 2, `(${bothNumbers} && $1 !== 0 ? $0 % $1 + 0 : $R.remainder($0, $1))`)
inline('modulo', 2, `(${bothNumbers} && $0 >= 0 && $1 > 0 ? $0 % $1 : $R.modulo($0, $1))`)
for (const [name, js, slow] of [
  ['=', '===', 'numEqual'],
  ['<', '<', 'lessThan'],
  ['>', '>', 'greaterThan'],
  ['<=', '<=', 'lessOrEqual'],
  ['>=', '>=', 'greaterOrEqual'],
] as const) {
  inline(name, 2, `(${bothNumbers} ? $0 ${js} $1 : $R.${slow}($0, $1))`, { boolean: true })
}
inline('zero?', 1, "(typeof $0 === 'number' ? $0 === 0 : $P.zero?($0))", { boolean: true })
inline('positive?', 1, "(typeof $0 === 'number' ? $0 > 0 : $P.positive?($0))", { boolean: true })
inline('negative?', 1, "(typeof $0 === 'number' ? $0 < 0 : $P.negative?($0))", { boolean: true })
inline('even?', 1, "(typeof $0 === 'number' ? $0 % 2 === 0 : $P.even?($0))", { boolean: true })
inline('odd?', 1, "(typeof $0 === 'number' ? $0 % 2 !== 0 : $P.odd?($0))", { boolean: true })

inline('vector-ref', 2, '($R.isArray($0) && ($t = $0[$1]) !== undefined ? $t : $P.vector-ref($0, $1))')
inline(
  'vector-set!',
  3,
  '($R.isArray($0) && $0[$1] !== undefined ? ($0[$1] = $2, $R.UNSPECIFIED) : $P.vector-set!($0, $1, $2))',
)
inline('vector-length', 1, '($R.isArray($0) ? $0.length : $P.vector-length($0))')
// Records of types without subtypes (define-record-type); the field's number becomes part of the name.
inline('%record-ref', 4, '($0.type === $1 ? $0.f$2 : $P.%record-ref($0, $1, $2, $3))')
inline('%record-set!', 5, '($0.type === $1 ? ($0.f$2 = $3, $R.UNSPECIFIED) : $P.%record-set!($0, $1, $2, $3, $4))')
inline('struct?', 1, '($0 instanceof $R.SchemeRecord || $0 instanceof $R.RecordType)', predicate)
inline('%record-of-type?', 2, '($0.type === $1)', { boolean: true })
// A field, of a constant number, of what is known to be a record.
inline('%struct-field', 2, '(($t = $0.f$1) !== undefined ? $t : $P.struct-ref($0, $1))')
for (let fields = 0; fields <= 9; fields++) {
  const values = [...Array(fields).keys()].map((i) => `$${i + 1}`).join(', ')
  inline('%make-record', fields + 1, `new $0.instanceClass(${values})`)
}

const two = (test: string): string => `(${bothNumbers} ? (${test}) : `
inline('max', 2, `${two('$0 > $1 ? $0 : $1')}$P.max($0, $1))`)
inline('min', 2, `${two('$0 < $1 ? $0 : $1')}$P.min($0, $1))`)
inline('abs', 1, "(typeof $0 === 'number' ? ($0 < 0 ? 0 - $0 : $0) : $P.abs($0))")
for (const [name, operator] of [
  ['logand', '&'],
  ['logior', '|'],
  ['logxor', '^'],
] as const) {
  // Both in 32 bits: then JavaScript's operators are exact. They throw on a mix with a BigInt, hence the first test.
  inline(name, 2, `(${bothNumbers} && ($0 | 0) === $0 && ($1 | 0) === $1 ? $0 ${operator} $1 : $P.${name}($0, $1))`)
}

inline('char=?', 2, '($0 instanceof $R.Char && $1 instanceof $R.Char ? $0 === $1 : $P.char=?($0, $1))', {
  boolean: true,
})
inline(
  'string=?',
  2,
  '($0 instanceof $R.SchemeString && $1 instanceof $R.SchemeString ? $0.toString() === $1.toString() : $P.string=?($0, $1))',
  { boolean: true },
)
inline('char->integer', 1, '($0 instanceof $R.Char ? $0.code : $P.char->integer($0))')
