/** Calls of primitives with any number of arguments, as calls that can be done in line: sums and products of
 *  more than two terms, chains of comparisons, `list`, `cons*`. */
import { type Call, type Core, type GlobalRef, type LocalVariable, mapChildren } from '../core/index.ts'
import { intern, NIL } from '../values/index.ts'
import type { GlobalLink } from './ir.ts'

/** Decides whether a global reference denotes a primitive of (guile), so that calls of it can be done in line. */
export type PrimitiveResolver = (link: GlobalLink) => string | undefined

/** Rewrite all such calls in a form. */
export function expandPrimitives(core: Core, primitiveOf: PrimitiveResolver): Core {
  const expand = (form: Core): Core => {
    const mapped = mapChildren(form, expand)
    if (mapped.kind !== 'call' || mapped.procedure.kind !== 'global') return mapped
    const name = primitiveOf(mapped.procedure)
    return name === undefined ? mapped : expandCall(name, mapped, mapped.procedure, primitiveOf)
  }
  return expand(core)
}

function expandCall(name: string, call: Call, procedure: GlobalRef, primitiveOf: PrimitiveResolver): Core {
  const { span, arguments: args } = call
  const [first, second, ...others] = args
  switch (name) {
    case '+':
    case '*':
    case '-':
    case 'logand':
    case 'logior':
    case 'logxor':
    case 'max':
    case 'min': {
      if (first === undefined || second === undefined || others.length === 0) return call
      let result: Core = { ...call, arguments: [first, second] }
      for (const other of others) result = { kind: 'call', span, procedure, arguments: [result, other] }
      return result
    }
    case '=':
    case '<':
    case '>':
    case '<=':
    case '>=': {
      if (args.length < 3) return call
      const variables = args.map((_, i): LocalVariable => ({ name: `x${i}`, assigned: false }))
      const locals = variables.map((variable): Core => ({ kind: 'local', variable }))
      let body: Core | undefined
      for (let i = locals.length - 2; i >= 0; i--) {
        const left = locals[i]
        const right = locals[i + 1]
        if (left === undefined || right === undefined) return call
        const test: Core = { kind: 'call', span, procedure, arguments: [left, right] }
        body = body === undefined ? test : { kind: 'if', test, then: body, else: { kind: 'const', value: false } }
      }
      return body === undefined ? call : { kind: 'let', span, variables, values: args, body }
    }
    case 'list':
    case 'cons*': {
      // All of (guile) is visible under these names wherever `list` itself is.
      const cons: GlobalRef = { ...procedure, name: intern('cons') }
      if (args.length > 30 || primitiveOf(cons) !== 'cons') return call
      const items = name === 'list' ? args : args.slice(0, -1)
      const last = args.at(-1)
      let result: Core = name === 'list' || last === undefined ? { kind: 'const', value: NIL } : last
      for (let i = items.length - 1; i >= 0; i--) {
        const item = items[i]
        if (item !== undefined) result = { kind: 'call', span, procedure: cons, arguments: [item, result] }
      }
      return result
    }
    default:
      return call
  }
}
