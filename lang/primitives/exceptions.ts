/** Exception objects as primitives: the ground of (ice-9 exceptions), SRFI 35 and R7RS's error objects. */
import {
  EXCEPTION,
  exceptionArgs,
  exceptionFromThrow,
  exceptionKind,
  exceptionTypes,
  isException,
  makeException,
  NON_CONTINUABLE,
  simpleExceptions,
  wrongType,
} from '../conditions/index.ts'
import { installExceptionModel } from '../execution/raised.ts'
import { intern, isInstance, list, RecordType, SchemeSymbol, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { elements } from './lists.ts'
import { any, parameter, procedure, rest, symbol } from './parameters.ts'

const guile = primitives('(guile)')

function isExceptionType(value: Value): value is RecordType {
  for (let type = value instanceof RecordType ? value : undefined; type !== undefined; type = type.parent)
    if (type === EXCEPTION) return true
  return false
}
const exceptionType = (name: string) => parameter(name, isExceptionType, 'exception type')

guile('exception?', [any('x')], 'Return #t when X is an exception object.', isException)
guile('exception-type?', [any('x')], 'Return #t when X is an exception type.', isExceptionType)
guile(
  '%exception-type',
  [symbol('name')],
  'Return the standard exception type called NAME.',
  (name) => exceptionTypes.find((type) => type.name === name) ?? wrongType('%exception-type', 1, name),
)
guile(
  'make-exception-type',
  [any('id'), exceptionType('parent'), any('fields')],
  'Return a new exception type with PARENT and FIELDS.',
  (id, parent, fields) => {
    const names = elements('make-exception-type', 3, fields).map((f) =>
      f instanceof SchemeSymbol ? f : wrongType('make-exception-type', 3, fields),
    )
    return new RecordType(id instanceof SchemeSymbol ? id : intern(String(id)), names, {
      parent,
      extensible: true,
      mutable: names.map(() => false),
    })
  },
)
guile(
  'make-exception',
  [rest(any('exception'))],
  'Return an exception object that is all of the arguments at once.',
  (...parts) => makeException(parts),
)
guile('simple-exceptions', [any('exception')], 'Return the list of the simple exceptions of EXCEPTION.', (exception) =>
  list(simpleExceptions(exception)),
)
guile(
  '%exception-component',
  [any('exception'), exceptionType('type')],
  'Return the simple exception of TYPE in EXCEPTION, or #f.',
  (exception, type) => {
    if (!isException(exception)) return false
    for (const simple of simpleExceptions(exception)) if (isInstance(simple, type)) return simple
    return false
  },
)
guile(
  'exception-predicate',
  [exceptionType('type')],
  'Return a procedure that tells whether a value is an exception of TYPE.',
  (type) => {
    const made = (x: Value): boolean => isException(x) && simpleExceptions(x).some((simple) => isInstance(simple, type))
    return made
  },
)
guile(
  'exception-accessor',
  [exceptionType('type'), procedure('get')],
  'Return a procedure that applies GET to the simple exception of TYPE in its argument.',
  (type, get) => {
    const made = (x: Value): Value => {
      if (isException(x)) for (const simple of simpleExceptions(x)) if (isInstance(simple, type)) return get(simple)
      return wrongType('exception-accessor', 1, x, type.name.name)
    }
    return made
  },
)
guile('exception-kind', [any('exception')], 'Return the key a catch handler gets for EXCEPTION.', exceptionKind)
guile('exception-args', [any('exception')], 'Return the arguments a catch handler gets for EXCEPTION.', exceptionArgs)
guile(
  'make-exception-from-throw',
  [symbol('key'), any('args')],
  'Return the exception object of (throw KEY ARGS ...).',
  exceptionFromThrow,
)

// Raising and handling works on these objects.
installExceptionModel({
  fromThrow: exceptionFromThrow,
  toThrow: (exception) => ({ key: exceptionKind(exception), args: exceptionArgs(exception) }),
  nonContinuable: () => makeException([new NON_CONTINUABLE.instanceClass()]),
  isInstance: (exception, type) =>
    isException(exception) &&
    type instanceof RecordType &&
    simpleExceptions(exception).some((simple) => isInstance(simple, type)),
})
