/** Generic traversal of core forms. */
import type { Core, Lambda } from './forms.ts'

/** The direct subforms of a form, in order of evaluation; those of a lambda are its defaults and bodies. */
export function children(core: Core): readonly Core[] {
  switch (core.kind) {
    case 'const':
    case 'local':
    case 'global':
      return []
    case 'local-set':
    case 'global-set':
    case 'define':
      return [core.value]
    case 'define-syntax':
      return [core.transformer]
    case 'if':
      return [core.test, core.then, core.else]
    case 'seq':
      return core.body
    case 'lambda':
      return core.cases.flatMap((c) => [
        ...c.optional.map((o) => o.default),
        ...c.keywords.map((k) => k.default),
        c.body,
      ])
    case 'call':
      return [core.procedure, ...core.arguments]
    case 'let':
    case 'letrec':
    case 'fix':
      return [...core.values, core.body]
  }
}

/** The same form with its direct subforms replaced by what `f` makes of them. */
export function mapChildren(core: Core, f: (child: Core) => Core): Core {
  switch (core.kind) {
    case 'const':
    case 'local':
    case 'global':
      return core
    case 'local-set':
    case 'global-set':
    case 'define':
      return { ...core, value: f(core.value) }
    case 'define-syntax':
      return { ...core, transformer: f(core.transformer) }
    case 'if':
      return { ...core, test: f(core.test), then: f(core.then), else: f(core.else) }
    case 'seq':
      return { ...core, body: core.body.map(f) }
    case 'lambda':
      return mapLambda(core, f)
    case 'call':
      return { ...core, procedure: f(core.procedure), arguments: core.arguments.map(f) }
    case 'let':
    case 'letrec':
      return { ...core, values: core.values.map(f), body: f(core.body) }
    case 'fix':
      return { ...core, values: core.values.map((value) => mapLambda(value, f)), body: f(core.body) }
  }
}

function mapLambda(lambda: Lambda, f: (child: Core) => Core): Lambda {
  const cases = lambda.cases.map((c) => ({
    ...c,
    optional: c.optional.map((o) => ({ ...o, default: f(o.default) })),
    keywords: c.keywords.map((k) => ({ ...k, default: f(k.default) })),
    body: f(c.body),
  }))
  return { ...lambda, cases }
}
