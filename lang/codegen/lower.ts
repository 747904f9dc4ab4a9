/** Core forms to the intermediate form: names evaluation order, separates calls that may leave the stack,
 *  turns labels (see contify.ts) into blocks and loops. Destination-driven: each form is lowered towards
 *  where its value goes (a slot, nowhere, the caller). */
import type { Call, Core, Lambda, Let, LocalVariable } from '../core/index.ts'
import { simplify } from '../core/index.ts'
import { analyseUses, onlyCalled, type Uses } from './contify.ts'
import { type Binding, type Destination, EFFECT, NOTHING, type Place, RETURN, withExit } from './destination.ts'
import { expandPrimitives, type PrimitiveResolver } from './expand-primitives.ts'
import { isDroppable, isFalse, isLogical, isStable, isTrue } from './expression-facts.ts'
import { foldConstants } from './fold-constants.ts'
import { type Inline, inlineOf } from './inline.ts'
import type { Expr, Fn, GlobalLink, Slot, Stmt } from './ir.ts'
import { jsName } from './js-name.ts'
import { type Definitions, primitiveName } from './link.ts'
import { lowerCall } from './lower-calls.ts'
import { lowerFix, lowerLabels } from './lower-labels.ts'
import { closureFor, lowerLambda } from './lower-lambda.ts'

/** Lower a whole form, in which these names are defined, to a function without parameters that runs it. */
export function lowerUnit(core: Core, unitId: string, defined: Definitions): Fn {
  const primitiveOf = (reference: GlobalLink) => primitiveName(reference, defined)
  const form = expandPrimitives(foldConstants(simplify(core), primitiveOf), primitiveOf)
  return new Lowering(analyseUses(form), unitId, primitiveOf, defined).lowerTop(form)
}

export class Lowering {
  readonly uses: Uses
  readonly unitId: string
  readonly primitiveOf: PrimitiveResolver
  readonly defined: Definitions
  readonly bindings = new Map<LocalVariable, Binding>()
  readonly simple = new Map<Core, boolean>()
  names = 0
  labels = 0
  place: Place

  constructor(uses: Uses, unitId: string, primitiveOf: PrimitiveResolver, defined: Definitions) {
    this.defined = defined
    this.uses = uses
    this.unitId = unitId
    this.primitiveOf = primitiveOf
    this.place = {
      fn: this.newFn('top', undefined, undefined),
      loop: undefined,
      out: [],
      self: undefined,
      ownGlobal: undefined,
    }
  }

  lowerTop(core: Core): Fn {
    const { fn, out } = this.place
    this.lower(core, RETURN)
    fn.body = out
    return fn
  }

  // Names

  newFn(name: string | undefined, lambda: Lambda | undefined, parent: Fn | undefined): Fn {
    return {
      name: `${jsName(name ?? 'lambda')}$${this.unitId}_${this.names++}`,
      schemeName: lambda === undefined ? undefined : name,
      lambda,
      parent,
      params: [],
      required: 0,
      rest: undefined,
      keywordsAt: undefined,
      wellKnown: false,
      body: [],
      sites: [],
      slots: [],
      free: new Set(),
      moreCases: [],
    }
  }

  newSlot(name: string, boxed = false, checked = false): Slot {
    const { fn, loop } = this.place
    const slot: Slot = {
      name: `${jsName(name)}_${this.names++}`,
      boxed,
      checked,
      captured: false,
      owner: fn,
      loop,
    }
    fn.slots.push(slot)
    return slot
  }

  newLabel(name: string): string {
    return `${jsName(name)}$${this.labels++}`
  }

  emit(stmt: Stmt): void {
    this.place.out.push(stmt)
  }

  /** Collect what `lower` emits apart from the current list. */
  apart(lower: () => void): Stmt[] {
    const { place } = this
    const outer = place.out
    const mine: Stmt[] = []
    place.out = mine
    lower()
    place.out = outer
    return mine
  }

  /** Note that the current function refers to `slot`. */
  use(slot: Slot): Slot {
    let fn: Fn | undefined = this.place.fn
    if (slot.owner !== fn) {
      slot.captured = true
      while (fn !== undefined && fn !== slot.owner) {
        fn.free.add(slot)
        fn = fn.parent
      }
    }
    return slot
  }

  bind(variable: LocalVariable, binding: Binding): void {
    this.bindings.set(variable, binding)
  }

  lookup(variable: LocalVariable): Binding {
    const found = this.bindings.get(variable)
    if (found === undefined) throw new Error(`strata bug: variable ${variable.name} is not in scope`)
    return found
  }

  // Expressions

  /** Whether a form is an expression without a call that may leave the stack. */
  isSimple(core: Core): boolean {
    let known = this.simple.get(core)
    if (known === undefined) {
      known = this.computeSimple(core)
      this.simple.set(core, known)
    }
    return known
  }

  computeSimple(core: Core): boolean {
    switch (core.kind) {
      case 'const':
      case 'local':
      case 'global':
      case 'lambda':
        return true
      case 'if':
        return this.isSimple(core.test) && this.isSimple(core.then) && this.isSimple(core.else)
      case 'call':
        return this.inlineFor(core) !== undefined && core.arguments.every((a) => this.isSimple(a))
      default:
        return false
    }
  }

  inlineFor(call: Call): Inline | undefined {
    if (call.procedure.kind !== 'global') return undefined
    const name = this.primitiveOf(call.procedure)
    return name === undefined ? undefined : inlineOf(name, call.arguments.length)
  }

  /** An expression for the value of `core`, after emitting whatever must run first. */
  expression(core: Core, hint = 't'): Expr {
    switch (core.kind) {
      case 'const':
        return { kind: 'const', value: core.value }
      case 'local': {
        const binding = this.lookup(core.variable)
        if (binding.kind === 'alias') return this.useExpr(binding.expr)
        if (binding.kind === 'label') throw new Error('strata bug: a label is used as a value')
        return { kind: 'slot', slot: this.use(binding.slot), span: core.span }
      }
      case 'global':
        return { kind: 'global', link: core, span: core.span }
      case 'lambda':
        return { kind: 'closure', fn: lowerLambda(this, core, core.name, undefined, false) }
      case 'call': {
        const inline = this.inlineFor(core)
        if (inline === undefined) break
        return { kind: 'prim', inline, args: this.operands(core.arguments), span: core.span }
      }
      case 'if':
        if (!this.isSimple(core)) break
        return {
          kind: 'cond',
          test: this.expression(core.test),
          then: this.expression(core.then),
          else: this.expression(core.else),
        }
      default:
    }
    const slot = this.newSlot(hint)
    this.lower(core, { kind: 'slot', slot, exit: undefined })
    return { kind: 'slot', slot, span: undefined }
  }

  useExpr(expr: Expr): Expr {
    if (expr.kind === 'slot') this.use(expr.slot)
    return expr
  }

  /** Operands from left to right; those before one that emits statements are put in slots unless nothing
   *  can change them. */
  operands(cores: readonly Core[]): Expr[] {
    let lastComplex = -1
    cores.forEach((core, i) => {
      if (!this.isSimple(core)) lastComplex = i
    })
    return cores.map((core, i) => {
      const expr = this.expression(core)
      return i < lastComplex && !isStable(expr) ? this.spill(expr) : expr
    })
  }

  spill(expr: Expr, hint = 't'): Expr {
    const slot = this.newSlot(hint)
    this.emit({ kind: 'set', slot, expr })
    return { kind: 'slot', slot, span: undefined }
  }

  // Forms

  deliver(expr: Expr, to: Destination): void {
    if (to.kind === 'return') {
      this.emit({ kind: 'return', expr })
      return
    }
    if (to.kind === 'slot') this.emit({ kind: 'set', slot: to.slot, expr })
    else if (!isDroppable(expr)) this.emit({ kind: 'eval', expr })
    this.leave(to)
  }

  leave(to: Destination): void {
    if (to.kind !== 'return' && to.exit !== undefined) this.emit({ kind: 'break', label: to.exit })
  }

  lower(core: Core, to: Destination): void {
    switch (core.kind) {
      case 'const':
      case 'local':
      case 'global':
      case 'lambda':
        return this.deliver(this.expression(core), to)
      case 'local-set': {
        const expr = this.expression(core.value, core.variable.name)
        const binding = this.lookup(core.variable)
        if (binding.kind !== 'slot') throw new Error('strata bug: an assigned variable has no box')
        this.emit({ kind: 'set-box', slot: this.use(binding.slot), expr })
        return this.deliver(NOTHING, to)
      }
      case 'global-set': {
        const expr = this.expression(core.value, core.name.name)
        this.emit({ kind: 'set-global', link: core, expr, span: core.span })
        return this.deliver(NOTHING, to)
      }
      case 'define': {
        const link = { module: core.module, name: core.name, public: false }
        const expr =
          core.value.kind === 'lambda'
            ? closureFor(this, core.value, core.value.name ?? core.name.name, undefined, link)
            : this.expression(core.value, core.name.name)
        this.emit({ kind: 'define', link, expr })
        return this.deliver(NOTHING, to)
      }
      case 'define-syntax': {
        const link = { module: core.module, name: core.name, public: false }
        this.emit({ kind: 'define-syntax', link, expr: this.expression(core.transformer) })
        return this.deliver(NOTHING, to)
      }
      case 'if':
        return this.lowerIf(core.test, core.then, core.else, to)
      case 'seq':
        core.body.forEach((form, i) => {
          this.lower(form, i === core.body.length - 1 ? to : EFFECT)
        })
        return
      case 'call':
        return lowerCall(this, core, to)
      case 'let':
        return this.lowerLet(core, to)
      case 'fix':
        return lowerFix(this, core, to)
      case 'letrec': {
        const slots = core.variables.map((variable) => {
          const slot = this.newSlot(variable.name, true, true)
          this.bind(variable, { kind: 'slot', slot, fn: undefined })
          this.emit({ kind: 'box', slot, expr: undefined })
          return slot
        })
        core.values.forEach((value, i) => {
          const slot = slots[i]
          if (slot === undefined) return
          this.emit({ kind: 'set-box', slot, expr: this.expression(value, slot.name) })
        })
        return this.lower(core.body, to)
      }
    }
  }

  lowerIf(test: Core, then: Core, otherwise: Core, to: Destination): void {
    const inner = test.kind === 'call' ? this.inlineFor(test) : undefined
    if (inner?.name === 'not' && test.kind === 'call' && test.arguments[0] !== undefined) {
      return this.lowerIf(test.arguments[0], otherwise, then, to)
    }
    if (this.isSimple(test) || !isLogical(test)) {
      const expr = this.expression(test)
      const yes = this.apart(() => this.lower(then, to))
      const no = this.apart(() => this.lower(otherwise, to))
      this.emit({ kind: 'if', test: expr, then: yes, else: no })
      return
    }
    // `and` and `or` with calls inside: jump instead of making a boolean.
    const end = to.kind === 'return' || to.exit !== undefined ? undefined : this.newLabel('end')
    const inside = end === undefined ? to : withExit(to, end)
    const no = this.newLabel('else')
    const body = this.apart(() => {
      const yes = this.apart(() => {
        this.branch(test, no)
        this.lower(then, inside)
      })
      this.emit({ kind: 'block', label: no, body: yes })
      this.lower(otherwise, inside)
    })
    if (end === undefined) this.place.out.push(...body)
    else this.emit({ kind: 'block', label: end, body })
  }

  /** Fall through when `test` is true, break to `no` when it is false. */
  branch(test: Core, no: string): void {
    if (!this.isSimple(test) && test.kind === 'if') {
      if (isFalse(test.else)) {
        this.branch(test.test, no)
        return this.branch(test.then, no)
      }
      if (isTrue(test.then)) {
        const yes = this.newLabel('then')
        const body = this.apart(() => {
          const next = this.newLabel('or')
          const first = this.apart(() => {
            this.branch(test.test, next)
            this.emit({ kind: 'break', label: yes })
          })
          this.emit({ kind: 'block', label: next, body: first })
          this.branch(test.else, no)
        })
        this.emit({ kind: 'block', label: yes, body })
        return
      }
    }
    const expr = this.expression(test)
    this.emit({ kind: 'if', test: expr, then: [], else: [{ kind: 'break', label: no }] })
  }

  lowerLet(core: Let, to: Destination): void {
    const { variables, values } = core
    // A lambda that is only jumped to.
    const [variable] = variables
    const [value] = values
    if (variables.length === 1 && variable !== undefined && value?.kind === 'lambda') {
      if (this.uses.labels.get(variable) === value) return lowerLabels(this, variables, [value], core.body, to)
    }
    let lastComplex = -1
    values.forEach((v, i) => {
      if (!this.isSimple(v)) lastComplex = i
    })
    const later: (() => void)[] = []
    variables.forEach((bound, i) => {
      const init = values[i]
      if (init === undefined) return
      later.push(this.bindLet(bound, init, i < lastComplex))
    })
    for (const bind of later) bind()
    this.lower(core.body, to)
  }

  /** Evaluate a let's value now; the result makes the variable visible (values are outside its scope). */
  bindLet(variable: LocalVariable, value: Core, keep: boolean): () => void {
    if (variable.assigned) {
      const expr = this.expression(value, variable.name)
      const kept = keep && !isStable(expr) ? this.spill(expr) : expr
      return () => {
        const slot = this.newSlot(variable.name, true)
        this.emit({ kind: 'box', slot, expr: kept })
        this.bind(variable, { kind: 'slot', slot, fn: undefined })
      }
    }
    if (value.kind === 'lambda') {
      const slot = this.newSlot(variable.name)
      const fn = lowerLambda(
        this,
        value,
        value.name ?? variable.name,
        undefined,
        onlyCalled(variable, value, this.uses.usage),
      )
      this.emit({ kind: 'set', slot, expr: { kind: 'closure', fn } })
      return () => this.bind(variable, { kind: 'slot', slot, fn })
    }
    if (value.kind === 'const' || (value.kind === 'local' && !value.variable.assigned)) {
      const expr = this.expression(value)
      if (expr.kind === 'const' || (expr.kind === 'slot' && !expr.slot.boxed)) {
        const known = value.kind === 'local' ? this.lookup(value.variable) : undefined
        return () => this.bind(variable, known?.kind === 'slot' ? known : { kind: 'alias', expr })
      }
    }
    const slot = this.newSlot(variable.name)
    this.lower(value, { kind: 'slot', slot, exit: undefined })
    return () => this.bind(variable, { kind: 'slot', slot, fn: undefined })
  }
}
