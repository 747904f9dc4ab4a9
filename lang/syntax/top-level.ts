/** The top level: one form to a core form that defines module variables, macros, or evaluates.
 *  Macros are installed while expanding, so that the rest of the form sees them. */
import type { Core } from '../core/index.ts'
import type { Module } from '../modules/module.ts'
import { currentRealm } from '../modules/realm.ts'
import type { Span } from '../source/index.ts'
import { intern, Pair, SchemeSymbol, SourcePair, UNSPECIFIED, type Value } from '../values/index.ts'
import { GlobalAlias } from './binding.ts'
import { bindLocalMacros, evalWhenBody, syntaxDefinition } from './body.ts'
import { constant, named, phase, sequence } from './build.ts'
import { definitionParts } from './definition.ts'
import { formItems, openSyntax } from './destructure.ts'
import { badSyntax, here, syntaxError } from './errors.ts'
import { applyMacro, countStep, evaluateTransformer, expand, headMacro, outputWrap } from './expander.ts'
import { asIdentifier } from './identifier.ts'
import { defineLibrary } from './library.ts'
import { DefiningForm, Macro, NativeForm, SyntaxParameter } from './macro.ts'
import { Syntax, syntaxToDatum, wrapSyntax } from './syntax-object.ts'
import { emptyWrap, NO_MARKS, Rib, resolve, type Wrap } from './wrap.ts'

/** Takes the core forms of a top-level form one by one, as they are ready: running each before the next is
 *  expanded lets the parts of a `begin` use the procedures and modules that earlier parts define. MAYWAIT: it is
 *  neither in an `eval-when` nor a change of modules, which must take effect at once. */
export type Emit = (core: Core, mayWait: boolean) => void

/** Expand one top-level form in the current module to a single core form. */
export function expandTopLevel(form: Value, module: Module = currentRealm().currentModule): Core {
  const out: Core[] = []
  expandSteps(form, module, (core) => out.push(core))
  return out.length === 0 ? constant(UNSPECIFIED) : sequence(out)
}

/** Expand one top-level form, handing each part to EMIT. */
export function expandSteps(form: Value, module: Module, emit: Emit, span?: Span): void {
  const realm = currentRealm()
  const { currentModule } = realm
  const outer = here.span
  const { level } = phase
  phase.level = 0
  here.span = span
  realm.currentModule = module
  const topLevel = new TopLevelForm(module, form, emit)
  try {
    topLevel.expand()
  } catch (error) {
    if (error instanceof RangeError && !topLevel.running) return syntaxError('form nested too deeply', form)
    throw error
  } finally {
    here.span = outer
    phase.level = level
    // A part of the form may have changed the current module; only our own change is undone.
    if (realm.currentModule === module) realm.currentModule = currentModule
  }
}

class TopLevelForm {
  readonly #firstModule: Module
  #module: Module
  readonly #form: Value
  /** Holds the names that macros introduce in this form. */
  readonly #rib = new Rib()
  readonly #emit: Emit
  #hash: string | undefined
  /** A part of the form is being executed. */
  running = false
  /** Inside an `eval-when`. */
  #now = false
  /** Inside what a macro has made. */
  #inMacro = false
  readonly #introduced = new Map<SchemeSymbol, number>()

  constructor(module: Module, form: Value, emit: Emit) {
    this.#firstModule = module
    this.#module = module
    this.#form = form
    this.#emit = (core, mayWait) => {
      // Code that runs now is not being expanded.
      const { span } = here
      here.span = undefined
      this.running = true
      emit(core, mayWait)
      this.running = false
      here.span = span
    }
  }

  expand(): void {
    this.#scan(this.#form, emptyWrap(this.#module).within(this.#rib))
  }

  #scan(form: Value, formWrap: Wrap): void {
    let value = form
    let wrap = formWrap
    let steps = 0
    for (;;) {
      const opened = openSyntax(value, wrap)
      if (!(opened.value instanceof Pair)) break
      const pair = opened.value
      if (pair instanceof SourcePair) here.span = pair.span
      const macro = headMacro(pair, opened.wrap)
      if (macro === undefined || macro instanceof NativeForm) break
      if (macro instanceof DefiningForm) {
        const outer = this.#inMacro
        this.#inMacro ||= steps > 0
        this.#define(macro, pair, opened.wrap)
        this.#inMacro = outer
        return
      }
      steps = countStep(steps, pair, opened.wrap)
      value = applyMacro(macro, pair, opened.wrap)
      wrap = outputWrap(this.#rib)
    }
    const core = expand(value, wrap)
    this.#emit(core, !this.#now && !changesModules(core))
  }

  #define(macro: DefiningForm, form: Pair, wrap: Wrap): void {
    const { span } = here
    const outer = this.#now
    switch (macro.role) {
      case 'begin': {
        const items = formItems(form) ?? badSyntax(new Syntax(form, wrap))
        // What a macro defines together may refer to each other before it is defined.
        if (this.#inMacro) for (const item of items.slice(1)) this.#announce(item, wrap)
        for (const item of items.slice(1)) this.#scan(item, this.#inModuleOfNow(wrap))
        return
      }
      case 'eval-when':
        this.#now = true
        for (const item of evalWhenBody(form, wrap)) this.#scan(item, wrap)
        this.#now = outer
        return
      case 'define':
      case 'define-star': {
        const parts = definitionParts(form, wrap, macro.role === 'define-star')
        const name = this.#name(parts.id, parts.idWrap, form)
        unbindKeyword(this.#module, name)
        const value = named(parts.value(), name.name)
        this.#emit({ kind: 'define', module: this.#module, name, value, span }, !this.#now)
        return
      }
      case 'define-syntax':
      case 'define-syntax-parameter': {
        const { id, value } = syntaxDefinition(form, wrap)
        const name = this.#name(id, wrap, form)
        const made = evaluateTransformer(value, wrap, name.name)
        const isParameter = macro.role === 'define-syntax-parameter'
        const binding = isParameter ? new SyntaxParameter(name.name, made.macro) : made.macro
        this.#module.define(name, binding)
        const transformer: Core = isParameter
          ? {
              kind: 'call',
              procedure: {
                kind: 'global',
                module: currentRealm().guile,
                name: intern('make-syntax-parameter'),
                public: false,
              },
              arguments: [made.core],
            }
          : made.core
        this.#emit(
          { kind: 'define-syntax', module: this.#module, name, transformer, span, installed: binding },
          !this.#now,
        )
        return
      }
      case 'let-syntax':
      case 'letrec-syntax': {
        const { bodyForms, inner } = bindLocalMacros(form, wrap, macro.role === 'letrec-syntax')
        for (const item of bodyForms) this.#scan(item, inner)
        return
      }
      case 'define-library':
        return defineLibrary(form, wrap, this.#emit)
    }
  }

  /** Give the name that ITEM defines, if a macro introduced it, the one it will have in the module. */
  #announce(item: Value, wrap: Wrap): void {
    const opened = openSyntax(item, wrap)
    if (!(opened.value instanceof Pair)) return
    const macro = headMacro(opened.value, opened.wrap)
    if (!(macro instanceof DefiningForm) || (macro.role !== 'define' && macro.role !== 'define-star')) return
    const { id, idWrap } = definitionParts(opened.value, opened.wrap, macro.role === 'define-star')
    const identifier = asIdentifier(id, idWrap)
    if (identifier !== undefined && identifier.marks !== NO_MARKS) this.#name(id, idWrap, opened.value)
  }

  /** WRAP, of a part of a `begin`, in the module that a part before it, a `define-module`, has changed to. */
  #inModuleOfNow(wrap: Wrap): Wrap {
    const { currentModule } = currentRealm()
    this.#module = currentModule
    const stale = wrap.marks === NO_MARKS && wrap.module === this.#firstModule && currentModule !== wrap.module
    return stale ? emptyWrap(currentModule).within(this.#rib) : wrap
  }

  /** The module's name for a defined identifier. One that a macro introduced gets a name of its own, made of
   *  its name and a hash of the form, so that expanding again gives the same. */
  #name(id: Value, wrap: Wrap, form: Pair): SchemeSymbol {
    const identifier = asIdentifier(id, wrap)
    if (identifier === undefined) return badSyntax(new Syntax(form, wrap), wrapSyntax(id, wrap))
    const { symbol, marks } = identifier
    const known = resolve(symbol, identifier.wrap)
    if (known instanceof GlobalAlias) return known.name
    if (marks === NO_MARKS) return symbol
    this.#hash ??= hashForm(this.#form).toString(16)
    // The same name may be introduced several times in one form, as by a macro used twice in a begin.
    const count = this.#introduced.get(symbol) ?? 0
    this.#introduced.set(symbol, count + 1)
    const name = intern(`${symbol.name}-${this.#hash}${count === 0 ? '' : `-${count}`}`)
    this.#rib.add(symbol, marks, new GlobalAlias(this.#module, name))
    return name
  }
}

function changesModules(core: Core): boolean {
  if (core.kind === 'seq') return core.body.some(changesModules)
  return core.kind === 'call' && core.procedure.kind === 'global' && core.procedure.name.name.startsWith('%')
}

/** A definition takes a keyword's name: from here on it is a variable, even before it has its value. */
function unbindKeyword(module: Module, name: SchemeSymbol): void {
  const found = module.lookup(name)
  if (found === undefined || !(found.value instanceof Macro)) return
  module.ensureLocal(name).value = undefined
}

/** A hash of a form's text, for names that must be the same at every expansion. */
function hashForm(form: Value): number {
  let hash = 0x811c9dc5
  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  const pending: Value[] = [syntaxToDatum(form)]
  for (let steps = 0; steps < 10_000 && pending.length > 0; steps++) {
    const value = pending.pop()
    if (value instanceof Pair) {
      add('(')
      pending.push(value.cdr, value.car)
    } else if (value instanceof SchemeSymbol) add(value.name)
    else if (Array.isArray(value)) pending.push(...value)
    else add(typeof value === 'object' ? (value?.constructor.name ?? '') + String(value) : String(value))
  }
  return hash >>> 0
}
