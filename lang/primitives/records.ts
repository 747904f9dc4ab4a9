/** Record types, records, and Guile's structs and vtables (one representation: values/record.ts). */
import { miscError, outOfRange, schemeError, wrongType } from '../conditions/index.ts'
import {
  char,
  intern,
  list,
  listToArray,
  Pair,
  type Procedure,
  RecordType,
  SchemeRecord,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
} from '../values/index.ts'
import { primitives, wrongArgumentCount } from './define.ts'
import { elements } from './lists.ts'
import { any, index, optional, parameter, procedure, rest } from './parameters.ts'
import { declarePure } from './pure-procedures.ts'

const guile = primitives('(guile)')

function isRecordType(value: Value): value is RecordType {
  return value instanceof RecordType
}
function isRecord(value: Value): value is SchemeRecord {
  return value instanceof SchemeRecord
}
const recordType = (name: string) => parameter(name, isRecordType, 'record type')
const struct = (name: string) => parameter(name, isRecord, 'struct')

function named(made: Procedure, name: string): Procedure {
  Object.defineProperty(made, 'name', { value: name })
  return made
}

/** `(mutable name)`, `(immutable name)` or `name`. */
function fieldSpecifications(names: Value): { fields: SchemeSymbol[]; mutable: boolean[] } {
  const fields: SchemeSymbol[] = []
  const mutable: boolean[] = []
  for (const item of Array.isArray(names) ? names : elements('make-record-type', 2, names)) {
    if (item instanceof SchemeSymbol) {
      fields.push(item)
      mutable.push(true)
    } else {
      const [kind, field, ...more] = listToArray(item) ?? []
      const name = kind instanceof SchemeSymbol ? kind.name : ''
      if (!(field instanceof SchemeSymbol) || more.length > 0 || (name !== 'immutable' && name !== 'mutable'))
        return miscError('make-record-type', 'bad field declaration ~S', item)
      fields.push(field)
      mutable.push(name === 'mutable')
    }
  }
  return { fields, mutable }
}

guile(
  '%make-record-type',
  [any('name'), any('fields'), any('printer'), any('parent'), any('uid'), any('extensible?'), any('opaque?')],
  'Return a new record type.',
  (name, names, printer, parent, uid, extensible, opaque) => {
    const { fields, mutable } = fieldSpecifications(names)
    if (parent !== false && !(parent instanceof RecordType))
      return wrongType('make-record-type', 4, parent, 'record type')
    if (parent instanceof RecordType && !parent.extensible)
      return miscError('make-record-type', 'parent type is final', parent)
    const symbol =
      name instanceof SchemeSymbol
        ? name
        : name instanceof SchemeString
          ? intern(name.toString())
          : wrongType('make-record-type', 1, name)
    const made = new RecordType(symbol, fields, {
      parent: parent === false ? undefined : parent,
      uid,
      extensible: extensible !== false,
      opaque: opaque !== false,
      mutable,
    })
    if (typeof printer === 'function') made.printer = printer
    return made
  },
)
guile('record-type-descriptor', [struct('record')], 'Return the type of RECORD.', (record) => record.type)
guile('record-type-descriptor?', [any('x')], 'Return #t when X is a record type.', isRecordType)
guile('record-type?', [any('x')], 'Return #t when X is a record type.', isRecordType)
guile('record?', [any('x')], 'Return #t when X is a record.', (x) => x instanceof SchemeRecord && !x.type.bareStruct)
guile('record-type-name', [recordType('type')], 'Return the name of TYPE.', (type) => type.name)
guile('record-type-fields', [recordType('type')], 'Return the names of the fields of TYPE.', (type) =>
  list(type.fields),
)
guile('record-type-parent', [recordType('type')], 'Return the parent of TYPE, or #f.', (type) => type.parent ?? false)
guile(
  'record-type-parents',
  [recordType('type')],
  'Return the ancestors of TYPE, the oldest first, as a vector.',
  (type) => {
    const parents: RecordType[] = []
    for (let parent = type.parent; parent !== undefined; parent = parent.parent) parents.unshift(parent)
    return parents
  },
)
guile('record-type-properties', [recordType('type')], 'Return the properties of TYPE.', (type) =>
  list([...type.properties].map(([key, value]) => new Pair(key, value))),
)
guile('record-type-uid', [recordType('type')], 'Return the unique identifier of TYPE, or #f.', (type) => type.uid)
guile('record-type-opaque?', [recordType('type')], 'Return #t when TYPE is opaque.', (type) => type.opaque)
guile(
  'record-type-extensible?',
  [recordType('type')],
  'Return #t when TYPE may have subtypes.',
  (type) => type.extensible,
)
guile(
  'record-type-has-parent?',
  [recordType('type'), recordType('parent')],
  'Return #t when PARENT is an ancestor of TYPE.',
  (type, ancestor) => {
    for (let parent = type.parent; parent !== undefined; parent = parent.parent) if (parent === ancestor) return true
    return false
  },
)
guile(
  'record-type-field-mutable?',
  [recordType('type'), index('k')],
  'Return #t when field K of TYPE may be set.',
  (type, k) => type.mutable[k] ?? false,
)
guile(
  'set-record-type-printer!',
  [recordType('type'), procedure('printer')],
  'Let PRINTER print the records of TYPE.',
  (type, printer) => {
    type.printer = printer
    return UNSPECIFIED
  },
)

function fieldIndex(name: string, type: RecordType, field: Value): number {
  if (typeof field === 'number' && field >= 0 && field < type.fields.length) return field
  const position = field instanceof SchemeSymbol ? type.indexOf(field) : -1
  return position >= 0 ? position : miscError(name, 'no such field', field)
}

/** A constructor that takes all fields in order, without spreading for the common sizes. */
function fullConstructor(type: RecordType): Procedure {
  const Class = type.instanceClass
  const count = type.fields.length
  const made = (...fields: Value[]): Value => {
    if (fields.length !== count) wrongArgumentCount(made)
    return new Class(...fields)
  }
  if (count === 1)
    return function construct(this: unknown, a: Value): Value {
      if (arguments.length !== 1) wrongArgumentCount(construct)
      return new Class(a)
    }
  if (count === 2)
    return function construct(this: unknown, a: Value, b: Value): Value {
      if (arguments.length !== 2) wrongArgumentCount(construct)
      return new Class(a, b)
    }
  if (count === 3)
    return function construct(this: unknown, a: Value, b: Value, c: Value): Value {
      if (arguments.length !== 3) wrongArgumentCount(construct)
      return new Class(a, b, c)
    }
  return made
}

guile(
  'record-constructor',
  [recordType('type'), optional(any('fields'))],
  'Return a procedure that makes a record of TYPE from the values of FIELDS (all).',
  (type, names) => {
    const name = `make-${type.name.name.replace(/^<(.*)>$/, '$1')}`
    if (names === undefined || names === false) return declarePure(named(fullConstructor(type), name))
    const positions = elements('record-constructor', 2, names).map((field) =>
      fieldIndex('record-constructor', type, field),
    )
    const Class = type.instanceClass
    const total = type.fields.length
    const inOrder = positions.length === total && positions.every((position, i) => position === i)
    if (inOrder) return declarePure(named(fullConstructor(type), name))
    const made = (...values: Value[]): Value => {
      if (values.length !== positions.length) wrongArgumentCount(made)
      const fields = new Array<Value>(total).fill(false)
      for (let i = 0; i < positions.length; i++) fields[positions[i] ?? 0] = values[i]
      return new Class(...fields)
    }
    return declarePure(named(made, name))
  },
)
guile(
  'record-predicate',
  [recordType('type')],
  'Return a procedure that tells whether a value is a record of TYPE.',
  (type) => {
    const Class = type.instanceClass
    const made = function (this: unknown, x: Value): Value {
      if (arguments.length !== 1) wrongArgumentCount(made)
      return x instanceof Class
    }
    return named(made, `${type.name.name.replace(/^<(.*)>$/, '$1')}?`)
  },
)

type Reader = (record: SchemeRecord) => Value
type Writer = (record: SchemeRecord, value: Value) => void
const readers: Reader[] = [
  (r) => r.f0,
  (r) => r.f1,
  (r) => r.f2,
  (r) => r.f3,
  (r) => r.f4,
  (r) => r.f5,
  (r) => r.f6,
  (r) => r.f7,
]
function reader(k: number): Reader {
  return readers[k] ?? ((record) => record[`f${k}`])
}
function writer(k: number): Writer {
  return (record, value) => {
    record[`f${k}`] = value
  }
}

guile(
  'record-accessor',
  [recordType('type'), any('field')],
  'Return a procedure that returns FIELD of a record of TYPE.',
  (type, field) => {
    const k = fieldIndex('record-accessor', type, field)
    const Class = type.instanceClass
    const read = reader(k)
    const name = `${type.name.name.replace(/^<(.*)>$/, '$1')}-${type.fields[k]?.name ?? k}`
    const made = function (this: unknown, record: Value): Value {
      if (arguments.length !== 1) wrongArgumentCount(made)
      return record instanceof Class ? read(record) : wrongType(name, 1, record)
    }
    return named(made, name)
  },
)
guile(
  'record-modifier',
  [recordType('type'), any('field')],
  'Return a procedure that sets FIELD of a record of TYPE.',
  (type, field) => {
    const k = fieldIndex('record-modifier', type, field)
    if (type.mutable[k] === false) return miscError('record-modifier', 'field is immutable', field)
    const Class = type.instanceClass
    const write = writer(k)
    const name = `set-${type.name.name.replace(/^<(.*)>$/, '$1')}-${type.fields[k]?.name ?? k}!`
    const made = function (this: unknown, record: Value, value: Value): Value {
      if (arguments.length !== 2) wrongArgumentCount(made)
      if (!(record instanceof Class)) return wrongType(name, 1, record)
      write(record, value)
      return UNSPECIFIED
    }
    return named(made, name)
  },
)

// What `define-record-type` expands to: the code generator does the ordinary case in line, so that every
// accessor is code of its own. FIELD is a position; WHO the procedure's name for messages.

guile(
  '%record-ref',
  [any('record'), recordType('type'), index('field'), any('who')],
  'Return field number FIELD of a record of TYPE.',
  (record, type, field, who) =>
    record instanceof type.instanceClass ? record[`f${field}`] : wrongType(procedureName(who), 1, record),
)
guile('%struct-field', [any('record'), index('field')], 'Return field number FIELD of a record.', (record, field) => {
  const value = record instanceof SchemeRecord ? record[`f${field}`] : wrongType('struct-ref', 1, record, 'struct')
  return value === undefined ? outOfRange('struct-ref', 2, field) : value
})
guile(
  '%record-set!',
  [any('record'), recordType('type'), index('field'), any('value'), any('who')],
  'Set field number FIELD of a record of TYPE.',
  (record, type, field, value, who) => {
    if (!(record instanceof type.instanceClass)) return wrongType(procedureName(who), 1, record)
    record[`f${field}`] = value
    return UNSPECIFIED
  },
)
guile(
  '%record-of-type?',
  [any('x'), any('type')],
  'Return #t when X is a record of TYPE, not of a subtype.',
  (x, type) => x instanceof SchemeRecord && x.type === type,
)
guile(
  '%make-record',
  [recordType('type'), rest(any('value'))],
  'Return a record of TYPE with the values of all its fields.',
  (type, ...values) => new type.instanceClass(...values),
)

function procedureName(who: Value): string {
  return who instanceof SchemeSymbol ? who.name : 'record'
}

// Structs

function layoutLength(layout: Value): number {
  const text = layout instanceof SchemeSymbol ? layout.name : layout instanceof SchemeString ? layout.toString() : ''
  return text.length >> 1
}
/** Guile's layouts: fields (`p` or, boxed, `u`) that may be written, read, or are hidden, each two letters. */
function checkLayout(layout: Value): void {
  const text = layout instanceof SchemeSymbol ? layout.name : layout instanceof SchemeString ? layout.toString() : ''
  if (text.length % 2 !== 0) miscError('make-struct-layout', 'odd length field specification: ~S', layout)
  for (let i = 0; i < text.length; i += 2) {
    const field = text.charAt(i)
    const access = text.charAt(i + 1)
    if (!/[pu]/.test(field)) miscError('make-struct-layout', 'unrecognized field type: ~S', char(field.charCodeAt(0)))
    if (!/[wrh]/.test(access))
      miscError('make-struct-layout', 'unrecognized ref specification: ~S', char(access.charCodeAt(0)))
  }
}
guile(
  'make-vtable',
  [any('layout'), optional(any('printer'))],
  'Return a vtable for structs with LAYOUT, two letters a field.',
  (layout, printer) => {
    checkLayout(layout)
    const count = layoutLength(layout)
    const made = new RecordType(
      intern('vtable'),
      Array.from({ length: count }, (_, i) => intern(`${i}`)),
      { bareStruct: true, extensible: true },
    )
    if (typeof printer === 'function') made.printer = printer
    return made
  },
)
guile(
  'struct?',
  [any('x')],
  'Return #t when X is a struct.',
  (x) => x instanceof SchemeRecord || x instanceof RecordType,
)
guile('struct-vtable', [any('struct')], 'Return the vtable of STRUCT.', (x) =>
  x instanceof SchemeRecord ? x.type : wrongType('struct-vtable', 1, x, 'struct'),
)
guile('struct-vtable?', [any('x')], 'Return #t when X is a vtable.', isRecordType)
guile('struct-vtable-name', [recordType('vtable')], 'Return the name of VTABLE.', (type) => type.name)
guile('set-struct-vtable-name!', [recordType('vtable'), any('name')], 'Set the name of VTABLE.', (type, name) => {
  if (name instanceof SchemeSymbol) type.name = name
  return UNSPECIFIED
})
for (const name of ['make-struct/no-tail', 'make-struct/simple', 'allocate-struct'])
  guile(
    name,
    [recordType('vtable'), rest(any('field'))],
    'Return a struct of VTABLE with the fields given.',
    (type, ...fields) => {
      if (name === 'allocate-struct') return new type.instanceClass(...type.fields.map(() => false))
      if (fields.length > type.fields.length)
        return schemeError('wrong-number-of-args', name, 'too many fields for ~S', [type])
      return new type.instanceClass(...type.fields.map((_, i) => (i < fields.length ? fields[i] : false)))
    },
  )
/** Fields of a vtable that programs read and set by number: the layout, the printer, the name and the fields' names. */
const LAYOUT = 0
const PRINTER = 3
const NAME = 8
const FIELDS = 9

function vtableRef(type: RecordType, k: number): Value {
  if (k === LAYOUT) return intern('pw'.repeat(type.fields.length))
  if (k === PRINTER) return type.printer ?? false
  if (k === NAME) return type.name
  return k === FIELDS ? list(type.fields) : outOfRange('struct-ref', 2, k)
}
function vtableSet(type: RecordType, k: number, value: Value): Value {
  if (k === NAME && value instanceof SchemeSymbol) type.name = value
  else if (k === PRINTER && (value === false || typeof value === 'function'))
    type.printer = value === false ? undefined : value
  else return outOfRange('struct-set!', 2, k)
  return value
}

for (const suffix of ['', '/unboxed']) {
  guile(`struct-ref${suffix}`, [any('struct'), index('k')], 'Return field K of STRUCT.', (record, k) => {
    if (record instanceof RecordType) return vtableRef(record, k)
    if (!(record instanceof SchemeRecord)) return wrongType('struct-ref', 1, record, 'struct')
    return k < record.type.fields.length ? record[`f${k}`] : outOfRange('struct-ref', 2, k)
  })
  guile(
    `struct-set!${suffix}`,
    [any('struct'), index('k'), any('value')],
    'Store VALUE as field K of STRUCT.',
    (record, k, value) => {
      if (record instanceof RecordType) return vtableSet(record, k, value)
      if (!(record instanceof SchemeRecord)) return wrongType('struct-set!', 1, record, 'struct')
      if (k >= record.type.fields.length) return outOfRange('struct-set!', 2, k)
      record[`f${k}`] = value
      return value
    },
  )
}
