/** Patterns of syntax-rules and syntax-case, compiled once to closures that match forms.
 *  Not templates (template.ts). A matched variable's value is wrapped, so that it can leave its place;
 *  under an ellipsis it is an array of such values. */
import { NIL, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { openSyntax } from './destructure.ts'
import { syntaxError } from './errors.ts'
import { sameDenotation } from './identifier.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from './syntax-object.ts'
import { joinWraps, type Marks, resolve, type Wrap } from './wrap.ts'

/** Match VALUE, read under WRAP; CELL is the pair whose car it is. Puts the variables' values into OUT. */
export type Matcher = (value: Value, wrap: Wrap, cell: Value, out: Value[]) => boolean

export interface PatternVariableSpec {
  readonly symbol: SchemeSymbol
  readonly marks: Marks
  /** The identifier as it stands in the pattern. */
  readonly id: Syntax
  readonly depth: number
}

export interface CompiledPattern {
  readonly match: Matcher
  readonly variables: readonly PatternVariableSpec[]
}

/** Recognises the ellipsis of a macro definition. */
export type EllipsisTest = (symbol: SchemeSymbol, wrap: Wrap) => boolean

/** The usual ellipsis, unless `with-ellipsis` or a literal says otherwise. */
export function standardEllipsis(symbol: SchemeSymbol, wrap: Wrap): boolean {
  if (symbol.name !== '...') return false
  const bound = resolve(symbol, wrap)
  return bound === undefined
}

/** The ellipsis `id` of `(syntax-rules id (literal ...) ...)` and `with-ellipsis`. */
export function customEllipsis(symbol: SchemeSymbol, marks: Marks): EllipsisTest {
  return (other, wrap) => other === symbol && wrap.marks === marks
}

export interface PatternOptions {
  readonly literals: readonly Syntax[]
  readonly ellipsis: EllipsisTest
}

/** Compile a pattern that stands under WRAP. */
export function compilePattern(pattern: Value, wrap: Wrap, options: PatternOptions): CompiledPattern {
  const compiler = new PatternCompiler(options, pattern)
  const match = compiler.compile(pattern, wrap, 0)
  return { match, variables: compiler.variables }
}

class PatternCompiler {
  readonly variables: PatternVariableSpec[] = []
  readonly #options: PatternOptions
  readonly #whole: Value

  constructor(options: PatternOptions, whole: Value) {
    this.#options = options
    this.#whole = whole
  }

  compile(pattern: Value, wrap: Wrap, depth: number): Matcher {
    const { value, wrap: w } = openSyntax(pattern, wrap)
    if (value instanceof SchemeSymbol) return this.#identifier(value, w, depth)
    if (value instanceof Pair) return this.#pair(value, w, depth)
    if (value === NIL) return matchNil
    if (Array.isArray(value)) {
      let asList: Value = NIL
      for (let i = value.length - 1; i >= 0; i--) asList = new Pair(value[i], asList)
      return matchVector(this.compile(asList, w, depth))
    }
    return matchAtom(value)
  }

  #identifier(symbol: SchemeSymbol, wrap: Wrap, depth: number): Matcher {
    const literal = this.#options.literals.find((l) => l.expression === symbol && l.wrap.marks === wrap.marks)
    if (literal !== undefined) return matchLiteral(symbol, literal.wrap)
    if (symbol.name === '_' && resolve(symbol, wrap) === undefined) return matchAnything
    if (this.#options.ellipsis(symbol, wrap)) return this.#misplacedEllipsis()
    if (this.variables.some((v) => v.symbol === symbol && v.marks === wrap.marks)) {
      return syntaxError('duplicate pattern variable', this.#whole, {
        who: 'syntax-case',
        subform: new Syntax(symbol, wrap),
      })
    }
    const index = this.variables.length
    this.variables.push({ symbol, marks: wrap.marks, id: new Syntax(symbol, wrap), depth })
    return matchVariable(index)
  }

  #pair(pattern: Pair, wrap: Wrap, depth: number): Matcher {
    const rest = openSyntax(pattern.cdr, wrap)
    if (rest.value instanceof Pair && this.#isEllipsis(rest.value.car, rest.wrap)) {
      const first = this.variables.length
      const item = this.compile(pattern.car, wrap, depth + 1)
      const count = this.variables.length - first
      return this.#repeated(item, first, count, rest.value.cdr, rest.wrap, depth)
    }
    const car = this.compile(pattern.car, wrap, depth)
    const cdr = this.compile(pattern.cdr, wrap, depth)
    return matchPair(car, cdr)
  }

  #misplacedEllipsis(): never {
    return syntaxError('misplaced ellipsis', this.#whole, { who: 'syntax-case' })
  }

  /** `item ... tail ... . end` */
  #repeated(item: Matcher, first: number, count: number, after: Value, wrap: Wrap, depth: number): Matcher {
    const tail: Matcher[] = []
    let rest = openSyntax(after, wrap)
    while (rest.value instanceof Pair) {
      if (this.#isEllipsis(rest.value.car, rest.wrap)) return this.#misplacedEllipsis()
      tail.push(this.compile(rest.value.car, rest.wrap, depth))
      rest = openSyntax(rest.value.cdr, rest.wrap)
    }
    const end = this.compile(rest.value, rest.wrap, depth)
    return matchRepeated(item, first, count, tail, end)
  }

  #isEllipsis(value: Value, wrap: Wrap): boolean {
    const opened = openSyntax(value, wrap)
    if (!(opened.value instanceof SchemeSymbol)) return false
    const { value: symbol, wrap: w } = { value: opened.value, wrap: opened.wrap }
    if (this.#options.literals.some((l) => l.expression === symbol && l.wrap.marks === w.marks)) return false
    return this.#options.ellipsis(symbol, w)
  }
}

const matchAnything: Matcher = () => true

const matchNil: Matcher = (value) => {
  let v = value
  while (v instanceof Syntax) v = v.expression
  return v === NIL
}

function matchVariable(index: number): Matcher {
  return (value, wrap, cell, out) => {
    out[index] = wrapSyntax(value, wrap, cell)
    return true
  }
}

function matchLiteral(symbol: SchemeSymbol, literalWrap: Wrap): Matcher {
  return (value, wrap) => {
    let v = value
    let w = wrap
    while (v instanceof Syntax) {
      w = joinWraps(w, v.wrap)
      v = v.expression
    }
    return v instanceof SchemeSymbol && sameDenotation(v, w, symbol, literalWrap)
  }
}

function matchAtom(atom: Value): Matcher {
  const expected = atomKey(atom)
  return (value) => {
    let v = value
    while (v instanceof Syntax) v = v.expression
    return v === atom || (expected !== undefined && atomKey(v) === expected)
  }
}

/** Text that is equal for atoms that are `equal?`; atoms compared by identity have none. */
function atomKey(value: Value): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Uint8Array) return `bytes ${value.join(' ')}`
  const name = value.constructor.name
  switch (name) {
    case 'SchemeString':
      return `string ${String(value)}`
    case 'Flonum':
    case 'Ratnum':
    case 'Compnum':
      return `${name} ${Object.values(value).map(String).join(' ')}`
    default:
      return undefined
  }
}

function matchPair(car: Matcher, cdr: Matcher): Matcher {
  return (value, wrap, _cell, out) => {
    let v = value
    let w = wrap
    while (v instanceof Syntax) {
      w = joinWraps(w, v.wrap)
      v = v.expression
    }
    return v instanceof Pair && car(v.car, w, v, out) && cdr(v.cdr, w, undefined, out)
  }
}

function matchVector(asList: Matcher): Matcher {
  return (value, wrap, _cell, out) => {
    const opened = openSyntax(value, wrap)
    if (!Array.isArray(opened.value)) return false
    let list: Value = NIL
    for (let i = opened.value.length - 1; i >= 0; i--) list = new Pair(opened.value[i], list)
    return asList(list, opened.wrap, undefined, out)
  }
}

function matchRepeated(item: Matcher, first: number, count: number, tail: readonly Matcher[], end: Matcher): Matcher {
  return (value, wrap, _cell, out) => {
    const cells: Pair[] = []
    const wraps: Wrap[] = []
    let v = value
    let w = wrap
    for (;;) {
      if (v instanceof Pair) {
        cells.push(v)
        wraps.push(w)
        v = v.cdr
      } else if (v instanceof Syntax) {
        w = joinWraps(w, v.wrap)
        v = v.expression
      } else break
    }
    const repetitions = cells.length - tail.length
    if (repetitions < 0) return false
    const collected: Value[][] = []
    for (let i = 0; i < count; i++) collected.push(new Array(repetitions))
    for (let i = 0; i < repetitions; i++) {
      const cell = cells[i]
      const cellWrap = wraps[i]
      if (cell === undefined || cellWrap === undefined || !item(cell.car, cellWrap, cell, out)) return false
      for (let k = 0; k < count; k++) {
        const values = collected[k]
        if (values !== undefined) values[i] = out[first + k]
      }
    }
    for (let k = 0; k < count; k++) out[first + k] = collected[k]
    for (let i = 0; i < tail.length; i++) {
      const cell = cells[repetitions + i]
      const cellWrap = wraps[repetitions + i]
      if (cell === undefined || cellWrap === undefined || !tail[i]?.(cell.car, cellWrap, cell, out)) return false
    }
    return end(v, w, undefined, out)
  }
}

/** A pattern as shown in messages. */
export function showPattern(pattern: Value): Value {
  return syntaxToDatum(pattern)
}
