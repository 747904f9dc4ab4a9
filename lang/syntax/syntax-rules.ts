/** `syntax-rules`: patterns and templates straight to a rewriter, never through an expanded procedure.
 *  Its constant in a compiled module is the whole `(syntax-rules ...)` form as one syntax object;
 *  nothing is compiled before the macro's first use. */
import { Pair, SchemeString, type Value } from '../values/index.ts'
import { atomOf, formItems, openSyntax } from './destructure.ts'
import { badSyntax, NO_MATCH, syntaxError } from './errors.ts'
import { asIdentifier } from './identifier.ts'
import { Rewriter } from './macro.ts'
import { type CompiledPattern, compilePattern, customEllipsis, type EllipsisTest, standardEllipsis } from './pattern.ts'
import { Syntax, spanOf, wrapSyntax } from './syntax-object.ts'
import { compileTemplate, type Marker, type Template } from './template.ts'
import { type Mark, marked, type Wrap } from './wrap.ts'

interface Rule {
  readonly pattern: CompiledPattern
  template: Template | undefined
  readonly compile: () => Template
}

/** The macro of a `(syntax-rules [ellipsis] (literal ...) rule ...)` form. */
export function syntaxRules(form: Syntax, name: string): Rewriter {
  const items = formItems(form.expression) ?? badSyntax(form)
  if (items.length < 2) return badSyntax(form)
  let rules: readonly Rule[] | undefined
  return new Rewriter(
    name,
    (use, wrap, mark) => {
      rules ??= checked.get(form) ?? compileRules(form)
      return rewrite(rules, use, wrap, mark)
    },
    { documentation: documentationOf(items) },
  )
}

const checked = new WeakMap<Syntax, readonly Rule[]>()

/** Report mistakes in the rules now, not at the macro's first use: for forms that are expanded, not loaded. */
export function checkRules(form: Syntax): void {
  const rules = compileRules(form)
  for (const rule of rules) rule.template = rule.compile()
  checked.set(form, rules)
}

/** A docstring between the literals and the rules, as Guile allows. */
function documentationOf(items: readonly Value[]): string | undefined {
  const text = atomOf(items[2])
  return text instanceof SchemeString ? text.toString() : undefined
}

function compileRules(form: Syntax): Rule[] {
  const wrap = form.wrap
  const items = formItems(form.expression) ?? badSyntax(form)
  let at = 1
  let ellipsis: EllipsisTest = standardEllipsis
  const custom = asIdentifier(items[1], wrap)
  if (custom !== undefined) {
    ellipsis = customEllipsis(custom.symbol, custom.marks)
    at++
  }
  const opened = openSyntax(items[at], wrap)
  const literals = (formItems(opened.value) ?? badSyntax(form)).map((literal) => {
    const id = asIdentifier(literal, opened.wrap)
    return id === undefined ? badSyntax(form, literal) : new Syntax(id.symbol, id.wrap)
  })
  at++
  if (atomOf(items[at]) instanceof SchemeString) at++
  return items.slice(at).map((item) => compileRule(item, wrap, literals, ellipsis, form))
}

function compileRule(item: Value, wrap: Wrap, literals: readonly Syntax[], ellipsis: EllipsisTest, form: Syntax): Rule {
  const opened = openSyntax(item, wrap)
  const parts = formItems(opened.value)
  if (parts === undefined || parts.length !== 2) return badSyntax(form, wrapSyntax(item, wrap))
  const [pattern, template] = parts
  const inner = openSyntax(pattern, opened.wrap)
  if (!(inner.value instanceof Pair)) return badSyntax(form, wrapSyntax(item, wrap))
  // The keyword's place in the pattern matches anything.
  const isLiteral = ellipsisIsLiteral(literals, ellipsis)
  const options = { literals, ellipsis: isLiteral ? () => false : ellipsis }
  const compiled = compilePattern(inner.value.cdr, inner.wrap, options)
  return {
    pattern: compiled,
    template: undefined,
    compile: () =>
      compileTemplate(template, opened.wrap, {
        variables: compiled.variables,
        ellipsis: options.ellipsis,
        open: false,
      }),
  }
}

/** R7RS: an ellipsis among the literals is only a literal. */
function ellipsisIsLiteral(literals: readonly Syntax[], ellipsis: EllipsisTest): boolean {
  return literals.some((literal) => {
    const id = asIdentifier(literal.expression, literal.wrap)
    return id !== undefined && ellipsis(id.symbol, literal.wrap)
  })
}

function rewrite(rules: readonly Rule[], use: Value, wrap: Wrap, mark: Mark | undefined): Value {
  const opened = openSyntax(use, wrap)
  if (opened.value instanceof Pair) {
    for (const rule of rules) {
      const values: Value[] = []
      if (!rule.pattern.match(opened.value.cdr, opened.wrap, undefined, values)) continue
      rule.template ??= rule.compile()
      return rule.template(values, mark === undefined ? unmarked : markerOf(mark))
    }
  }
  const form = wrapSyntax(use, wrap)
  return syntaxError(NO_MATCH, form instanceof Syntax ? new Syntax(form.expression, form.wrap, spanOf(use)) : form)
}

const unmarked: Marker = (wrap) => wrap

/** Introduced syntax gets this step's mark; a template stands mostly under one wrap. */
export function markerOf(mark: Mark): Marker {
  let last: Wrap | undefined
  let result: Wrap | undefined
  return (wrap) => {
    if (wrap !== last || result === undefined) {
      last = wrap
      result = marked(wrap, mark)
    }
    return result
  }
}
