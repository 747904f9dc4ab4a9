/** Core forms to the intermediate form: names evaluation order, separates calls that may leave the stack,
 *  turns labels (see contify.ts) into blocks and loops. Destination-driven: each form is lowered towards
 *  where its value goes (a slot, nowhere, the caller). */
import type { Call, Core, Fix, Lambda, LambdaCase, Let, LocalVariable } from '../core/index.ts'
import { children, simplify } from '../core/index.ts'
import type { Span } from '../source/index.ts'
import { UNSPECIFIED } from '../values/index.ts'
import { analyseUses, onlyCalled, plainCase, type Uses } from './contify.ts'
import { expandPrimitives, type PrimitiveResolver } from './expand-primitives.ts'
import { foldConstants } from './fold-constants.ts'
import { type Inline, inlineOf } from './inline.ts'
import type { Callee, Expr, Fn, GlobalLink, Loop, Site, Slot, Stmt } from './ir.ts'
import { jsName } from './js-name.ts'
import { type Definitions, isUnbound, primitiveName } from './link.ts'

/** Lower a whole form, in which these names are defined, to a function without parameters that runs it. */
export function lowerUnit(core: Core, unitId: string, defined: Definitions): Fn {
  const primitiveOf = (reference: GlobalLink) => primitiveName(reference, defined)
  const form = expandPrimitives(foldConstants(simplify(core), primitiveOf), primitiveOf)
  return new Lowering(analyseUses(form), unitId, primitiveOf, defined).lowerTop(form)
}

type Destination =
  | { readonly kind: 'return' }
  /** `all`: several values go there as a MultipleValues. */
  | { readonly kind: 'slot'; readonly slot: Slot; readonly exit: string | undefined; readonly all?: boolean }
  | { readonly kind: 'effect'; readonly exit: string | undefined }

const RETURN: Destination = { kind: 'return' }
const EFFECT: Destination = { kind: 'effect', exit: undefined }
const NOTHING: Expr = { kind: 'const', value: UNSPECIFIED }

/** What a local variable stands for. */
type Binding =
  | { readonly kind: 'slot'; readonly slot: Slot; readonly fn: Fn | undefined }
  | { readonly kind: 'alias'; readonly expr: Expr }
  | { readonly kind: 'label'; readonly label: Label }

interface Label {
  readonly params: readonly Slot[]
  readonly group: LabelGroup
  readonly index: number
}

interface LabelGroup {
  /** How a call reaches the bodies from where we are now. */
  jump: Stmt
  state: Slot | undefined
}

/** Where in the output we are: the function, the loop and the list of statements. */
interface Place {
  readonly fn: Fn
  loop: Loop | undefined
  out: Stmt[]
  /** What a tail call of the function to itself becomes. */
  readonly self: SelfCall | undefined
  /** The global variable that the function is defined as. */
  readonly ownGlobal: GlobalLink | undefined
}

interface SelfCall {
  readonly variable: LocalVariable | undefined
  readonly global: GlobalLink | undefined
  readonly label: string
  readonly required: number
}

class Lowering {
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
        return { kind: 'closure', fn: this.lambda(core, core.name, undefined, false) }
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
            ? this.closureFor(core.value, core.value.name ?? core.name.name, undefined, link)
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
        return this.lowerCall(core, to)
      case 'let':
        return this.lowerLet(core, to)
      case 'fix':
        return this.lowerFix(core, to)
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
      if (this.uses.labels.get(variable) === value) return this.lowerLabels(variables, [value], core.body, to)
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
      const fn = this.lambda(
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

  lowerFix(core: Fix, to: Destination): void {
    const [first] = core.variables
    const [lambda] = core.values
    if (first !== undefined && this.uses.labels.get(first) === lambda) {
      return this.lowerLabels(core.variables, core.values, core.body, to)
    }
    const slots = core.variables.map((variable) => this.newSlot(variable.name))
    const fns: Fn[] = []
    core.variables.forEach((variable, i) => {
      const slot = slots[i]
      const value = core.values[i]
      if (slot === undefined || value === undefined) return
      const fn = this.newFn(value.name ?? variable.name, value, this.place.fn)
      fn.wellKnown = onlyCalled(variable, value, this.uses.usage)
      fns.push(fn)
      this.bind(variable, { kind: 'slot', slot, fn })
    })
    core.values.forEach((value, i) => {
      const slot = slots[i]
      const fn = fns[i]
      if (slot === undefined || fn === undefined) return
      this.fillLambda(fn, value, { variable: core.variables[i], global: undefined })
      this.emit({ kind: 'set', slot, expr: { kind: 'closure', fn } })
    })
    this.lower(core.body, to)
  }

  /** Procedures that are only jumped to: blocks, or a loop when they call each other. */
  lowerLabels(variables: readonly LocalVariable[], lambdas: readonly Lambda[], body: Core, to: Destination): void {
    const { place } = this
    const cases = lambdas.map((lambda) => {
      const only = plainCase(lambda)
      if (only === undefined) throw new Error('strata bug: a label with optional parameters')
      return only
    })
    const recursive = lambdas.length > 1 || cases.some((c) => mentions(c.body, variables))
    const end = to.kind === 'return' || to.exit !== undefined ? undefined : this.newLabel('end')
    const inside = end === undefined ? to : withExit(to, end)
    const name = variables[0]?.name ?? 'label'
    const enter = this.newLabel(recursive ? `enter_${name}` : name)
    const group: LabelGroup = { jump: { kind: 'break', label: enter }, state: undefined }
    const outerLoop = place.loop
    const loop: Loop | undefined = recursive ? { label: this.newLabel(name), parent: outerLoop, fresh: [] } : undefined
    if (loop !== undefined) place.loop = loop
    const params = cases.map((c) => c.required.map((p) => this.newSlot(p.assigned ? `${p.name}_in` : p.name)))
    if (loop !== undefined) for (const slots of params) loop.fresh.push(...slots)
    place.loop = outerLoop
    if (lambdas.length > 1) group.state = this.newSlot('state')
    variables.forEach((variable, index) => {
      this.bind(variable, { kind: 'label', label: { params: params[index] ?? [], group, index } })
    })
    const all = this.apart(() => {
      this.emit({ kind: 'block', label: enter, body: this.apart(() => this.lower(body, inside)) })
      if (loop === undefined) {
        const [only] = cases
        if (only !== undefined) this.labelBody(only, params[0] ?? [], inside)
        return
      }
      place.loop = loop
      group.jump = { kind: 'continue', label: loop.label }
      const bodies = cases.map((c, i) => this.apart(() => this.labelBody(c, params[i] ?? [], inside)))
      place.loop = outerLoop
      const [first] = bodies
      const turn: Stmt[] =
        group.state === undefined ? (first ?? []) : [{ kind: 'switch', slot: group.state, cases: bodies }]
      this.emit({ kind: 'loop', loop, body: turn })
    })
    if (end === undefined) place.out.push(...all)
    else this.emit({ kind: 'block', label: end, body: all })
  }

  labelBody(only: LambdaCase, params: readonly Slot[], to: Destination): void {
    only.required.forEach((variable, i) => {
      const param = params[i]
      if (param !== undefined) this.bindParameter(variable, param)
    })
    this.lower(only.body, to)
  }

  /** Make `variable` visible with the value that is in `param`. */
  bindParameter(variable: LocalVariable, param: Slot): void {
    if (!variable.assigned) return this.bind(variable, { kind: 'slot', slot: param, fn: undefined })
    const slot = this.newSlot(variable.name, true)
    this.emit({ kind: 'box', slot, expr: { kind: 'slot', slot: param, span: undefined } })
    this.bind(variable, { kind: 'slot', slot, fn: undefined })
  }

  /** Assign arguments to parameters at once, then jump. */
  jump(params: readonly Slot[], args: readonly Expr[], state: Stmt | undefined, jump: Stmt): void {
    const direct: Stmt[] = []
    const kept: Stmt[] = []
    args.forEach((expr, i) => {
      const slot = params[i]
      if (slot === undefined || (expr.kind === 'slot' && expr.slot === slot)) return
      // A parameter that a later argument reads gets its new value last, from a temporary.
      if (args.some((other, j) => j > i && usesSlot(other, slot))) {
        kept.push({ kind: 'set', slot, expr: this.spill(expr, 'next') })
      } else direct.push({ kind: 'set', slot, expr })
    })
    for (const stmt of direct) this.emit(stmt)
    for (const stmt of kept) this.emit(stmt)
    if (state !== undefined) this.emit(state)
    this.emit(jump)
  }

  // Calls

  lowerCall(core: Call, to: Destination): void {
    const { procedure } = core
    if (procedure.kind === 'local') {
      const binding = this.lookup(procedure.variable)
      if (binding.kind === 'label') {
        const { params, group, index } = binding.label
        const args = this.operands(core.arguments)
        const state: Stmt | undefined =
          group.state === undefined
            ? undefined
            : { kind: 'set', slot: group.state, expr: { kind: 'const', value: index } }
        return this.jump(params, args, state, group.jump)
      }
    }
    if (this.inlineFor(core) !== undefined) return this.deliver(this.expression(core), to)
    if (this.lowerValues(core, to) || this.lowerSeveral(core, to)) return
    const { self } = this.place
    if (to.kind === 'return' && self !== undefined && core.arguments.length === self.required) {
      if (procedure.kind === 'local' && procedure.variable === self.variable) {
        const args = this.operands(core.arguments)
        return this.jump(this.place.fn.params, args, undefined, { kind: 'continue', label: self.label })
      }
      if (procedure.kind === 'global' && sameLink(procedure, self.global)) {
        const args = this.operands(core.arguments).map((a) => (isStable(a) ? a : this.spill(a)))
        const loop = this.apart(() =>
          this.jump(this.place.fn.params, args, undefined, { kind: 'continue', label: self.label }),
        )
        const global: Expr = { kind: 'global', link: procedure, span: procedure.span }
        const test: Expr = { kind: 'own-test', link: procedure }
        const callee: Callee = { kind: 'value', expr: global }
        this.emit({ kind: 'if', test, then: loop, else: [{ kind: 'tail', callee, args, span: core.span }] })
        return
      }
    }
    const [callee, args] = this.calleeAndArguments(core)
    if (to.kind === 'return') {
      this.emit({ kind: 'tail', callee, args, span: core.span })
      return
    }
    const { fn } = this.place
    const own = this.ownGlobal(procedure, core.arguments.length)
    if (own !== undefined) return this.callOwn(own, callee, args, core, to)
    const site = newSite(fn, core.span, to)
    this.emit({ kind: 'call', into: to.kind === 'slot' ? to.slot : undefined, callee, args, site })
    this.leave(to)
  }

  /** `values` of several arguments, or none, where what becomes of them is known. */
  lowerSeveral(core: Call, to: Destination): boolean {
    if (core.procedure.kind !== 'global' || this.primitiveOf(core.procedure) !== 'values') return false
    const { arguments: args } = core
    const [first, ...others] = args
    if (to.kind === 'effect') {
      for (const arg of args) this.lower(arg, EFFECT)
      this.leave(to)
      return true
    }
    if (to.kind === 'slot' && to.all !== true) {
      // Without any value: an error, left to the procedure.
      if (first === undefined) return false
      const expr = this.expression(first)
      const kept = isStable(expr) ? expr : this.spill(expr)
      for (const arg of others) this.lower(arg, EFFECT)
      this.deliver(kept, to)
      return true
    }
    const list = args.map((_, i) => `$${i}`).join(', ')
    const template = to.kind === 'return' ? `$R.returnValues([${list}])` : `new $R.MultipleValues([${list}])`
    this.deliver({ kind: 'raw', template, args: this.operands(args) }, to)
    return true
  }

  /** The function being defined as the global that `procedure` refers to, if the number of arguments fits. */
  ownGlobal(procedure: Core, count: number): Fn | undefined {
    if (procedure.kind !== 'global') return undefined
    const { fn, ownGlobal } = this.place
    if (!sameLink(procedure, ownGlobal) || fn.rest !== undefined || fn.moreCases.length > 0) return undefined
    return count >= fn.required && count <= fn.params.length ? fn : undefined
  }

  /** A recursive call through the global variable: direct while the variable still holds this very function. */
  callOwn(own: Fn, callee: Callee, given: readonly Expr[], core: Call, to: Destination): void {
    const args = given.map((a) => (isAtom(a) ? a : this.spill(a)))
    if (callee.kind !== 'value' || callee.expr.kind !== 'global') return
    const into = to.kind === 'slot' ? to.slot : undefined
    const call = (target: Callee): Stmt[] => {
      const site = newSite(own, core.span, to)
      return [{ kind: 'call', into, callee: target, args, site }]
    }
    const test: Expr = { kind: 'own-test', link: callee.expr.link }
    const then = call({ kind: 'own', fn: own })
    this.emit({ kind: 'if', test, then, else: call(callee) })
    this.leave(to)
  }

  calleeAndArguments(core: Call): [Callee, Expr[]] {
    const { procedure } = core
    if (procedure.kind === 'local') {
      const binding = this.lookup(procedure.variable)
      if (binding.kind === 'slot') {
        const args = this.operands(core.arguments)
        const slot = this.use(binding.slot)
        const lambda = binding.fn?.lambda
        const only = lambda === undefined ? undefined : plainCase(lambda)
        if (binding.fn !== undefined && only?.required.length === args.length) {
          return [{ kind: 'known', slot, arityChecked: !binding.fn.wellKnown }, args]
        }
        return [{ kind: 'value', expr: { kind: 'slot', slot, span: procedure.span } }, args]
      }
    }
    if (procedure.kind === 'global') {
      // Guile looks at the operator first: an unbound one is an error before any operand is evaluated.
      const matters = core.arguments.some((a) => a.kind !== 'const' && a.kind !== 'local' && a.kind !== 'lambda')
      if (matters && isUnbound(procedure, this.defined)) this.emit({ kind: 'eval', expr: this.expression(procedure) })
      const args = this.operands(core.arguments)
      return [{ kind: 'value', expr: { kind: 'global', link: procedure, span: procedure.span } }, args]
    }
    const complexArguments = core.arguments.some((a) => !this.isSimple(a))
    const first = this.expression(procedure, 'f')
    const expr = complexArguments && !isStable(first) ? this.spill(first, 'f') : first
    return [{ kind: 'value', expr }, this.operands(core.arguments)]
  }

  /** `call-with-values` with two lambdas: no closures, no call. */
  lowerValues(core: Call, to: Destination): boolean {
    if (core.procedure.kind !== 'global' || this.primitiveOf(core.procedure) !== 'call-with-values') return false
    const [producer, consumer] = core.arguments
    if (producer?.kind !== 'lambda' || consumer?.kind !== 'lambda' || core.arguments.length !== 2) return false
    const source = plainCase(producer)
    const [target] = consumer.cases
    if (source === undefined || source.required.length > 0 || consumer.cases.length !== 1) return false
    if (target === undefined || target.optional.length > 0 || target.keywords.length > 0) return false
    const result = this.allValuesOf(source.body)
    const count = target.required.length
    if (count === 1 && target.rest === undefined) {
      const [variable] = target.required
      if (variable !== undefined) {
        const slot = this.newSlot(variable.name)
        this.emit({ kind: 'set', slot, expr: { kind: 'raw', template: '$R.exactValues($0, 1)[0]', args: [result] } })
        this.bindParameter(variable, slot)
      }
    } else {
      const least = target.rest === undefined ? '$R.exactValues' : '$R.atLeastValues'
      const all = this.newSlot('values')
      this.emit({ kind: 'set', slot: all, expr: { kind: 'raw', template: `${least}($0, ${count})`, args: [result] } })
      const from: Expr = { kind: 'slot', slot: all, span: undefined }
      target.required.forEach((variable, i) => {
        const slot = this.newSlot(variable.name)
        this.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${i}]`, args: [from] } })
        this.bindParameter(variable, slot)
      })
      if (target.rest !== undefined) {
        const slot = this.newSlot(target.rest.name)
        this.emit({
          kind: 'set',
          slot,
          expr: { kind: 'raw', template: `$R.listFrom($0, ${count})`, args: [from] },
        })
        this.bindParameter(target.rest, slot)
      }
    }
    this.lower(target.body, to)
    return true
  }

  /** The value of a form, several values as a MultipleValues. */
  allValuesOf(core: Core): Expr {
    if (this.isSimple(core)) return this.expression(core)
    const slot = this.newSlot('values')
    this.lower(core, { kind: 'slot', slot, exit: undefined, all: true })
    return { kind: 'slot', slot, span: undefined }
  }

  // Lambdas

  closureFor(lambda: Lambda, name: string, variable: LocalVariable | undefined, global: GlobalLink): Expr {
    const fn = this.newFn(name, lambda, this.place.fn)
    this.fillLambda(fn, lambda, { variable, global })
    return { kind: 'closure', fn }
  }

  lambda(lambda: Lambda, name: string | undefined, variable: LocalVariable | undefined, wellKnown: boolean): Fn {
    const fn = this.newFn(name, lambda, this.place.fn)
    fn.wellKnown = wellKnown
    this.fillLambda(fn, lambda, { variable, global: undefined })
    return fn
  }

  fillLambda(
    fn: Fn,
    lambda: Lambda,
    self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
  ): void {
    const [first, ...others] = lambda.cases
    if (first === undefined) throw new Error('strata bug: a lambda without cases')
    this.fillCase(fn, first, self, others.length === 0 && plainCase(lambda) !== undefined)
    for (const other of others) {
      const more = this.newFn(fn.schemeName, lambda, fn.parent)
      this.fillCase(more, other, self, false)
      fn.moreCases.push(more)
      for (const slot of more.free) if (slot.owner !== fn) fn.free.add(slot)
    }
  }

  fillCase(
    fn: Fn,
    c: LambdaCase,
    self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
    plain: boolean,
  ): void {
    const outer = this.place
    const loops = plain && callsItself(c.body, self, this.uses)
    const label = loops ? this.newLabel('again') : ''
    const loop: Loop | undefined = loops ? { label, parent: undefined, fresh: [] } : undefined
    this.place = {
      fn,
      loop,
      out: [],
      self: loops ? { ...self, label, required: c.required.length } : undefined,
      ownGlobal: plain ? self.global : undefined,
    }
    fn.required = c.required.length
    const params = c.required.map((v) => this.newSlot(v.assigned ? `${v.name}_in` : v.name))
    fn.params.push(...params)
    loop?.fresh.push(...params)
    const body = this.apart(() => {
      c.required.forEach((variable, i) => {
        const param = params[i]
        if (param !== undefined) this.bindParameter(variable, param)
      })
      this.bindOptionals(fn, c)
      this.lower(c.body, RETURN)
    })
    fn.body = loop === undefined ? body : [{ kind: 'loop', loop, body }]
    this.place = outer
  }

  bindOptionals(fn: Fn, c: LambdaCase): void {
    if (c.keywords.length > 0 || c.allowOtherKeys) return this.bindKeywords(fn, c)
    for (const { variable, default: init } of c.optional) {
      const param = this.newSlot(variable.assigned ? `${variable.name}_in` : variable.name)
      fn.params.push(param)
      this.defaultTo(param, init)
      this.bindParameter(variable, param)
    }
    if (c.rest !== undefined) {
      const array = this.newSlot('rest')
      fn.rest = array
      const slot = this.newSlot(c.rest.name)
      const from: Expr = { kind: 'slot', slot: array, span: undefined }
      this.emit({ kind: 'set', slot, expr: { kind: 'raw', template: '$R.listFrom($0, 0)', args: [from] } })
      this.bindParameter(c.rest, slot)
    }
  }

  /** With keywords, optional parameters end at the first keyword argument: all come from the rest array. */
  bindKeywords(fn: Fn, c: LambdaCase): void {
    const array = this.newSlot('rest')
    fn.rest = array
    const bound = this.newSlot('bound')
    const keywords: Expr = { kind: 'const', value: c.keywords.map((k) => k.keyword) }
    const from: Expr = { kind: 'slot', slot: array, span: undefined }
    const flags = `${c.optional.length}, ${c.allowOtherKeys}, ${c.rest !== undefined}`
    this.emit({
      kind: 'set',
      slot: bound,
      expr: { kind: 'raw', template: `$R.bindKeywords($self, $0, $1, ${flags})`, args: [from, keywords] },
    })
    const all: Expr = { kind: 'slot', slot: bound, span: undefined }
    const parameters = [...c.optional, ...c.keywords]
    parameters.forEach(({ variable, default: init }, i) => {
      const slot = this.newSlot(variable.name)
      this.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${i}]`, args: [all] } })
      this.defaultTo(slot, init)
      this.bindParameter(variable, slot)
    })
    if (c.rest !== undefined) {
      const slot = this.newSlot(c.rest.name)
      this.emit({ kind: 'set', slot, expr: { kind: 'raw', template: `$0[${parameters.length}]`, args: [all] } })
      this.bindParameter(c.rest, slot)
    }
  }

  defaultTo(slot: Slot, init: Core): void {
    const test: Expr = {
      kind: 'raw',
      template: '$0 === undefined',
      args: [{ kind: 'slot', slot, span: undefined }],
    }
    const then = this.apart(() => this.lower(init, { kind: 'slot', slot, exit: undefined }))
    this.emit({ kind: 'if', test, then, else: [] })
  }
}

function newSite(fn: Fn, span: Span | undefined, to: Destination): Site {
  const wants = to.kind === 'effect' ? 'nothing' : to.kind === 'slot' && to.all === true ? 'all' : 'first'
  const site: Site = { index: fn.sites.length, span, wants, live: [] }
  fn.sites.push(site)
  return site
}

function withExit(to: Destination, exit: string): Destination {
  return to.kind === 'return' ? to : { ...to, exit }
}

function isFalse(core: Core): boolean {
  return core.kind === 'const' && core.value === false
}
function isTrue(core: Core): boolean {
  return core.kind === 'const' && core.value === true
}

/** Whether a test is an `and` or an `or` of others. */
function isLogical(test: Core): boolean {
  return test.kind === 'if' && (isFalse(test.else) || isTrue(test.then))
}

function isAtom(expr: Expr): boolean {
  return expr.kind === 'const' || (expr.kind === 'slot' && !expr.slot.boxed)
}

/** Whether nothing that runs later can change the expression's value or miss its effect. */
function isStable(expr: Expr): boolean {
  switch (expr.kind) {
    case 'const':
    case 'closure':
      return true
    case 'slot':
      return !expr.slot.boxed
    case 'prim':
      return expr.inline.pure === true && expr.args.every(isStable)
    default:
      return false
  }
}

function isDroppable(expr: Expr): boolean {
  return isStable(expr)
}

export function usesSlot(expr: Expr, slot: Slot): boolean {
  switch (expr.kind) {
    case 'slot':
      return expr.slot === slot
    case 'closure':
      return expr.fn.free.has(slot)
    case 'prim':
    case 'raw':
      return expr.args.some((a) => usesSlot(a, slot))
    case 'cond':
      return usesSlot(expr.test, slot) || usesSlot(expr.then, slot) || usesSlot(expr.else, slot)
    default:
      return false
  }
}

function sameLink(a: GlobalLink, b: GlobalLink | undefined): boolean {
  return b !== undefined && a.name === b.name && a.module === b.module && !a.public
}

function mentions(core: Core, variables: readonly LocalVariable[]): boolean {
  if (core.kind === 'local') return variables.includes(core.variable)
  return children(core).some((child) => mentions(child, variables))
}

/** Whether a body calls the procedure it belongs to in tail position (labels' bodies included). */
function callsItself(
  core: Core,
  self: { variable: LocalVariable | undefined; global: GlobalLink | undefined },
  uses: Uses,
): boolean {
  switch (core.kind) {
    case 'call':
      if (core.procedure.kind === 'local') return core.procedure.variable === self.variable
      return core.procedure.kind === 'global' && sameLink(core.procedure, self.global)
    case 'if':
      return callsItself(core.then, self, uses) || callsItself(core.else, self, uses)
    case 'seq': {
      const last = core.body.at(-1)
      return last !== undefined && callsItself(last, self, uses)
    }
    case 'let':
    case 'fix':
    case 'letrec':
      if (callsItself(core.body, self, uses)) return true
      return core.values.some((value, i) => {
        const variable = core.variables[i]
        if (value.kind !== 'lambda' || variable === undefined || uses.labels.get(variable) !== value) return false
        return value.cases.some((c) => callsItself(c.body, self, uses))
      })
    default:
      return false
  }
}
