/** What is known about generated code, by the names in it: which procedure a JavaScript function is, and which
 *  source position a line of generated text has. Costs nothing per closure: a function's name is its template's. */
import type { Lambda } from '../core/index.ts'
import type { Span } from '../source/index.ts'
import type { Procedure } from '../values/index.ts'
import type { Fn } from './ir.ts'

interface GeneratedText {
  readonly text: string
  readonly spans: readonly Span[]
}

const texts = new Map<string, GeneratedText>()
const templates = new Map<string, Fn>()
let unitCount = 0

/** An identifier for a unit compiled in this process; units of cached modules have names of their own. */
export function newUnitId(): string {
  return `t${(unitCount++).toString(36)}`
}

export function registerText(url: string, text: string, spans: readonly Span[], fns: ReadonlyMap<string, Fn>): void {
  texts.set(url, { text, spans })
  for (const [name, fn] of fns) if (!templates.has(name)) templates.set(name, fn)
}

/** What the source says about a compiled procedure. */
export interface ProcedureTemplate {
  readonly name: string | undefined
  readonly documentation: string | undefined
  readonly lambda: Lambda | undefined
  readonly span: Span | undefined
}

/** The template of a procedure, or undefined for primitives and other procedures made in TypeScript. */
export function templateOf(procedure: Procedure): ProcedureTemplate | undefined {
  return templateNamed(procedure.name)
}

function templateNamed(jsName: string): ProcedureTemplate | undefined {
  const fn = templates.get(jsName)
  if (fn === undefined) return undefined
  const { lambda } = fn
  return {
    name: fn.schemeName,
    documentation: lambda?.documentation,
    lambda,
    span: lambda?.span ?? lambda?.cases[0]?.span,
  }
}

/** One JavaScript stack frame, if it is of generated code: the procedure and the source position. */
export function describeStackLine(
  line: string,
): { readonly procedure: string | undefined; readonly span: Span | undefined } | undefined {
  const match = /(?:at (?:\S+\.)?([\w$]+) (?:\[as \w+\] )?\()?(scheme:[\w$.]+):(\d+):\d+\)?$/.exec(line)
  if (match === null) return undefined
  const [, jsName = '', url = '', row = ''] = match
  const generated = texts.get(url)
  const source = generated?.text.split('\n')[Number(row) - 3]
  const mark = source === undefined ? null : /\/\/ @(\d+)$/.exec(source)
  const span = mark === null ? undefined : generated?.spans[Number(mark[1])]
  const template = templateNamed(jsName.replace(/_resume$/, '').replace(/(_\d+)_\d+$/, '$1'))
  return { procedure: template?.name, span }
}
