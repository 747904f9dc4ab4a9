/** The code generator's intermediate form: one function as structured statements in A-normal form.
 *  Every call that may leave the stack is a statement with a site number, so that a frame is the values
 *  of the slots live after the site. Made by lower.ts, measured by liveness.ts, printed by emit.ts. */
import type { Lambda } from '../core/index.ts'
import type { Wants } from '../execution/machine.ts'
import type { Module } from '../modules/module.ts'
import type { Span } from '../source/index.ts'
import type { SchemeSymbol, Value } from '../values/index.ts'
import type { Inline } from './inline.ts'

/** A JavaScript variable of the generated code. */
export interface Slot {
  readonly name: string
  /** Holds a Box with the value, because the Scheme variable is assigned or used before it is initialised. */
  boxed: boolean
  /** The box may still be empty when read. */
  checked: boolean
  /** Some inner function refers to it. */
  captured: boolean
  /** The function it belongs to, and the loop in that function whose body it is declared in, if captured. */
  readonly owner: Fn
  readonly loop: Loop | undefined
}

/** What a module-level reference is linked to when the code is loaded. */
export interface GlobalLink {
  readonly module: Module
  readonly name: SchemeSymbol
  readonly public: boolean
}

export type Expr =
  | { readonly kind: 'slot'; readonly slot: Slot; readonly span: Span | undefined }
  | { readonly kind: 'const'; readonly value: Value }
  | { readonly kind: 'global'; readonly link: GlobalLink; readonly span: Span | undefined }
  | { readonly kind: 'prim'; readonly inline: Inline; readonly args: readonly Expr[]; readonly span: Span | undefined }
  | { readonly kind: 'closure'; readonly fn: Fn }
  | { readonly kind: 'cond'; readonly test: Expr; readonly then: Expr; readonly else: Expr }
  /** Whether a global variable still holds the function that we are in. */
  | { readonly kind: 'own-test'; readonly link: GlobalLink }
  /** A JavaScript expression of the code generator's own over atoms, `$0` `$1` … standing for `args`. */
  | { readonly kind: 'raw'; readonly template: string; readonly args: readonly Expr[] }

export interface Site {
  readonly index: number
  readonly span: Span | undefined
  /** What it does with several values. */
  readonly wants: Wants
  /** Filled in by liveness: what the frame saves. */
  live: readonly Slot[]
}

export interface Loop {
  readonly label: string
  readonly parent: Loop | undefined
  /** Captured slots declared afresh for every turn. */
  readonly fresh: Slot[]
}

export type Callee =
  | { readonly kind: 'known'; readonly slot: Slot; readonly arityChecked: boolean }
  | { readonly kind: 'value'; readonly expr: Expr }
  /** The function the call is in. */
  | { readonly kind: 'own'; readonly fn: Fn }

export type Stmt =
  | { readonly kind: 'set'; readonly slot: Slot; readonly expr: Expr }
  /** Put a fresh box in the slot. */
  | { readonly kind: 'box'; readonly slot: Slot; readonly expr: Expr | undefined }
  | { readonly kind: 'set-box'; readonly slot: Slot; readonly expr: Expr }
  | { readonly kind: 'set-global'; readonly link: GlobalLink; readonly expr: Expr; readonly span: Span | undefined }
  | { readonly kind: 'define'; readonly link: GlobalLink; readonly expr: Expr }
  | { readonly kind: 'define-syntax'; readonly link: GlobalLink; readonly expr: Expr }
  | { readonly kind: 'eval'; readonly expr: Expr }
  | {
      readonly kind: 'call'
      readonly into: Slot | undefined
      readonly callee: Callee
      readonly args: readonly Expr[]
      readonly site: Site
    }
  | { readonly kind: 'return'; readonly expr: Expr }
  | { readonly kind: 'tail'; readonly callee: Callee; readonly args: readonly Expr[]; readonly span: Span | undefined }
  | { readonly kind: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[] }
  | { readonly kind: 'block'; readonly label: string; readonly body: readonly Stmt[] }
  | { readonly kind: 'loop'; readonly loop: Loop; readonly body: readonly Stmt[] }
  | { readonly kind: 'switch'; readonly slot: Slot; readonly cases: readonly (readonly Stmt[])[] }
  | { readonly kind: 'break'; readonly label: string }
  | { readonly kind: 'continue'; readonly label: string }

/** One case of a lambda, or a whole unit, as a JavaScript function. */
export interface Fn {
  /** The JavaScript name: a readable part, `$`, the unit, `_`, a number. */
  readonly name: string
  readonly schemeName: string | undefined
  readonly lambda: Lambda | undefined
  readonly parent: Fn | undefined
  /** Positional parameters; those from `required` on may be absent. */
  readonly params: Slot[]
  required: number
  /** Takes the remaining arguments as an array. */
  rest: Slot | undefined
  /** Where keyword arguments begin, of a case that takes no others there. */
  keywordsAt: number | undefined
  /** No arity check: every call is known and right. */
  wellKnown: boolean
  body: readonly Stmt[]
  readonly sites: Site[]
  /** Every slot of its own, parameters included. */
  readonly slots: Slot[]
  /** Slots of enclosing functions it, or a function inside it, refers to. */
  readonly free: Set<Slot>
  /** The other cases of a `case-lambda`, tried after this one. */
  readonly moreCases: Fn[]
}
