/** `lambda`, `lambda*`, `case-lambda`, `case-lambda*`: parameter lists and bodies to lambda cases. */
import type { Core, KeywordParameter, Lambda, LambdaCase, OptionalParameter } from '../core/index.ts'
import { intern, internKeyword, Keyword, NIL, Pair, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import { Lexical } from './binding.ts'
import { expandBody } from './body.ts'
import { callPrimitive, constant, phase, temporary } from './build.ts'
import { atomOf, formItems, openInPlace, openSyntax, splitForm } from './destructure.ts'
import { badKeywordForm, badSyntax, here, syntaxError } from './errors.ts'
import { expand } from './expander.ts'
import { asIdentifier } from './identifier.ts'
import { Syntax, wrapSyntax } from './syntax-object.ts'
import { Rib, type Wrap } from './wrap.ts'

/** One clause, parameters and body, with its docstring. */
export interface ExpandedClause {
  readonly clause: LambdaCase
  readonly documentation: string | undefined
}

/** Bind an identifier as a variable in RIB. */
export function bindVariable(id: Value, wrap: Wrap, rib: Rib, whole: Value): Lexical {
  const who = keywordName(whole)
  const identifier = asIdentifier(id, wrap)
  if (identifier === undefined) {
    return syntaxError('invalid argument list', whole, { subform: wrapSyntax(id, wrap), who })
  }
  if (rib.get(identifier.symbol, identifier.marks) !== undefined) {
    const message = who.startsWith('let') ? 'duplicate bound variable' : 'duplicate identifier in argument list'
    return syntaxError(message, whole, { subform: wrapSyntax(id, wrap), who })
  }
  const variable = new Lexical(identifier.symbol.name, phase.level)
  rib.add(identifier.symbol, identifier.marks, variable)
  return variable
}

/** The name of the form a mistake is in. */
function keywordName(whole: Value): string {
  let form = whole
  while (form instanceof Syntax) form = form.expression
  const head = form instanceof Pair ? atomOf(form.car) : undefined
  return head instanceof SchemeSymbol ? head.name : 'lambda'
}

/** A docstring: a string that is not the whole body. */
function splitDocumentation(body: readonly Value[]): { documentation: string | undefined; forms: readonly Value[] } {
  const first = atomOf(body[0])
  return first instanceof SchemeString && body.length > 1
    ? { documentation: first.toString(), forms: body.slice(1) }
    : { documentation: undefined, forms: body }
}

/** `(lambda FORMALS BODY ...)`, both to be read under WRAP. */
export function expandClause(formals: Value, body: readonly Value[], wrap: Wrap, whole: Value): ExpandedClause {
  const { span } = here
  const opened = openSyntax(formals, wrap)
  const { items, tail } = splitForm(opened.value)
  const rib = new Rib()
  const required = items.map((item) => bindVariable(item, opened.wrap, rib, whole))
  const rest = tail === NIL ? undefined : bindVariable(tail, opened.wrap, rib, whole)
  const { documentation, forms } = splitDocumentation(body)
  const core = expandBody(forms, items.length === 0 && rest === undefined ? wrap : wrap.within(rib), whole)
  return {
    clause: { required, optional: [], rest, keywords: [], allowOtherKeys: false, body: core, span },
    documentation,
  }
}

/** `(lambda* FORMALS BODY ...)`: #:optional, #:key, #:allow-other-keys, #:rest, dotted rest. */
export function expandStarClause(formals: Value, body: readonly Value[], wrap: Wrap, whole: Value): ExpandedClause {
  const { span } = here
  const opened = openSyntax(formals, wrap)
  const { items, tail } = splitForm(opened.value)
  const rib = new Rib()
  const inner = wrap.within(rib)
  const formalsWrap = opened.wrap.within(rib)
  const required: Lexical[] = []
  const optional: OptionalParameter[] = []
  const keywords: KeywordParameter[] = []
  let rest: Lexical | undefined
  let allowOtherKeys = false
  let section: 'required' | 'optional' | 'key' | 'rest' = 'required'
  const bindRest = (id: Value): void => {
    if (rest !== undefined) syntaxError('invalid argument list', whole, { subform: wrapSyntax(formals, wrap) })
    rest = bindVariable(id, opened.wrap, rib, whole)
  }
  // Defaults of keyword parameters see the rest of the arguments, wherever it is written.
  const declaredRest = tail === NIL ? restItem(items) : tail
  for (const item of items) {
    const atom = atomOf(item)
    if (atom instanceof Keyword) {
      if (atom.name === 'optional' && section === 'required') section = 'optional'
      else if (atom.name === 'key' && section !== 'key') {
        section = 'key'
        if (declaredRest !== undefined && rest === undefined) bindRest(declaredRest)
      } else if (atom.name === 'allow-other-keys') allowOtherKeys = true
      else if (atom.name === 'rest') section = 'rest'
      else return syntaxError('invalid argument list', whole, { subform: wrapSyntax(formals, wrap) })
      continue
    }
    if (section === 'required') required.push(bindVariable(item, opened.wrap, rib, whole))
    else if (section === 'rest') {
      if (item !== declaredRest || rest === undefined) bindRest(item)
    } else {
      const { name, defaultValue, keyword } = parameterParts(item, section === 'key', whole)
      // Defaults see the parameters before their own.
      const value = defaultValue === undefined ? constant(false) : expand(defaultValue, formalsWrap)
      const variable = bindVariable(name, opened.wrap, rib, whole)
      if (section === 'optional') optional.push({ variable, default: value })
      else keywords.push({ variable, default: value, keyword: keyword ?? internKeyword(variable.name) })
    }
  }
  if (tail !== NIL && rest === undefined) bindRest(tail)
  const { documentation, forms } = splitDocumentation(body)
  const core = expandBody(forms, inner, whole)
  return { clause: { required, optional, rest, keywords, allowOtherKeys, body: core, span }, documentation }
}

/** What stands after `#:rest`. */
function restItem(items: readonly Value[]): Value | undefined {
  const at = items.findIndex((item) => {
    const atom = atomOf(item)
    return atom instanceof Keyword && atom.name === 'rest'
  })
  return at < 0 ? undefined : items[at + 1]
}

/** `name`, `(name default)` or `(name default #:keyword)`; the parts stand where the item stands. */
function parameterParts(
  item: Value,
  isKey: boolean,
  whole: Value,
): { name: Value; defaultValue: Value | undefined; keyword: Keyword | undefined } {
  const { value, keep } = openInPlace(item)
  if (!(value instanceof Pair)) return { name: item, defaultValue: undefined, keyword: undefined }
  const parts = formItems(value)
  const keyword = parts?.length === 3 ? atomOf(parts[2]) : undefined
  if (parts === undefined || parts.length > (isKey ? 3 : 2) || !(keyword === undefined || keyword instanceof Keyword)) {
    const message = isKey ? 'invalid keyword argument list' : 'invalid optional argument list'
    return syntaxError(message, whole, { subform: item, who: 'lambda*' })
  }
  return { name: keep(parts[0]), defaultValue: parts.length > 1 ? keep(parts[1]) : undefined, keyword }
}

/** A procedure of one or more clauses. */
export function lambdaOf(clauses: readonly ExpandedClause[], name?: string): Lambda {
  return {
    kind: 'lambda',
    name,
    documentation: clauses.find((c) => c.documentation !== undefined)?.documentation,
    cases: clauses.map((c) => c.clause),
    span: here.span,
  }
}

/** `(keyword (formals body ...) ...)` */
export function expandCaseLambda(form: Pair, wrap: Wrap, star: boolean): Core {
  const whole = new Syntax(form, wrap)
  const [, ...items] = formItems(form) ?? badSyntax(whole)
  const text = atomOf(items[0])
  const clauses = (text instanceof SchemeString ? items.slice(1) : items).map((item) => {
    const opened = openSyntax(item, wrap)
    const [formals, ...body] = formItems(opened.value) ?? badSyntax(whole)
    if (formals === undefined) return badSyntax(whole)
    return (star ? expandStarClause : expandClause)(formals, body, opened.wrap, whole)
  })
  if (clauses.length === 0) return withoutClauses()
  const made = lambdaOf(clauses)
  return text instanceof SchemeString ? { ...made, documentation: text.toString() } : made
}

/** `(case-lambda)`: a procedure that no arguments suit. */
function withoutClauses(): Core {
  const rest = temporary('args')
  const message = new SchemeString('Wrong number of arguments', true)
  const error = [constant(intern('wrong-number-of-args')), constant(false), constant(message), constant(NIL)]
  const body = callPrimitive('scm-error', ...error, constant(false))
  const clause = { required: [], optional: [], rest, keywords: [], allowOtherKeys: false, body }
  return lambdaOf([{ clause, documentation: undefined }])
}

/** `(keyword formals body ...)` */
export function expandLambda(form: Pair, wrap: Wrap, star: boolean): Core {
  const whole = new Syntax(form, wrap)
  const keyword = star ? 'lambda*' : 'lambda'
  const [, formals, ...body] = formItems(form) ?? badKeywordForm(keyword, whole)
  if (formals === undefined || body.length === 0) return badKeywordForm(keyword, whole)
  return lambdaOf([(star ? expandStarClause : expandClause)(formals, body, wrap, whole)])
}
