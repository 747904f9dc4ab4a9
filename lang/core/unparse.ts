/** Core forms as Scheme again: what `,expand` and `,optimize` show. Names are made different where two variables
 *  of one form have the same. */
import {
  intern,
  internKeyword,
  list,
  NIL,
  Pair,
  SchemeString,
  SchemeSymbol,
  UNSPECIFIED,
  type Value,
} from '../values/index.ts'
import type { Core, LambdaCase, LocalVariable } from './forms.ts'

const symbol = (name: string): Value => intern(name)
const form = (...items: Value[]): Value => list(items)

/** A datum that means what CORE does. */
export function unparse(core: Core): Value {
  return new Unparser().form(core)
}

function isUnspecified(core: Core): boolean {
  return core.kind === 'const' && core.value === UNSPECIFIED
}

class Unparser {
  readonly #names = new Map<LocalVariable, Value>()
  readonly #taken = new Map<string, number>()

  form(core: Core): Value {
    switch (core.kind) {
      case 'const':
        return quoted(core.value)
      case 'local':
        return this.#name(core.variable)
      case 'local-set':
        return form(symbol('set!'), this.#name(core.variable), this.form(core.value))
      case 'global':
        return core.name
      case 'global-set':
        return form(symbol('set!'), core.name, this.form(core.value))
      case 'define':
        return form(symbol('define'), core.name, this.form(core.value))
      case 'define-syntax':
        return form(symbol('define-syntax'), core.name, this.form(core.transformer))
      case 'if': {
        // What says nothing of the other case has no value there.
        const parts = isUnspecified(core.else) ? [core.test, core.then] : [core.test, core.then, core.else]
        const branches = parts.map((part) => this.form(part))
        return form(symbol('if'), ...branches)
      }
      case 'seq':
        return form(symbol('begin'), ...core.body.map((part) => this.form(part)))
      case 'call':
        return form(this.form(core.procedure), ...core.arguments.map((part) => this.form(part)))
      case 'let':
        return this.#binding('let', core.variables, core.values, core.body)
      case 'letrec':
        return this.#binding(core.sequential ? 'letrec*' : 'letrec', core.variables, core.values, core.body)
      case 'fix':
        return this.#binding('letrec', core.variables, core.values, core.body)
      case 'lambda': {
        const [only] = core.cases
        if (core.cases.length === 1 && only !== undefined) {
          const keyword = isStarred(only) ? 'lambda*' : 'lambda'
          return form(symbol(keyword), ...this.#clause(only, core.documentation))
        }
        const keyword = core.cases.some(isStarred) ? 'case-lambda*' : 'case-lambda'
        return form(symbol(keyword), ...core.cases.map((one) => list(this.#clause(one, core.documentation))))
      }
    }
  }

  #binding(keyword: string, variables: readonly LocalVariable[], values: readonly Core[], body: Core): Value {
    const bindings = variables.map((variable, i) => {
      const value = values[i]
      return form(this.#name(variable), value === undefined ? false : this.form(value))
    })
    return form(symbol(keyword), list(bindings), ...this.#body(body))
  }

  #clause(one: LambdaCase, documentation: string | undefined): Value[] {
    const formals: Value[] = one.required.map((variable) => this.#name(variable))
    if (one.optional.length > 0) formals.push(internKeyword('optional'))
    for (const { variable, default: value } of one.optional) {
      formals.push(form(this.#name(variable), this.form(value)))
    }
    if (one.keywords.length > 0) formals.push(internKeyword('key'))
    for (const { variable, default: value, keyword } of one.keywords) {
      formals.push(form(this.#name(variable), this.form(value), keyword))
    }
    if (one.allowOtherKeys) formals.push(internKeyword('allow-other-keys'))
    let parameters: Value = one.rest === undefined ? NIL : this.#name(one.rest)
    for (const item of formals.reverse()) parameters = new Pair(item, parameters)
    const doc = documentation === undefined ? [] : [new SchemeString(documentation)]
    return [parameters, ...doc, ...this.#body(one.body)]
  }

  #body(core: Core): Value[] {
    return core.kind === 'seq' ? core.body.map((part) => this.form(part)) : [this.form(core)]
  }

  #name(variable: LocalVariable): Value {
    let name = this.#names.get(variable)
    if (name === undefined) {
      const count = this.#taken.get(variable.name) ?? 0
      this.#taken.set(variable.name, count + 1)
      name = intern(count === 0 ? variable.name : `${variable.name}-${count}`)
      this.#names.set(variable, name)
    }
    return name
  }
}

function isStarred(one: LambdaCase): boolean {
  return one.optional.length > 0 || one.keywords.length > 0 || one.allowOtherKeys
}

/** A constant as an expression. */
function quoted(value: Value): Value {
  const needsQuote = value instanceof Pair || value instanceof SchemeSymbol || value === NIL
  return needsQuote ? form(symbol('quote'), value) : value
}
