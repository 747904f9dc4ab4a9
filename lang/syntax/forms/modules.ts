/** Module forms: define-module, use-modules, export and the like, R7RS's import and define-library.
 *  Imports take effect while the form is expanded, so that mistakes point at their clause and a body sees
 *  imported macros; the core form does the same again, which is all a compiled module has. */
import { callProcedure, execute } from '../../execution/index.ts'
import { defineModule, importSets, useModules } from '../../modules/declare.ts'
import { currentRealm } from '../../modules/realm.ts'
import { interfaceFromSpecification } from '../../modules/specification.ts'
import type { Span } from '../../source/index.ts'
import { internKeyword, Keyword, list, Pair, SchemeSymbol, type Value } from '../../values/index.ts'
import { callPrimitive, constant } from '../build.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, here } from '../errors.ts'
import { expand } from '../expander.ts'
import { nativeIdentifier } from '../identifier.ts'
import { defineDefiningForm, defineForm, defineRewriter } from '../native.ts'
import { Syntax, spanOf, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import { emptyWrap, type Wrap } from '../wrap.ts'

function operandsOf(form: Pair, wrap: Wrap): Value[] {
  const items = formItems(form)
  return items === undefined ? badSyntax(new Syntax(form, wrap)) : items.slice(1)
}

function spansOf(items: readonly Value[]): (index: number) => Span | undefined {
  const fallback = here.span
  return (index) => spanOf(items[index]) ?? fallback
}

/** `:use-module` means `#:use-module`, as in old code. */
function optionDatum(value: Value): Value {
  const datum = syntaxToDatum(value)
  return datum instanceof SchemeSymbol && datum.name.startsWith(':') ? internKeyword(datum.name.slice(1)) : datum
}

defineForm(
  '(guile)',
  'define-module',
  'Enter a module, new or not, and say what it imports and exports.',
  (form, wrap) => {
    const [name, ...options] = operandsOf(form, wrap)
    if (name === undefined) return badSyntax(new Syntax(form, wrap))
    const data = evaluateRenamers(options.map(optionDatum))
    defineModule(syntaxToDatum(name), data, spansOf(options))
    return callPrimitive('%enter-module', constant(syntaxToDatum(name)), constant(list(data)))
  },
)

defineForm('(guile)', 'use-modules', 'Import modules.', (form, wrap) => {
  const specs = operandsOf(form, wrap)
  const data = evaluateRenamers(specs.map((spec) => syntaxToDatum(spec)))
  useModules(currentRealm().currentModule, data, spansOf(specs))
  return callPrimitive('%use-modules', constant(list(data)))
})

defineForm('(guile)', 'import', 'Import libraries.', (form, wrap) => {
  const sets = operandsOf(form, wrap)
  const data = sets.map((set) => syntaxToDatum(set))
  importSets(currentRealm().currentModule, data, spansOf(sets))
  return callPrimitive('%import', constant(list(data)))
})

/** `#:renamer (symbol-prefix-proc 'x-)`, by far the most frequent, is a prefix. Others are called now: compiled code
 *  has a `#:select` of what they gave. */
function evaluateRenamers(data: readonly Value[]): Value[] {
  return data.map((datum) => rewriteRenamer(datum))
}

function rewriteRenamer(datum: Value): Value {
  if (!(datum instanceof Pair) || !(datum.car instanceof Pair)) return datum
  const items: Value[] = []
  let rest: Value = datum
  while (rest instanceof Pair) {
    items.push(rest.car)
    rest = rest.cdr
  }
  for (let i = 1; i + 1 < items.length; i += 2) {
    const option = optionDatum(items[i])
    items[i] = option
    if (!(option instanceof Keyword) || option.name !== 'renamer') continue
    const value = items[i + 1]
    const prefix = prefixOfRenamer(value)
    items[i] = internKeyword(prefix === undefined ? 'select' : 'prefix')
    items[i + 1] = prefix ?? renamings(list([...items.slice(0, i), ...items.slice(i + 2)]), value)
  }
  return list(items)
}

function renamings(specification: Value, renamer: Value): Value {
  const names = [...interfaceFromSpecification(specification).names()]
  const procedure = execute(expand(renamer, emptyWrap(currentRealm().currentModule)))
  if (typeof procedure !== 'function') return badSyntax(renamer)
  return list(names.map((name) => new Pair(name, callProcedure(procedure, [name]))))
}

function prefixOfRenamer(value: Value): Value | undefined {
  const items = formItems(value)
  if (items?.length !== 2 || !(items[0] instanceof SchemeSymbol) || items[0].name !== 'symbol-prefix-proc')
    return undefined
  const quoted = formItems(items[1])
  return quoted?.length === 2 ? quoted[1] : undefined
}

for (const [name, primitive, doc] of [
  ['export', '%export', 'Export variables of the current module.'],
  ['export-syntax', '%export', 'Export macros of the current module.'],
  ['re-export', '%re-export', 'Export what the current module imports.'],
  ['re-export-syntax', '%re-export', 'Export macros the current module imports.'],
  ['export!', '%export!', "Export variables, replacing other modules' bindings of these names."],
] as const) {
  defineForm('(guile)', name, doc, (form, wrap) =>
    callPrimitive(primitive, constant(list(operandsOf(form, wrap).map((item) => syntaxToDatum(item))))),
  )
}

/** `(define-public (f x) ...)`: define and export. */
for (const [name, definer] of [
  ['define-public', 'define'],
  ['define*-public', 'define*'],
] as const) {
  defineRewriter('(guile)', name, 'Define and export a variable.', (form, wrap) => {
    const items = formItems(openSyntax(form, wrap).value) ?? badSyntax(form)
    const target = wrapSyntax(items[1], wrap)
    const definition = new Pair(nativeIdentifier(definer), wrapRest(form, wrap))
    const exported = new Pair(nativeIdentifier('export'), list([nameIn(target)]))
    return new Pair(nativeIdentifier('begin'), list([definition, exported]))
  })
}

function wrapRest(form: Value, wrap: Wrap): Value {
  const opened = openSyntax(form, wrap)
  return opened.value instanceof Pair ? wrapSyntax(opened.value.cdr, opened.wrap) : badSyntax(form)
}

/** The name in `name`, `(name . formals)` or `((name . formals) . formals)`. */
function nameIn(target: Value): Value {
  let t = target
  while (t instanceof Syntax && t.expression instanceof Pair) t = wrapSyntax(t.expression.car, t.wrap)
  return t
}

for (const name of ['define-syntax-public', 'define-inlinable-public', 'define-syntax-rule-public']) {
  const base = name.replace(/-public$/, '')
  defineRewriter('(guile)', name, 'Define and export.', (form, wrap) => {
    const items = formItems(openSyntax(form, wrap).value) ?? badSyntax(form)
    const exported = new Pair(nativeIdentifier('export'), list([nameIn(wrapSyntax(items[1], wrap))]))
    const definition = new Pair(nativeIdentifier(base), wrapRest(form, wrap))
    return new Pair(nativeIdentifier('begin'), list([definition, exported]))
  })
}

defineDefiningForm('(guile)', 'define-library', 'define-library', 'Define an R7RS library.')
