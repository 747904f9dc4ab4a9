/** Suggestions for messages, with the modules that are found on this machine's disk. */
import { readdirSync } from 'node:fs'
import type { Suggestions } from '../lang/conditions/diagnostics.ts'
import { type Interpreter, makeSuggestions } from '../lang/conditions/suggestions.ts'

export function suggestionsOf(interpreter: Interpreter | undefined): Suggestions {
  return makeSuggestions(interpreter, moduleFilesBelow)
}

/** Relative names of the Scheme files below ROOT; none when it is no directory. */
export function moduleFilesBelow(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((entry) => entry.endsWith('.scm') && !entry.startsWith('node_modules/'))
      .sort()
  } catch {
    return []
  }
}
