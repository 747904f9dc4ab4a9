/** Bodies: definitions and expressions in any order, as in Guile 3, become letrec* forms.
 *  Not the top level (top-level.ts), where definitions make module variables. */
import type { Core, LocalVariable } from '../core/index.ts'
import { list, Pair, SchemeSymbol, SourcePair, UNSPECIFIED, type Value } from '../values/index.ts'
import { Lexical } from './binding.ts'
import { constant, named, phase, sequence, temporary, UNSPECIFIED_CORE } from './build.ts'
import { definitionParts } from './definition.ts'
import { atomOf, formItems, openInPlace, openSyntax } from './destructure.ts'
import { badSyntax, here, syntaxError } from './errors.ts'
import {
  applyMacro,
  countStep,
  evaluateTransformer,
  expand,
  expandSequence,
  headMacro,
  installSplicing,
  outputWrap,
} from './expander.ts'
import { asIdentifier, nativeIdentifier } from './identifier.ts'
import { DefiningForm, type Macro, NativeForm, SyntaxParameter } from './macro.ts'
import { Syntax, wrapSyntax } from './syntax-object.ts'
import { Rib, type Wrap } from './wrap.ts'

/** One element of a body, to be expanded once all definitions are known. */
interface BodyItem {
  /** The variable it defines; undefined for an expression. */
  readonly variable: LocalVariable | undefined
  readonly expand: () => Core
}

/** Expand the forms of a body. */
export function expandBody(forms: readonly Value[], wrap: Wrap, whole?: Value): Core {
  if (forms.length === 0) return syntaxError('no expressions in body', whole ?? UNSPECIFIED)
  // Most bodies hold expressions only: those need no rib.
  if (forms.every((form) => isPlainExpression(form, wrap))) return expandSequence(forms, wrap)
  const scan = new BodyScan(wrap)
  for (const form of forms) scan.scan(form, scan.wrap)
  return scan.finish(whole ?? forms[0])
}

function isPlainExpression(form: Value, wrap: Wrap): boolean {
  const opened = openSyntax(form, wrap)
  if (!(opened.value instanceof Pair)) return true
  const macro = headMacro(opened.value, opened.wrap)
  return macro === undefined || macro instanceof NativeForm
}

class BodyScan {
  readonly #rib = new Rib()
  readonly wrap: Wrap
  readonly #items: BodyItem[] = []

  constructor(outer: Wrap) {
    this.wrap = outer.within(this.#rib)
  }

  /** Sort a form into definitions and expressions, expanding macros until it shows what it is. */
  scan(form: Value, formWrap: Wrap): void {
    let value = form
    let wrap = formWrap
    let steps = 0
    const outer = here.span
    for (;;) {
      const opened = openSyntax(value, wrap)
      if (!(opened.value instanceof Pair)) break
      const pair = opened.value
      if (pair instanceof SourcePair) here.span = pair.span
      const macro = headMacro(pair, opened.wrap)
      if (macro === undefined || macro instanceof NativeForm) break
      if (macro instanceof DefiningForm) {
        this.#define(macro, pair, opened.wrap)
        here.span = outer
        return
      }
      steps = countStep(steps, pair, opened.wrap)
      value = applyMacro(macro, pair, opened.wrap)
      wrap = outputWrap(this.#rib)
    }
    const { span } = here
    here.span = outer
    this.#items.push({
      variable: undefined,
      expand: () => {
        const before = here.span
        here.span = span
        const core = expand(value, wrap)
        here.span = before
        return core
      },
    })
  }

  #define(macro: DefiningForm, form: Pair, wrap: Wrap): void {
    const { span } = here
    switch (macro.role) {
      case 'begin': {
        for (const item of proper(form, wrap).slice(1)) this.scan(item, wrap)
        return
      }
      case 'eval-when': {
        for (const item of evalWhenBody(form, wrap)) this.scan(item, wrap)
        return
      }
      case 'define':
      case 'define-star': {
        const parts = definitionParts(form, wrap, macro.role === 'define-star')
        const variable = this.#bindVariable(parts.id, parts.idWrap, form)
        this.#items.push({
          variable,
          expand: () => {
            const before = here.span
            here.span = span
            const core = named(parts.value(), variable.name)
            here.span = before
            return core
          },
        })
        return
      }
      case 'define-syntax':
      case 'define-syntax-parameter': {
        const { id, value } = syntaxDefinition(form, wrap)
        const identifier = asIdentifier(id, wrap)
        if (identifier === undefined) return badSyntax(new Syntax(form, wrap), wrapSyntax(id, wrap))
        const { macro: made } = evaluateTransformer(value, wrap, identifier.symbol.name)
        const binding = macro.role === 'define-syntax' ? made : new SyntaxParameter(identifier.symbol.name, made)
        this.#rib.replace(identifier.symbol, identifier.marks, binding)
        return
      }
      case 'let-syntax':
      case 'letrec-syntax': {
        const { bodyForms, inner } = bindLocalMacros(form, wrap, macro.role === 'letrec-syntax')
        for (const item of bodyForms) this.scan(item, inner)
        return
      }
      case 'define-library':
        return syntaxError('a library is only defined at the top level', new Syntax(form, wrap))
    }
  }

  #bindVariable(id: Value, wrap: Wrap, form: Pair): Lexical {
    const identifier = asIdentifier(id, wrap)
    if (identifier === undefined) return badSyntax(new Syntax(form, wrap))
    const known = this.#rib.get(identifier.symbol, identifier.marks)
    if (known !== undefined) {
      return syntaxError('invalid or duplicate identifier in definition', new Syntax(form, wrap), {
        hint: `\`${identifier.symbol.name}' is defined twice in this body; (set! ${identifier.symbol.name} VALUE) changes it`,
      })
    }
    const variable = new Lexical(identifier.symbol.name, phase.level)
    this.#rib.add(identifier.symbol, identifier.marks, variable)
    return variable
  }

  finish(whole: Value): Core {
    const items = this.#items
    let lastDefinition = -1
    for (let i = 0; i < items.length; i++) if (items[i]?.variable !== undefined) lastDefinition = i
    const body: Core[] = []
    for (const item of items.slice(lastDefinition + 1)) body.push(item.expand())
    if (lastDefinition < 0) {
      if (body.length === 0) return syntaxError('empty body', whole)
      return sequence(body)
    }
    const variables: LocalVariable[] = []
    const values: Core[] = []
    for (const item of items.slice(0, lastDefinition + 1)) {
      const core = item.expand()
      if (item.variable === undefined) {
        variables.push(temporary('_'))
        values.push(sequence([core, UNSPECIFIED_CORE]))
      } else {
        variables.push(item.variable)
        values.push(core)
      }
    }
    if (body.length === 0) return syntaxError('body should end with an expression', whole)
    return { kind: 'letrec', sequential: true, variables, values, body: sequence(body), span: here.span }
  }
}

function proper(form: Pair, wrap: Wrap): Value[] {
  return formItems(form) ?? badSyntax(new Syntax(form, wrap))
}

/** The forms of an eval-when that are to be evaluated; source is loaded, so `load` and `eval` count, and `expand`
 *  does too, because every form is run right after its expansion. */
export function evalWhenBody(form: Pair, wrap: Wrap): Value[] {
  const [, situations, ...body] = proper(form, wrap)
  const names = formItems(openSyntax(situations, wrap).value)
  if (names === undefined) return badSyntax(new Syntax(form, wrap))
  const situation = (name: Value): boolean => {
    const atom = atomOf(name)
    return atom instanceof SchemeSymbol && ['load', 'eval', 'expand', 'compile'].includes(atom.name)
  }
  const unknown = names.find((name) => !situation(name))
  if (unknown !== undefined)
    return syntaxError('invalid situation', new Syntax(form, wrap), { who: 'eval-when', subform: unknown })
  return names.length > 0 ? body : []
}

/** `(define-syntax name transformer)` or `(define-syntax (name form) body ...)`; the parts stand where the form stands. */
export function syntaxDefinition(form: Pair, wrap: Wrap): { id: Value; value: Value } {
  const [, target, ...body] = proper(form, wrap)
  const { value: header, keep } = openInPlace(target)
  if (header instanceof Pair) {
    const lambda = new Pair(nativeIdentifier('lambda'), new Pair(keep(header.cdr), list(body)))
    return { id: keep(header.car), value: lambda }
  }
  if (body.length !== 1) return badSyntax(new Syntax(form, wrap))
  return { id: target, value: body[0] }
}

/** The scope of a let-syntax or letrec-syntax, and the forms in it. */
export function bindLocalMacros(form: Pair, wrap: Wrap, recursive: boolean): { bodyForms: Value[]; inner: Wrap } {
  const [, bindings, ...bodyForms] = proper(form, wrap)
  const opened = openSyntax(bindings, wrap)
  const bad = (): never => syntaxError('bad local syntax definition', new Syntax(form, wrap))
  const clauses = formItems(opened.value) ?? bad()
  const rib = new Rib()
  const inner = wrap.within(rib)
  const made: { symbol: SchemeSymbol; marks: Wrap['marks']; macro: Macro }[] = []
  for (const clause of clauses) {
    const parts = openSyntax(clause, opened.wrap)
    const [id, value, ...more] = formItems(parts.value) ?? []
    const identifier = asIdentifier(id, parts.wrap)
    if (identifier === undefined || value === undefined || more.length > 0) return bad()
    // Fully wrapped, the transformer can be read under the new scope alone.
    const { macro } = evaluateTransformer(
      wrapSyntax(value, parts.wrap),
      outputWrap(recursive ? rib : undefined),
      identifier.symbol.name,
    )
    made.push({ symbol: identifier.symbol, marks: identifier.marks, macro })
    if (recursive) rib.replace(identifier.symbol, identifier.marks, macro)
  }
  if (!recursive) for (const { symbol, marks, macro } of made) rib.add(symbol, marks, macro)
  return { bodyForms, inner }
}

installSplicing((role, form, wrap) => {
  if (role === 'eval-when') {
    const body = evalWhenBody(form, wrap)
    return body.length === 0 ? constant(UNSPECIFIED) : expandSequence(body, wrap)
  }
  const { bodyForms, inner } = bindLocalMacros(form, wrap, role === 'letrec-syntax')
  return expandBody(bodyForms, inner, form)
})
