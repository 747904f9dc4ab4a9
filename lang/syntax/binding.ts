/** What an identifier can be bound to in a scope. Module bindings are Variables and not listed here. */
import type { LocalVariable } from '../core/index.ts'
import type { Module } from '../modules/module.ts'
import type { SchemeSymbol } from '../values/index.ts'
import type { Macro } from './macro.ts'
import type { Syntax } from './syntax-object.ts'

/** A variable of lambda, let and the like. */
export class Lexical implements LocalVariable {
  readonly name: string
  assigned = false
  /** How many transformers deep it was bound: a transformer cannot see the variables of the code around it. */
  readonly level: number
  constructor(name: string, level: number) {
    this.name = name
    this.level = level
  }
}

/** A pattern variable of syntax-case; its value at run time is in `variable`, as DEPTH times nested arrays. */
export class PatternVariable {
  readonly variable: Lexical
  readonly depth: number
  constructor(variable: Lexical, depth: number) {
    this.variable = variable
    this.depth = depth
  }
}

/** A top-level name that a macro introduced: it stands for a name no one else would write. */
export class GlobalAlias {
  readonly module: Module
  readonly name: SchemeSymbol
  constructor(module: Module, name: SchemeSymbol) {
    this.module = module
    this.name = name
  }
}

/** What `with-ellipsis` makes the ellipsis: the binding of a reserved name. */
export class EllipsisBinding {
  readonly identifier: Syntax
  constructor(identifier: Syntax) {
    this.identifier = identifier
  }
}

export type Binding = Lexical | PatternVariable | GlobalAlias | EllipsisBinding | Macro
