/** Generic traversal of core forms. */
import type { Core } from './forms.ts'

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
