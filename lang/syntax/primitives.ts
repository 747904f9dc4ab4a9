/** Syntax objects at run time: the primitives transformers use. */
import { nearest, noteContext, throwKey, wrongType } from '../conditions/index.ts'
import { unparse } from '../core/index.ts'
import { callProcedure } from '../execution/index.ts'
import { returnValues } from '../execution/machine.ts'
import { currentRealm } from '../modules/realm.ts'
import { any, optional, primitives, rest } from '../primitives/define.ts'
import { addObjectPrinter, displayString, print } from '../primitives/print.ts'
import { formatSpan, type Span } from '../source/index.ts'
import {
  intern,
  list,
  listToArray,
  NIL,
  Pair,
  SchemeString,
  SchemeSymbol,
  SourcePair,
  type Value,
  Variable,
} from '../values/index.ts'
import { EllipsisBinding, GlobalAlias, Lexical, PatternVariable } from './binding.ts'
import { openSyntax } from './destructure.ts'
import { locationAlist, NO_MATCH, syntaxError } from './errors.ts'
import { makeMacro, representMacro, VariableTransformer } from './expander.ts'
import { patternOf, templateOf } from './forms/syntax-case.ts'
import { denotation, sameDenotation } from './identifier.ts'
import { identifierSyntax } from './identifier-syntax.ts'
import { Macro, NativeForm, type Rewriter, SyntaxParameter, Transformer } from './macro.ts'
import { Syntax, spanOf, syntaxToDatum, wrapSyntax } from './syntax-object.ts'
import { syntaxRules } from './syntax-rules.ts'
import { expandTopLevel } from './top-level.ts'
import { emptyWrap, Mark, marked, resolve, type Wrap } from './wrap.ts'

const guile = primitives('(guile)')

function identifierArgument(who: string, position: number, value: Value): { symbol: SchemeSymbol; wrap: Wrap } {
  if (value instanceof Syntax) {
    const opened = openSyntax(value.expression, value.wrap)
    if (opened.value instanceof SchemeSymbol) return { symbol: opened.value, wrap: opened.wrap }
  }
  return wrongType(who, position, value, 'identifier')
}

guile(
  '%syntax-match',
  [any('syntax'), any('pattern')],
  "Return the values of PATTERN's variables in SYNTAX, or #f.",
  (value, spec) => {
    const out: Value[] = []
    const wrap = emptyWrap(currentRealm().currentModule)
    return patternOf(spec).match(value, wrap, undefined, out) ? out : false
  },
)

guile(
  '%syntax-template',
  [any('template'), rest(any('values'))],
  'Fill TEMPLATE with the VALUES of its variables.',
  (spec, ...values) => templateOf(spec)(values, (wrap) => wrap),
)

guile('%expanded-datum', [any('form')], 'Return FORM, expanded in the current module, as a datum.', (form) =>
  unparse(expandTopLevel(form)),
)

guile('%syntax-mismatch', [any('syntax')], 'Raise the error of SYNTAX that no pattern fits.', (value) =>
  syntaxError(NO_MATCH, value),
)

guile('%match-failure', [any('value')], 'Raise the error of VALUE that no pattern of match fits.', (value) =>
  throwKey('match-error', new SchemeString('match', true), new SchemeString('no matching pattern', true), value),
)

guile('%syntax->array', [any('syntax')], 'Return the elements of the list SYNTAX.', (value) => {
  const items: Value[] = []
  let v = value
  let wrap: Wrap | undefined
  for (;;) {
    if (v instanceof Syntax) {
      const opened = wrap === undefined ? openSyntax(v.expression, v.wrap) : openSyntax(v, wrap)
      v = opened.value
      wrap = opened.wrap
    } else if (v instanceof Pair) {
      items.push(wrap === undefined ? v.car : wrapSyntax(v.car, wrap, v))
      v = v.cdr
    } else break
  }
  return items
})

function transformerProcedure(rewriter: Rewriter): Value {
  const procedure = (form: Value): Value => rewriter.rewrite(form, emptyWrap(currentRealm().currentModule), undefined)
  return representMacro(procedure, rewriter)
}

guile('%syntax-rules', [any('form')], 'Return the transformer that the syntax-rules FORM describes.', (form) =>
  form instanceof Syntax ? transformerProcedure(syntaxRules(form, '')) : wrongType('%syntax-rules', 1, form),
)

guile(
  '%identifier-syntax',
  [any('form')],
  'Return the transformer that the identifier-syntax FORM describes.',
  (form) =>
    form instanceof Syntax ? transformerProcedure(identifierSyntax(form)) : wrongType('%identifier-syntax', 1, form),
)

guile(
  'make-syntax-parameter',
  [any('transformer')],
  'Return a keyword that syntax-parameterize can change.',
  (value) => {
    return new SyntaxParameter('', makeMacro(value, ''))
  },
)

guile(
  '%unhygienic-transformer',
  [any('procedure')],
  'Return a transformer that applies PROCEDURE to the data of a form.',
  (procedure) => {
    return (form: Value): Value => {
      if (!(form instanceof Syntax)) return wrongType('macro', 1, form, 'syntax object')
      const opened = openSyntax(form.expression, form.wrap)
      if (!(opened.value instanceof Pair)) return syntaxError(NO_MATCH, form)
      const result = callProcedure(procedure, listToArray(syntaxToDatum(opened.value.cdr)) ?? [])
      // As with datum->syntax on the keyword: everything means what it means where the macro is used.
      const keyword = opened.value.car
      const wrap = keyword instanceof Syntax ? openSyntax(keyword, opened.wrap).wrap : opened.wrap
      return wrapSyntax(result, wrap)
    }
  },
)

guile(
  'make-variable-transformer',
  [any('procedure')],
  'Make PROCEDURE a transformer that also receives assignments.',
  (procedure) =>
    typeof procedure === 'function'
      ? new VariableTransformer(procedure)
      : wrongType('make-variable-transformer', 1, procedure, 'procedure'),
)

guile('identifier?', [any('object')], 'Return #t when OBJECT is an identifier.', (value) => {
  return value instanceof Syntax && openSyntax(value.expression, value.wrap).value instanceof SchemeSymbol
})

guile('syntax?', [any('object')], 'Return #t when OBJECT is a syntax object.', (value) => value instanceof Syntax)

guile(
  'datum->syntax',
  [any('id'), any('datum'), rest(any('options'))],
  'Return DATUM as if it stood where the identifier ID stands.',
  (id, datum, ...options) => {
    if (datum instanceof Syntax) return datum
    const wrap =
      id instanceof Syntax ? openSyntax(id.expression, id.wrap).wrap : emptyWrap(currentRealm().currentModule)
    const source = sourceOption(options)
    const form = source !== undefined && datum instanceof Pair ? new SourcePair(datum.car, datum.cdr, source) : datum
    return new Syntax(form, wrap, source)
  },
)

function sourceOption(options: readonly Value[]): Span | undefined {
  for (let i = 0; i + 1 < options.length; i += 2) {
    const span = spanOf(options[i + 1])
    if (span !== undefined) return span
  }
  return undefined
}

guile('syntax->datum', [any('syntax')], 'Return SYNTAX without its lexical context.', (value) => syntaxToDatum(value))

guile('generate-temporaries', [any('list')], 'Return as many fresh identifiers as LIST has elements.', (value) => {
  const opened = value instanceof Syntax ? openSyntax(value.expression, value.wrap).value : value
  const fresh: Value[] = []
  let rest: Value = opened
  for (;;) {
    while (rest instanceof Syntax) rest = rest.expression
    if (!(rest instanceof Pair)) break
    const mark = new Mark()
    fresh.push(new Syntax(intern(`t-${mark.id.toString(16)}`), marked(emptyWrap(currentRealm().currentModule), mark)))
    rest = rest.cdr
  }
  if (rest !== NIL) return wrongType('generate-temporaries', 1, value, 'list')
  return list(fresh)
})

guile('free-identifier=?', [any('a'), any('b')], 'Return #t when A and B denote the same binding.', (a, b) => {
  const left = identifierArgument('free-identifier=?', 1, a)
  const right = identifierArgument('free-identifier=?', 2, b)
  return sameDenotation(left.symbol, left.wrap, right.symbol, right.wrap)
})

guile('bound-identifier=?', [any('a'), any('b')], 'Return #t when binding A would bind B.', (a, b) => {
  const left = identifierArgument('bound-identifier=?', 1, a)
  const right = identifierArgument('bound-identifier=?', 2, b)
  return left.symbol === right.symbol && left.wrap.marks === right.wrap.marks
})

guile(
  'syntax-source',
  [any('syntax')],
  'Return where SYNTAX was read: an alist of filename, line and column, or #f.',
  (value) => {
    const span = spanOf(value)
    return span === undefined ? false : locationAlist(span)
  },
)

guile(
  '%read-location',
  [any('x')],
  'Return where the pair X was read: an alist of filename, line and column, or #f.',
  (value) => (value instanceof SourcePair ? locationAlist(value.span) : false),
)

guile(
  'syntax-sourcev',
  [any('syntax')],
  'Return where SYNTAX was read: a vector of file name, line and column, or #f.',
  (value) => {
    const span = spanOf(value)
    if (span === undefined) return false
    const { line, column } = span.source.position(span.start)
    return [new SchemeString(span.source.nameInLoadPath, true), line - 1, column]
  },
)

guile(
  'syntax-violation',
  [any('who'), any('message'), any('form'), optional(any('subform'))],
  'Raise a syntax error about FORM.',
  (who, message, form, subform) =>
    syntaxError(message instanceof SchemeString ? message.toString() : 'syntax error', form, {
      ...(subform === undefined || subform === false ? {} : { subform }),
      who: who instanceof SchemeSymbol ? who.name : who instanceof SchemeString ? who.toString() : undefined,
    }),
)

primitives('(strata diagnostics)')(
  'syntax-violation-naming',
  [any('who'), any('message'), any('form'), any('name'), any('names')],
  'Raise a syntax error about FORM, which mentions NAME where only NAMES, a list of symbols, make sense.',
  (who, message, form, name, names) => {
    const known = (listToArray(names) ?? []).map((one) => displayString(one))
    const near = nearest(displayString(name), known)
    return syntaxError(displayString(message), form, {
      who: displayString(who),
      hint: near === undefined ? `known names: ${known.join(' ')}` : `did you mean \`${near}'?`,
    })
  },
)

primitives('(strata diagnostics)')(
  'syntax-placed-at',
  [any('form'), any('other')],
  'Return FORM, a list that a transformer made, as if it had been written where OTHER is.',
  (form, other) => {
    const span = spanOf(other)
    if (span === undefined) return form
    if (form instanceof Pair) return new SourcePair(form.car, form.cdr, span)
    if (!(form instanceof Syntax) || !(form.expression instanceof Pair)) return form
    return new Syntax(new SourcePair(form.expression.car, form.expression.cdr, span), form.wrap, span)
  },
)

primitives('(strata diagnostics)')(
  'note-context!',
  [any('exception'), any('place')],
  'Remember that EXCEPTION came up while PLACE, a string, was worked on.',
  (exception, place) => {
    noteContext(exception, displayString(place))
    return undefined
  },
)

const internal = primitives('(system syntax)')

internal('syntax-module', [any('id')], 'Return the name of the module ID belongs to.', (id) =>
  id instanceof Syntax
    ? list(id.wrap.module.name.map((part) => intern(part)))
    : wrongType('syntax-module', 1, id, 'syntax object'),
)

internal(
  'syntax-local-binding',
  [any('id'), rest(any('options'))],
  "Return the kind of ID's binding and its value.",
  (id) => {
    const { symbol, wrap } = identifierArgument('syntax-local-binding', 1, id)
    const bound = resolve(symbol, wrap)
    const kind = (name: string, value: Value): Value => multiple(intern(name), value)
    if (bound instanceof Lexical) return kind('lexical', uniqueName(bound))
    if (bound instanceof PatternVariable) return kind('pattern-variable', uniqueName(bound.variable))
    if (bound instanceof EllipsisBinding) return kind('ellipsis', bound.identifier)
    const found = bound instanceof Macro ? bound : denotation(symbol, wrap)
    const macro = found instanceof Variable ? found.value : found
    if (macro instanceof SyntaxParameter) return kind('syntax-parameter', macroProcedure(macro.current))
    if (macro instanceof Macro) return kind('macro', macroProcedure(macro))
    const name = bound instanceof GlobalAlias ? bound.name : symbol
    return kind('global', new Pair(name, list(['public', ...wrap.module.name].slice(1).map((part) => intern(part)))))
  },
)

function macroProcedure(macro: Macro): Value {
  if (macro instanceof Transformer) return macro.procedure
  return macro
}

const uniqueNames = new WeakMap<Lexical, Value>()

function uniqueName(variable: Lexical): Value {
  let name = uniqueNames.get(variable)
  if (name === undefined) {
    name = new SchemeSymbol(variable.name, false)
    uniqueNames.set(variable, name)
  }
  return name
}

function multiple(...values: Value[]): Value {
  return returnValues(values)
}

addObjectPrinter((value, options) => {
  if (!(value instanceof Syntax)) return undefined
  const span = spanOf(value)
  return `#<syntax${span === undefined ? '' : `:${formatSpan(span)}`} ${print(syntaxToDatum(value), options)}>`
})

guile('macro?', [any('object')], 'Return #t when OBJECT is a macro.', (value) => value instanceof Macro)
guile('macro-name', [any('macro')], 'Return the name of MACRO.', (macro) =>
  macro instanceof Macro ? intern(macro.name) : wrongType('macro-name', 1, macro, 'macro'),
)
guile('macro-transformer', [any('macro')], 'Return the transformer procedure of MACRO.', (macro) =>
  macro instanceof Transformer
    ? macro.procedure
    : macro instanceof Macro
      ? false
      : wrongType('macro-transformer', 1, macro, 'macro'),
)
guile('macro-type', [any('macro')], 'Return what kind of macro MACRO is.', (macro) =>
  intern(macro instanceof SyntaxParameter ? 'syntax-parameter' : macro instanceof NativeForm ? 'core' : 'macro'),
)
