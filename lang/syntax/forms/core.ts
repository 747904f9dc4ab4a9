/** The primitive forms: quote, if, set!, lambda and its relatives, begin, the definitions, @ and @@. */
import type { Core } from '../../core/index.ts'
import { interfaceNamed, moduleNameParts, resolveModule } from '../../modules/find.ts'
import { Pair, SchemeSymbol, type Value } from '../../values/index.ts'
import { branch, call, constant, named, primitive, UNSPECIFIED_CORE } from '../build.ts'
import { atomOf, formItems, openInPlace, openSyntax } from '../destructure.ts'
import { badKeywordForm, badSyntax, here, syntaxError } from '../errors.ts'
import { applyMacro, assignment, expand, headMacro, installReferredMacro, outputWrap } from '../expander.ts'
import { isGuileKeyword } from '../identifier.ts'
import { expandCaseLambda, expandLambda } from '../lambda.ts'
import { Macro, NativeForm, Rewriter, Transformer } from '../macro.ts'
import { defineAuxiliary, defineDefiningForm, defineForm } from '../native.ts'
import { isIdentifier, Syntax, syntaxToDatum, syntaxToPlacedDatum } from '../syntax-object.ts'
import { emptyWrap, type Wrap } from '../wrap.ts'
import { operands } from './operands.ts'

defineDefiningForm('(guile)', 'begin', 'begin', 'Evaluate forms in order; splices into a body or the top level.')
defineDefiningForm('(guile)', 'define', 'define', 'Define a variable.')
defineDefiningForm('(guile)', 'define*', 'define-star', 'Define a procedure with optional and keyword parameters.')
defineDefiningForm('(guile)', 'define-syntax', 'define-syntax', 'Define a macro.')
defineDefiningForm(
  '(guile)',
  'define-syntax-parameter',
  'define-syntax-parameter',
  'Define a macro that syntax-parameterize can change.',
)
defineDefiningForm('(guile)', 'eval-when', 'eval-when', 'Evaluate forms in some situations only.')
defineDefiningForm('(guile)', 'let-syntax', 'let-syntax', 'Bind macros in a body.')
defineDefiningForm('(guile)', 'letrec-syntax', 'letrec-syntax', 'Bind macros that see each other in a body.')

defineAuxiliary('(guile)', 'else', '=>', '_', '...', 'unquote', 'unquote-splicing', 'unsyntax', 'unsyntax-splicing')

defineForm('(guile)', 'quote', 'Return a datum.', (form, wrap) => {
  const [, datum, ...more] = formItems(form) ?? []
  if (datum === undefined || more.length > 0) return syntaxError('bad syntax', new Syntax(form, wrap), { who: 'quote' })
  return constant(syntaxToPlacedDatum(datum))
})

defineForm('(guile)', 'if', 'Evaluate one of two expressions.', (form, wrap) => {
  const [test, consequent, alternative] = operands(form, wrap, 2, 3)
  return branch(
    expand(test, wrap),
    expand(consequent, wrap),
    alternative === undefined ? UNSPECIFIED_CORE : expand(alternative, wrap),
  )
})

defineForm('(guile)', 'lambda', 'Return a procedure.', (form, wrap) => expandLambda(form, wrap, false))
defineForm('(guile)', 'lambda*', 'Return a procedure with optional and keyword parameters.', (form, wrap) =>
  expandLambda(form, wrap, true),
)
defineForm('(guile)', 'case-lambda', 'Return a procedure of several arities.', (form, wrap) =>
  expandCaseLambda(form, wrap, false),
)
defineForm('(guile)', 'case-lambda*', 'Return a procedure of several parameter lists.', (form, wrap) =>
  expandCaseLambda(form, wrap, true),
)

defineForm('(guile)', 'set!', 'Change the value of a variable or, through its setter, of a place.', (form, wrap) => {
  const [, target, value, ...more] = formItems(form) ?? []
  if (value === undefined || more.length > 0 || !assignable(target))
    return badKeywordForm('set!', new Syntax(form, wrap))
  const opened = openSyntax(target, wrap)
  if (opened.value instanceof Pair) return assignPlace(opened.value, opened.wrap, value, wrap, form)
  const result = assignment(target, wrap, (name) => named(expand(value, wrap), name))
  if (!(result instanceof Macro)) return result
  if ((result instanceof Transformer || result instanceof Rewriter) && result.variable) {
    return expand(applyMacro(result, form, wrap), outputWrap(undefined))
  }
  return badKeywordForm('set!', new Syntax(form, wrap))
})

function assignable(target: Value): boolean {
  return isIdentifier(target) || openInPlace(target).value instanceof Pair
}

/** `(set! (procedure argument ...) value)`, or `(set! (@@ (module) name) value)`. */
function assignPlace(place: Pair, placeWrap: Wrap, value: Value, wrap: Wrap, form: Pair): Core {
  const reference = moduleReference(place, placeWrap)
  if (reference !== undefined) return { ...reference, kind: 'global-set', value: expand(value, wrap), span: here.span }
  const items = formItems(place) ?? badSyntax(new Syntax(form, wrap))
  if (isGuileKeyword(items[0], placeWrap, 'quote')) return syntaxError('bad syntax', items[0], { who: 'quote' })
  const [procedure, ...args] = items.map((item) => expand(item, placeWrap))
  if (procedure === undefined) return badSyntax(new Syntax(form, wrap))
  return call(call(primitive('setter'), procedure), ...args, expand(value, wrap))
}

/** What `(@ (module) name)` and `(@@ (module) name)` refer to. */
function moduleReference(form: Pair, wrap: Wrap) {
  const [keyword, name, variable] = formItems(form) ?? []
  const head = atomOf(keyword)
  if (!(head instanceof SchemeSymbol) || (head.name !== '@' && head.name !== '@@')) return undefined
  const symbol = syntaxToDatum(variable)
  if (!(symbol instanceof SchemeSymbol)) return badSyntax(new Syntax(form, wrap))
  const isPublic = head.name === '@'
  const module = interfaceNamed(syntaxToDatum(name), here.span).module
  return { module, name: symbol, public: isPublic }
}

/** A reference to a module that may come into being before it is used, as Guile allows. */
function lateReference(keyword: string, module: Value, variable: Value): Core {
  const find = primitive(keyword === '@' ? 'resolve-interface' : 'resolve-module')
  return call(primitive('module-ref'), call(find, constant(module)), constant(variable))
}

const referring: readonly string[] = ['@', '@@']
installReferredMacro((head, wrap) => {
  const keyword = atomOf(head.car)
  if (!(keyword instanceof SchemeSymbol) || !referring.includes(keyword.name)) return undefined
  // Unless the word means something else here.
  if (!(headMacro(head, wrap) instanceof NativeForm)) return undefined
  const reference = moduleReference(head, wrap)
  const value = reference?.module.lookup(reference.name)?.settled
  return value instanceof Macro ? value : undefined
})

for (const [name, doc] of [
  ['@', 'Refer to an exported variable of a module.'],
  ['@@', 'Refer to any variable of a module.'],
] as const) {
  defineForm('(guile)', name, doc, (form, wrap) => {
    const [module, variable] = operands(form, wrap, 2).map(syntaxToDatum)
    const parts = moduleNameParts(module)
    if (parts !== undefined && resolveModule(parts) === undefined) return lateReference(name, module, variable)
    const reference = moduleReference(form, wrap)
    if (reference === undefined) return badSyntax(new Syntax(form, wrap))
    const value = reference.module.lookup(reference.name)?.settled
    if (value instanceof Macro) {
      const id = new Syntax(reference.name, emptyWrap(reference.module))
      return expand(id, outputWrap(undefined))
    }
    return { kind: 'global', ...reference, span: here.span }
  })
}
