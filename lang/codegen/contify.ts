/** Finds local procedures that need no closure: all uses are calls in tail position of the form that binds them
 *  (or of each other), so that they become labelled blocks and loops. Also collects how each variable is used.
 *  Method: contification, as in Fluet and Weeks 2001, restricted to the syntactic case. */
import type { Core, Lambda, LocalVariable } from '../core/index.ts'
import { children } from '../core/index.ts'

export interface Usage {
  /** References of any sort. */
  references: number
  /** Those that are calls with a fitting number of arguments (decided against the lambda, when there is one). */
  readonly calls: number[]
}

export interface Uses {
  readonly usage: Map<LocalVariable, Usage>
  /** Variables bound to labels, with their lambdas. */
  readonly labels: Map<LocalVariable, Lambda>
}

/** The single case of a lambda with required parameters only: what can become a label or be called unchecked. */
export function plainCase(lambda: Lambda) {
  const [only] = lambda.cases
  if (only === undefined || lambda.cases.length !== 1) return undefined
  if (only.optional.length > 0 || only.rest !== undefined || only.keywords.length > 0 || only.allowOtherKeys) {
    return undefined
  }
  return only
}

export function analyseUses(core: Core): Uses {
  const uses: Uses = { usage: new Map(), labels: new Map() }
  count(core, uses.usage)
  contify(core, uses)
  return uses
}

function usageOf(variable: LocalVariable, usage: Map<LocalVariable, Usage>): Usage {
  let found = usage.get(variable)
  if (found === undefined) {
    found = { references: 0, calls: [] }
    usage.set(variable, found)
  }
  return found
}

function count(core: Core, usage: Map<LocalVariable, Usage>): void {
  if (core.kind === 'local') usageOf(core.variable, usage).references++
  else if (core.kind === 'call' && core.procedure.kind === 'local') {
    usageOf(core.procedure.variable, usage).calls.push(core.arguments.length)
  }
  for (const child of children(core)) count(child, usage)
}

/** Whether every reference to the variable is a call that fits the lambda. */
export function onlyCalled(variable: LocalVariable, lambda: Lambda, usage: Map<LocalVariable, Usage>): boolean {
  const only = plainCase(lambda)
  const used = usage.get(variable)
  if (only === undefined || used === undefined || variable.assigned) return false
  return used.references === used.calls.length && used.calls.every((n) => n === only.required.length)
}

function contify(core: Core, uses: Uses): void {
  for (const child of children(core)) contify(child, uses)
  if (core.kind === 'let') {
    // Only a lone binding is lowered to a label: the others would have to be evaluated before the jump.
    const [variable] = core.variables
    const [value] = core.values
    if (core.variables.length === 1 && variable !== undefined && value?.kind === 'lambda') {
      tryGroup([variable], [value], core.body, uses)
    }
  } else if (core.kind === 'fix') tryGroup(core.variables, core.values, core.body, uses)
}

function tryGroup(variables: readonly LocalVariable[], lambdas: readonly Lambda[], body: Core, uses: Uses): void {
  for (const [i, variable] of variables.entries()) {
    const lambda = lambdas[i]
    if (lambda === undefined || !onlyCalled(variable, lambda, uses.usage)) return
  }
  const wanted = new Map(variables.map((variable) => [variable, 0]))
  const seen = new Set<Lambda>()
  tailCalls(body, wanted, uses.labels, seen)
  for (const lambda of lambdas) for (const c of lambda.cases) tailCalls(c.body, wanted, uses.labels, seen)
  for (const variable of variables) if (wanted.get(variable) !== uses.usage.get(variable)?.references) return
  for (const [i, variable] of variables.entries()) {
    const lambda = lambdas[i]
    if (lambda !== undefined) uses.labels.set(variable, lambda)
  }
}

/** Count calls to `wanted` in tail position, through forms that are already labels. */
function tailCalls(
  core: Core,
  wanted: Map<LocalVariable, number>,
  labels: Map<LocalVariable, Lambda>,
  seen: Set<Lambda>,
): void {
  switch (core.kind) {
    case 'call':
      if (core.procedure.kind === 'local') {
        const known = wanted.get(core.procedure.variable)
        if (known !== undefined) wanted.set(core.procedure.variable, known + 1)
      }
      return
    case 'if':
      tailCalls(core.then, wanted, labels, seen)
      tailCalls(core.else, wanted, labels, seen)
      return
    case 'seq': {
      const last = core.body.at(-1)
      if (last !== undefined) tailCalls(last, wanted, labels, seen)
      return
    }
    case 'let':
    case 'fix':
      for (const [i, variable] of core.variables.entries()) {
        const value = core.values[i]
        if (value?.kind !== 'lambda' || labels.get(variable) !== value || seen.has(value)) continue
        seen.add(value)
        for (const c of value.cases) tailCalls(c.body, wanted, labels, seen)
      }
      tailCalls(core.body, wanted, labels, seen)
      return
    case 'letrec':
      tailCalls(core.body, wanted, labels, seen)
      return
    default:
      return
  }
}
