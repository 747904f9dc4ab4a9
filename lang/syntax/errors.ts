/** Syntax errors: Guile's `syntax-error` condition, with the place in the source. */
import { raiseAt } from '../conditions/index.ts'
import { type Span, UNKNOWN_SOURCE } from '../source/index.ts'
import { intern, list, Pair, SchemeString, type Value } from '../values/index.ts'
import { spanOf, syntaxToDatum } from './syntax-object.ts'

/** Where the form being expanded was read; macro output inherits its call's place. */
export const here: { span: Span | undefined } = { span: undefined }

/** Guile's message for a form no pattern of its macro fits. */
export const NO_MATCH = 'source expression failed to match any pattern'

/** A source location as programs see it: an alist with Guile's zero-based lines. */
export function locationAlist(span: Span): Value {
  const { line, column } = span.source.position(span.start)
  const { nameInLoadPath: name } = span.source
  return list([
    ...(name === UNKNOWN_SOURCE ? [] : [new Pair(intern('filename'), new SchemeString(name, true))]),
    new Pair(intern('line'), line - 1),
    new Pair(intern('column'), column),
  ])
}

/** Raise `syntax-error` about FORM, or about SUBFORM of it, or only AT a part that the message does not show.
 *  WHO names the form or procedure that complains, if it does so itself. */
export function syntaxError(
  message: string,
  form: Value,
  options: { subform?: Value; who?: string | undefined; hint?: string | undefined; at?: Value } = {},
): never {
  const told = options.at === undefined ? undefined : spanOf(options.at)
  const whole = spanOf(form)
  const part = options.subform === undefined ? undefined : spanOf(options.subform)
  const span = told ?? part ?? whole ?? here.span
  // Programs are given the place of a list, as with Guile.
  const isList = syntaxToDatum(options.subform) instanceof Pair
  const location = (isList ? part : undefined) ?? whole ?? span
  return raiseAt(
    span,
    options.hint,
    'syntax-error',
    options.who === undefined ? false : intern(options.who),
    new SchemeString(message, true),
    location === undefined ? false : locationAlist(location),
    syntaxToDatum(form),
    options.subform === undefined ? false : syntaxToDatum(options.subform),
  )
}

/** A primitive form that does not fit its syntax: `bad let`. */
export function badKeywordForm(keyword: string, form: Value, fault: { at?: Value; hint?: string } = {}): never {
  return syntaxError(`bad ${keyword}`, form, { who: keyword, ...fault })
}

/** The form does not fit its syntax. */
export function badSyntax(form: Value, subform?: Value, fault: { at?: Value; hint?: string } = {}): never {
  return syntaxError(NO_MATCH, form, subform === undefined ? fault : { subform, ...fault })
}
