/** Records, and Guile's structs, which are the same thing: an instance of a JavaScript class with the
 *  fields in the object, `f0`, `f1`, …. The code generator may inline an accessor of field I of type T as
 *  `x instanceof T.instanceClass ? x.fI : …`; a subtype's class extends its parent's, and its fields come after. */
import type { SchemeSymbol } from './symbol.ts'
import type { Procedure, Value } from './value.ts'

/** An instance of any record type. */
export abstract class SchemeRecord {
  declare readonly type: RecordType;
  /** The field values, read by the generic operations only. */
  [field: `f${number}`]: Value
}

export type RecordClass = new (...fields: Value[]) => SchemeRecord

export interface RecordTypeOptions {
  readonly parent?: RecordType | undefined
  readonly extensible?: boolean
  readonly opaque?: boolean
  readonly uid?: Value
  /** Which own fields may be set; all when absent. */
  readonly mutable?: readonly boolean[] | undefined
  /** Written by `make-vtable` rather than `make-record-type`: prints as a struct. */
  readonly bareStruct?: boolean
}

/** A record type descriptor: Guile's vtable. */
export class RecordType {
  /** As given: Guix's are symbols such as `<package>`. */
  name: SchemeSymbol
  /** All fields, the parents' first. */
  readonly fields: readonly SchemeSymbol[]
  readonly mutable: readonly boolean[]
  readonly parent: RecordType | undefined
  readonly extensible: boolean
  readonly opaque: boolean
  readonly uid: Value
  readonly bareStruct: boolean
  readonly properties = new Map<Value, Value>()
  readonly instanceClass: RecordClass
  /** `(lambda (record port) …)`, or undefined for the standard form. */
  printer: Procedure | undefined
  /** Whether `equal?` tells all records apart: instances of GOOPS classes. */
  byIdentity = false

  constructor(name: SchemeSymbol, ownFields: readonly SchemeSymbol[], options: RecordTypeOptions = {}) {
    this.name = name
    this.parent = options.parent
    this.fields = [...(this.parent?.fields ?? []), ...ownFields]
    this.mutable = [...(this.parent?.mutable ?? []), ...(options.mutable ?? ownFields.map(() => true))]
    this.extensible = options.extensible ?? false
    this.opaque = options.opaque ?? false
    this.uid = options.uid ?? false
    this.bareStruct = options.bareStruct ?? false
    this.printer = this.parent?.printer
    this.instanceClass = makeClass(this)
  }

  /** Position of a field, the last of that name when a parent has the same, or -1. */
  indexOf(field: SchemeSymbol): number {
    return this.fields.lastIndexOf(field)
  }
}

export function isInstance(value: Value, type: RecordType): value is SchemeRecord {
  return value instanceof type.instanceClass
}

type ClassFactory = (base: abstract new (...fields: Value[]) => SchemeRecord) => RecordClass
const factories = new Map<string, ClassFactory>()

/** A fresh class whose constructor stores the inherited fields through `super` and its own in order,
 *  so that all instances of a type share one hidden class. */
function makeClass(type: RecordType): RecordClass {
  const inherited = type.parent?.fields.length ?? 0
  const total = type.fields.length
  const key = `${inherited}/${total}`
  let factory = factories.get(key)
  if (factory === undefined) {
    const names = Array.from({ length: total }, (_, i) => `f${i}`)
    const stores = names.slice(inherited).map((n) => `this.${n} = ${n}`)
    const source = `return (Base) => class extends Base {
      constructor(${names.join(', ')}) { super(${names.slice(0, inherited).join(', ')}); ${stores.join('; ')} }
    }`
    // The source depends on two small numbers only.
    factory = new Function(source)() as ClassFactory
    factories.set(key, factory)
  }
  const made = factory(type.parent?.instanceClass ?? SchemeRecord)
  Object.defineProperty(made.prototype, 'type', { value: type })
  return made
}
