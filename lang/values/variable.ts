/** Variables: the boxes that modules bind names to (Guile's `make-variable`). */
import type { SchemeSymbol } from './symbol.ts'
import type { Value } from './value.ts'

export class Variable {
  /** The value; `undefined` while unbound. A macro is a value of class Macro. */
  value: Value
  /** The name it was first bound to, for messages. */
  readonly name: SchemeSymbol | undefined
  constructor(value: Value, name?: SchemeSymbol) {
    this.value = value
    this.name = name
  }
}
