/** The JavaScript error an embedder sees when no Scheme handler wanted an exception. */

import type { Span } from '../source/index.ts'
import { listToArray, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import type { BacktraceFrame } from './backtrace.ts'
import type { Raised } from './raised.ts'

export class UncaughtCondition extends Error {
  readonly raised: Raised
  /** The pending Scheme calls, innermost first. */
  readonly backtrace: readonly BacktraceFrame[]
  /** The imports that led to the file it happened in, innermost first. */
  readonly importedFrom: Span[] = []

  constructor(raised: Raised, backtrace: readonly BacktraceFrame[]) {
    super(describe(raised))
    this.name = 'UncaughtCondition'
    this.raised = raised
    this.backtrace = backtrace
  }

  /** Where it was raised: the innermost call with a known place. */
  get span(): Span | undefined {
    return this.backtrace.find((frame) => frame.span !== undefined)?.span
  }

  /** The exception object. */
  get exception(): Value {
    return this.raised.object
  }
  /** What `catch` would see. */
  get key(): Value {
    return this.raised.key
  }
  /** A list. */
  get args(): Value {
    return this.raised.args
  }
}

/** A rough text for JavaScript's eyes; lang/conditions formats properly. */
function describe(raised: Raised): string {
  const { key } = raised
  const name = key instanceof SchemeSymbol ? key.name : String(key)
  const [, message] = listToArray(raised.args) ?? []
  return message instanceof SchemeString ? `${name}: ${message}` : name
}
