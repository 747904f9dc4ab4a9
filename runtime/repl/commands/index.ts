/** The table of the loop's commands, by name and abbreviation. Those of Scheme programs are in scheme.ts. */
import { authoringCommands } from './authoring.ts'
import type { ReplCommand } from './command.ts'
import { debugCommands } from './debug.ts'
import { helpCommands } from './help.ts'
import { inspectCommands, systemCommands } from './inspect.ts'
import { languageCommands } from './language.ts'
import { moduleCommands } from './module.ts'
import { profileCommands } from './profile.ts'
import { trapCommands } from './traps.ts'

export type { ReplCommand } from './command.ts'
export { moduleNames } from './help.ts'
export { schemeCommands, schemeOptions } from './scheme.ts'

const declared: readonly ReplCommand[] = [
  ...helpCommands,
  ...moduleCommands,
  ...languageCommands,
  ...profileCommands,
  ...debugCommands,
  ...trapCommands,
  ...inspectCommands,
  ...authoringCommands,
  ...systemCommands,
]

export const replCommands: ReadonlyMap<string, ReplCommand> = new Map(
  declared.flatMap((command) => command.names.map((name) => [name, command] as const)),
)
