/** What a program that embeds strata sees: types and errors, free of everything else, so that the declarations that
 *  are shipped stand alone. The conversions are those of the table in lang/README.md. */

/** A Scheme value as JavaScript sees it; see the table in lang/README.md. */
export type SchemeValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | symbol
  | Uint8Array
  | readonly SchemeValue[]
  | ReadonlyMap<SchemeValue, SchemeValue>
  | SchemeProcedure
  | SchemeObject

/** A Scheme procedure: its arguments and its result are converted. */
export type SchemeProcedure = (...args: SchemeValue[]) => SchemeValue

/** A Scheme value without a JavaScript counterpart, such as a record or a port. Given back to Scheme it is itself. */
export class SchemeObject {
  readonly #value: unknown
  readonly #write: (value: unknown) => string
  constructor(value: unknown, write: (value: unknown) => string) {
    this.#value = value
    this.#write = write
  }
  /** For the conversions alone. */
  static valueOf(object: SchemeObject): unknown {
    return object.#value
  }
  /** As `write` prints it. */
  toString(): string {
    return this.#write(this.#value)
  }
}

/** What a host procedure gets for each type of parameter. */
export interface ParameterTypes {
  any: SchemeValue
  integer: number | bigint
  number: number | bigint
  string: string
  boolean: boolean
  symbol: symbol
  list: readonly SchemeValue[]
  procedure: SchemeProcedure
  bytevector: Uint8Array
}
export type ParameterType = keyof ParameterTypes

/** A parameter of a host procedure: a type, one that may be absent, or (the last) one for all further arguments. */
export type HostParameter = ParameterType | { readonly optional: ParameterType } | { readonly rest: ParameterType }

/** The arguments that a host procedure with these parameters takes. */
export type HostArguments<P extends readonly HostParameter[]> = P extends readonly [infer Head, ...infer Tail]
  ? Tail extends readonly HostParameter[]
    ? Head extends { readonly rest: infer T extends ParameterType }
      ? ParameterTypes[T][]
      : Head extends { readonly optional: infer T extends ParameterType }
        ? [argument?: ParameterTypes[T], ...HostArguments<Tail>]
        : Head extends ParameterType
          ? [argument: ParameterTypes[Head], ...HostArguments<Tail>]
          : never
    : never
  : []

/** A place in a source: lines count from 1, columns from 0. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface SchemeErrorDetails {
  readonly kind: string
  readonly args: readonly SchemeValue[]
  readonly condition: SchemeValue
  readonly place: Place | undefined
  readonly hints: readonly string[]
  readonly report: string
  readonly cause?: unknown
}

/** An error of a Scheme program that no handler took. */
export class SchemeError extends Error {
  /** Guile's key: `wrong-type-arg`, `unbound-variable`, …; `%exception` for other raised objects. */
  readonly kind: string
  /** The arguments of the throw. */
  readonly args: readonly SchemeValue[]
  /** The exception object. */
  readonly condition: SchemeValue
  readonly place: Place | undefined
  readonly hints: readonly string[]
  /** All that `strata` would print: place, message, source line with a caret, hints, backtrace. */
  readonly report: string

  constructor(message: string, details: SchemeErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'SchemeError'
    this.kind = details.kind
    this.args = details.args
    this.condition = details.condition
    this.place = details.place
    this.hints = details.hints
    this.report = details.report
  }
}

/** The program called `(exit)`. */
export class SchemeExit extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the program ended with status ${status}`)
    this.name = 'SchemeExit'
    this.status = status
  }
}

/** The program took longer than its limit. */
export class SchemeTimeout extends Error {
  constructor() {
    super('the program took longer than it may')
    this.name = 'SchemeTimeout'
  }
}

export interface Limits {
  /** Milliseconds for each evaluation or call; where the host cannot stop a busy program, creating throws. */
  readonly time?: number
  /** Pending calls after which recursion is an error, roughly; at most and by default 8 million. */
  readonly depth?: number
}

export interface EmbeddingOptions {
  /** Directories with the user's own modules, searched before the standard library. */
  readonly loadPath?: readonly string[]
  /** Receives what the program prints. Default: standard output, or the console. */
  readonly output?: (text: string) => void
  /** Receives what it prints on the error port. Default: standard error, or the console. */
  readonly error?: (text: string) => void
  /** What it reads from the input port. Default: nothing. */
  readonly input?: string
  readonly limits?: Limits
  /** R7RS string escapes and printing instead of Guile's. */
  readonly r7rs?: boolean
}

export interface DefineOptions {
  /** The module that gets the binding, `(guile-user)` by default, as `['my', 'module']`. */
  readonly module?: readonly string[]
  readonly doc?: string
}

/** One interpreter with its own modules and ports; several can live in one process. */
export interface SchemeInterpreter {
  /** Evaluate the forms of a text; the value of the last. FILE is what messages call it.
   *  @throws SchemeError SchemeExit SchemeTimeout */
  evaluate(text: string, file?: string): SchemeValue
  /** Likewise, waiting for the promises of asynchronous host procedures. */
  evaluateAsync(text: string, file?: string): Promise<SchemeValue>
  evaluateFile(path: string): SchemeValue
  /** The value of an exported variable of a module. @throws SchemeError when there is none. */
  lookup(module: readonly string[], name: string): SchemeValue
  /** A procedure of a module. @throws TypeError when it is something else. */
  procedure(module: readonly string[], name: string): SchemeProcedure
  /** Make a JavaScript function a Scheme procedure whose arguments are checked, with Guile's errors. */
  define<const P extends readonly HostParameter[]>(
    name: string,
    parameters: P,
    procedure: (...args: HostArguments<P>) => SchemeValue,
    options?: DefineOptions,
  ): void
  /** Likewise a function that returns a promise: the Scheme code that calls it waits, within `evaluateAsync`. */
  defineAsync<const P extends readonly HostParameter[]>(
    name: string,
    parameters: P,
    procedure: (...args: HostArguments<P>) => Promise<SchemeValue>,
    options?: DefineOptions,
  ): void
  /** A value as `write` prints it. */
  write(value: SchemeValue): string
}

export type CreateInterpreter = (options?: EmbeddingOptions) => SchemeInterpreter
