/** Hints for errors of calls: what a procedure takes, what was applied that is none, where a number was divided.
 *  Not the words of the error (message.ts) nor those for names that mean nothing (diagnostics.ts). */
import { procedureArity, procedureLabel } from '../primitives/objects.ts'
import { writeString } from '../primitives/print.ts'
import type { Span } from '../source/index.ts'
import {
  Compnum,
  Flonum,
  listToArray,
  Pair,
  type Procedure,
  Ratnum,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'

/** What to say of a condition of KEY with ARGS that the call at SPAN raised. */
export function callHints(key: string | undefined, args: Value, span: Span | undefined): string[] {
  const [procedure, message, irritants] = listToArray(args) ?? []
  const [first] = listToArray(irritants) ?? []
  switch (key) {
    case 'wrong-number-of-args':
      return isProcedure(first) ? arityHints(first, span) : []
    case 'wrong-type-arg':
      return String(message) === 'Wrong type to apply: ~S' ? applicationHints(first, span) : []
    case 'numerical-overflow':
      return String(procedure) === 'divide' ? ['the divisor is zero'] : []
    case 'stack-overflow':
      return ['does the recursion end? Each call that waits for another takes memory; a loop of tail calls takes none']
    default:
      return []
  }
}

function isProcedure(value: Value): value is Procedure {
  return typeof value === 'function'
}

function arityHints(procedure: Procedure, span: Span | undefined): string[] {
  const name = procedureLabel(procedure)
  const [required, optional, open] = procedureArity(procedure)
  const most = required + optional
  const count = open ? `at least ${required}` : optional === 0 ? String(required) : `${required} to ${most}`
  const given = argumentsGiven(span, name)
  const got =
    given === undefined ? '' : `; ${given === 0 ? 'none is' : given === 1 ? '1 is' : `${given} are`} given here`
  const arguments_ = !open && most === 1 ? 'argument' : open && required === 1 ? 'argument' : 'arguments'
  return [`${name === undefined ? 'the procedure' : `\`${name}'`} takes ${count} ${arguments_}${got}`]
}

/** How many arguments the call of NAME at SPAN writes down; undefined when it is another call, or cannot be told. */
function argumentsGiven(span: Span | undefined, name: string | undefined): number | undefined {
  if (span === undefined || name === undefined) return undefined
  const text = span.source.text.slice(span.start, span.end)
  if (!text.startsWith(`(${name}`) || /[;"|\\#'`,{}]/.test(text)) return undefined
  let depth = 0
  let parts = 0
  for (const token of text.match(/[()[\]]|[^\s()[\]]+/g) ?? []) {
    if (token === ')' || token === ']') {
      depth--
      if (depth === 0) return parts - 1
    } else {
      if (depth === 1) parts++
      if (token === '(' || token === '[') depth++
    }
  }
  return undefined
}

function applicationHints(value: Value, span: Span | undefined): string[] {
  const text = span?.source.text.slice(span.start, span.end) ?? ''
  if (/^[([]\s*[([]/.test(text)) {
    return [`the value of what stands first between the parentheses is called: it is ${kindOf(value)}, not a procedure`]
  }
  const head = /^[([]\s*([^\s()[\]"';`,#]+)/.exec(text)?.[1]
  if (head === undefined || /^[-+.]?\d/.test(head)) {
    return ["what stands first between parentheses is called: data need a quote, as in '(1 2)"]
  }
  return [`\`${head}' is ${kindOf(value)}, not a procedure`]
}

function kindOf(value: Value): string {
  if (typeof value === 'boolean') return writeString(value)
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number'
  if (value instanceof Flonum || value instanceof Ratnum || value instanceof Compnum) return 'a number'
  if (value instanceof SchemeString) return 'a string'
  if (value instanceof SchemeSymbol) return 'a symbol'
  if (value instanceof Pair) return 'a list'
  if (Array.isArray(value)) return 'a vector'
  return writeString(value).slice(0, 40)
}
