/** Data nested deeper than the parser's stack allows: their innermost parts are parsed first, and each stands in the
 *  tokens as one that carries its datum. Not for texts with datum labels, which may reach from one part into another. */
import type { IToken } from 'chevrotain'
import type { Value } from '../values/index.ts'
import {
  ArrayOpen,
  BytevectorOpen,
  Close,
  CurlyDirective,
  DatumComment,
  Directive,
  Dot,
  LabelDefinition,
  LabelReference,
  Open,
  Prefix,
  StandardDirective,
  VectorOpen,
} from './tokens.ts'

/** Levels that are parsed at once. */
const HEIGHT = 500

/** An open group, or a prefix whose operand is still to come. */
interface Pending {
  /** Index of its first token among those that are kept. */
  readonly start: number
  readonly isPrefix: boolean
  readonly isComment: boolean
  /** The levels of what has been seen inside. */
  height: number
}

export interface Pieces {
  readonly tokens: IToken[]
  /** The innermost token that opens a group whose end is missing. */
  readonly open: IToken | undefined
}

/** TOKENS with inner data of HEIGHT levels in place of their tokens, as READ makes them; undefined when TOKENS are not
 *  deep, when a parenthesis has no opening one, or where datum labels or directives are used. */
export function withInnerDataRead(
  tokens: readonly IToken[],
  read: (tokens: IToken[]) => Value,
  standIn: (start: number, end: number, datum: Value) => IToken,
): Pieces | undefined {
  const kept: IToken[] = []
  const pending: Pending[] = []
  let changed = false

  const collapse = (start: number): void => {
    const part = kept.splice(start)
    const first = part[0]
    const last = part.at(-1)
    if (first === undefined || last === undefined) return
    kept.push(standIn(first.startOffset, last.startOffset + last.image.length, read(part)))
    changed = true
  }
  /** A datum of so many levels is complete: so are the prefixes before it. */
  const complete = (levels: number): void => {
    let height = levels
    for (;;) {
      const outer = pending.at(-1)
      if (outer === undefined) return
      if (!outer.isPrefix) {
        outer.height = Math.max(outer.height, height)
        return
      }
      pending.pop()
      height++
      if (outer.isComment) {
        const around = pending.at(-1)
        if (around !== undefined) around.height = Math.max(around.height, height)
        return
      }
      if (height >= HEIGHT) {
        collapse(outer.start)
        height = 0
      }
    }
  }

  for (const token of tokens) {
    const start = kept.length
    kept.push(token)
    const { tokenType } = token
    switch (tokenType) {
      case LabelDefinition:
      case LabelReference:
      case Directive:
      case StandardDirective:
      case CurlyDirective:
        return undefined
      case Dot:
        break
      case Open:
      case VectorOpen:
      case BytevectorOpen:
      case ArrayOpen:
        pending.push({ start, isPrefix: false, isComment: false, height: 0 })
        break
      case Prefix:
      case DatumComment:
        pending.push({ start, isPrefix: true, isComment: tokenType === DatumComment, height: 0 })
        break
      case Close: {
        const group = pending.pop()
        if (group === undefined || group.isPrefix) return undefined
        const height = group.height + 1
        if (height >= HEIGHT) {
          collapse(group.start)
          complete(0)
        } else complete(height)
        break
      }
      default:
        complete(0)
    }
  }
  const innermost = pending.at(-1)
  const open = innermost === undefined ? undefined : kept[innermost.start]
  return changed || open !== undefined ? { tokens: kept, open } : undefined
}
