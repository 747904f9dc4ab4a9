/** The expander: syntax to core forms. Expressions here; bodies in body.ts, the top level in top-level.ts.
 *  Model: Guile's psyntax (ice-9/psyntax.scm), from Dybvig, Hieb and Bruggeman 1992, with no phases:
 *  a transformer sees the run-time bindings of the modules its identifiers are recorded in. */
import type { Core } from '../core/index.ts'
import { callProcedure, execute } from '../execution/index.ts'
import { currentRealm, moduleKey } from '../modules/realm.ts'
import {
  NIL,
  Pair,
  type Procedure,
  SchemeSymbol,
  SourcePair,
  UNSPECIFIED,
  type Value,
  Variable,
} from '../values/index.ts'
import { GlobalAlias, Lexical, PatternVariable } from './binding.ts'
import { constant, phase } from './build.ts'
import { formItems, openSyntax } from './destructure.ts'
import { badSyntax, here, syntaxError } from './errors.ts'
import { asIdentifier, macroOf } from './identifier.ts'
import { AuxiliaryKeyword, DefiningForm, Macro, NativeForm, Rewriter, SyntaxParameter, Transformer } from './macro.ts'
import { Syntax, spanOf, spanOfCar, syntaxToDatum, wrapSyntax } from './syntax-object.ts'
import { antiMarked, emptyWrap, joinWraps, Mark, marked, type Rib, resolve, Scope, Wrap } from './wrap.ts'

/** A finished core form inside syntax: how native rewriters hand on what they have expanded already. */
export class EmbeddedCore {
  readonly core: Core
  constructor(core: Core) {
    this.core = core
  }
}

/** Expand an expression under WRAP. CELL is the pair whose car it is, which knows where a symbol was read. */
export function expand(value: Value, wrap: Wrap, cell?: Value): Core {
  if (value instanceof Pair) return expandForm(value, wrap)
  if (value instanceof SchemeSymbol) return expandIdentifier(value, wrap, cell)
  if (value instanceof Syntax) {
    const joined = joinWraps(wrap, value.wrap)
    if (value.expression instanceof SchemeSymbol) return expandIdentifier(value.expression, joined, value)
    return expand(value.expression, joined)
  }
  if (value instanceof EmbeddedCore) return value.core
  if (isSelfEvaluating(value)) return constant(Array.isArray(value) ? syntaxToDatum(value) : value)
  return syntaxError('unexpected syntax', value)
}

function isSelfEvaluating(value: Value): boolean {
  // The empty list is the one datum that is neither a form nor evaluates to itself.
  return value !== NIL
}

/** Expand a form with a keyword, or an application. */
function expandForm(form: Pair, wrap: Wrap): Core {
  const outer = here.span
  if (form instanceof SourcePair) here.span = form.span
  const macro = headMacro(form, wrap)
  let core: Core
  if (macro === undefined) core = expandApplication(form, wrap)
  else if (macro instanceof NativeForm) core = macro.expand(form, wrap)
  else if (macro instanceof DefiningForm) core = expandDefiningForm(macro, form, wrap)
  else {
    const output = applyMacro(macro, form, wrap)
    core = expand(output, outputWrap(undefined))
  }
  here.span = outer
  return core
}

/** The macro a form is a use of. */
export function headMacro(form: Pair, wrap: Wrap): Macro | undefined {
  const head = form.car
  if (head instanceof SchemeSymbol) return current(macroOf(head, wrap))
  if (head instanceof Syntax) {
    const opened = openSyntax(head, wrap)
    if (opened.value instanceof SchemeSymbol) return current(macroOf(opened.value, opened.wrap))
    if (opened.value instanceof Pair) return current(referredMacro(opened.value, opened.wrap))
  }
  if (head instanceof Pair) return current(referredMacro(head, wrap))
  return undefined
}

let referredMacro: (head: Pair, wrap: Wrap) => Macro | undefined = () => undefined

/** Let FIND tell the macro that HEAD, such as `(@ (module) keyword)`, refers to. */
export function installReferredMacro(find: (head: Pair, wrap: Wrap) => Macro | undefined): void {
  referredMacro = find
}

/** What a syntax parameter stands for now. */
function current(macro: Macro | undefined): Macro | undefined {
  let m = macro
  while (m instanceof SyntaxParameter) m = m.current
  return m
}

function expandApplication(form: Pair, wrap: Wrap): Core {
  const { span } = here
  const items = formItems(form)
  if (items === undefined) return badSyntax(new Syntax(form, wrap))
  const procedure = expand(form.car, wrap, form)
  const args: Core[] = []
  let cell: Value = form.cdr
  for (let i = 1; i < items.length; i++) {
    args.push(expand(items[i], wrap, cell))
    cell = cell instanceof Pair ? cell.cdr : undefined
  }
  return { kind: 'call', procedure, arguments: args, span }
}

/** Where an identifier was read. */
function identifierSpan(cell: Value): typeof here.span {
  if (cell instanceof SourcePair) return spanOfCar(cell)
  return (cell instanceof Syntax ? spanOf(cell) : undefined) ?? here.span
}

function expandIdentifier(symbol: SchemeSymbol, wrap: Wrap, cell: Value): Core {
  const bound = resolve(symbol, wrap)
  if (bound instanceof Lexical) {
    if (bound.level !== phase.level) {
      return syntaxError('reference to identifier outside its scope', new Syntax(symbol, wrap, originOf(cell)))
    }
    return { kind: 'local', variable: bound, span: identifierSpan(cell) }
  }
  if (bound === undefined || bound instanceof GlobalAlias) {
    const module = bound === undefined ? wrap.module : bound.module
    const name = bound === undefined ? symbol : bound.name
    const value = module.lookup(name)?.settled
    if (!(value instanceof Macro)) return { kind: 'global', module, name, public: false, span: identifierSpan(cell) }
    return expandKeyword(value, symbol, wrap, cell)
  }
  if (bound instanceof PatternVariable) {
    return syntaxError('reference to pattern variable outside syntax form', new Syntax(symbol, wrap, originOf(cell)))
  }
  if (bound instanceof Macro) return expandKeyword(bound, symbol, wrap, cell)
  return badSyntax(new Syntax(symbol, wrap, originOf(cell)))
}

function originOf(cell: Value): SourcePair | undefined {
  return cell instanceof SourcePair ? cell : undefined
}

/** A keyword that stands where an expression should: an identifier macro or a mistake. */
function expandKeyword(keyword: Macro, symbol: SchemeSymbol, wrap: Wrap, cell: Value): Core {
  const macro = current(keyword)
  const id = new Syntax(symbol, wrap, cell instanceof Syntax ? cell.origin : originOf(cell))
  if (macro instanceof Transformer || macro instanceof Rewriter || macro instanceof AuxiliaryKeyword) {
    return expand(applyMacro(macro, id, emptyWrap(currentRealm().currentModule)), outputWrap(undefined))
  }
  return badSyntax(id)
}

/** A defining form where only an expression may stand. */
function expandDefiningForm(macro: DefiningForm, form: Pair, wrap: Wrap): Core {
  switch (macro.role) {
    case 'begin': {
      const items = formItems(form)
      if (items === undefined) return badSyntax(new Syntax(form, wrap))
      if (items.length < 2) return constant(UNSPECIFIED)
      return expandSequence(items.slice(1), wrap)
    }
    case 'eval-when':
    case 'let-syntax':
    case 'letrec-syntax':
      return expandSplicing(macro.role, form, wrap)
    default:
      return syntaxError('definition in expression context, where definitions are not allowed,', new Syntax(form, wrap))
  }
}

type SplicingExpander = (role: 'eval-when' | 'let-syntax' | 'letrec-syntax', form: Pair, wrap: Wrap) => Core
let expandSplicing: SplicingExpander = () => constant(UNSPECIFIED)

/** body.ts treats the forms that contain bodies; it sets this. */
export function installSplicing(expander: SplicingExpander): void {
  expandSplicing = expander
}

/** Expressions in order. */
export function expandSequence(items: readonly Value[], wrap: Wrap): Core {
  const [only] = items
  if (items.length === 1) return expand(only, wrap)
  const { span } = here
  return { kind: 'seq', body: items.map((item) => expand(item, wrap)), span }
}

/** The wrap under which a macro's output is expanded: nothing of its input's surroundings, but the rib of the body it is in. */
export function outputWrap(rib: Rib | undefined): Wrap {
  const empty = emptyWrap(currentRealm().currentModule)
  return rib === undefined ? empty : new Wrap(empty.marks, new Scope(rib, undefined), empty.module)
}

/** Steps of macros that may follow one another on one form of a body. */
const MOST_STEPS = 100_000
/** Stop an expansion that goes on for ever. */
export function countStep(steps: number, form: Value, wrap: Wrap): number {
  if (steps < MOST_STEPS) return steps + 1
  return syntaxError('expansion does not come to an end', wrapSyntax(form, wrap))
}

/** The latest step of a macro. */
const latest: { form: Value; wrap: Wrap | undefined; output: Value } = {
  form: undefined,
  wrap: undefined,
  output: undefined,
}
function noteUse(form: Value, wrap: Wrap, output: Value): Value {
  latest.form = form
  latest.wrap = wrap
  latest.output = output
  return output
}

/** The use of a macro that has become FORM in one step. */
export function useBehind(form: Value): Value | undefined {
  const { output, wrap } = latest
  const expression = output instanceof Syntax ? output.expression : output
  return expression === form && wrap !== undefined ? wrapSyntax(latest.form, wrap) : undefined
}

/** One step of a macro. */
export function applyMacro(macro: Macro, form: Value, wrap: Wrap): Value {
  const mark = new Mark()
  if (macro instanceof Rewriter) return noteUse(form, wrap, macro.rewrite(form, wrap, mark))
  if (macro instanceof Transformer) return noteUse(form, wrap, applyTransformer(macro.procedure, form, wrap, mark))
  const used = wrapSyntax(form, wrap)
  if (!(macro instanceof AuxiliaryKeyword)) return badSyntax(used)
  if (macro.name.startsWith('unquote'))
    return syntaxError('expression not valid outside of quasiquote', used, { subform: used, who: macro.name })
  return syntaxError(`bad use of '${macro.name}' syntactic keyword`, used, { subform: used, who: macro.name })
}

/** Call a transformer procedure on a form and mark what it introduced. */
function applyTransformer(procedure: Procedure, form: Value, wrap: Wrap, mark: Mark): Value {
  const { span } = here
  const input = placed(wrapSyntax(form, antiMarked(wrap)), span)
  const { level } = phase
  // The transformer's own run-time code belongs to no phase of the code around it.
  const output = callProcedure(procedure, [input])
  phase.level = level
  here.span = span
  return markOutput(output, mark, new Map())
}

/** A form that another macro has made has the place of that macro's use. */
function placed(form: Value, span: typeof here.span): Value {
  if (!(form instanceof Syntax) || span === undefined || spanOf(form) !== undefined) return form
  return new Syntax(form.expression, form.wrap, span)
}

function markOutput(value: Value, mark: Mark, wraps: Map<Wrap, Wrap>): Value {
  if (value instanceof Syntax) {
    let wrap = wraps.get(value.wrap)
    if (wrap === undefined) {
      wrap = marked(value.wrap, mark)
      wraps.set(value.wrap, wrap)
    }
    return new Syntax(value.expression, wrap, value.origin)
  }
  if (value instanceof Pair) {
    const first = copyPair(value, markOutput(value.car, mark, wraps))
    let last = first
    let rest = value.cdr
    while (rest instanceof Pair) {
      const next = copyPair(rest, markOutput(rest.car, mark, wraps))
      last.cdr = next
      last = next
      rest = rest.cdr
    }
    last.cdr = markOutput(rest, mark, wraps)
    return first
  }
  if (Array.isArray(value)) return value.map((item) => markOutput(item, mark, wraps))
  if (value instanceof SchemeSymbol) {
    return syntaxError(`encountered raw symbol in macro output`, value)
  }
  return value
}

function copyPair(pair: Pair, car: Value): Pair {
  return pair instanceof SourcePair ? new SourcePair(car, undefined, pair.span) : new Pair(car, undefined)
}

/** Expand the right-hand side of a macro definition and make the macro.
 *  Returns also the core form that makes it again, for a compiled module. */
export function evaluateTransformer(value: Value, wrap: Wrap, name: string): { macro: Macro; core: Core } {
  phase.level++
  try {
    const core = expand(value, wrap)
    return { macro: makeMacro(execute(core), name), core }
  } finally {
    phase.level--
  }
}

const macrosOfProcedures = new WeakMap<object, Macro>()

/** Make PROCEDURE stand for a macro that need not be called through it. */
export function representMacro(procedure: Procedure, macro: Macro): Procedure {
  macrosOfProcedures.set(procedure, macro)
  return procedure
}

/** What `make-variable-transformer` returns. */
export class VariableTransformer {
  readonly procedure: Procedure
  constructor(procedure: Procedure) {
    this.procedure = procedure
  }
}

/** The macro for the value of a transformer expression. */
export function makeMacro(value: Value, name: string): Macro {
  if (value instanceof Macro) return value
  if (value instanceof VariableTransformer) return new Transformer(name, value.procedure, true)
  if (typeof value === 'function') return macrosOfProcedures.get(value) ?? new Transformer(name, value, false)
  return syntaxError('nonprocedure transformer', value)
}

/** An assignment to an identifier: core form of `(set! id value)`, or undefined for a variable transformer's keyword. */
export function assignment(id: Value, wrap: Wrap, makeValue: (name: string) => Core): Core | Macro {
  const opened = asIdentifier(id, wrap)
  if (opened === undefined) return badSyntax(wrapSyntax(id, wrap))
  const bound = resolve(opened.symbol, opened.wrap)
  const { span } = here
  if (bound instanceof Lexical) {
    if (bound.level !== phase.level)
      return syntaxError('reference to identifier outside its scope', wrapSyntax(id, wrap))
    bound.assigned = true
    return { kind: 'local-set', variable: bound, value: makeValue(opened.symbol.name), span }
  }
  if (bound === undefined || bound instanceof GlobalAlias) {
    const module = bound === undefined ? opened.wrap.module : bound.module
    const name = bound === undefined ? opened.symbol : bound.name
    const variable = module.lookup(name)
    if (variable instanceof Variable && variable.settled instanceof Macro)
      return current(variable.settled) ?? variable.settled
    return { kind: 'global-set', module, name, public: false, value: makeValue(opened.symbol.name), span }
  }
  if (bound instanceof Macro) return current(bound) ?? bound
  return badSyntax(wrapSyntax(id, wrap))
}

/** For messages: which module an identifier is looked up in. */
export function moduleOf(syntax: Syntax): string {
  return moduleKey(syntax.wrap.module.name)
}
