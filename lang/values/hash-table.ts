/** Hash tables. One table serves `hashq-`, `hashv-` and `hash-` operations, as in Guile: the operation
 *  chooses how keys compare. Entries are pairs (key . value), which `hash-get-handle` hands out.
 *  Iteration is in order of insertion. */
import { Compnum, Flonum, Ratnum } from './number-types.ts'
import { Pair } from './pair.ts'
import { SchemeRecord } from './record.ts'
import { SchemeString } from './string.ts'
import type { Value } from './value.ts'

/** How keys compare: `eq?`, `eqv?` or `equal?`. */
export type KeyMode = 'eq' | 'eqv' | 'equal'

export class HashTable {
  /** Keys that JavaScript's Map can tell apart by itself, or their text form. */
  readonly atoms = new Map<unknown, Pair>()
  /** Compound keys, by structural hash. */
  readonly buckets = new Map<number, Pair[]>()
  #compound = 0
  /** Entries of weak keys, and references to the keys for walking the table. */
  readonly #weakEntries = new WeakMap<object, { readonly entry: Pair; readonly key: WeakRef<object> }>()
  #weakKeys: Set<WeakRef<object>> | undefined
  /** 'key', 'value' or 'both' for Guile's weak tables. Keys compared by identity are let go; values are held as long
   *  as their keys, because a value lets go only of what its table gives no handle on. */
  readonly weak: 'key' | 'value' | 'both' | undefined

  constructor(weak?: 'key' | 'value' | 'both') {
    this.weak = weak
  }

  get size(): number {
    return this.atoms.size + this.#compound + (this.#weakKeys === undefined ? 0 : this.#liveEntries().length)
  }

  /** Whether an entry of KEY may vanish with it. */
  #letsGo(key: Value, mode: KeyMode): key is object {
    if (this.weak !== 'key' && this.weak !== 'both') return false
    if ((typeof key !== 'object' && typeof key !== 'function') || key === null) return false
    return mode === 'eq' || (atomKey(key, mode) === key && !(mode === 'equal' && isCompound(key)))
  }

  #liveEntries(): Pair[] {
    const live: Pair[] = []
    for (const reference of this.#weakKeys ?? []) {
      const key = reference.deref()
      const held = key === undefined ? undefined : this.#weakEntries.get(key)
      if (held === undefined) this.#weakKeys?.delete(reference)
      else live.push(held.entry)
    }
    return live
  }

  find(key: Value, mode: KeyMode, equal: (a: Value, b: Value) => boolean): Pair | undefined {
    if (mode === 'equal' && isCompound(key)) {
      const bucket = this.buckets.get(structuralHash(key))
      if (bucket === undefined) return undefined
      for (const entry of bucket) if (equal(entry.car, key)) return entry
      return undefined
    }
    if (this.weak !== undefined && this.#letsGo(key, mode)) return this.#weakEntries.get(key)?.entry
    return this.atoms.get(mode === 'eq' ? key : atomKey(key, mode))
  }

  /** The entry of KEY, made with VALUE when there is none. */
  findOrAdd(key: Value, value: Value, mode: KeyMode, equal: (a: Value, b: Value) => boolean): Pair {
    if (mode === 'equal' && isCompound(key)) {
      const hash = structuralHash(key)
      let bucket = this.buckets.get(hash)
      if (bucket === undefined) {
        bucket = []
        this.buckets.set(hash, bucket)
      }
      for (const entry of bucket) if (equal(entry.car, key)) return entry
      const made = new Pair(key, value)
      bucket.push(made)
      this.#compound++
      return made
    }
    if (this.weak !== undefined && this.#letsGo(key, mode)) {
      const held = this.#weakEntries.get(key)
      if (held !== undefined) return held.entry
      const made = { entry: new Pair(key, value), key: new WeakRef(key) }
      this.#weakEntries.set(key, made)
      this.#weakKeys ??= new Set()
      this.#weakKeys.add(made.key)
      return made.entry
    }
    const atom = mode === 'eq' ? key : atomKey(key, mode)
    let entry = this.atoms.get(atom)
    if (entry === undefined) {
      entry = new Pair(key, value)
      this.atoms.set(atom, entry)
    }
    return entry
  }

  remove(key: Value, mode: KeyMode, equal: (a: Value, b: Value) => boolean): Pair | undefined {
    if (mode === 'equal' && isCompound(key)) {
      const hash = structuralHash(key)
      const bucket = this.buckets.get(hash)
      const position = bucket?.findIndex((entry) => equal(entry.car, key)) ?? -1
      if (bucket === undefined || position < 0) return undefined
      const [removed] = bucket.splice(position, 1)
      if (bucket.length === 0) this.buckets.delete(hash)
      this.#compound--
      return removed
    }
    if (this.weak !== undefined && this.#letsGo(key, mode)) {
      const held = this.#weakEntries.get(key)
      if (held === undefined) return undefined
      this.#weakEntries.delete(key)
      this.#weakKeys?.delete(held.key)
      return held.entry
    }
    const atom = mode === 'eq' ? key : atomKey(key, mode)
    const entry = this.atoms.get(atom)
    if (entry !== undefined) this.atoms.delete(atom)
    return entry
  }

  clear(): void {
    this.atoms.clear()
    this.buckets.clear()
    this.#compound = 0
    for (const entry of this.#liveEntries())
      if (typeof entry.car === 'object' && entry.car !== null) this.#weakEntries.delete(entry.car)
    this.#weakKeys = undefined
  }

  entries(): Pair[] {
    const entries = [...this.atoms.values()]
    for (const bucket of this.buckets.values()) entries.push(...bucket)
    if (this.#weakKeys !== undefined) entries.push(...this.#liveEntries())
    return entries
  }
}

function isCompound(key: Value): boolean {
  return (
    typeof key === 'object' &&
    (key instanceof Pair || Array.isArray(key) || key instanceof Uint8Array || key instanceof SchemeRecord)
  )
}

/** What stands for KEY in a Map: numbers and strings by their value. Prefixes keep kinds apart. */
function atomKey(key: Value, mode: KeyMode): unknown {
  if (typeof key !== 'object') return key
  if (key instanceof SchemeString) return mode === 'equal' ? `s${key.toString()}` : key
  if (key instanceof Flonum) return `f${Object.is(key.value, -0) ? '-0' : key.value}`
  if (key instanceof Ratnum) return `r${key.numerator}/${key.denominator}`
  if (key instanceof Compnum) return `c${key.real},${key.imaginary}`
  return key
}

const identities = new WeakMap<object, number>()
let nextIdentity = 1

/** A number for the identity of an object. */
export function identityHash(key: object): number {
  let identity = identities.get(key)
  if (identity === undefined) {
    identity = nextIdentity++
    identities.set(key, identity)
  }
  return identity
}

function textHash(text: string): number {
  let hash = 5381
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) | 0
  return hash
}

/** Equal under `equal?` implies equal here. Looks at a bounded part of big structures. */
/** What `equal?` objects of other layers have in common, or undefined; they install it. */
let commonContent: (object: object) => Value = () => undefined
export function installCommonContent(content: (object: object) => Value): void {
  commonContent = content
}

export function structuralHash(key: Value): number {
  return hashWithin(key, { left: 64 }) >>> 0
}

function hashWithin(key: Value, budget: { left: number }): number {
  if (budget.left-- <= 0) return 7
  if (typeof key === 'number') return key | 0
  if (typeof key === 'bigint') return textHash(key.toString(16))
  if (typeof key === 'boolean') return key ? 11 : 13
  if (typeof key === 'function') return identityHash(key)
  if (typeof key !== 'object' || key === null) return 17
  if (key instanceof SchemeString) return textHash(key.toString())
  if (key instanceof Pair) {
    let hash = 31
    let rest: Value = key
    while (rest instanceof Pair && budget.left > 0) {
      hash = (Math.imul(hash, 31) + hashWithin(rest.car, budget)) | 0
      rest = rest.cdr
    }
    return rest instanceof Pair ? hash : (Math.imul(hash, 31) + hashWithin(rest, budget)) | 0
  }
  if (Array.isArray(key)) {
    let hash = key.length + 41
    for (let i = 0; i < key.length && budget.left > 0; i++)
      hash = (Math.imul(hash, 31) + hashWithin(key[i], budget)) | 0
    return hash
  }
  if (key instanceof Uint8Array) {
    let hash = key.length + 43
    for (let i = 0; i < key.length && i < 256; i++) hash = (Math.imul(hash, 31) + (key[i] ?? 0)) | 0
    return hash
  }
  if (key instanceof SchemeRecord) {
    let hash = identityHash(key.type)
    if (key.type.byIdentity) return hash
    for (let i = 0; i < key.type.fields.length && budget.left > 0; i++)
      hash = (Math.imul(hash, 31) + hashWithin(key[`f${i}`], budget)) | 0
    return hash
  }
  const atom = atomKey(key, 'equal')
  if (typeof atom === 'string') return textHash(atom)
  const content = commonContent(key)
  return content === undefined ? identityHash(key) : hashWithin(content, budget)
}
