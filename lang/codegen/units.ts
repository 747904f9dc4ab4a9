/** What is known about generated code, by the names in it: which procedure a JavaScript function is, and which
 *  source position a line of generated text has. Costs nothing per closure: a function's name is its template's. */
import type { Lambda } from '../core/index.ts'
import type { Span } from '../source/index.ts'
import type { Procedure } from '../values/index.ts'
import { type Formals, formalsOf } from './formals.ts'
import type { Fn } from './ir.ts'

/** What the source says about a compiled procedure. */
export interface ProcedureTemplate {
  readonly name: string | undefined
  readonly documentation: string | undefined
  readonly formals: readonly Formals[]
  readonly span: Span | undefined
}

/** A piece of generated text. */
export interface GeneratedText {
  text(): string
  /** Lines that V8 counts before the first of the text. */
  readonly lineOffset: number
  span(index: number): Span | undefined
}

const texts = new Map<string, GeneratedText>()
const templates = new Map<string, Fn>()
const templateSources = new Map<string, (jsName: string) => ProcedureTemplate | undefined>()
let unitCount = 0

/** An identifier for a unit compiled in this process; units of cached files have names of their own. */
export function newUnitId(): string {
  return `t${(unitCount++).toString(36)}`
}

export function registerText(url: string, text: GeneratedText): void {
  texts.set(url, text)
}

/** Functions compiled in this process. */
export function registerFunctions(fns: ReadonlyMap<string, Fn>): void {
  for (const [name, fn] of fns) if (!templates.has(name)) templates.set(name, fn)
}

/** Functions of a unit loaded from a cache: FIND looks one up by its JavaScript name. */
export function registerTemplates(unitId: string, find: (jsName: string) => ProcedureTemplate | undefined): void {
  templateSources.set(unitId, find)
}

const lazyProcedures = new WeakMap<Procedure, Lambda>()

/** A procedure that will be compiled from LAMBDA when it is first called. */
export function registerLazyProcedure(procedure: Procedure, lambda: Lambda): void {
  lazyProcedures.set(procedure, lambda)
}

/** The template of a procedure, or undefined for primitives and other procedures made in TypeScript. */
export function templateOf(procedure: Procedure): ProcedureTemplate | undefined {
  const lazy = lazyProcedures.get(procedure)
  return lazy === undefined ? templateNamed(procedure.name) : templateOfLambda(lazy, lazy.name)
}

function templateNamed(jsName: string): ProcedureTemplate | undefined {
  const fn = templates.get(jsName)
  if (fn !== undefined) return templateOfFunction(fn)
  const unit = /\$(m[0-9a-f]+)s\d+_\d+$/.exec(jsName)?.[1]
  return unit === undefined ? undefined : templateSources.get(unit)?.(jsName)
}

export function templateOfFunction({ lambda, schemeName }: Fn): ProcedureTemplate {
  return templateOfLambda(lambda, schemeName)
}

function templateOfLambda(lambda: Lambda | undefined, name: string | undefined): ProcedureTemplate {
  return {
    name,
    documentation: lambda?.documentation,
    formals: lambda === undefined ? [] : formalsOf(lambda),
    span: lambda?.span ?? lambda?.cases[0]?.span,
  }
}

/** The template of a JavaScript function called NAME in a stack trace or a profile. */
export function describeFunctionName(name: string): ProcedureTemplate | undefined {
  return templateNamed(name.replace(/_resume$/, '').replace(/(_\d+)_\d+$/, '$1'))
}

/** One JavaScript stack frame, if it is of generated code: the procedure and the source position. */
export function describeStackLine(
  line: string,
): { readonly template: ProcedureTemplate | undefined; readonly span: Span | undefined } | undefined {
  const match = /(?:at (?:\S+\.)?([\w$]+) (?:\[as \w+\] )?\()?(scheme:[\w$.]+):(\d+):\d+\)?$/.exec(line)
  if (match === null) return undefined
  const [, jsName = '', url = '', row = ''] = match
  const generated = texts.get(url)
  const source = generated?.text().split('\n')[Number(row) - 1 - generated.lineOffset]
  const mark = source === undefined ? null : /\/\/ @(\d+)$/.exec(source)
  const span = mark === null ? undefined : generated?.span(Number(mark[1]))
  return { template: describeFunctionName(jsName), span }
}
