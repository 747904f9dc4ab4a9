/** What Tab completes: commands after a comma, modules in `use-modules`, files in strings, and names. */
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { namesVisibleIn } from '../../lang/conditions/suggestions.ts'
import { moduleNames, schemeCommands } from './commands/index.ts'
import type { Session } from './session.ts'
import type { Completion } from './terminal.ts'

/** What could stand at the end of BEFORE, the text up to the cursor. */
export function complete(session: Session, before: string): Completion {
  const command = /^\s*,(\S*)$/.exec(before)
  if (command !== null) {
    const names = [...session.commands.keys(), ...schemeCommands(session).flatMap((one) => one.names)]
    return starting(names, command[1] ?? '', before.length)
  }
  const of = /^\s*,(\S+)\s+/.exec(before)
  const completes = of === null ? undefined : session.commands.get(of[1] ?? '')?.completes
  if (completes === 'command') return starting([...session.commands.keys()], lastWord(before), before.length)
  if (completes === 'option') return starting([...session.options.keys()], lastWord(before), before.length)
  const argument = of === null ? before : before.slice(of[0].length)
  if (completes === 'file') return files(argument.replace(/^"/, ''), before.length)
  const string = openString(argument)
  if (string !== undefined) return files(string, before.length)
  if (completes === 'module' || isModulePosition(argument)) {
    const name = /\(([^()]*)$/.exec(argument)
    if (name !== null && (completes === 'module' || /\S/.test(argument.slice(0, name.index)))) {
      return modules(session, name[1] ?? '', before.length)
    }
    if (completes === 'module' && !argument.includes(')')) {
      const found = modules(session, argument, before.length)
      return { start: found.start, candidates: found.candidates.map((one) => `(${one}`) }
    }
  }
  return starting([...namesVisibleIn(session.module)], lastWord(before), before.length)
}

function starting(names: Iterable<string>, prefix: string, end: number): Completion {
  const candidates = [...new Set(names)].filter((name) => name.startsWith(prefix)).sort()
  return { start: end - prefix.length, candidates }
}

function lastWord(text: string): string {
  return /[^\s()[\]"';`,]*$/.exec(text)?.[0] ?? ''
}

/** The text of the string that is still open at the end of TEXT. */
function openString(text: string): string | undefined {
  const found = /^(?:[^"\\;]|\\.|#\\.|"(?:[^"\\]|\\.)*"|;[^\n]*\n)*"((?:[^"\\]|\\.)*)$/.exec(text)
  return found?.[1]
}

/** Whether TEXT ends where a module's name is written. */
function isModulePosition(text: string): boolean {
  return /(?:\((?:use-modules|import|@{1,2})|#:use-module|#:autoload)(?:\s+\(*[^()]*\)*)*\s*\(*[^()]*$/.test(text)
}

/** PREFIX is what follows the parenthesis of a module's name. */
function modules(session: Session, prefix: string, end: number): Completion {
  const wanted = prefix.replace(/\s+/g, ' ')
  const candidates = moduleNames(session)
    .filter((name) => name.startsWith(wanted))
    .map((name) => `${name})`)
  return { start: end - prefix.length, candidates }
}

function files(prefix: string, end: number): Completion {
  const slash = prefix.lastIndexOf('/') + 1
  const directory = prefix.slice(0, slash)
  const name = prefix.slice(slash)
  const place = directory.replace(/^~(?=\/)/, process.env.HOME ?? homedir())
  let entries: string[] = []
  try {
    entries = readdirSync(place === '' ? '.' : place, { withFileTypes: true })
      .filter((entry) => entry.name.startsWith(name) && (name.startsWith('.') || !entry.name.startsWith('.')))
      .map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`)
  } catch {
    // There is no such directory.
  }
  return { start: end - name.length, candidates: entries.sort() }
}
