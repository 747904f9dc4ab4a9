/** Commands defined in Scheme with `define-meta-command` of (system repl command). */
import { intern, list, listToArray, Pair, SchemeString, SchemeSymbol, type Value } from '../../../lang/values/index.ts'
import type { Session } from '../session.ts'
import type { CommandGroup, ReplCommand } from './command.ts'

const MODULE = ['system', 'repl', 'command']

/** Those that are defined now. The table is a list of (NAMES GROUP USAGE DOC PROCEDURE). */
export function schemeCommands(session: Session): ReplCommand[] {
  const module = session.interpreter.realm.findModule(MODULE)
  const table = listToArray(module?.bindings.get(intern('%meta-commands'))?.value) ?? []
  return table.flatMap((entry) => {
    const [names, group, usage, doc, procedure] = listToArray(entry) ?? []
    const [name, ...abbreviations] = (listToArray(names) ?? []).map(text)
    if (name === undefined) return []
    return {
      names: [name, ...abbreviations],
      group: text(group) as CommandGroup,
      usage: text(usage),
      doc: text(doc),
      run: (session, argument) => {
        const data = session.read(argument)
        session.during(() => session.interpreter.call(procedure, replOf(session), list(data)))
      },
    } satisfies ReplCommand
  })
}

function text(value: Value): string {
  if (value instanceof SchemeSymbol) return value.name
  return value instanceof SchemeString ? value.toString() : ''
}

/** The `repl` object of the session, made when first asked for. */
function replOf(session: Session): Value {
  const known = repls.get(session)
  if (known !== undefined) return known
  const make = session.interpreter.lookup(['system', 'repl', 'common'], 'make-repl')
  const made = session.interpreter.call(make, intern('scheme'))
  repls.set(session, made)
  return made
}

const repls = new WeakMap<Session, Value>()

/** The options that programs gave with `repl-default-option-set!`: texts by name. */
export function schemeOptions(session: Session): Map<string, string | boolean> {
  const module = session.interpreter.realm.findModule(['system', 'repl', 'common'])
  const alist = listToArray(module?.bindings.get(intern('%default-options'))?.value) ?? []
  const found = new Map<string, string | boolean>()
  for (const entry of alist) {
    if (!(entry instanceof Pair)) continue
    const { car, cdr } = entry
    if (typeof cdr === 'boolean') found.set(text(car), cdr)
    else if (cdr instanceof SchemeString || cdr instanceof SchemeSymbol) found.set(text(car), text(cdr))
  }
  return found
}
