/** From a core form to a JavaScript function: simplify, lower, print, link. */
import { type Core, children, simplify } from '../core/index.ts'
import type { Frame, FrameCode } from '../execution/machine.ts'
import type { Module } from '../modules/module.ts'
import { declarationOf, makePrimitive, primitivesOf } from '../primitives/define.ts'
import type { Span } from '../source/index.ts'
import type { Procedure, SchemeSymbol, Value } from '../values/index.ts'
import { type Constant, emitResume, emitUnit, type UnitText } from './emit.ts'
import type { Fn, GlobalLink } from './ir.ts'
import { lowerUnit } from './lower.ts'
import { linkGlobal, runtime } from './runtime.ts'
import { newUnitId, registerText } from './units.ts'

let show: ((text: string) => void) | undefined

/** Debugging: pass every piece of generated JavaScript to `print` (undefined: stop). */
export function showGeneratedCode(print: ((text: string) => void) | undefined): void {
  show = print
}

/** A function without arguments that runs the form. */
export function compile(core: Core): () => Value {
  const id = newUnitId()
  const defined = definitions(core)
  const fn = lowerUnit(simplify(core), id, (reference) =>
    isDefined(reference, defined) ? undefined : primitiveName(reference),
  )
  return instantiate(emitUnit(fn), id, defined)
}

type Definitions = ReadonlyMap<Module, ReadonlySet<SchemeSymbol>>
const NONE: Definitions = new Map()

/** The names that a form defines in each module: they do not denote imports, though they may until it runs. */
function definitions(core: Core): Definitions {
  const found = new Map<Module, Set<SchemeSymbol>>()
  const visit = (form: Core): void => {
    if (form.kind === 'define') {
      const names = found.get(form.module)
      if (names === undefined) found.set(form.module, new Set([form.name]))
      else names.add(form.name)
    } else if (form.kind === 'seq' || form.kind === 'if' || form.kind === 'let') children(form).forEach(visit)
  }
  visit(core)
  return found
}

function isDefined(link: GlobalLink, defined: Definitions): boolean {
  return !link.public && defined.get(link.module)?.has(link.name) === true
}

function instantiate<T>(unit: UnitText, name: string, defined: Definitions): T {
  const url = `scheme:${name}`
  const text = `${unit.text}\n//# sourceURL=${url}`
  show?.(text)
  registerText(url, text, unit.spans, unit.fns)
  return new Function('R', 'K', text)(
    runtime,
    unit.constants.map((constant) => link(constant, defined)),
  )
}

function link(constant: Constant, defined: Definitions): Value {
  switch (constant.kind) {
    case 'value':
      return constant.value
    case 'global':
      return linkGlobal(constant.link, isDefined(constant.link, defined))
    case 'primitive':
      return primitiveProcedure(constant.name)
    case 'code':
      return codeOf(constant.fn)
  }
}

/** The code of one procedure, as its saved frames see it. */
class ProcedureCode implements FrameCode {
  readonly fn: Fn
  resume: (frame: Frame, value: Value) => Value
  describe(frame: Frame): { procedure: string | undefined; span: Span | undefined } {
    return { procedure: this.fn.schemeName, span: this.fn.sites[frame.site]?.span }
  }

  constructor(fn: Fn) {
    this.fn = fn
    // Generated when a frame of this procedure is first resumed.
    this.resume = (frame, value) => {
      this.resume = instantiate<typeof this.resume>(emitResume(fn), `${fn.name}.resume`, NONE)
      return this.resume(frame, value)
    }
  }
}

const codes = new WeakMap<Fn, ProcedureCode>()
function codeOf(fn: Fn): ProcedureCode {
  let code = codes.get(fn)
  if (code === undefined) {
    code = new ProcedureCode(fn)
    codes.set(fn, code)
  }
  return code
}

/** The name of the primitive of (guile) that a reference denotes, while it is unmodified. */
function primitiveName(reference: GlobalLink): string | undefined {
  const { module, name } = reference
  const variable = reference.public ? module.exports.get(name) : module.lookup(name)
  if (variable === undefined || typeof variable.value !== 'function') return undefined
  const declaration = declarationOf(variable.value)
  return declaration?.module === '(guile)' ? declaration.name : undefined
}

const byName = new Map<string, Procedure>()

function primitiveProcedure(name: string): Procedure {
  let procedure = byName.get(name)
  if (procedure === undefined) {
    for (const declaration of primitivesOf('(guile)')) byName.set(declaration.name, makePrimitive(declaration))
    procedure = byName.get(name)
    if (procedure === undefined) throw new Error(`strata bug: no primitive called ${name}`)
  }
  return procedure
}
