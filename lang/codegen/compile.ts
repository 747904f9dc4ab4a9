/** From a core form to a JavaScript function: simplify, lower, print, link. */
import { simplify, type Core } from '../core/index.ts'
import type { Frame, FrameCode } from '../execution/machine.ts'
import { declarationOf, makePrimitive, primitivesOf } from '../primitives/define.ts'
import type { Procedure, Value } from '../values/index.ts'
import { type Constant, emitResume, emitUnit, type UnitText } from './emit.ts'
import type { Fn, GlobalLink } from './ir.ts'
import { lowerUnit } from './lower.ts'
import { linkGlobal, runtime } from './runtime.ts'

let show: ((text: string) => void) | undefined

/** Debugging: pass every piece of generated JavaScript to `print` (undefined: stop). */
export function showGeneratedCode(print: ((text: string) => void) | undefined): void {
  show = print
}

/** A function without arguments that runs the form. */
export function compile(core: Core): () => Value {
  const fn = lowerUnit(simplify(core), primitiveName)
  return instantiate(emitUnit(fn), fn.name)
}

function instantiate<T>(unit: UnitText, name: string): T {
  const text = `${unit.text}\n//# sourceURL=scheme:${name}`
  show?.(text)
  return new Function('R', 'K', text)(runtime, unit.constants.map(link))
}

function link(constant: Constant): Value {
  switch (constant.kind) {
    case 'value':
      return constant.value
    case 'global':
      return linkGlobal(constant.link)
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
  constructor(fn: Fn) {
    this.fn = fn
    // Generated when a frame of this procedure is first resumed.
    this.resume = (frame, value) => {
      this.resume = instantiate<typeof this.resume>(emitResume(fn), `${fn.name}_resume`)
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
