/** Wraps: what a macro expansion leaves on a piece of syntax, so that its identifiers keep their meaning.
 *  A wrap is a list of marks (one for each macro step an identifier came through), a chain of scopes to
 *  search, and the module of what is bound nowhere. The model is Dybvig, Hieb and Bruggeman's, as in
 *  Guile's psyntax; the structures differ: mark lists are interned (equal lists are identical), each scope
 *  is one rib, and bare symbols carry no wrap of their own until a macro touches them. */
import type { Module } from '../modules/module.ts'
import type { SchemeSymbol } from '../values/index.ts'
import type { Binding } from './binding.ts'

let markCount = 0

/** One step of macro expansion. */
export class Mark {
  /** Distinguishes marks in a serialised constant; the order has no meaning. */
  readonly id = ++markCount
  #lastBase: Marks | undefined
  #lastResult: Marks | undefined
  #others: WeakMap<Marks, Marks> | undefined

  /** The list with this mark before `marks`: always the same object for the same list. */
  before(marks: Marks): Marks {
    if (this.#lastBase === marks && this.#lastResult !== undefined) return this.#lastResult
    let result = this.#others?.get(marks)
    if (result === undefined) {
      result = new Marks(this, marks)
      this.#others ??= new WeakMap()
      this.#others.set(marks, result)
    }
    this.#lastBase = marks
    this.#lastResult = result
    return result
  }
}

/** An interned list of marks, the latest first. */
export class Marks {
  readonly first: Mark | undefined
  readonly rest: Marks | undefined
  constructor(first: Mark | undefined, rest: Marks | undefined) {
    this.first = first
    this.rest = rest
  }
}

export const NO_MARKS = new Marks(undefined, undefined)

/** Put on a macro's input and cancelled in its output: what comes out unchanged was the user's own text. */
export const ANTI_MARK = new Mark()

/** On every identifier that a native transformer introduces, so that no user binding captures it. */
export const NATIVE_MARK = new Mark()

interface RibEntry {
  readonly symbol: SchemeSymbol
  readonly marks: Marks
  binding: Binding
  readonly next: RibEntry | undefined
}

/** The names one binding form binds. Bodies add to theirs as definitions turn up. */
export class Rib {
  #entries: RibEntry | undefined
  #size = 0
  #bySymbol: Map<SchemeSymbol, RibEntry[]> | undefined

  get isEmpty(): boolean {
    return this.#entries === undefined
  }

  add(symbol: SchemeSymbol, marks: Marks, binding: Binding): void {
    const entry = { symbol, marks, binding, next: this.#entries }
    this.#entries = entry
    this.#size++
    if (this.#bySymbol !== undefined) this.#index(entry)
    else if (this.#size > 8) {
      this.#bySymbol = new Map()
      for (let e: RibEntry | undefined = this.#entries; e !== undefined; e = e.next) this.#index(e)
    }
  }

  #index(entry: RibEntry): void {
    const known = this.#bySymbol?.get(entry.symbol)
    if (known === undefined) this.#bySymbol?.set(entry.symbol, [entry])
    else known.push(entry)
  }

  get(symbol: SchemeSymbol, marks: Marks): Binding | undefined {
    return this.#find(symbol, marks)?.binding
  }

  /** The latest first. */
  *entries(): IterableIterator<RibEntry> {
    for (let entry = this.#entries; entry !== undefined; entry = entry.next) yield entry
  }

  /** Change what an identifier of this rib is bound to. */
  replace(symbol: SchemeSymbol, marks: Marks, binding: Binding): void {
    const entry = this.#find(symbol, marks)
    if (entry === undefined) this.add(symbol, marks, binding)
    else entry.binding = binding
  }

  #find(symbol: SchemeSymbol, marks: Marks): RibEntry | undefined {
    if (this.#bySymbol !== undefined) {
      const entries = this.#bySymbol.get(symbol)
      if (entries === undefined) return undefined
      for (const entry of entries) if (entry.marks === marks) return entry
      return undefined
    }
    for (let entry = this.#entries; entry !== undefined; entry = entry.next) {
      if (entry.symbol === symbol && entry.marks === marks) return entry
    }
    return undefined
  }
}

/** A chain of scopes, innermost first. Without a rib it is a shift: what lies behind it
 *  was there before the latest mark, so the search goes on without that mark. */
export class Scope {
  readonly rib: Rib | undefined
  readonly next: Scope | undefined
  #lastOuter: Scope | undefined
  #lastJoined: Scope | undefined

  constructor(rib: Rib | undefined, next: Scope | undefined) {
    this.rib = rib
    this.next = next
  }

  /** This chain with `inner` behind it. */
  followedBy(inner: Scope): Scope {
    if (this.#lastOuter === inner && this.#lastJoined !== undefined) return this.#lastJoined
    let joined: Scope
    if (this.next !== undefined) joined = new Scope(this.rib, this.next.followedBy(inner))
    // A body's rib is put before macro output whose parts may have it already.
    else if (this.rib !== undefined && this.rib === inner.rib) joined = inner
    else joined = new Scope(this.rib, inner)
    this.#lastOuter = inner
    this.#lastJoined = joined
    return joined
  }
}

export class Wrap {
  readonly marks: Marks
  readonly scope: Scope | undefined
  readonly module: Module

  constructor(marks: Marks, scope: Scope | undefined, module: Module) {
    this.marks = marks
    this.scope = scope
    this.module = module
  }

  /** The wrap of what stands inside a binding form. */
  within(rib: Rib): Wrap {
    return new Wrap(this.marks, new Scope(rib, this.scope), this.module)
  }
}

const emptyWraps = new WeakMap<Module, Wrap>()

/** The wrap of untouched source in `module`. */
export function emptyWrap(module: Module): Wrap {
  let wrap = emptyWraps.get(module)
  if (wrap === undefined) {
    wrap = new Wrap(NO_MARKS, undefined, module)
    emptyWraps.set(module, wrap)
  }
  return wrap
}

/** The wrap of something that has `inner` itself and stands in something wrapped by `outer`. */
export function joinWraps(outer: Wrap, inner: Wrap): Wrap {
  if (outer.scope === undefined && outer.marks === NO_MARKS) return inner
  const marks = outer.marks === NO_MARKS ? inner.marks : appendMarks(outer.marks, inner.marks)
  const scope =
    outer.scope === undefined
      ? inner.scope
      : inner.scope === undefined
        ? outer.scope
        : outer.scope.followedBy(inner.scope)
  return marks === inner.marks && scope === inner.scope ? inner : new Wrap(marks, scope, inner.module)
}

function appendMarks(outer: Marks, inner: Marks): Marks {
  if (outer.first === undefined || outer.rest === undefined) return inner
  if (inner === NO_MARKS) return outer
  return outer.first.before(appendMarks(outer.rest, inner))
}

/** What goes into a macro: the anti-mark before everything. */
export function antiMarked(wrap: Wrap): Wrap {
  return new Wrap(ANTI_MARK.before(wrap.marks), new Scope(undefined, wrap.scope), wrap.module)
}

/** What comes out of a macro step. */
export function marked(wrap: Wrap, mark: Mark): Wrap {
  if (wrap.marks.first === ANTI_MARK && wrap.marks.rest !== undefined) {
    return new Wrap(wrap.marks.rest, wrap.scope?.next, wrap.module)
  }
  return new Wrap(mark.before(wrap.marks), new Scope(undefined, wrap.scope), wrap.module)
}

/** What `symbol` is bound to under `wrap`; undefined when only its module can say. */
export function resolve(symbol: SchemeSymbol, wrap: Wrap): Binding | undefined {
  let marks: Marks | undefined = wrap.marks
  for (let scope = wrap.scope; scope !== undefined; scope = scope.next) {
    if (scope.rib === undefined) marks = marks?.rest
    else if (marks !== undefined) {
      const found = scope.rib.get(symbol, marks)
      if (found !== undefined) return found
    }
  }
  return undefined
}
