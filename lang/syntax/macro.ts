/** Macros: the values that keywords are bound to, in scopes and in modules. */
import type { Core } from '../core/index.ts'
import type { Pair, Procedure, Value } from '../values/index.ts'
import type { Mark, Wrap } from './wrap.ts'

/** Common to all macros; a module variable holding one is a keyword. */
export abstract class Macro {
  /** The name it was first defined under, for messages. */
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A form that native code turns into core forms. Never a definition. */
export class NativeForm extends Macro {
  readonly expand: (form: Pair, wrap: Wrap) => Core
  readonly documentation: string
  constructor(name: string, expand: (form: Pair, wrap: Wrap) => Core, documentation: string) {
    super(name)
    this.expand = expand
    this.documentation = documentation
  }
}

/** A form that bodies and the top level treat themselves, because it defines or splices. */
export type DefiningRole =
  | 'begin'
  | 'define'
  | 'define-star'
  | 'define-syntax'
  | 'define-syntax-parameter'
  | 'eval-when'
  | 'let-syntax'
  | 'letrec-syntax'
  | 'define-library'

export class DefiningForm extends Macro {
  readonly role: DefiningRole
  readonly documentation: string
  constructor(name: string, role: DefiningRole, documentation: string) {
    super(name)
    this.role = role
    this.documentation = documentation
  }
}

/** A form rewritten into other syntax: by native code, or by syntax-rules. No walk over the output is needed,
 *  because the rewriter itself marks what it introduces and wraps what it passes on. */
export class Rewriter extends Macro {
  /** MARK is this step's; undefined when the caller marks the output itself. */
  readonly rewrite: (form: Value, wrap: Wrap, mark: Mark | undefined) => Value
  /** Whether it also applies to the bare keyword and to `set!`. */
  readonly variable: boolean
  readonly documentation: string | undefined
  constructor(
    name: string,
    rewrite: (form: Value, wrap: Wrap, mark: Mark | undefined) => Value,
    options: { variable?: boolean; documentation?: string | undefined } = {},
  ) {
    super(name)
    this.rewrite = rewrite
    this.variable = options.variable === true
    this.documentation = options.documentation
  }
}

/** A procedure from syntax object to syntax object. */
export class Transformer extends Macro {
  readonly procedure: Procedure
  /** Made by `make-variable-transformer`: also used for `set!`. */
  readonly variable: boolean
  constructor(name: string, procedure: Procedure, variable: boolean) {
    super(name)
    this.procedure = procedure
    this.variable = variable
  }
}

/** A keyword whose meaning `syntax-parameterize` changes for the extent of an expansion. */
export class SyntaxParameter extends Macro {
  current: Macro
  constructor(name: string, initial: Macro) {
    super(name)
    this.current = initial
  }
}

/** A keyword that means something only inside certain forms: `else`, `=>`, `...`, `_`, `unquote`. */
export class AuxiliaryKeyword extends Macro {}
