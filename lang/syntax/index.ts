/** Syntax: importing this declares all native forms and the primitives on syntax objects. */
import './forms/index.ts'
import './local-environment.ts'
import './primitives.ts'
import './serialize.ts'
import './syntax-equality.ts'

export { evaluateTransformer, makeMacro } from './expander.ts'
export { Macro } from './macro.ts'
export { defineForm, defineRewriter } from './native.ts'
export { Syntax, spanOf, syntaxToDatum } from './syntax-object.ts'
export { type Emit, expandSteps, expandTopLevel } from './top-level.ts'
