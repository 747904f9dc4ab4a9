/** Conversions between Scheme's values and JavaScript's, by the table in lang/README.md. */
import { isEqual } from '../primitives/equality.ts'
import {
  Char,
  Flonum,
  HashTable,
  intern,
  list,
  listToArray,
  MultipleValues,
  NIL,
  Pair,
  type Procedure,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
} from '../values/index.ts'
import { SchemeObject, type SchemeProcedure, type SchemeValue } from './api.ts'

export interface Converter {
  toScheme(value: SchemeValue): Value
  toJavaScript(value: Value): SchemeValue
}

export interface ConverterHost {
  /** Call a Scheme procedure from outside. */
  call(procedure: Value, args: readonly Value[]): Value
  write(value: Value): string
  /** Run a JavaScript function that Scheme calls. */
  run(procedure: SchemeProcedure, args: readonly Value[]): Value
}

export function makeConverter(host: ConverterHost): Converter {
  /** A procedure that has crossed is itself again when it comes back. */
  const outside = new WeakMap<Procedure, SchemeProcedure>()
  const inside = new WeakMap<SchemeProcedure, Procedure>()

  function toScheme(value: SchemeValue): Value {
    switch (typeof value) {
      case 'undefined':
        return UNSPECIFIED
      case 'boolean':
        return value
      case 'number':
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : new Flonum(value)
      case 'bigint':
        return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
      case 'string':
        return new SchemeString(value)
      case 'symbol':
        return intern(Symbol.keyFor(value) ?? value.description ?? '')
      case 'function':
        return procedureFrom(value)
    }
    if (value === null) return NIL
    if (value instanceof SchemeObject) return SchemeObject.valueOf(value)
    if (value instanceof Uint8Array) return value
    if (Array.isArray(value)) return list(value.map(toScheme))
    if (value instanceof Map) {
      const table = new HashTable()
      for (const [key, item] of value) table.findOrAdd(toScheme(key), toScheme(item), 'equal', isEqual)
      return table
    }
    throw new TypeError(`no Scheme value stands for ${Object.prototype.toString.call(value)}`)
  }

  function procedureFrom(procedure: SchemeProcedure): Procedure {
    const known = inside.get(procedure)
    if (known !== undefined) return known
    const made = (...args: Value[]): Value => host.run(procedure, args)
    Object.defineProperty(made, 'name', { value: procedure.name })
    inside.set(procedure, made)
    outside.set(made, procedure)
    return made
  }

  /** WITHIN are the values this one is part of: one that contains itself stays a Scheme object. */
  function toJavaScript(value: Value, within: readonly Value[] = []): SchemeValue {
    switch (typeof value) {
      case 'boolean':
      case 'number':
      case 'bigint':
        return value
      case 'function': {
        const known = outside.get(value)
        if (known !== undefined) return known
        const made = (...args: SchemeValue[]): SchemeValue => toJavaScript(host.call(value, args.map(toScheme)))
        outside.set(value, made)
        inside.set(made, value)
        return made
      }
    }
    if (value === UNSPECIFIED || value === undefined) return undefined
    if (value === NIL) return []
    if (value instanceof Flonum) return value.value
    if (value instanceof SchemeString || value instanceof Char) return value.toString()
    if (value instanceof SchemeSymbol) return Symbol.for(value.name)
    if (value instanceof Uint8Array) return value
    if (!within.includes(value) && within.length < MOST_NESTING) {
      const inner = [...within, value]
      const convert = (part: Value): SchemeValue => toJavaScript(part, inner)
      if (value instanceof MultipleValues) return value.values.map(convert)
      const items = value instanceof Pair ? listToArray(value) : Array.isArray(value) ? value : undefined
      if (items !== undefined) return items.map(convert)
      if (value instanceof HashTable) {
        return new Map([...value.entries()].map((entry) => [convert(entry.car), convert(entry.cdr)] as const))
      }
    }
    return new SchemeObject(value, host.write)
  }

  return { toScheme, toJavaScript: (value) => toJavaScript(value) }
}

/** Levels of lists in lists that are converted. */
const MOST_NESTING = 1000
