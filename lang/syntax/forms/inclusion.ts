/** Forms that insert other forms: cond-expand and include. */
import { list, Pair } from '../../values/index.ts'
import { formItems, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { featureHolds } from '../features.ts'
import { asIdentifier, nativeIdentifier } from '../identifier.ts'
import { includedForms } from '../include.ts'
import { defineRewriter } from '../native.ts'
import { syntaxToDatum, wrapSyntax } from '../syntax-object.ts'

const guile = '(guile)'
const core = nativeIdentifier

defineRewriter(guile, 'cond-expand', 'Choose forms by the features there are.', (form, wrap) => {
  const opened = openSyntax(form, wrap)
  const [, ...clauses] = formItems(opened.value) ?? badSyntax(wrapSyntax(form, wrap))
  for (const clause of clauses) {
    const inner = openSyntax(clause, opened.wrap)
    const [requirement, ...body] = formItems(inner.value) ?? badSyntax(wrapSyntax(form, wrap))
    if (!featureHolds(syntaxToDatum(requirement))) continue
    return new Pair(core('begin'), list(body.map((part) => wrapSyntax(part, inner.wrap))))
  }
  return syntaxError('unfulfilled cond-expand', wrapSyntax(form, wrap), { who: 'cond-expand' })
})

for (const [name, foldCase] of [
  ['include', false],
  ['include-ci', true],
] as const) {
  defineRewriter(guile, name, 'Insert the forms of files.', (form, wrap) => {
    const opened = openSyntax(form, wrap)
    const [keyword, ...files] = formItems(opened.value) ?? badSyntax(wrapSyntax(form, wrap))
    if (files.length === 0) return badSyntax(wrapSyntax(form, wrap))
    const id = asIdentifier(keyword, opened.wrap)
    // The forms belong where the keyword was written, as if they stood in its place.
    const place = id?.wrap ?? opened.wrap
    const forms = files.flatMap((file) => includedForms(syntaxToDatum(file), foldCase))
    return new Pair(core('begin'), list(forms.map((item) => wrapSyntax(item, place))))
  })
}
