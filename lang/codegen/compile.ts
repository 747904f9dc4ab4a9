/** From a core form to a JavaScript function: simplify, lower, print, link. */
import type { Core } from '../core/index.ts'
import type { Frame, FrameCode, Wants } from '../execution/machine.ts'
import type { Span } from '../source/index.ts'
import type { Value } from '../values/index.ts'
import { type Constant, emitResume, emitUnit, type UnitText } from './emit.ts'
import type { Fn } from './ir.ts'
import { type Definitions, definitionsIn, isDefined, NO_DEFINITIONS, primitivePart } from './link.ts'
import { lowerUnit } from './lower.ts'
import { linkGlobal, runtime } from './runtime.ts'
import { newUnitId, registerFunctions, registerText } from './units.ts'

let show: ((text: string) => void) | undefined

/** Debugging: pass every piece of generated JavaScript to `print` (undefined: stop). */
export function showGeneratedCode(print: ((text: string) => void) | undefined): void {
  show = print
}

/** A function without arguments that runs the form. */
export function compile(core: Core): () => Value {
  const id = newUnitId()
  const defined = definitionsIn([core])
  return instantiate(emitUnit(lowerUnit(core, id, defined)), id, defined)
}

function instantiate<T>(unit: UnitText, name: string, defined: Definitions): T {
  const url = `scheme:${name}`
  const text = `${unit.text}\n//# sourceURL=${url}`
  show?.(text)
  // `new Function` puts two lines before the text.
  registerText(url, { text: () => text, lineOffset: 2, span: (index) => unit.spans[index] })
  registerFunctions(unit.fns)
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
      return primitivePart(constant.name, constant.part)
    case 'code':
      return codeOf(constant.fn)
  }
}

/** The code of one procedure, as its saved frames see it. */
class ProcedureCode implements FrameCode {
  readonly fn: Fn
  readonly runs = true
  resume: (frame: Frame, value: Value) => Value

  constructor(fn: Fn) {
    this.fn = fn
    // Generated when a frame of this procedure is first resumed.
    this.resume = (frame, value) => {
      this.resume = instantiate<typeof this.resume>(emitResume(fn), `${fn.name}.resume`, NO_DEFINITIONS)
      return this.resume(frame, value)
    }
  }

  wants(frame: Frame): Wants {
    return this.fn.sites[frame.site]?.wants ?? 'first'
  }

  describe(frame: Frame): { procedure: string | undefined; span: Span | undefined } {
    return { procedure: this.fn.schemeName, span: this.fn.sites[frame.site]?.span }
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
