/** `eq?`, `eqv?`, `equal?`, and booleans. */
import {
  Compnum,
  Flonum,
  Pair,
  Ratnum,
  SchemeRecord,
  SchemeString,
  type UniformKind,
  UniformVector,
  type Value,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { any, rest } from './parameters.ts'

/** `eqv?`: identity, except that numbers compare by exactness and value. */
export function isEqv(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object') return false
  if (a instanceof Flonum) return b instanceof Flonum && Object.is(a.value, b.value)
  if (a instanceof Ratnum) return b instanceof Ratnum && a.numerator === b.numerator && a.denominator === b.denominator
  if (a instanceof Compnum)
    return b instanceof Compnum && Object.is(a.real, b.real) && Object.is(a.imaginary, b.imaginary)
  return false
}

/** `equal?`: `eqv?` at the leaves of pairs, vectors, strings, bytevectors and records of one type.
 *  Past a depth no ordinary datum has, pairs under comparison are remembered, so cycles end. */
export function isEqual(a: Value, b: Value): boolean {
  return equalWithin(a, b, 0, 0, undefined)
}

const DEPTH_TO_REMEMBER = 1000
/** Calls of `equalWithin` inside one another after which the rest is compared without recursion. */
const LEVELS = 1000
type Compared = Map<Value, Set<Value>>

function equalWithin(left: Value, right: Value, level: number, depth: number, compared: Compared | undefined): boolean {
  if (level > LEVELS) return equalDeep(left, right, compared ?? new Map())
  let a = left
  let b = right
  let steps = depth
  let memory = compared
  while (a instanceof Pair && b instanceof Pair) {
    if (a === b) return true
    if (++steps > DEPTH_TO_REMEMBER) {
      memory ??= new Map()
      if (seenBefore(memory, a, b)) return true
    }
    const x = a.car
    const y = b.car
    if (x !== y) {
      if (typeof x !== 'object' || typeof y !== 'object') return false
      if (!equalWithin(x, y, level + 1, steps, memory)) return false
    }
    a = a.cdr
    b = b.cdr
  }
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof SchemeString)
    return b instanceof SchemeString && a.length === b.length && a.toString() === b.toString()
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    if (steps > DEPTH_TO_REMEMBER) {
      memory ??= new Map()
      if (seenBefore(memory, a, b)) return true
    }
    for (let i = 0; i < a.length; i++) {
      const x = a[i]
      const y = b[i]
      if (x === y) continue
      if (typeof x !== 'object' || typeof y !== 'object') return false
      if (!equalWithin(x, y, level + 1, steps + 1, memory)) return false
    }
    return true
  }
  if (ArrayBuffer.isView(a)) {
    if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false
    if (byteKind(a) !== byteKind(b)) return false
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
    return true
  }
  if (a instanceof SchemeRecord) {
    if (!(b instanceof SchemeRecord) || a.type !== b.type) return false
    if (a.type.byIdentity) return extendedEquality(a, b)
    if (steps > DEPTH_TO_REMEMBER) {
      memory ??= new Map()
      if (seenBefore(memory, a, b)) return true
    }
    for (let i = 0; i < a.type.fields.length; i++)
      if (!equalWithin(a[`f${i}`], b[`f${i}`], level + 1, steps + 1, memory)) return false
    return true
  }
  return isEqv(a, b) || equalArrays(a, b) || equalSyntax(a, b)
}

/** The same with a list of what is left to compare. */
function equalDeep(left: Value, right: Value, memory: Compared): boolean {
  const pending: Value[] = [left, right]
  while (pending.length > 0) {
    const b = pending.pop()
    const a = pending.pop()
    if (a === b) continue
    if (a instanceof Pair && b instanceof Pair) {
      if (!seenBefore(memory, a, b)) pending.push(a.cdr, b.cdr, a.car, b.car)
    } else if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return false
      if (seenBefore(memory, a, b)) continue
      for (let i = a.length - 1; i >= 0; i--) pending.push(a[i], b[i])
    } else if (a instanceof SchemeRecord && b instanceof SchemeRecord && !a.type.byIdentity) {
      if (a.type !== b.type) return false
      if (seenBefore(memory, a, b)) continue
      for (let i = a.type.fields.length - 1; i >= 0; i--) pending.push(a[`f${i}`], b[`f${i}`])
    } else if (!equalWithin(a, b, 0, 0, memory)) return false
  }
  return true
}

/** Bytes of a bytevector and of a u8vector are the same; those of other uniform vectors are not. */
function byteKind(bytes: Uint8Array): UniformKind {
  return bytes instanceof UniformVector ? bytes.kind : 'u8'
}

/** What a generic function says of two records that compare by identity. */
let extendedEquality: (a: Value, b: Value) => boolean = () => false
export function installEqualityExtension(test: (a: Value, b: Value) => boolean): void {
  extendedEquality = test
}

/** Equality of arrays of any rank; arrays.ts, which needs this file, installs it. */
let equalArrays: (a: Value, b: Value) => boolean = () => false
export function installArrayEquality(test: (a: Value, b: Value) => boolean): void {
  equalArrays = test
}

/** Equality of syntax objects; syntax/ installs it. */
let equalSyntax: (a: Value, b: Value) => boolean = () => false
export function installSyntaxEquality(test: (a: Value, b: Value) => boolean): void {
  equalSyntax = test
}

function seenBefore(memory: Compared, a: Value, b: Value): boolean {
  const known = memory.get(a)
  if (known === undefined) {
    memory.set(a, new Set([b]))
    return false
  }
  if (known.has(b)) return true
  known.add(b)
  return false
}

const guile = primitives('(guile)')

function equivalence(name: string, test: (a: Value, b: Value) => boolean, doc: string): void {
  guile(name, [rest(any('x'))], doc, (...xs) => {
    for (let i = 1; i < xs.length; i++) if (!test(xs[i - 1], xs[i])) return false
    return true
  })
}
equivalence('eq?', (a, b) => a === b, 'Return #t when the arguments are the same object.')
equivalence('eqv?', isEqv, 'Return #t when the arguments are the same object, or equal numbers of the same exactness.')
equivalence('equal?', isEqual, 'Return #t when the arguments have the same structure and content.')
guile('not', [any('x')], 'Return #t when X is #f.', (x) => x === false)
guile('boolean?', [any('x')], 'Return #t when X is #t or #f.', (x) => typeof x === 'boolean')
