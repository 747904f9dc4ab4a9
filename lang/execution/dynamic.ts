/** The dynamic environment: a list of what is in force, innermost first (Guile's "dynstack").
 *  Not the operators that extend it (see continuations.ts, fluids.ts, prompts.ts). */
import type { Procedure, Value } from '../values/index.ts'
import type { Fluid } from './fluids.ts'

export type Dynamic = Winder | FluidBinding | Prompt

/** The extent of a `dynamic-wind`. */
export class Winder {
  readonly next: Dynamic | null
  readonly length: number
  readonly before: Procedure
  readonly after: Procedure
  constructor(next: Dynamic | null, before: Procedure, after: Procedure) {
    this.next = next
    this.length = next === null ? 1 : next.length + 1
    this.before = before
    this.after = after
  }
}

/** A fluid's value while control is inside; `value` holds the other one: entering and leaving both swap. */
export class FluidBinding {
  readonly next: Dynamic | null
  readonly length: number
  readonly fluid: Fluid
  value: Value
  constructor(next: Dynamic | null, fluid: Fluid, value: Value) {
    this.next = next
    this.length = next === null ? 1 : next.length + 1
    this.fluid = fluid
    this.value = value
  }

  swap(): void {
    const value = this.fluid.value
    this.fluid.value = this.value
    this.value = value
  }
}

/** A prompt: where aborts to `tag` land. */
export class Prompt {
  readonly next: Dynamic | null
  readonly length: number
  readonly tag: Value
  readonly handler: Procedure
  /** An abort to it needs no continuation: its handler ignores it. */
  readonly escapeOnly: boolean
  constructor(next: Dynamic | null, tag: Value, handler: Procedure, escapeOnly: boolean) {
    this.next = next
    this.length = next === null ? 1 : next.length + 1
    this.tag = tag
    this.handler = handler
    this.escapeOnly = escapeOnly
  }
}
