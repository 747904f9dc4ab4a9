/** The optimiser's first pass: splits `letrec`, turns direct applications of lambdas into `let`, and decides
 *  tests that are constant. Rebuilds the form; afterwards a `letrec` holds only what is really recursive and not
 *  all lambdas. */
import type { Core, Lambda, LambdaCase } from './forms.ts'
import { splitLetrec } from './letrec.ts'

/** An equivalent, simpler form. */
export function simplify(core: Core): Core {
  switch (core.kind) {
    case 'const':
    case 'local':
    case 'global':
      return core
    case 'local-set':
    case 'global-set':
      return { ...core, value: simplify(core.value) }
    case 'define':
      return { ...core, value: simplify(core.value) }
    case 'define-syntax':
      return { ...core, transformer: simplify(core.transformer) }
    case 'if': {
      const test = simplify(core.test)
      if (test.kind === 'const') return simplify(test.value !== false ? core.then : core.else)
      if (test.kind === 'lambda') return simplify(core.then)
      return { ...core, test, then: simplify(core.then), else: simplify(core.else) }
    }
    case 'seq':
      return simplifySeq(core.body.map(simplify), core)
    case 'lambda':
      return simplifyLambda(core)
    case 'call':
      return simplifyCall({ ...core, procedure: simplify(core.procedure), arguments: core.arguments.map(simplify) })
    case 'let':
      if (core.variables.length === 0) return simplify(core.body)
      return { ...core, values: core.values.map(simplify), body: simplify(core.body) }
    case 'fix':
      return { ...core, values: core.values.map(simplifyLambda), body: simplify(core.body) }
    case 'letrec': {
      if (core.variables.length === 0) return simplify(core.body)
      const groups = splitLetrec({ ...core, values: core.values.map(simplify) })
      let body = simplify(core.body)
      for (let i = groups.length - 1; i >= 0; i--) {
        const group = groups[i]
        if (group === undefined) continue
        const { span } = core
        if (group.kind === 'let') {
          body = { kind: 'let', span, variables: [group.variable], values: [group.value], body }
        } else if (group.kind === 'fix') {
          body = { kind: 'fix', span, variables: group.variables, values: group.values, body }
        } else {
          const variables = group.bindings.map((b) => b.variable)
          const values = group.bindings.map((b) => b.value)
          body = { kind: 'letrec', span, sequential: core.sequential, variables, values, body }
        }
      }
      return body
    }
  }
}

function simplifyLambda(lambda: Lambda): Lambda {
  const cases = lambda.cases.map(
    (c): LambdaCase => ({
      ...c,
      optional: c.optional.map((o) => ({ ...o, default: simplify(o.default) })),
      keywords: c.keywords.map((k) => ({ ...k, default: simplify(k.default) })),
      body: simplify(c.body),
    }),
  )
  return { ...lambda, cases }
}

/** Flattens nested sequences and drops what has no effect. */
function simplifySeq(body: readonly Core[], core: Core): Core {
  const flat = body.flatMap((form) => (form.kind === 'seq' ? form.body : [form]))
  const kept = flat.filter((form, i) => i === flat.length - 1 || !hasNoEffect(form))
  const [only] = kept
  if (kept.length === 1 && only !== undefined) return only
  return { kind: 'seq', span: core.span, body: kept }
}

function hasNoEffect(core: Core): boolean {
  return core.kind === 'const' || core.kind === 'lambda'
}

function simplifyCall(call: Core & { kind: 'call' }): Core {
  const { procedure } = call
  if (procedure.kind === 'lambda' && procedure.cases.length === 1) {
    const [only] = procedure.cases
    if (
      only !== undefined &&
      only.optional.length === 0 &&
      only.keywords.length === 0 &&
      only.rest === undefined &&
      only.required.length === call.arguments.length
    ) {
      if (only.required.length === 0) return only.body
      return { kind: 'let', span: call.span, variables: only.required, values: call.arguments, body: only.body }
    }
  }
  return call
}
