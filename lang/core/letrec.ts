/** Splits `letrec` and `letrec*` by dependency, so that only truly recursive bindings stay recursive:
 *  plain values become `let`, groups of lambdas become `fix`, and what is left keeps its variables boxed.
 *  Method: Ghuloum and Dybvig, "Fixing Letrec (reloaded)", 2009. */
import type { Core, Lambda, Letrec, LocalVariable } from './forms.ts'
import { children } from './walk.ts'

interface Binding {
  readonly variable: LocalVariable
  readonly value: Core
  readonly index: number
  readonly needs: Set<Binding>
  readonly kind: 'lambda' | 'simple' | 'complex'
}

export type Group =
  | { readonly kind: 'let'; readonly variable: LocalVariable; readonly value: Core }
  | { readonly kind: 'fix'; readonly variables: readonly LocalVariable[]; readonly values: readonly Lambda[] }
  /** Lambdas first bound with fix among themselves, then values put in their boxes in order. */
  | { readonly kind: 'recursive'; readonly bindings: readonly { variable: LocalVariable; value: Core }[] }

/** The groups of a letrec in the order to bind them in. */
export function splitLetrec(letrec: Letrec): readonly Group[] {
  const byVariable = new Map<LocalVariable, Binding>()
  const bindings = letrec.variables.map((variable, index): Binding => {
    const value = letrec.values[index]
    if (value === undefined) throw new Error('strata bug: letrec without a value')
    const kind = value.kind === 'lambda' && !variable.assigned ? 'lambda' : isSimple(value) ? 'simple' : 'complex'
    const binding = { variable, value, index, needs: new Set<Binding>(), kind } as const
    byVariable.set(variable, binding)
    return binding
  })
  let lastComplex: Binding | undefined
  for (const binding of bindings) {
    collect(binding.value, byVariable, binding.needs)
    if (letrec.sequential && binding.kind === 'complex') {
      if (lastComplex !== undefined) binding.needs.add(lastComplex)
      lastComplex = binding
    }
  }
  return components(bindings).map(group)
}

function group(component: readonly Binding[]): Group {
  const [first] = component
  if (first !== undefined && component.length === 1 && first.kind !== 'lambda' && !first.needs.has(first)) {
    return { kind: 'let', variable: first.variable, value: first.value }
  }
  const ordered = [...component].sort((a, b) => a.index - b.index)
  if (ordered.every((b) => b.kind === 'lambda')) {
    const values: Lambda[] = []
    for (const { value } of ordered) if (value.kind === 'lambda') values.push(value)
    return { kind: 'fix', variables: ordered.map((b) => b.variable), values }
  }
  return { kind: 'recursive', bindings: ordered.map(({ variable, value }) => ({ variable, value })) }
}

function isSimple(core: Core): boolean {
  return core.kind === 'const' || core.kind === 'lambda'
}

function collect(core: Core, among: Map<LocalVariable, Binding>, into: Set<Binding>): void {
  if (core.kind === 'local' || core.kind === 'local-set') {
    const found = among.get(core.variable)
    if (found !== undefined) into.add(found)
  }
  for (const child of children(core)) collect(child, among, into)
}

/** Strongly connected components (Tarjan), dependencies first. */
function components(bindings: readonly Binding[]): Binding[][] {
  const result: Binding[][] = []
  const number = new Map<Binding, number>()
  const low = new Map<Binding, number>()
  const stack: Binding[] = []
  const onStack = new Set<Binding>()
  function visit(binding: Binding): number {
    const mine = number.size
    number.set(binding, mine)
    let least = mine
    stack.push(binding)
    onStack.add(binding)
    for (const need of binding.needs) {
      if (!number.has(need)) least = Math.min(least, visit(need))
      else if (onStack.has(need)) least = Math.min(least, number.get(need) ?? least)
    }
    low.set(binding, least)
    if (least === mine) {
      const component: Binding[] = []
      for (;;) {
        const top = stack.pop()
        if (top === undefined) break
        onStack.delete(top)
        component.push(top)
        if (top === binding) break
      }
      result.push(component)
    }
    return least
  }
  for (const binding of bindings) if (!number.has(binding)) visit(binding)
  return result
}
