/** The table of forms written in TypeScript, by module. Each is declared once; its module gets it when first made. */
import type { Core } from '../core/index.ts'
import type { Pair, Value } from '../values/index.ts'
import { AuxiliaryKeyword, DefiningForm, type DefiningRole, type Macro, NativeForm, Rewriter } from './macro.ts'
import type { Mark, Wrap } from './wrap.ts'

const forms = new Map<string, Map<string, Macro>>()

function register(modules: string | readonly string[], macro: Macro, name = macro.name): void {
  for (const module of typeof modules === 'string' ? [modules] : modules) {
    const known = forms.get(module)
    if (known === undefined) forms.set(module, new Map([[name, macro]]))
    else known.set(name, macro)
  }
}

/** The native forms of a module, as "(guile)". */
export function nativeFormsOf(module: string): ReadonlyMap<string, Macro> {
  return forms.get(module) ?? new Map()
}

export function nativeFormModules(): Iterable<string> {
  return forms.keys()
}

/** A form that expands straight to core forms. */
export function defineForm(
  module: string | readonly string[],
  name: string,
  documentation: string,
  expand: (form: Pair, wrap: Wrap) => Core,
): NativeForm {
  const form = new NativeForm(name, expand, documentation)
  register(module, form)
  return form
}

/** A form that expands to other syntax. */
export function defineRewriter(
  module: string | readonly string[],
  name: string,
  documentation: string,
  rewrite: (form: Value, wrap: Wrap, mark: Mark | undefined) => Value,
): Rewriter {
  const rewriter = new Rewriter(name, rewrite, { documentation })
  register(module, rewriter)
  return rewriter
}

export function defineDefiningForm(module: string, name: string, role: DefiningRole, documentation: string): void {
  register(module, new DefiningForm(name, role, documentation))
}

export function defineAuxiliary(module: string, ...names: string[]): void {
  for (const name of names) register(module, new AuxiliaryKeyword(name))
}

/** Make MODULE export a form declared elsewhere, under the same binding. */
export function shareForm(module: string, macro: Macro, name?: string): void {
  register(module, macro, name)
}
