/** Guile's hash tables: the procedures that call no other. Folds are Scheme, in stdlib/guile/hash-tables.scm. */
import { outOfRange } from '../conditions/index.ts'
import {
  HashTable,
  identityHash,
  type KeyMode,
  list,
  Pair,
  SchemeString,
  structuralHash,
  UNSPECIFIED,
  type Value,
} from '../values/index.ts'
import { primitives } from './define.ts'
import { isEqual } from './equality.ts'
import { elements } from './lists.ts'
import type { ExactInteger } from './numbers/index.ts'
import { any, exactInteger, index, optional, parameter } from './parameters.ts'
import { guileStringHash } from './string-hash.ts'

const guile = primitives('(guile)')

export function isHashTable(value: Value): value is HashTable {
  return value instanceof HashTable
}
const table = (name: string) => parameter(name, isHashTable, 'hash-table')

guile('make-hash-table', [optional(index('size'))], 'Return a new hash table.', () => new HashTable())
guile(
  'make-weak-key-hash-table',
  [optional(index('size'))],
  'Return a new hash table with weak keys.',
  () => new HashTable('key'),
)
guile(
  'make-weak-value-hash-table',
  [optional(index('size'))],
  'Return a new hash table with weak values.',
  () => new HashTable('value'),
)
guile(
  'make-doubly-weak-hash-table',
  [optional(index('size'))],
  'Return a new hash table with weak keys and values.',
  () => new HashTable('both'),
)
guile('hash-table?', [any('x')], 'Return #t when X is a hash table.', isHashTable)
guile(
  'weak-key-hash-table?',
  [any('x')],
  'Return #t when X is a hash table with weak keys.',
  (x) => x instanceof HashTable && x.weak === 'key',
)
guile(
  'weak-value-hash-table?',
  [any('x')],
  'Return #t when X is a hash table with weak values.',
  (x) => x instanceof HashTable && x.weak === 'value',
)
guile(
  'doubly-weak-hash-table?',
  [any('x')],
  'Return #t when X is a hash table with weak keys and values.',
  (x) => x instanceof HashTable && x.weak === 'both',
)
guile('hash-clear!', [table('table')], 'Remove all entries of TABLE.', (t) => {
  t.clear()
  return UNSPECIFIED
})
guile('%hash-table-handles', [table('table')], 'Return the entries of TABLE, pairs of a key and a value.', (t) =>
  list(t.entries()),
)
guile('%hash-table-count', [table('table')], 'Return the number of entries of TABLE.', (t) => t.size)

for (const [prefix, mode] of [
  ['hashq', 'eq'],
  ['hashv', 'eqv'],
  ['hash', 'equal'],
] satisfies [string, KeyMode][]) {
  guile(
    `${prefix}-ref`,
    [table('table'), any('key'), optional(any('default'))],
    'Return the value of KEY in TABLE, or DEFAULT (#f).',
    (t, key, missing = false) => {
      const entry = t.find(key, mode, isEqual)
      return entry === undefined ? missing : entry.cdr
    },
  )
  guile(
    `${prefix}-set!`,
    [table('table'), any('key'), any('value')],
    'Bind KEY to VALUE in TABLE.',
    (t, key, value) => {
      t.findOrAdd(key, value, mode, isEqual).cdr = value
      return value
    },
  )
  guile(
    `${prefix}-remove!`,
    [table('table'), any('key')],
    'Remove the entry of KEY from TABLE.',
    (t, key) => t.remove(key, mode, isEqual) ?? false,
  )
  guile(
    `${prefix}-get-handle`,
    [table('table'), any('key')],
    'Return the entry of KEY in TABLE, a pair, or #f.',
    (t, key) => t.find(key, mode, isEqual) ?? false,
  )
  guile(
    `${prefix}-create-handle!`,
    [table('table'), any('key'), any('init')],
    'Return the entry of KEY in TABLE, made with INIT when missing.',
    (t, key, init) => t.findOrAdd(key, init, mode, isEqual),
  )
}

/** Our hashes are safe integers: any larger size leaves them as they are. */
export function hashBelow(name: string, hash: number, size: ExactInteger | undefined): number {
  if (size === undefined) return hash
  if (size <= 0) return outOfRange(name, 2, size)
  return typeof size === 'bigint' ? hash : hash % size
}
const identity = (key: Value) => (typeof key === 'object' && key !== null ? identityHash(key) : structuralHash(key))
guile('hashq', [any('key'), optional(exactInteger('size'))], 'Return a hash below SIZE for eq? keys.', (key, size) =>
  hashBelow('hashq', identity(key), size),
)
guile('hashv', [any('key'), optional(exactInteger('size'))], 'Return a hash below SIZE for eqv? keys.', (key, size) =>
  hashBelow(
    'hashv',
    typeof key === 'object' && !(key instanceof Pair) && !Array.isArray(key) ? structuralHash(key) : identity(key),
    size,
  ),
)
guile('hash', [any('key'), optional(exactInteger('size'))], 'Return a hash below SIZE for equal? keys.', (key, size) =>
  key instanceof SchemeString && size !== undefined && size > 0
    ? guileStringHash(key.toString(), size)
    : hashBelow('hash', structuralHash(key), size),
)
guile('object-address', [any('x')], 'Return a number that identifies X.', (x) =>
  typeof x === 'object' && x !== null ? identityHash(x) * 16 : typeof x === 'function' ? identityHash(x) * 16 : 4,
)

for (const [name, mode] of [
  ['alist->hash-table', 'equal'],
  ['alist->hashq-table', 'eq'],
  ['alist->hashv-table', 'eqv'],
] satisfies [string, KeyMode][])
  primitives('(ice-9 hash-table)')(
    name,
    [any('alist')],
    'Return a hash table with the entries of ALIST, the first of each key.',
    (alist) => {
      const made = new HashTable()
      for (const entry of elements(name, 1, alist).reverse())
        if (entry instanceof Pair) made.findOrAdd(entry.car, entry.cdr, mode, isEqual).cdr = entry.cdr
      return made
    },
  )
