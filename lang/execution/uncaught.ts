/** The JavaScript error an embedder sees when no Scheme handler wanted an exception. */
import type { Span } from '../source/index.ts'
import { listToArray, SchemeString, SchemeSymbol, type Value } from '../values/index.ts'
import type { Raised } from './raised.ts'

/** One line of a Scheme backtrace. */
export interface BacktraceFrame {
  readonly procedure: string | undefined
  readonly span: Span | undefined
}

export class UncaughtCondition extends Error {
  readonly raised: Raised
  /** Where it was raised, when known. */
  span: Span | undefined
  /** Innermost first. */
  backtrace: readonly BacktraceFrame[] = []

  constructor(raised: Raised) {
    super(describe(raised))
    this.name = 'UncaughtCondition'
    this.raised = raised
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
