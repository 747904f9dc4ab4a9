/** Commands that tell about commands and about what is bound. */
import { moduleFilesBelow } from '../../../build-side/suggestions.ts'
import { templateOf } from '../../../lang/codegen/index.ts'
import { definitionIn, namesVisibleIn } from '../../../lang/conditions/suggestions.ts'
import { moduleKey } from '../../../lang/modules/index.ts'
import { declarationOf } from '../../../lang/primitives/define.ts'
import { formatSpan, SourceFile } from '../../../lang/source/index.ts'
import { DefiningForm, Macro, NativeForm, Rewriter } from '../../../lang/syntax/macro.ts'
import { intern, SchemeSymbol, type Value } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import { groups, type ReplCommand } from './command.ts'
import { schemeCommands } from './scheme.ts'

function usageLine(command: ReplCommand): string {
  return `,${[command.names[0], command.usage].filter((part) => part !== '').join(' ')}`
}

function commandLine(command: ReplCommand): string {
  const [, ...abbreviations] = command.names
  const short = abbreviations.length === 0 ? '' : `[,${abbreviations.join(' ,')}]`
  const left = usageLine(command)
  const width = 31
  const first = left.length + short.length < width ? `${left.padEnd(width - short.length)}${short}` : undefined
  const [summary = ''] = command.doc.split('\n')
  return first === undefined
    ? ` ${left}\n${' '.repeat(width - short.length + 1)}${short} - ${summary}`
    : ` ${first} - ${summary}`
}

function title(group: string): string {
  return group.slice(0, 1).toUpperCase() + group.slice(1)
}

function all(session: Session): ReplCommand[] {
  return [...new Set([...session.commands.values(), ...schemeCommands(session)])]
}

function groupNames(session: Session): string[] {
  return [...new Set([...groups, ...all(session).map((command) => command.group)])]
}

function groupHelp(session: Session, group: string): string {
  const commands = all(session).filter((command) => command.group === group)
  return `${title(group)} Commands [abbrev]:\n\n${commands.map(commandLine).join('\n')}\n\n`
}

const help: ReplCommand = {
  names: ['help', 'h'],
  group: 'help',
  usage: '[all | GROUP | [-c] COMMAND]',
  doc: 'Show help.\n\nWith GROUP, list the commands of a group; with COMMAND, show its documentation.',
  completes: 'command',
  run(session, argument) {
    const name = argument.replace(/^-c\s*/, '').replace(/^,/, '')
    const names = groupNames(session)
    if (name === 'all') return session.write(names.map((group) => groupHelp(session, group)).join(''))
    if (
      names.includes(name) &&
      !argument.startsWith('-c') &&
      !(session.commands.has(name) && name === argument.slice(1))
    ) {
      return session.write(groupHelp(session, name))
    }
    if (name !== '') {
      const command = all(session).find((one) => one.names.includes(name))
      if (command === undefined) throw new CommandError(`Unknown command or group: ${name}`)
      return session.write(`Usage: ${usageLine(command).slice(1)}\n${command.doc}\n`)
    }
    const list = names.slice(1).map((group) => ` ${`,help ${group}`.padEnd(33)} - List ${group} commands\n`)
    session.write(
      `${groupHelp(session, 'help')}Command Groups:\n\n ${',help all'.padEnd(33)} - List all commands\n${list.join('')}\n` +
        "Type `,help -c COMMAND' to show documentation of a particular command.\n",
    )
  },
}

const show: ReplCommand = {
  names: ['show'],
  group: 'help',
  usage: '[warranty|copying|version]',
  doc: 'Give information about strata.',
  run(session, argument) {
    const texts = new Map([
      ['version', 'strata, compatible with Guile 3.0'],
      [
        'copying',
        'strata is free software: you may use, change and pass it on under the GNU General Public License 3 or later.',
      ],
      ['warranty', 'strata comes with no warranty, to the extent that the law permits.'],
    ])
    const text = texts.get(argument)
    if (text === undefined && argument !== '') throw new CommandError(`Unknown topic: ${argument}`)
    session.write(`${text ?? `,show knows: ${[...texts.keys()].join(', ')}`}\n`)
  },
}

const apropos: ReplCommand = {
  names: ['apropos', 'a'],
  group: 'help',
  usage: 'REGEXP',
  doc: 'Find bindings whose names match REGEXP, among those that the current module sees.',
  completes: 'binding',
  run(session, argument) {
    const pattern = regularExpression(argument)
    const { module } = session
    const lines = new Set<string>()
    for (const name of namesVisibleIn(module)) {
      if (!pattern.test(name)) continue
      const symbol = intern(name)
      const variable = module.lookup(symbol)
      if (variable?.value === undefined) continue
      const used = module.uses.find((one) => one.lookup(symbol) === variable)
      const owner = moduleKey(module.bindings.has(symbol) || used === undefined ? module.name : used.module.name)
      lines.add(`${owner}: ${name}\t${describeBriefly(session, variable.value)}`)
    }
    for (const line of [...lines].sort()) session.write(`${line}\n`)
  },
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw new CommandError(`not a regular expression: ${text}`)
  }
}

function describeBriefly(session: Session, value: Value): string {
  if (value instanceof Macro) return `#<macro ${value.name}>`
  const text = session.written(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

const describe: ReplCommand = {
  names: ['describe', 'd'],
  group: 'help',
  usage: 'OBJ',
  doc: 'Show what OBJ is: the parameters and the documentation of a procedure or macro, the value of anything else.',
  completes: 'binding',
  run(session, argument) {
    if (argument === '') throw new CommandError('usage: ,describe OBJ')
    const [datum] = session.read(argument)
    const bound = datum instanceof SchemeSymbol ? session.module.lookup(datum)?.value : undefined
    const value = bound instanceof Macro ? bound : datum === undefined ? undefined : session.evaluate(datum)
    session.write(`${describeValue(session, value)}\n`)
  },
}

/** The description that `,describe` prints. */
export function describeValue(session: Session, value: Value): string {
  if (value instanceof Macro) {
    const doc =
      value instanceof NativeForm || value instanceof Rewriter || value instanceof DefiningForm
        ? value.documentation
        : undefined
    return `${value.name} is a macro.${doc === undefined ? '' : `\n\n${doc}`}`
  }
  if (typeof value !== 'function') return session.written(value)
  const declaration = declarationOf(value)
  const template = templateOf(value)
  const lines = [session.written(value)]
  const doc = declaration?.doc ?? template?.documentation
  if (template?.span !== undefined) lines.push(`Defined at ${formatSpan(template.span)}`)
  if (declaration !== undefined) lines.push(`A primitive of ${declaration.module}`)
  if (doc !== undefined) lines.push('', doc)
  return lines.join('\n')
}

/** Where NAME is defined, as far as it is known: file, line from 1, column. */
export function definitionPlace(
  session: Session,
  name: SchemeSymbol,
): { readonly file: string; readonly line: number } | undefined {
  const variable = session.module.lookup(name)
  const value = variable?.value
  const span = typeof value === 'function' ? templateOf(value)?.span : undefined
  // Code that was kept for a file of the same content names that file, which may be gone.
  if (span !== undefined && session.interpreter.realm.host.fileExists(span.source.name)) {
    return { file: span.source.name, line: span.source.position(span.start).line }
  }
  for (const module of session.interpreter.realm.modules.values()) {
    if (module.filename === undefined || module.bindings.get(name) !== variable) continue
    const bytes = session.interpreter.realm.host.readFile(module.filename)
    if (bytes === undefined) continue
    const source = new SourceFile(module.filename, new TextDecoder().decode(bytes))
    const at = definitionIn(source.text, name.name)
    if (at !== undefined) return { file: module.filename, line: source.position(at).line }
  }
  return undefined
}

/** Names of the modules below the roots of the load path, for completion. */
export function moduleNames(session: Session): string[] {
  const { realm } = session.interpreter
  const files = realm.loadPath
    .flatMap(moduleFilesBelow)
    .map((file) => file.slice(0, -'.scm'.length).replaceAll('/', ' '))
  const loaded = [...realm.modules.keys()].map((key) => key.slice(1, -1))
  return [...new Set([...files, ...loaded])].sort()
}

export const helpCommands: readonly ReplCommand[] = [help, show, apropos, describe]
