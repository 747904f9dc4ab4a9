/** Where lowering is, and where the value of a form goes: what lower.ts and the files beside it pass around. */
import type { LocalVariable } from '../core/index.ts'
import type { Span } from '../source/index.ts'
import { UNSPECIFIED } from '../values/index.ts'
import type { Expr, Fn, GlobalLink, Loop, Site, Slot, Stmt } from './ir.ts'

export type Destination =
  | { readonly kind: 'return' }
  /** `all`: several values go there as a MultipleValues. */
  | { readonly kind: 'slot'; readonly slot: Slot; readonly exit: string | undefined; readonly all?: boolean }
  | { readonly kind: 'effect'; readonly exit: string | undefined }

export const RETURN: Destination = { kind: 'return' }
export const EFFECT: Destination = { kind: 'effect', exit: undefined }
export const NOTHING: Expr = { kind: 'const', value: UNSPECIFIED }

/** What a local variable stands for. */
export type Binding =
  | { readonly kind: 'slot'; readonly slot: Slot; readonly fn: Fn | undefined }
  | { readonly kind: 'alias'; readonly expr: Expr }
  | { readonly kind: 'label'; readonly label: Label }

export interface Label {
  readonly params: readonly Slot[]
  readonly group: LabelGroup
  readonly index: number
}

export interface LabelGroup {
  /** How a call reaches the bodies from where we are now. */
  jump: Stmt
  state: Slot | undefined
}

/** Where in the output we are: the function, the loop and the list of statements. */
export interface Place {
  readonly fn: Fn
  loop: Loop | undefined
  out: Stmt[]
  /** What a tail call of the function to itself becomes. */
  readonly self: SelfCall | undefined
  /** The global variable that the function is defined as. */
  readonly ownGlobal: GlobalLink | undefined
}

export interface SelfCall {
  readonly variable: LocalVariable | undefined
  readonly global: GlobalLink | undefined
  readonly label: string
  readonly required: number
}

export function newSite(fn: Fn, span: Span | undefined, to: Destination): Site {
  const wants = to.kind === 'effect' ? 'nothing' : to.kind === 'slot' && to.all === true ? 'all' : 'first'
  const site: Site = { index: fn.sites.length, span, wants, live: [] }
  fn.sites.push(site)
  return site
}

export function withExit(to: Destination, exit: string): Destination {
  return to.kind === 'return' ? to : { ...to, exit }
}
