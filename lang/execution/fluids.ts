/** Fluids: dynamically bound boxes, the ground of parameters, ports and exception handlers.
 *  Shallow binding: the current value is in the fluid, the outer ones in the dynamic environment. */
import type { Value } from '../values/index.ts'

export class Fluid {
  /** `undefined` while unbound. */
  value: Value
  constructor(value: Value) {
    this.value = value
  }
}
