/** Variables: the boxes that modules bind names to (Guile's `make-variable`). */
import type { SchemeSymbol } from './symbol.ts'
import type { Value } from './value.ts'

export class Variable {
  /** The value; `undefined` while unbound. A macro is a value of class Macro. A deferred variable computes it. */
  declare value: Value
  /** The name it was first bound to, for messages. */
  readonly name: SchemeSymbol | undefined
  /** Whether the value is still to be computed, by reading it. */
  deferred = false
  /** Whether some code that was loaded assigns it, other than by its definition. */
  assigned = false
  constructor(value: Value, name?: SchemeSymbol) {
    this.value = value
    this.name = name
  }

  /** Whether there is a value; does not compute it. */
  get isBound(): boolean {
    return this.deferred || this.value !== undefined
  }

  /** The value if there is one already: macros are never deferred. */
  get settled(): Value {
    return this.deferred ? undefined : this.value
  }

  /** Let COMPUTE, which sets the value, run when the value is first read. */
  defer(compute: () => void): void {
    this.deferred = true
    Object.defineProperty(this, 'value', {
      configurable: true,
      enumerable: true,
      get: (): Value => {
        this.settle(undefined)
        try {
          compute()
        } finally {
          // An error now is an error again the next time.
          if (this.value === undefined) this.defer(compute)
        }
        return this.deferred ? undefined : this.value
      },
      set: (value: Value) => this.settle(value),
    })
  }

  /** Be a variable like others, with VALUE. */
  protected settle(value: Value): void {
    this.deferred = false
    Object.defineProperty(this, 'value', { value, writable: true, configurable: true, enumerable: true })
  }
}

/** A variable that is deferred from the start: they are made by the thousand, and share what `defer` makes for each. */
export class DeferredVariable extends Variable {
  readonly #compute: () => void
  constructor(compute: () => void, name: SchemeSymbol) {
    super(undefined, name)
    this.#compute = compute
    this.deferred = true
  }

  static {
    Object.defineProperty(DeferredVariable.prototype, 'value', {
      get(this: DeferredVariable): Value {
        this.defer(this.#compute)
        return this.value
      },
      set(this: DeferredVariable, value: Value) {
        // The first value is the constructor's, of a variable that is not bound.
        if (this.deferred) this.settle(value)
      },
    })
  }
}
