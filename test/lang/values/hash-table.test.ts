/** Hash tables: keys by identity, by value and by structure in one table. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEqual } from '../../../lang/primitives/index.ts'
import {
  Flonum,
  HashTable,
  intern,
  list,
  SchemeString,
  structuralHash,
  type Value,
} from '../../../lang/values/index.ts'

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string().map((s) => new SchemeString(s)),
    fc.string().map(intern),
    fc.double().map((x) => new Flonum(x)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => list(items)),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value
/** The same value built again. */
function copy(x: Value): Value {
  if (x instanceof SchemeString) return new SchemeString(x.toString())
  if (x instanceof Flonum) return new Flonum(x.value)
  if (Array.isArray(x)) return x.map(copy)
  return x
}

test('equal values hash alike and find one entry', () => {
  fc.assert(
    fc.property(value, (x) => {
      const twin = copy(x)
      expect(isEqual(x, twin)).toBe(true)
      expect(structuralHash(x)).toBe(structuralHash(twin))
      const table = new HashTable()
      table.findOrAdd(x, 1, 'equal', isEqual)
      expect(table.find(twin, 'equal', isEqual)?.cdr).toBe(1)
      expect(table.remove(twin, 'equal', isEqual)?.cdr).toBe(1)
      expect(table.size).toBe(0)
    }),
  )
})

test('eq tables tell strings apart, eqv tables do not tell numbers apart', () => {
  const table = new HashTable()
  table.findOrAdd(new SchemeString('a'), 1, 'eq', isEqual)
  expect(table.find(new SchemeString('a'), 'eq', isEqual)).toBeUndefined()
  table.findOrAdd(new Flonum(1.5), 2, 'eqv', isEqual)
  expect(table.find(new Flonum(1.5), 'eqv', isEqual)?.cdr).toBe(2)
  expect(table.find(new Flonum(-0), 'eqv', isEqual)).toBeUndefined()
})

test('equal? ends on cycles', () => {
  const a: Value[] = [1]
  a.push(a)
  const b: Value[] = [1]
  b.push(b)
  expect(isEqual(a, b)).toBe(true)
})
