/** Primitives of (guile) that generated code does in line: the JavaScript of the fast case, which falls back
 *  to a procedure of arithmetic.ts or to the primitive itself. Whether a reference still denotes the
 *  primitive is decided by lower.ts. `$0`, `$1` are atoms (variables or literals); `$t` is a scratch variable. */

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
  return table.get(`${name}/${arity}`)
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
inline('char=?', 2, '($0 instanceof $R.Char && $1 instanceof $R.Char ? $0 === $1 : $P.char=?($0, $1))', {
  boolean: true,
})
inline('char->integer', 1, '($0 instanceof $R.Char ? $0.code : $P.char->integer($0))')
