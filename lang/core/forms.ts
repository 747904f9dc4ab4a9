/** Core forms: what the expander produces and the evaluator and code generator consume.
 *  A small, fully resolved language: no macros, no scopes, every variable a unique object.
 *  Compare Guile's Tree-IL, whose node types these follow. */
import type { Module } from '../modules/module.ts'
import type { Span } from '../source/index.ts'
import type { Keyword, SchemeSymbol, Value } from '../values/index.ts'

/** A lexical variable. Identity is the object; `name` is for messages and generated code. */
export interface LocalVariable {
  readonly name: string
  /** Set by the expander when some `set!` targets it: then it is boxed. */
  assigned: boolean
}

export type Core =
  | Const
  | LocalRef
  | LocalSet
  | GlobalRef
  | GlobalSet
  | Define
  | DefineSyntax
  | If
  | Seq
  | Lambda
  | Call
  | Let
  | Letrec
  | Fix

interface Node {
  readonly span?: Span | undefined
}

/** A constant. Pairs in `value` are plain (no SourcePair, no syntax objects unless quoted by `syntax`). */
export interface Const extends Node {
  readonly kind: 'const'
  readonly value: Value
}
export interface LocalRef extends Node {
  readonly kind: 'local'
  readonly variable: LocalVariable
}
export interface LocalSet extends Node {
  readonly kind: 'local-set'
  readonly variable: LocalVariable
  readonly value: Core
}
/** A reference to a module's variable, resolved when first run: unbound until then is no error.
 *  `public` restricts the lookup to the module's exported interface, as `@` does. */
export interface GlobalRef extends Node {
  readonly kind: 'global'
  readonly module: Module
  readonly name: SchemeSymbol
  readonly public: boolean
}
export interface GlobalSet extends Node {
  readonly kind: 'global-set'
  readonly module: Module
  readonly name: SchemeSymbol
  readonly public: boolean
  readonly value: Core
}
/** `define` at the top level of `module`. */
export interface Define extends Node {
  readonly kind: 'define'
  readonly module: Module
  readonly name: SchemeSymbol
  readonly value: Core
}
/** `define-syntax` at the top level: `transformer` evaluates to what `makeMacro` of syntax/ takes.
 *  The expander has already installed the macro; running the form again (from a cache) installs it too. */
export interface DefineSyntax extends Node {
  readonly kind: 'define-syntax'
  readonly module: Module
  readonly name: SchemeSymbol
  readonly transformer: Core
  /** The macro the expander has made: running the form in the same process need not make it again. */
  readonly installed?: Value
}
export interface If extends Node {
  readonly kind: 'if'
  readonly test: Core
  readonly then: Core
  readonly else: Core
}
/** Evaluated in order; at least one. */
export interface Seq extends Node {
  readonly kind: 'seq'
  readonly body: readonly Core[]
}
/** `lambda`, `lambda*`, `case-lambda`, `case-lambda*`: the first case that accepts the arguments runs. */
export interface Lambda extends Node {
  readonly kind: 'lambda'
  readonly name: string | undefined
  /** Docstring and other procedure properties. */
  readonly documentation: string | undefined
  readonly cases: readonly LambdaCase[]
}
export interface LambdaCase {
  readonly required: readonly LocalVariable[]
  /** Defaults see the variables before them. */
  readonly optional: readonly OptionalParameter[]
  readonly rest: LocalVariable | undefined
  readonly keywords: readonly KeywordParameter[]
  readonly allowOtherKeys: boolean
  readonly body: Core
  readonly span?: Span | undefined
}
export interface OptionalParameter {
  readonly variable: LocalVariable
  readonly default: Core
}
export interface KeywordParameter {
  readonly keyword: Keyword
  readonly variable: LocalVariable
  readonly default: Core
}
export interface Call extends Node {
  readonly kind: 'call'
  readonly procedure: Core
  readonly arguments: readonly Core[]
}
/** Parallel `let`. */
export interface Let extends Node {
  readonly kind: 'let'
  readonly variables: readonly LocalVariable[]
  readonly values: readonly Core[]
  readonly body: Core
}
/** `letrec*` (internal definitions included) when `sequential`, else `letrec`.
 *  A reference before initialisation is an error at run time. */
export interface Letrec extends Node {
  readonly kind: 'letrec'
  readonly sequential: boolean
  readonly variables: readonly LocalVariable[]
  readonly values: readonly Core[]
  readonly body: Core
}
/** What the optimiser turns the lambdas of a `letrec` into; the expander need not produce it.
 *  No variable is assigned and every value is a lambda. */
export interface Fix extends Node {
  readonly kind: 'fix'
  readonly variables: readonly LocalVariable[]
  readonly values: readonly Lambda[]
  readonly body: Core
}
