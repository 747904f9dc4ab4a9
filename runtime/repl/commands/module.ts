/** Commands about modules: which one is current, what it uses, loading and reloading. */
import { spawnSync } from 'node:child_process'
import { loadFile, type Module, moduleKey, moduleNameParts } from '../../../lang/modules/index.ts'
import { Pair, SchemeSymbol } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'
import { definitionPlace } from './help.ts'

/** A module's name as one writes it: `(a b)`, or the parts alone. */
function moduleName(session: Session, argument: string): string[] {
  const data = session.read(argument)
  const [first] = data
  const parts =
    data.length === 1 && first instanceof Pair ? moduleNameParts(first) : data.map((part) => session.written(part))
  if (parts === undefined || parts.length === 0) throw new CommandError(`not a module name: ${argument}`)
  return parts
}

function load(session: Session, parts: readonly string[]): Module {
  const { interpreter } = session
  return session.during(() => interpreter.loadModule(parts))
}

const module: ReplCommand = {
  names: ['module', 'm'],
  group: 'module',
  usage: '[MODULE]',
  doc: 'Change modules, or show the current one.',
  completes: 'module',
  run(session, argument) {
    const { realm } = session.interpreter
    if (argument === '') return session.write(`${moduleKey(realm.currentModule.name)}\n`)
    const parts = moduleName(session, argument)
    realm.currentModule = realm.findModule(parts) ?? load(session, parts)
  },
}

const use: ReplCommand = {
  names: ['use', 'u'],
  group: 'module',
  usage: 'MODULE',
  doc: 'Use another module in the current one.',
  completes: 'module',
  run(session, argument) {
    const target = session.module
    const used = load(session, moduleName(session, argument))
    target.use(used.publicInterface)
  },
}

const imports: ReplCommand = {
  names: ['import'],
  group: 'module',
  usage: '[MODULE ...]',
  doc: 'Import modules, or list those that are imported.',
  completes: 'module',
  run(session, argument) {
    if (argument === '') {
      for (const used of session.module.uses) session.write(`${moduleKey(used.module.name)}\n`)
      return
    }
    for (const datum of session.read(argument)) {
      const parts = moduleNameParts(datum)
      if (parts === undefined) throw new CommandError(`not a module name: ${session.written(datum)}`)
      session.module.use(load(session, parts).publicInterface)
    }
  },
}

const loadCommand: ReplCommand = {
  names: ['load', 'l'],
  group: 'module',
  usage: 'FILE',
  doc: 'Load a file in the current module.',
  completes: 'file',
  run(session, argument) {
    const file = argument.replace(/^"(.*)"$/, '$1')
    if (file === '') throw new CommandError('usage: ,load FILE')
    session.during(() => session.interpreter.evaluateFile(file))
  },
}

/** Run the file of a module once more, in the module. */
export function reloadModule(session: Session, target: Module): void {
  const { filename } = target
  if (filename === undefined) throw new CommandError(`${moduleKey(target.name)} has no file`)
  const { interpreter } = session
  const { realm } = interpreter
  const { currentModule } = realm
  realm.currentModule = target
  try {
    session.during(() => interpreter.enter(() => loadFile(filename)))
  } finally {
    realm.currentModule = currentModule
  }
  session.write(`;;; reloaded ${filename}\n`)
}

const reload: ReplCommand = {
  names: ['reload', 're'],
  group: 'module',
  usage: '[MODULE]',
  doc: 'Reload the given module, or the current one, from its file.',
  completes: 'module',
  run(session, argument) {
    const { realm } = session.interpreter
    const { name, filename } = session.module
    // Authors at work on a recipe want the module that has it.
    const recipe = argument === '' && filename === undefined ? session.recipeFile : undefined
    const of = recipe === undefined ? undefined : [...realm.modules.values()].find((one) => one.filename === recipe)
    const parts = argument === '' ? (of?.name ?? name) : moduleName(session, argument)
    const target = realm.findModule(parts)
    if (target === undefined) throw new CommandError(`${moduleKey(parts)} is not loaded`)
    if (target.filename === undefined)
      throw new CommandError(`${moduleKey(parts)} has no file; name a module: ,reload (my packages)`)
    reloadModule(session, target)
  },
}

const binding: ReplCommand = {
  names: ['binding', 'b'],
  group: 'module',
  usage: '',
  doc: 'List the bindings of the current module.',
  run(session) {
    const lines = [...session.module.bindings].map(([name, variable]) => {
      const value = variable.value === undefined ? '#<undefined>' : session.written(variable.value)
      return `${name.name.padEnd(23)} ${value.length > 100 ? `${value.slice(0, 99)}…` : value}\n`
    })
    session.write(lines.sort().join(''))
  },
}

const inModule: ReplCommand = {
  names: ['in'],
  group: 'module',
  usage: 'MODULE COMMAND-OR-EXPRESSION',
  doc: 'Evaluate an expression, or run a command, in another module.',
  completes: 'module',
  async run(session, argument) {
    const { realm } = session.interpreter
    const text = argument.trimStart()
    const [name] = session.read(text.startsWith('(') ? text.slice(0, closing(text)) : (text.split(/\s/)[0] ?? ''))
    const parts = name instanceof SchemeSymbol ? [name.name] : name === undefined ? undefined : moduleNameParts(name)
    if (parts === undefined) throw new CommandError('usage: ,in MODULE EXPRESSION')
    const rest = text.slice(text.startsWith('(') ? closing(text) : (text.split(/\s/)[0] ?? '').length).trim()
    const target = realm.findModule(parts) ?? load(session, parts)
    const outer = realm.currentModule
    realm.currentModule = target
    try {
      if (rest.startsWith(',')) {
        const [word = '', ...others] = rest.slice(1).split(/\s+/)
        const command = session.commands.get(word)
        if (command === undefined) throw new CommandError(`Unknown meta command: ${word}`)
        await command.run(session, others.join(' '))
      } else for (const value of session.evaluateText(rest)) session.print(value)
    } finally {
      if (realm.currentModule === target) realm.currentModule = outer
    }
  },
}

/** The offset after the list that TEXT begins with. */
function closing(text: string): number {
  const end = text.indexOf(')')
  return end < 0 ? text.length : end + 1
}

const edit: ReplCommand = {
  names: ['edit', 'ed'],
  group: 'module',
  usage: 'NAME',
  doc: 'Open the definition of NAME in $VISUAL or $EDITOR, then reload its module.',
  completes: 'binding',
  run(session, argument) {
    const [name] = session.read(argument)
    if (!(name instanceof SchemeSymbol)) throw new CommandError('usage: ,edit NAME')
    const place = definitionPlace(session, name)
    if (place === undefined) throw new CommandError(`where ${name.name} is defined is not known`)
    const editor = process.env.VISUAL || process.env.EDITOR
    if (editor === undefined || editor === '') throw new CommandError('set EDITOR to the editor you want')
    const { status, error } = spawnSync('sh', ['-c', `${editor} +${place.line} "$0"`, place.file], { stdio: 'inherit' })
    if (error !== undefined || status !== 0) throw new CommandError(`${editor} did not end well; nothing was reloaded`)
    const owner = [...session.interpreter.realm.modules.values()].find((one) => one.filename === place.file)
    if (owner !== undefined) reloadModule(session, owner)
    else session.during(() => session.interpreter.evaluateFile(place.file))
  },
}

export const moduleCommands: readonly ReplCommand[] = [
  module,
  use,
  imports,
  loadCommand,
  reload,
  binding,
  inModule,
  edit,
]
