/** The intermediate form to JavaScript text. A function has two printings: the ordinary one, and the one that
 *  resumes a saved frame, the same statements with `pc` telling which call to go on from (-1: run normally). */
import { limits } from '../execution/machine.ts'
import type { Span } from '../source/index.ts'
import { type Constant, Tables, type UnitText } from './constant-tables.ts'
import type { Callee, Expr, Fn, Loop, Slot, Stmt } from './ir.ts'
import { computeLiveness } from './liveness.ts'
import { computeRange, hasEffect, isBoolean, makesCalls, rangeOf, spanOf, weight } from './statement-facts.ts'

export type { Constant, UnitText }

/** The text of a whole unit; it returns the function that runs it. */
export function emitUnit(fn: Fn, spans: Span[] = []): UnitText {
  const tables = new Tables(spans)
  const text = emitFunction(fn, tables, '  ')
  return tables.wrap(text)
}

/** The text of a function's resume procedure; it returns a function of a frame and a value. */
export function emitResume(fn: Fn, spans: Span[] = []): UnitText {
  const tables = new Tables(spans)
  const text = new Emitter(fn, tables, true).resumeFunction('  ')
  return tables.wrap(text)
}

function emitFunction(fn: Fn, tables: Tables, indent: string): string {
  tables.fns.set(fn.name, fn)
  if (fn.moreCases.length === 0) return new Emitter(fn, tables, false).ordinaryFunction(indent, fn.name, fn.wellKnown)
  const cases = [fn, ...fn.moreCases]
  const inner = `${indent}  `
  const lines = ['(() => {']
  cases.forEach((c, i) => {
    const text = new Emitter(c, tables, false).ordinaryFunction(inner, `${fn.name}_${i}`, true, fn.name)
    lines.push(`${indent}const case${i} = ${text}`)
  })
  const counts = cases.map((c) => (c.rest === undefined ? c.params.length : c.required))
  const most = Math.min(Math.max(...counts, 0), 8)
  const names = [...Array(most).keys()].map((i) => `a${i}`)
  lines.push(`${indent}return ${fn.name}`, `${indent}function ${fn.name}(${names.join(', ')}) {`)
  lines.push(`${inner}switch (arguments.length) {`)
  const accepts = (c: Fn, n: number) => n >= c.required && (c.rest !== undefined || n <= c.params.length)
  // A case with keywords takes the arguments past its parameters only when they begin with one.
  const keywordTest = (c: Fn, n: number): string | undefined =>
    c.keywordsAt === undefined || n <= c.keywordsAt || c === cases.at(-1)
      ? undefined
      : `${tables.runtime('hasKeyword')}(arguments, ${c.required}, ${c.keywordsAt})`
  for (let n = 0; n <= most; n++) {
    const calls: string[] = []
    for (const [i, c] of cases.entries()) {
      if (!accepts(c, n)) continue
      const test = keywordTest(c, n)
      calls.push(`${test === undefined ? '' : `if (${test}) `}return case${i}(${names.slice(0, n).join(', ')})`)
      if (test === undefined) break
    }
    if (calls.length > 0) lines.push(`${inner}  case ${n}: ${calls.join('; ')}; break`)
  }
  lines.push(`${inner}}`)
  cases.forEach((c, i) => {
    if (c.rest !== undefined) {
      const test = keywordTest(c, Number.POSITIVE_INFINITY)
      const guard = test === undefined ? '' : ` && ${test}`
      lines.push(`${inner}if (arguments.length >= ${c.required}${guard}) return case${i}(...arguments)`)
    } else if (c.params.length > most) {
      const fits = `arguments.length >= ${c.required} && arguments.length <= ${c.params.length}`
      lines.push(`${inner}if (${fits}) return case${i}(...arguments)`)
    }
  })
  lines.push(`${inner}return ${tables.runtime('wrongArguments')}(${fn.name})`, `${indent}}`, `${indent.slice(2)}})()`)
  return lines.join('\n')
}

/** Prints one function. */
class Emitter {
  readonly fn: Fn
  readonly tables: Tables
  readonly resuming: boolean
  readonly #lines: string[] = []
  /** Scratch variables in use by the expression being printed, and the most ever. */
  #scratchMost = 0
  #usesT = false
  #usesF = false
  #usesDepth = false
  /** Whether there is a loop: its turns are counted, that signals are noticed in it. */
  #usesTurns = false
  /** Arguments of the call to `overflow` that does this call again. */
  #overflow = ''
  /** Whether the depth counter may differ from this function's own depth here. */
  #dirty = false
  /** Whether this function's weight has been added to it. */
  #entered: boolean
  #self: string
  /** Of the statement being printed, for the functions inside it. */
  #indent = ''
  #range = new Map<Stmt, readonly [number, number] | undefined>()

  constructor(fn: Fn, tables: Tables, resuming: boolean) {
    this.fn = fn
    this.tables = tables
    this.resuming = resuming
    this.#self = resuming ? 'undefined' : fn.name
    this.#entered = resuming
    computeLiveness(fn)
  }

  /** WHOLE is the procedure as programs know it, of which this may be one case. */
  ordinaryFunction(indent: string, name: string, unchecked: boolean, whole = name): string {
    const { fn } = this
    this.#self = whole
    const params = fn.params.map((p) => this.#incoming(p))
    if (fn.rest !== undefined) params.push(`...${fn.rest.name}`)
    this.#overflow = [name, ...params].join(', ')
    this.#statements(fn.body, indent, false)
    const entry: string[] = []
    if (!unchecked) {
      const most = fn.params.length
      const n = 'arguments.length'
      let wrong: string | undefined
      if (fn.rest !== undefined) wrong = fn.required > 0 ? `${n} < ${fn.required}` : undefined
      else wrong = fn.required === most ? `${n} !== ${most}` : `${n} < ${fn.required} || ${n} > ${most}`
      if (wrong !== undefined) {
        entry.push(`${indent}if (${wrong}) return ${this.tables.runtime('wrongArguments')}(${name});`)
      }
    }
    const locals = fn.slots.filter((s) => !this.#inLoop(s) && !fn.params.includes(s) && s !== fn.rest)
    const names = locals.map((s) => s.name)
    for (const slot of fn.slots) {
      if (this.#isFresh(slot) && !fn.params.includes(slot)) names.push(this.#incoming(slot))
    }
    this.#declare(names, entry, indent)
    return [`function ${name}(${params.join(', ')}) {`, ...entry, ...this.#lines, `${indent.slice(2)}}`].join('\n')
  }

  resumeFunction(indent: string): string {
    const { fn } = this
    this.#dirty = true
    this.#statements(fn.body, indent, true)
    const entry: string[] = []
    const names: string[] = []
    for (const slot of [...fn.slots, ...fn.free]) {
      if (slot.owner === fn && this.#inLoop(slot)) {
        names.push(`${slot.name}_r`)
        if (this.#isFresh(slot)) names.push(this.#incoming(slot))
      } else names.push(slot.name)
    }
    this.#declare(names, entry, indent)
    entry.push(`${indent}const depth = ${this.tables.runtime('machine')}.depth + ${weight(fn)};`)
    entry.push(`${indent}let pc = frame.site;`)
    entry.push(`${indent}switch (pc) {`)
    for (const site of fn.sites) {
      const moves = site.live.map((slot, i) => {
        const target = slot.owner === fn && this.#inLoop(slot) ? `${slot.name}_r` : slot.name
        return `${target} = frame.${['a', 'b', 'c', 'd'][i] ?? `more[${i - 4}]`}; `
      })
      entry.push(`${indent}  case ${site.index}: ${moves.join('')}break`)
    }
    entry.push(`${indent}}`)
    return [`function ${fn.name}_resume(frame, value) {`, ...entry, ...this.#lines, '}'].join('\n')
  }

  #declare(names: readonly string[], entry: string[], indent: string): void {
    const all = [...names]
    if (this.#usesT) all.push('t')
    if (this.#usesF) all.push('f')
    if (this.#usesDepth) all.push('depth')
    for (let i = 0; i < this.#scratchMost; i++) all.push(`s${i}`)
    if (this.#usesTurns) all.push(`turns = ${limits.turns}`)
    if (all.length > 0) entry.push(`${indent}let ${all.join(', ')};`)
  }

  /** Captured slots inside a loop are declared in its body, so that each turn has its own. */
  #inLoop(slot: Slot): boolean {
    return slot.captured && slot.loop !== undefined
  }
  #isFresh(slot: Slot): boolean {
    return slot.captured && slot.loop?.fresh.includes(slot) === true
  }
  /** The variable that a loop's parameter is assigned through. */
  #incoming(slot: Slot): string {
    return this.#isFresh(slot) ? `${slot.name}_in` : slot.name
  }

  // Statements

  #line(indent: string, text: string, span?: Span | undefined): void {
    const open = text.endsWith('{') || text === '}' || text.startsWith('} else')
    const mark = span === undefined ? '' : ` // @${this.tables.spans.push(span) - 1}`
    // Text with a procedure inside: what is before and after its body is on the first line and the last.
    const first = mark === '' ? -1 : text.indexOf('\n')
    const marked =
      first < 0 || /\/\/ @\d+$/.test(text.slice(0, first)) ? text : text.slice(0, first) + mark + text.slice(first)
    this.#lines.push(`${indent}${marked}${open ? '' : ';'}${mark}`)
  }

  /** `resuming`: control may come in here with `pc` at a site of these statements. */
  #statements(stmts: readonly Stmt[], indent: string, resuming: boolean): void {
    let last = -1
    if (resuming) {
      stmts.forEach((stmt, i) => {
        if (this.#sites(stmt) !== undefined) last = i
      })
    }
    let guarded = false
    const lastCall = this.#entered ? -1 : stmts.findLastIndex((stmt) => makesCalls([stmt]))
    stmts.forEach((stmt, i) => {
      const range = this.#sites(stmt)
      const guard = i < last && range === undefined
      if (guard && !guarded) this.#line(indent, 'if (pc < 0) {')
      if (!guard && guarded) this.#line(indent, '}')
      guarded = guard
      // Past its own sites, a statement before the one to go on from is skipped.
      const skipped = i < last && range !== undefined && stmt.kind !== 'call'
      if (skipped) this.#line(indent, `if (pc <= ${range[1]}) {`)
      if (!this.#entered && i <= lastCall) this.#enterBefore(stmt, i === lastCall, indent)
      this.#statement(stmt, guard || skipped ? `${indent}  ` : indent, resuming && i <= last)
      if (skipped) this.#line(indent, '}')
    })
    if (guarded) this.#line(indent, '}')
  }

  /** Count this function's stack before its first call: as late as possible, so that the cases of a recursion that
   *  make no call pay nothing, but before anything that must not be done twice, and outside loops. */
  #enterBefore(stmt: Stmt, last: boolean, indent: string): void {
    if (!makesCalls([stmt]) && !hasEffect(stmt)) return
    if (last && (stmt.kind === 'if' || stmt.kind === 'block')) return
    if (!makesCalls(this.fn.body)) return
    this.#usesDepth = true
    this.#entered = true
    const machine = this.tables.runtime('machine')
    const overflow = this.tables.runtime('overflow')
    const test = `(depth = ${machine}.depth + ${weight(this.fn)}) > ${limits.depth}`
    this.#line(indent, `if (${test}) return ${overflow}(${this.#overflow})`)
    this.#line(indent, `${machine}.depth = depth`)
  }

  #statement(stmt: Stmt, indent: string, resuming: boolean): void {
    this.#indent = indent
    const inner = `${indent}  `
    switch (stmt.kind) {
      case 'set':
        return this.#line(indent, `${this.#incoming(stmt.slot)} = ${this.#expr(stmt.expr, 0)}`, spanOf(stmt.expr))
      case 'box': {
        const content = stmt.expr === undefined ? 'undefined' : this.#expr(stmt.expr, 0)
        return this.#line(
          indent,
          `${stmt.slot.name} = new ${this.tables.runtime('Box')}(${content})`,
          stmt.expr && spanOf(stmt.expr),
        )
      }
      case 'set-box':
        return this.#line(indent, `${stmt.slot.name}.v = ${this.#expr(stmt.expr, 0)}`, spanOf(stmt.expr))
      case 'set-global': {
        const global = this.tables.global(stmt.link)
        const slow = this.tables.runtime('setGlobal')
        return this.#line(indent, `${slow}(${global}, ${this.#expr(stmt.expr, 0)})`, stmt.span)
      }
      case 'define': {
        const module = this.tables.value(stmt.link.module)
        const name = this.tables.value(stmt.link.name)
        return this.#line(indent, `${module}.define(${name}, ${this.#expr(stmt.expr, 0)})`)
      }
      case 'define-syntax': {
        const module = this.tables.value(stmt.link.module)
        const name = this.tables.value(stmt.link.name)
        const slow = this.tables.runtime('defineSyntax')
        return this.#line(indent, `${slow}(${module}, ${name}, ${this.#expr(stmt.expr, 0)})`)
      }
      case 'eval':
        return this.#line(indent, this.#expr(stmt.expr, 0), spanOf(stmt.expr))
      case 'call':
        return this.#call(stmt, indent, resuming)
      case 'return':
        return this.#line(indent, `return ${this.#expr(stmt.expr, 0)}`, spanOf(stmt.expr))
      case 'tail':
        this.#restoreDepth(indent)
        return this.#line(indent, `return ${this.#invoke(stmt.callee, stmt.args)}`, stmt.span)
      case 'if': {
        const thenSites = resuming ? rangeOf(stmt.then, (s) => this.#sites(s)) : undefined
        const elseSites = resuming ? rangeOf(stmt.else, (s) => this.#sites(s)) : undefined
        let test = this.#test(stmt.test)
        if (thenSites !== undefined && elseSites !== undefined) test = `pc < 0 ? ${test} : pc <= ${thenSites[1]}`
        else if (thenSites !== undefined) test = `pc >= 0 || ${test}`
        else if (elseSites !== undefined) test = `pc < 0 && ${test}`
        const before = this.#dirty
        const entered = this.#entered
        if (stmt.then.length === 0) {
          this.#line(indent, `if (!(${test})) {`, spanOf(stmt.test))
        } else {
          this.#line(indent, `if (${test}) {`, spanOf(stmt.test))
          this.#statements(stmt.then, inner, thenSites !== undefined)
          if (stmt.else.length > 0) this.#line(indent, '} else {')
        }
        const afterThen = this.#dirty
        this.#dirty = before
        this.#entered = entered
        this.#statements(stmt.else, inner, elseSites !== undefined)
        this.#dirty ||= afterThen
        this.#entered = entered
        return this.#line(indent, '}')
      }
      case 'block': {
        this.#line(indent, `${stmt.label}: {`)
        const entered = this.#entered
        this.#statements(stmt.body, inner, resuming)
        this.#entered = entered
        return this.#line(indent, '}')
      }
      case 'loop': {
        this.#usesTurns = true
        const look = this.tables.runtime('afterManyTurns')
        this.#line(indent, `${stmt.loop.label}: for (;; --turns > 0 || (turns = ${look}())) {`)
        this.#freshSlots(stmt.loop, inner, resuming)
        if (makesCalls(stmt.body)) this.#dirty = true
        this.#statements(stmt.body, inner, resuming)
        return this.#line(indent, '}')
      }
      case 'switch': {
        let which = stmt.slot.name
        if (resuming) {
          for (let i = stmt.cases.length - 1; i >= 0; i--) {
            const range = rangeOf(stmt.cases[i] ?? [], (s) => this.#sites(s))
            if (range !== undefined) which = `pc >= ${range[0]} && pc <= ${range[1]} ? ${i} : ${which}`
          }
        }
        this.#line(indent, `switch (${which}) {`)
        stmt.cases.forEach((body, i) => {
          this.#line(inner, `case ${i}: {`)
          this.#statements(body, `${inner}  `, resuming && rangeOf(body, (s) => this.#sites(s)) !== undefined)
          this.#line(inner, '}')
        })
        return this.#line(indent, '}')
      }
      case 'break':
        return this.#line(indent, `break ${stmt.label}`)
      case 'continue':
        return this.#line(indent, `continue ${stmt.label}`)
    }
  }

  #freshSlots(loop: Loop, indent: string, resuming: boolean): void {
    for (const slot of this.fn.slots) {
      if (!slot.captured || slot.loop !== loop) continue
      const first = this.#isFresh(slot) ? this.#incoming(slot) : undefined
      if (this.resuming && resuming) {
        this.#line(indent, `let ${slot.name} = ${first === undefined ? '' : `pc < 0 ? ${first} : `}${slot.name}_r`)
      } else this.#line(indent, `let ${slot.name}${first === undefined ? '' : ` = ${first}`}`)
    }
  }

  #restoreDepth(indent: string): void {
    if (this.#dirty) this.#line(indent, `${this.tables.runtime('machine')}.depth = depth`)
  }

  #call(stmt: Stmt & { kind: 'call' }, indent: string, resuming: boolean): void {
    const inner = resuming ? `${indent}  ` : indent
    if (resuming) this.#line(indent, 'if (pc < 0) {')
    this.#restoreDepth(inner)
    const { site, into } = stmt
    const invoke = this.#invoke(stmt.callee, stmt.args)
    const live = site.live.map((slot) => slot.name)
    const saver = this.tables.runtime(live.length <= 4 ? `save${live.length}` : 'saveMore')
    const save = `return ${saver}(${[this.tables.code(this.fn), site.index, ...live].join(', ')})`
    if (into === undefined) this.#line(inner, `if (${invoke} === undefined) ${save}`, site.span)
    else {
      // A loop's parameter is never the target of a call.
      this.#line(inner, `${into.name} = ${invoke}`, site.span)
      const all = site.wants === 'all' ? ` && (${into.name} = ${this.tables.runtime('allValues')}()) === undefined` : ''
      this.#line(inner, `if (${into.name} === undefined${all}) ${save}`)
    }
    if (resuming) {
      const take = into === undefined ? '' : `${into.name} = value; `
      this.#line(indent, `} else if (pc === ${site.index}) { ${take}pc = -1 }`)
    }
    this.#dirty = true
  }

  #invoke(callee: Callee, args: readonly Expr[]): string {
    const list = args.map((a) => this.#expr(a, 0)).join(', ')
    if (callee.kind === 'known') return `${callee.slot.name}(${list})`
    if (callee.kind === 'own') return `${this.#self}(${list})`
    const { expr } = callee
    if (expr.kind === 'global') {
      this.#usesF = true
      const global = this.tables.global(expr.link)
      const slow = this.tables.runtime('globalProcedure')
      return `(typeof (f = ${global}.value) === 'function' ? f : ${slow}(${global}))(${list})`
    }
    const slow = this.tables.runtime('notProcedure')
    if (expr.kind === 'slot' && !expr.slot.boxed) {
      const { name } = expr.slot
      return `(typeof ${name} === 'function' ? ${name} : ${slow}(${name}))(${list})`
    }
    this.#usesF = true
    return `(typeof (f = ${this.#expr(expr, 0)}) === 'function' ? f : ${slow}(f))(${list})`
  }

  /** The first and last site in a statement. */
  #sites(stmt: Stmt): readonly [number, number] | undefined {
    if (this.#range.has(stmt)) return this.#range.get(stmt)
    const range = computeRange(stmt, (s) => this.#sites(s))
    this.#range.set(stmt, range)
    return range
  }

  // Expressions

  #test(expr: Expr): string {
    if (expr.kind === 'const') return String(expr.value !== false)
    if (isBoolean(expr)) return this.#expr(expr, 0)
    return `${this.#expr(expr, 0)} !== false`
  }

  /** Scratch variables below `scratch` are in use around the expression. */
  #expr(expr: Expr, scratch: number): string {
    switch (expr.kind) {
      case 'const':
        return this.tables.value(expr.value)
      case 'slot': {
        const { slot } = expr
        if (!slot.boxed) return slot.name
        if (!slot.checked) return `${slot.name}.v`
        this.#usesT = true
        const name = JSON.stringify(slot.name.replace(/_\d+$/, ''))
        return `((t = ${slot.name}.v) !== undefined ? t : ${this.tables.runtime('unboundLocal')}(${name}))`
      }
      case 'global': {
        this.#usesT = true
        const global = this.tables.global(expr.link)
        return `((t = ${global}.value) !== undefined ? t : ${this.tables.runtime('unboundGlobal')}(${global}))`
      }
      case 'closure':
        return emitFunction(expr.fn, this.tables, `${this.#indent}  `)
      case 'cond': {
        const test = isBoolean(expr.test)
          ? this.#expr(expr.test, scratch)
          : `${this.#expr(expr.test, scratch)} !== false`
        return `(${test} ? ${this.#expr(expr.then, scratch)} : ${this.#expr(expr.else, scratch)})`
      }
      case 'own-test':
        return this.resuming ? 'false' : `${this.tables.global(expr.link)}.value === ${this.#self}`
      case 'raw':
        return this.#fill(expr.template, expr.args, scratch, false)
      case 'prim':
        return this.#fill(expr.inline.js, expr.args, scratch, expr.inline.atoms === true)
    }
  }

  #fill(template: string, args: readonly Expr[], scratch: number, atoms: boolean): string {
    let js = template
    const prefix: string[] = []
    let used = scratch
    const texts = args.map((arg, i) => {
      const atom = arg.kind === 'const' || (arg.kind === 'slot' && !arg.slot.boxed)
      const twice = atoms && js.split(`$${i}`).length > 2
      // Once one operand is kept aside, those before it were, and those after it must be, evaluated in order too.
      if (atom || (!twice && prefix.length === 0 && !this.#laterKept(js, args, i, atoms))) {
        return this.#expr(arg, used)
      }
      const name = `s${used}`
      this.#scratchMost = Math.max(this.#scratchMost, used + 1)
      prefix.push(`${name} = ${this.#expr(arg, used + 1)}`)
      used++
      return name
    })
    args.forEach((arg, i) => {
      if (arg.kind === 'const' && typeof arg.value === 'number') {
        js = js.replace(`typeof $${i} === 'number' && `, '').replace(` && typeof $${i} === 'number'`, '')
        if (js.includes(`$${i}.`)) texts[i] = `(${texts[i]})`
      }
    })
    js = js.replace(/\$(R\.[A-Za-z0-9]+|(?:[PF]|A\d)\.[A-Za-z0-9?!*%<>=+/-]+(?=\()|self|t|\d+)/g, (_, name: string) => {
      if (name === 't') {
        this.#usesT = true
        return 't'
      }
      if (name === 'self') return this.#self
      if (name.startsWith('R.')) return this.tables.runtime(name.slice(2))
      if (name.startsWith('P.')) return this.tables.primitive(name.slice(2))
      if (name.startsWith('F.')) return this.tables.primitive(name.slice(2), -1)
      if (name.startsWith('A')) return this.tables.primitive(name.slice(3), Number(name[1]))
      return texts[Number(name)] ?? 'undefined'
    })
    return prefix.length > 0 ? `(${prefix.join(', ')}, ${js})` : js
  }

  #laterKept(js: string, args: readonly Expr[], i: number, atoms: boolean): boolean {
    return args.some((arg, j) => {
      if (j <= i || !atoms) return false
      const atom = arg.kind === 'const' || (arg.kind === 'slot' && !arg.slot.boxed)
      return !atom && js.split(`$${j}`).length > 2
    })
  }
}
