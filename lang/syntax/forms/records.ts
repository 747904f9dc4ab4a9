/** `define-record-type` of SRFI 9 and R7RS, and the one of (guile), to definitions that call Guile's record procedures. */
import { list, Pair, type Value } from '../../values/index.ts'
import { formItems, openInPlace, openSyntax } from '../destructure.ts'
import { badSyntax, syntaxError } from '../errors.ts'
import { nativeIdentifier as core } from '../identifier.ts'
import { defineRewriter } from '../native.ts'
import { isIdentifier, syntaxToDatum, wrapSyntax } from '../syntax-object.ts'
import type { Wrap } from '../wrap.ts'

function quoted(value: Value): Value {
  return list([core('quote'), value])
}

/** `(lambda PARAMETERS (PRIMITIVE ARGUMENT ...))` */
function lambdaOf(parameters: readonly Value[], primitive: string, ...args: Value[]): Value {
  return list([core('lambda'), list(parameters), list([core(primitive), ...args])])
}

/** An identifier's symbol. */
function plainName(identifier: Value): Value {
  return syntaxToDatum(identifier)
}

interface Field {
  readonly name: Value
  readonly accessor: Value | undefined
  readonly modifier: Value | undefined
}

function parseField(spec: Value, whole: Value): Field {
  const { value, keep } = openInPlace(spec)
  if (!(value instanceof Pair)) return { name: spec, accessor: undefined, modifier: undefined }
  const parts = formItems(value)
  if (parts === undefined || parts.length > 3) return badSyntax(whole, spec)
  const [name, accessor, modifier] = parts.map(keep)
  return { name, accessor, modifier }
}

/** `(define-record-type type constructor predicate field ...)` */
function defineRecordType(form: Value, wrap: Wrap): Value {
  const whole = wrapSyntax(form, wrap)
  const opened = openSyntax(form, wrap)
  const items = (formItems(opened.value) ?? badSyntax(whole)).map((item) => wrapSyntax(item, opened.wrap))
  const [, typeSpec, maker, predicate, ...rest] = items
  if (predicate === undefined) return badSyntax(whole)
  const { value: typeForm, keep } = openInPlace(typeSpec)
  const typeName = typeForm instanceof Pair ? keep(typeForm.car) : typeSpec
  // Guile: (type #:opaque? ... ) and #:extensible?, #:allow-duplicate-field-names? and so on go on to make-record-type.
  const typeOptions = typeForm instanceof Pair ? (formItems(typeForm.cdr) ?? []).map(keep) : []
  const fields = rest.map((spec) => parseField(spec, whole))
  if (!isIdentifier(typeName)) return badSyntax(whole, typeSpec)
  const fieldNames = list(fields.map((field) => field.name))
  const makeType = list([core('make-record-type'), quoted(typeName), quoted(fieldNames), ...typeOptions])
  const definitions: Value[] = [list([core('define'), typeName, makeType])]
  const define = (name: Value, value: Value): void => {
    definitions.push(list([core('define'), name, value]))
  }
  const call = openInPlace(maker)
  // A type that cannot have subtypes has its procedures as code of their own, which the code generator can inline.
  const final = typeOptions.length === 0
  const names = fields.map((field) => plainName(field.name))
  if (call.value instanceof Pair) {
    const [name, ...args] = (formItems(call.value) ?? badSyntax(whole)).map(call.keep)
    const positions = args.map((arg) => {
      const position = names.indexOf(plainName(arg))
      if (position >= 0) return position
      return syntaxError('unknown field in constructor spec', whole, { subform: arg, who: 'define-record-type' })
    })
    const distinct = new Set(positions).size === positions.length
    if (final && distinct) {
      const values = fields.map((_, i) => (positions.includes(i) ? fields[i]?.name : false))
      define(
        name,
        lambdaOf(
          args.map((_, i) => fields[positions[i] ?? 0]?.name),
          '%make-record',
          typeName,
          ...values,
        ),
      )
    } else define(name, list([core('record-constructor'), typeName, quoted(list(args))]))
  } else if (isIdentifier(maker)) {
    define(maker, list([core('record-constructor'), typeName]))
  }
  if (isIdentifier(predicate)) {
    define(
      predicate,
      final
        ? lambdaOf([core('x')], '%record-of-type?', core('x'), typeName)
        : list([core('record-predicate'), typeName]),
    )
  }
  for (const [i, { name, accessor, modifier }] of fields.entries()) {
    const [record, value] = [core('record'), core('value')]
    if (accessor !== undefined) {
      define(
        accessor,
        final
          ? lambdaOf([record], '%record-ref', record, typeName, i, quoted(plainName(accessor)))
          : list([core('record-accessor'), typeName, quoted(name)]),
      )
    }
    if (modifier !== undefined) {
      define(
        modifier,
        final
          ? lambdaOf([record, value], '%record-set!', record, typeName, i, value, quoted(plainName(modifier)))
          : list([core('record-modifier'), typeName, quoted(name)]),
      )
    }
  }
  return new Pair(core('begin'), list(definitions))
}

defineRewriter(
  ['(srfi srfi-9)', '(scheme base)'],
  'define-record-type',
  'Define a record type with its procedures.',
  defineRecordType,
)
