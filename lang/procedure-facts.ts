/** What the language's procedures tell of themselves: names, parameters and documentation of compiled code,
 *  joined to the printer and to `procedure-name` and its kin. Importing this installs it. */
import { type ProcedureTemplate, templateOf } from './codegen/index.ts'
import { Module } from './modules/index.ts'
import { installProcedureFacts } from './primitives/objects.ts'
import { addObjectPrinter, addressOf, installProcedureFormals } from './primitives/print.ts'
import { formatSpan, UNKNOWN_SOURCE } from './source/index.ts'

type Formals = ProcedureTemplate['formals'][number]

function formalsText({ required, optional, keywords, allowOtherKeys, rest }: Formals): string {
  const parts = [...required]
  if (optional.length > 0) parts.push('#:optional', ...optional)
  if (keywords.length > 0) parts.push('#:key', ...keywords)
  if (allowOtherKeys) parts.push('#:allow-other-keys')
  if (rest !== undefined) {
    if (parts.length === 0) return rest
    parts.push('.', rest)
  }
  return `(${parts.join(' ')})`
}

installProcedureFormals((procedure) => {
  const template = templateOf(procedure)
  if (template === undefined) return undefined
  const { name, span, formals } = template
  const place = span === undefined || span.source.name === UNKNOWN_SOURCE ? '' : ` at ${formatSpan(span)}`
  return `${name ?? `${addressOf(procedure)}${place}`} ${formals.map(formalsText).join(' | ')}`
})

installProcedureFacts((procedure) => {
  const template = templateOf(procedure)
  if (template === undefined) return undefined
  const [first] = template.formals
  const fewest = Math.min(...template.formals.map((f) => f.required.length))
  const most = Math.max(...template.formals.map((f) => f.required.length + f.optional.length))
  const open = template.formals.some((f) => f.rest !== undefined || f.keywords.length > 0)
  return {
    name: template.name,
    documentation: template.documentation,
    parameters: first,
    arity: first === undefined ? [0, 0, false] : [fewest, most - fewest, open],
  }
})

addObjectPrinter((value) =>
  value instanceof Module ? `#<directory (${value.name.join(' ')}) ${addressOf(value)}>` : undefined,
)
