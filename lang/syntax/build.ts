/** Making core forms: short constructors, and references to (gule)'s procedures. */
import type { Call, Const, Core, GlobalRef, Lambda, LocalRef, LocalVariable } from '../core/index.ts'
import { currentRealm } from '../modules/realm.ts'
import { intern, UNSPECIFIED, type Value } from '../values/index.ts'
import { Lexical } from './binding.ts'
import { here } from './errors.ts'

/** How many transformer expressions are being expanded around the current code. */
export const phase = { level: 0 }

export function constant(value: Value): Const {
  return { kind: 'const', value }
}

export const UNSPECIFIED_CORE: Const = constant(UNSPECIFIED)

export function local(variable: LocalVariable): LocalRef {
  return { kind: 'local', variable, span: here.span }
}

/** A variable no source name can refer to. */
export function temporary(name: string): Lexical {
  return new Lexical(name, phase.level)
}

/** A procedure of (guile), or of another module. */
export function primitive(name: string, module = currentRealm().guile): GlobalRef {
  return { kind: 'global', module, name: intern(name), public: false, span: here.span }
}

export function call(procedure: Core, ...args: Core[]): Call {
  return { kind: 'call', procedure, arguments: args, span: here.span }
}

export function callPrimitive(name: string, ...args: Core[]): Call {
  return { kind: 'call', procedure: primitive(name), arguments: args, span: here.span }
}

export function branch(test: Core, consequent: Core, alternative: Core): Core {
  return { kind: 'if', test, then: consequent, else: alternative, span: here.span }
}

export function sequence(body: readonly Core[]): Core {
  const [only] = body
  return body.length === 1 && only !== undefined ? only : { kind: 'seq', body, span: here.span }
}

export function bind(variables: readonly LocalVariable[], values: readonly Core[], body: Core): Core {
  return variables.length === 0 ? body : { kind: 'let', variables, values, body, span: here.span }
}

/** `(let ((temporary value)) body)`, without the variable when the value is one already. */
export function bindTemporary(name: string, value: Core, body: (reference: Core) => Core): Core {
  if (value.kind === 'const' || (value.kind === 'local' && !value.variable.assigned)) return body(value)
  const variable = temporary(name)
  return bind([variable], [value], body(local(variable)))
}

/** A procedure with required parameters only. */
export function lambda(parameters: readonly LocalVariable[], body: Core, name?: string): Lambda {
  return {
    kind: 'lambda',
    name,
    documentation: undefined,
    cases: [
      {
        required: parameters,
        optional: [],
        rest: undefined,
        keywords: [],
        allowOtherKeys: false,
        body,
        span: here.span,
      },
    ],
    span: here.span,
  }
}

/** Give a procedure the name of the variable it is bound to, unless it has one. */
export function named(core: Core, name: string): Core {
  return core.kind === 'lambda' && core.name === undefined ? { ...core, name } : core
}
