/** Exception objects: the record types of Guile 3's exceptions, and the objects a `throw` stands for.
 *  Not the raising and handling (execution/). Compare ice-9/exceptions.scm's interface. */
import {
  intern,
  isInstance,
  list,
  listToArray,
  NIL,
  Pair,
  RecordType,
  type SchemeRecord,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'

function exceptionType(name: string, parent: RecordType | undefined, fields: readonly string[] = []): RecordType {
  return new RecordType(
    intern(name),
    fields.map((field) => intern(field)),
    { parent, extensible: true, mutable: fields.map(() => false) },
  )
}

export const EXCEPTION = exceptionType('&exception', undefined)
export const COMPOUND = exceptionType('&compound-exception', EXCEPTION, ['components'])
export const KIND_AND_ARGS = exceptionType('&exception-with-kind-and-args', EXCEPTION, ['kind', 'args'])
export const QUIT = exceptionType('&quit-exception', EXCEPTION, ['code'])
export const MESSAGE = exceptionType('&message', EXCEPTION, ['message'])
export const IRRITANTS = exceptionType('&irritants', EXCEPTION, ['irritants'])
export const ORIGIN = exceptionType('&origin', EXCEPTION, ['origin'])
export const WARNING = exceptionType('&warning', EXCEPTION)
/** Guile's &error; prints as it does in every compound made by the core. */
export const ERROR = exceptionType('&error', EXCEPTION)
export const EXTERNAL_ERROR = exceptionType('&external-error', ERROR)
export const PROGRAMMING_ERROR = exceptionType('&programming-error', ERROR)
export const ASSERTION_FAILURE = exceptionType('&assertion-failure', PROGRAMMING_ERROR)
export const NON_CONTINUABLE = exceptionType('&non-continuable', PROGRAMMING_ERROR)
export const IMPLEMENTATION_RESTRICTION = exceptionType('&implementation-restriction', PROGRAMMING_ERROR)
export const LEXICAL = exceptionType('&lexical', PROGRAMMING_ERROR)
export const SYNTAX = exceptionType('&syntax', PROGRAMMING_ERROR, ['form', 'subform'])
export const UNDEFINED_VARIABLE = exceptionType('&undefined-variable', PROGRAMMING_ERROR)

export const exceptionTypes: readonly RecordType[] = [
  EXCEPTION,
  COMPOUND,
  KIND_AND_ARGS,
  QUIT,
  MESSAGE,
  IRRITANTS,
  ORIGIN,
  WARNING,
  ERROR,
  EXTERNAL_ERROR,
  PROGRAMMING_ERROR,
  ASSERTION_FAILURE,
  NON_CONTINUABLE,
  IMPLEMENTATION_RESTRICTION,
  LEXICAL,
  SYNTAX,
  UNDEFINED_VARIABLE,
]

function make(type: RecordType, ...fields: Value[]): SchemeRecord {
  return new type.instanceClass(...fields)
}

/** Is VALUE an exception object, simple or compound? */
export function isException(value: Value): value is SchemeRecord {
  return isInstance(value, EXCEPTION)
}

/** The simple exceptions of an exception object. */
export function simpleExceptions(exception: Value): Value[] {
  if (isInstance(exception, COMPOUND)) return listToArray(exception.f0) ?? []
  return [exception]
}

/** One exception object of several; flattened. */
export function makeException(parts: readonly Value[]): Value {
  const simple = parts.flatMap(simpleExceptions)
  return simple.length === 1 ? simple[0] : make(COMPOUND, list(simple))
}

/** The component of TYPE, if any. */
export function component(exception: Value, type: RecordType): SchemeRecord | undefined {
  for (const simple of simpleExceptions(exception)) if (isInstance(simple, type)) return simple
  return undefined
}

const kinds = new Map<string, RecordType>([
  ['wrong-type-arg', ASSERTION_FAILURE],
  ['out-of-range', ASSERTION_FAILURE],
  ['wrong-number-of-args', ASSERTION_FAILURE],
  ['keyword-argument-error', ASSERTION_FAILURE],
  ['unbound-variable', UNDEFINED_VARIABLE],
  ['system-error', EXTERNAL_ERROR],
  ['getaddrinfo-error', EXTERNAL_ERROR],
  ['numerical-overflow', IMPLEMENTATION_RESTRICTION],
  ['stack-overflow', IMPLEMENTATION_RESTRICTION],
  ['read-error', LEXICAL],
  ['misc-error', ERROR],
  ['decoding-error', ERROR],
  ['encoding-error', ERROR],
  ['regular-expression-syntax', ERROR],
])

/** The exception object for `(throw KEY ARGS ...)`. */
export function exceptionFromThrow(key: SchemeSymbol, args: Value): Value {
  const kind = make(KIND_AND_ARGS, key, args)
  const items = listToArray(args) ?? []
  if (key.name === 'quit') {
    const code = items[0] === undefined ? 0 : items[0]
    return makeException([make(QUIT, code), make(IRRITANTS, args), kind])
  }
  if (key.name === 'syntax-error' && items.length >= 5)
    return makeException([make(SYNTAX, items[3], items[4]), make(ORIGIN, items[0]), make(MESSAGE, items[1]), kind])
  if (key.name === '%exception' && items.length === 1) return items[0]
  const type = kinds.get(key.name)
  // Guile's own keys come with (origin message irritants data).
  if (type !== undefined && items.length >= 3)
    return makeException([make(type), make(ORIGIN, items[0]), make(MESSAGE, items[1]), make(IRRITANTS, items[2]), kind])
  return makeException([make(ERROR), make(IRRITANTS, args), kind])
}

/** What a `catch` handler receives as its key: %exception for objects that no `throw` made. */
export function exceptionKind(exception: Value): SchemeSymbol {
  const kind = component(exception, KIND_AND_ARGS)?.f0
  return kind instanceof SchemeSymbol ? kind : intern('%exception')
}

/** What a `catch` handler receives after the key, as a list. */
export function exceptionArgs(exception: Value): Value {
  const known = component(exception, KIND_AND_ARGS)
  if (known !== undefined) return known.f1
  return new Pair(exception, NIL)
}

/** The exit code asked for by a `quit`, or undefined for other exceptions. */
export function quitCode(exception: Value): Value | undefined {
  return component(exception, QUIT)?.f0
}
