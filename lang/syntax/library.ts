/** R7RS's define-library: its declarations make a module, its bodies are expanded in it. */
import type { Core } from '../core/index.ts'
import { ensureModule, importSets } from '../modules/declare.ts'
import { currentRealm } from '../modules/realm.ts'
import { list, Pair, SchemeSymbol, type Value } from '../values/index.ts'
import { callPrimitive, constant } from './build.ts'
import { formItems, openSyntax } from './destructure.ts'
import { badSyntax, here } from './errors.ts'
import { featureHolds } from './features.ts'
import { includedForms } from './include.ts'
import { Syntax, spanOf, syntaxToDatum, wrapSyntax } from './syntax-object.ts'
import { type Emit, expandSteps } from './top-level.ts'
import type { Wrap } from './wrap.ts'

interface Declarations {
  readonly exports: Value[]
  readonly imports: Value[]
  readonly bodies: Value[]
}

/** Expand `(define-library name declaration ...)`. */
export function defineLibrary(form: Pair, wrap: Wrap, emit: Emit): void {
  const whole = new Syntax(form, wrap)
  const [, name, ...items] = formItems(form) ?? badSyntax(whole)
  if (name === undefined) return badSyntax(whole)
  const declarations: Declarations = { exports: [], imports: [], bodies: [] }
  collect(items, wrap, declarations, whole)
  const nameDatum = syntaxToDatum(name)
  const realm = currentRealm()
  const outer = realm.currentModule
  const module = ensureModule(nameDatum, true, here.span)
  const exported = list(declarations.exports.flatMap(exportSpecifications))
  const sets = declarations.imports.map((set) => syntaxToDatum(set))
  importSets(module, sets, (i) => spanOf(declarations.imports[i]) ?? here.span)
  const enter: Core = callPrimitive('%define-library', constant(nameDatum), constant(list(sets)), constant(exported))
  const finish: Core = callPrimitive('%finish-library', constant(nameDatum), constant(exported))
  realm.currentModule = module
  try {
    emit(enter, false)
    // The forms of a library belong to its module, whatever module surrounds it.
    for (const body of declarations.bodies) expandSteps(body, module, (core) => emit(core, false))
    emit(finish, false)
  } finally {
    realm.currentModule = outer
  }
}

function collect(items: readonly Value[], wrap: Wrap, into: Declarations, whole: Syntax): void {
  for (const item of items) {
    const opened = openSyntax(item, wrap)
    const [keyword, ...operands] = formItems(opened.value) ?? badSyntax(whole, item)
    const head = syntaxToDatum(keyword)
    if (!(head instanceof SchemeSymbol)) return badSyntax(whole, item)
    switch (head.name) {
      case 'export':
        into.exports.push(...operands)
        break
      case 'import':
        into.imports.push(...operands)
        break
      case 'begin':
        into.bodies.push(...operands)
        break
      case 'include':
      case 'include-ci':
        for (const file of operands) into.bodies.push(...includedForms(syntaxToDatum(file), head.name === 'include-ci'))
        break
      case 'include-library-declarations':
        for (const file of operands) collect(includedForms(syntaxToDatum(file), false), wrap, into, whole)
        break
      case 'cond-expand':
        for (const clause of operands) {
          const [requirement, ...chosen] = formItems(openSyntax(clause, opened.wrap).value) ?? badSyntax(whole, clause)
          if (!featureHolds(syntaxToDatum(requirement))) continue
          collect(chosen, wrap, into, whole)
          break
        }
        break
      default:
        return badSyntax(whole, wrapSyntax(item, wrap))
    }
  }
}

/** `(rename internal external)` of R7RS, `(rename (internal external) ...)` of R6RS: pairs, as exports are written elsewhere. */
function exportSpecifications(spec: Value): Value[] {
  const datum = syntaxToDatum(spec)
  if (!(datum instanceof Pair)) return [datum]
  const [, ...parts] = formItems(datum) ?? []
  const [internal, external] = parts
  if (!(internal instanceof Pair)) return [new Pair(internal, external)]
  return parts.map((part) => {
    const [from, to] = formItems(part) ?? []
    return new Pair(from, to)
  })
}
