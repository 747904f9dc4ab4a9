/** What was raised: a key and arguments (`throw`) or an object (`raise-exception`), each made from the other
 *  when a handler asks for it. The exception objects themselves are lang/conditions'. */
import { intern, list, listToArray, type SchemeSymbol, type Value } from '../values/index.ts'

/** How exception objects and key + arguments convert; conditions/ supplies it. */
export interface ExceptionModel {
  /** The exception object for `(throw KEY ARGS ...)`. */
  fromThrow(key: SchemeSymbol, args: Value): Value
  /** What `catch` sees of an object: Guile's exception-kind and exception-args. */
  toThrow(exception: Value): { readonly key: Value; readonly args: Value }
  /** The object raised when a handler returns from a non-continuable raise. */
  nonContinuable(): Value
  /** Whether the object is of an exception type (for `#:unwind-for-type`). */
  isInstance(exception: Value, type: Value): boolean
}

/** Without exception objects: what a throw raises when nothing better is installed. */
class Thrown {
  readonly key: SchemeSymbol
  readonly args: Value
  constructor(key: SchemeSymbol, args: Value) {
    this.key = key
    this.args = args
  }
}

let model: ExceptionModel = {
  fromThrow: (key, args) => new Thrown(key, args),
  toThrow: (exception) =>
    exception instanceof Thrown ? exception : { key: intern('%exception'), args: list([exception]) },
  nonContinuable: () => intern('&non-continuable'),
  isInstance: () => false,
}

export function installExceptionModel(supplied: ExceptionModel): void {
  model = supplied
}

export class Raised {
  readonly continuable: boolean
  /** The JavaScript error it stands for, whose stack is gone by the time it is raised. */
  readonly origin: Error | undefined
  #object: Value
  #thrown: { readonly key: Value; readonly args: Value } | undefined

  private constructor(
    object: Value,
    thrown: { readonly key: SchemeSymbol; readonly args: Value } | undefined,
    continuable: boolean,
    origin?: Error,
  ) {
    this.origin = origin
    this.#object = object
    this.#thrown = thrown
    this.continuable = continuable
  }

  static object(object: Value, continuable: boolean): Raised {
    return new Raised(object, undefined, continuable)
  }
  static thrown(key: SchemeSymbol, args: Value, origin?: Error): Raised {
    return new Raised(undefined, { key, args }, false, origin)
  }
  static nonContinuable(): Raised {
    return new Raised(model.nonContinuable(), undefined, false)
  }

  /** The exception object. */
  get object(): Value {
    if (this.#object === undefined && this.#thrown !== undefined) {
      const { key, args } = this.#thrown
      this.#object = model.fromThrow(key as SchemeSymbol, args)
    }
    return this.#object
  }
  get #keyed(): { readonly key: Value; readonly args: Value } {
    this.#thrown ??= model.toThrow(this.#object)
    return this.#thrown
  }
  get key(): Value {
    return this.#keyed.key
  }
  /** The arguments of the throw, as a list. */
  get args(): Value {
    return this.#keyed.args
  }
  get argArray(): Value[] {
    return listToArray(this.args) ?? []
  }

  isInstance(type: Value): boolean {
    return model.isInstance(this.object, type)
  }
}
