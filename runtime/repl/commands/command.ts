/** What a command of the loop is. To add one: a declaration in a file here, named in index.ts; its help and its
 *  completion come from the declaration. */
import type { Session } from '../session.ts'

/** Guile's groups, and that of package authors. */
export const groups = [
  'help',
  'module',
  'language',
  'compile',
  'profile',
  'debug',
  'inspect',
  'authoring',
  'system',
] as const
export type CommandGroup = (typeof groups)[number]

export interface ReplCommand {
  /** The name, then abbreviations. */
  readonly names: readonly [string, ...string[]]
  readonly group: CommandGroup
  /** Its arguments, as help shows them; empty for none. */
  readonly usage: string
  /** A sentence, then more after a blank line if needed. */
  readonly doc: string
  /** What its argument is, for completion. */
  readonly completes?: 'binding' | 'module' | 'file' | 'command' | 'option'
  /** ARGUMENT is the rest of the entry, without blanks around it. */
  run(session: Session, argument: string): void | Promise<void>
}
