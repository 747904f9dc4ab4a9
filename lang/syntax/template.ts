/** Templates of syntax-rules and `syntax`, compiled once to closures that build syntax.
 *  Not patterns (pattern.ts). What a template introduces gets the mark of the expansion step:
 *  at once in syntax-rules, by the walk over the output of a procedural transformer otherwise. */
import { list, listToArray, NIL, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { openSyntax } from './destructure.ts'
import { syntaxError } from './errors.ts'
import type { EllipsisTest } from './pattern.ts'
import { Syntax } from './syntax-object.ts'
import type { Marks, Wrap } from './wrap.ts'

/** Gives introduced syntax the wrap it gets in this step. */
export type Marker = (wrap: Wrap) => Wrap

/** Build the output from the variables' values, in the order of the template's variables. */
export type Template = (values: Value[], marker: Marker) => Value

/** A pattern variable a template may use. */
export interface TemplateVariable {
  readonly symbol: SchemeSymbol
  readonly marks: Marks
  readonly depth: number
}

export interface TemplateOptions {
  readonly variables: readonly TemplateVariable[]
  readonly ellipsis: EllipsisTest
  /** Give parts without variables as lists of syntax objects, as procedures expect, not as one object. */
  readonly open: boolean
}

/** A use of a variable. A variable of depth D follows the D innermost ellipses around its use, so uses of one
 *  variable under different ellipses run separately. */
interface Slot {
  readonly variable: number
  /** The outermost ellipsis it follows, counted from 1 at the outside; Infinity when none. */
  readonly from: number
}

/** Builds from slots: copies of the variables' values, which ellipses set to one element after the other. */
type Builder = (slots: Value[], marker: Marker) => Value

interface Node {
  /** Undefined when the part has no variables: then it is `constant` under `wrap`. */
  readonly build: Builder | undefined
  readonly constant: Value
  readonly wrap: Wrap
  /** Slots in it that follow an ellipsis. */
  readonly uses: readonly number[]
}

/** Compile a template that stands under WRAP. */
export function compileTemplate(template: Value, wrap: Wrap, options: TemplateOptions): Template {
  const compiler = new TemplateCompiler(options, template)
  const build = buildOf(compiler.compile(template, wrap, 0, true), options.open)
  const sources = compiler.slots.map((slot) => slot.variable)
  return (values, marker) => {
    const slots: Value[] = new Array(sources.length)
    for (let i = 0; i < sources.length; i++) slots[i] = values[sources[i] ?? 0]
    return build(slots, marker)
  }
}

function buildOf(node: Node, open: boolean): Builder {
  if (node.build !== undefined) return node.build
  const { constant, wrap } = node
  if (open) return (_slots, marker) => distribute(constant, marker(wrap))
  if (constant instanceof SchemeSymbol || constant instanceof Pair || Array.isArray(constant)) {
    return (_slots, marker) => new Syntax(constant, marker(wrap))
  }
  return () => constant
}

/** A constant part as lists and vectors of syntax objects. */
function distribute(value: Value, wrap: Wrap): Value {
  const opened = openSyntax(value, wrap)
  if (opened.value instanceof Pair) {
    return new Pair(distribute(opened.value.car, opened.wrap), distribute(opened.value.cdr, opened.wrap))
  }
  if (opened.value instanceof SchemeSymbol || Array.isArray(opened.value)) return new Syntax(opened.value, opened.wrap)
  return opened.value
}

class TemplateCompiler {
  readonly slots: Slot[] = []
  readonly #options: TemplateOptions
  readonly #whole: Value

  constructor(options: TemplateOptions, whole: Value) {
    this.#options = options
    this.#whole = whole
  }

  compile(template: Value, wrap: Wrap, depth: number, ellipses: boolean): Node {
    const { value, wrap: w } = openSyntax(template, wrap)
    if (value instanceof SchemeSymbol) return this.#identifier(value, w, depth, ellipses)
    if (value instanceof Pair) return this.#pair(value, w, depth, ellipses)
    if (Array.isArray(value)) {
      let asList: Value = NIL
      for (let i = value.length - 1; i >= 0; i--) asList = new Pair(value[i], asList)
      const node = this.compile(asList, w, depth, ellipses)
      const { build } = node
      if (build === undefined) return { build, constant: value, wrap: w, uses: [] }
      return { ...node, build: (slots, marker) => listToArray(build(slots, marker)) ?? [] }
    }
    return { build: undefined, constant: value, wrap: w, uses: [] }
  }

  #identifier(symbol: SchemeSymbol, wrap: Wrap, depth: number, ellipses: boolean): Node {
    const { variables } = this.#options
    for (let i = variables.length - 1; i >= 0; i--) {
      const variable = variables[i]
      if (variable?.symbol !== symbol || variable.marks !== wrap.marks) continue
      if (variable.depth > depth) {
        return syntaxError('missing ellipsis', this.#whole, { who: 'syntax' })
      }
      const follows = variable.depth > 0
      const slot = this.#slot(i, follows ? depth - variable.depth + 1 : Number.POSITIVE_INFINITY)
      return { build: (slots) => slots[slot], constant: undefined, wrap, uses: follows ? [slot] : [] }
    }
    if (ellipses && this.#options.ellipsis(symbol, wrap)) {
      return syntaxError('misplaced ellipsis', this.#whole, { who: 'syntax' })
    }
    return { build: undefined, constant: symbol, wrap, uses: [] }
  }

  #slot(variable: number, from: number): number {
    const known = this.slots.findIndex((slot) => slot.variable === variable && slot.from === from)
    if (known >= 0) return known
    this.slots.push({ variable, from })
    return this.slots.length - 1
  }

  #pair(pair: Pair, wrap: Wrap, depth: number, ellipses: boolean): Node {
    const rest = openSyntax(pair.cdr, wrap)
    if (ellipses && this.#isEllipsis(pair.car, wrap) && rest.value instanceof Pair) {
      // (... template): ellipses in it stand for themselves.
      const node = this.compile(rest.value.car, rest.wrap, depth, false)
      return { ...node, build: buildOf(node, this.#options.open) }
    }
    let after = rest
    let levels = 0
    while (ellipses && after.value instanceof Pair && this.#isEllipsis(after.value.car, after.wrap)) {
      levels++
      after = openSyntax(after.value.cdr, after.wrap)
    }
    if (levels > 0) return this.#repeated(pair.car, wrap, after.value, after.wrap, depth, levels)
    const car = this.compile(pair.car, wrap, depth, ellipses)
    const cdr = this.compile(pair.cdr, wrap, depth, ellipses)
    if (car.build === undefined && cdr.build === undefined) return { build: undefined, constant: pair, wrap, uses: [] }
    const { open } = this.#options
    const buildCar = buildOf(car, open)
    const uses = merge(car.uses, cdr.uses)
    if (cdr.build === undefined && cdr.constant === NIL) {
      return { build: (slots, marker) => new Pair(buildCar(slots, marker), NIL), constant: undefined, wrap, uses }
    }
    const buildCdr = buildOf(cdr, open)
    return {
      build: (slots, marker) => new Pair(buildCar(slots, marker), buildCdr(slots, marker)),
      constant: undefined,
      wrap,
      uses,
    }
  }

  /** `item ... . after`, with as many ellipses as LEVELS. */
  #repeated(item: Value, itemWrap: Wrap, after: Value, afterWrap: Wrap, depth: number, levels: number): Node {
    const node = this.compile(item, itemWrap, depth + levels, true)
    let build: (slots: Value[], marker: Marker) => Value[] = () => []
    for (let level = depth + levels; level > depth; level--) {
      const drivers = node.uses.filter((slot) => (this.slots[slot]?.from ?? 0) <= level)
      if (drivers.length === 0) return syntaxError('extra ellipsis', this.#whole, { who: 'syntax' })
      build =
        level === depth + levels
          ? repeat(buildOf(node, this.#options.open), drivers, this.#whole)
          : flatten(build, drivers, this.#whole)
    }
    const rest = this.compile(after, afterWrap, depth, true)
    const uses = merge(node.uses, rest.uses)
    const constant = undefined
    const buildItems = build
    if (rest.build === undefined && rest.constant === NIL) {
      return { build: (slots, marker) => list(buildItems(slots, marker)), constant, wrap: itemWrap, uses }
    }
    const buildRest = buildOf(rest, this.#options.open)
    return {
      build: (slots, marker) => list(buildItems(slots, marker), buildRest(slots, marker)),
      constant,
      wrap: itemWrap,
      uses,
    }
  }

  #isEllipsis(value: Value, wrap: Wrap): boolean {
    const opened = openSyntax(value, wrap)
    return opened.value instanceof SchemeSymbol && this.#options.ellipsis(opened.value, opened.wrap)
  }
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...new Set([...a, ...b])]
}

type ItemsBuilder = (slots: Value[], marker: Marker) => Value[]

/** The item once for each element of the driving variables. */
function repeat(build: Builder, drivers: readonly number[], whole: Value): ItemsBuilder {
  return (slots, marker) => {
    const items: Value[] = []
    run(slots, drivers, whole, () => items.push(build(slots, marker)))
    return items
  }
}

function flatten(build: ItemsBuilder, drivers: readonly number[], whole: Value): ItemsBuilder {
  return (slots, marker) => {
    const items: Value[] = []
    run(slots, drivers, whole, () => {
      for (const item of build(slots, marker)) items.push(item)
    })
    return items
  }
}

/** Set the driving slots to one element after the other, and back at the end. */
function run(slots: Value[], drivers: readonly number[], whole: Value, step: () => void): void {
  const saved = drivers.map((slot) => slots[slot])
  let length = -1
  for (const values of saved) {
    const own = Array.isArray(values) ? values.length : 0
    if (length >= 0 && own !== length) return syntaxError('incompatible ellipsis match counts in template', whole)
    length = own
  }
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < drivers.length; k++) {
      const values = saved[k]
      slots[drivers[k] ?? 0] = Array.isArray(values) ? values[i] : undefined
    }
    step()
  }
  for (let k = 0; k < drivers.length; k++) slots[drivers[k] ?? 0] = saved[k]
}
