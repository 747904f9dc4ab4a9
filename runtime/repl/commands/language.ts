/** Commands that show what becomes of an expression: expanded, simplified, compiled; and the loop's own options. */
import { compile, showGeneratedCode } from '../../../lang/codegen/index.ts'
import { type Core, simplify, unparse } from '../../../lang/core/index.ts'
import { expandTopLevel } from '../../../lang/syntax/top-level.ts'
import type { Value } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'
import { prettyPrint } from './inspect.ts'

/** The core forms of the expressions in ARGUMENT. */
function expanded(session: Session, argument: string): Core[] {
  if (argument === '') throw new CommandError('an expression is needed')
  return session.read(argument).map((datum) => session.interpreter.enter(() => expandTopLevel(datum)))
}

const expand: ReplCommand = {
  names: ['expand', 'x', 'exp'],
  group: 'compile',
  usage: 'EXP',
  doc: 'Expand the macros of an expression.',
  completes: 'binding',
  run(session, argument) {
    for (const core of expanded(session, argument)) prettyPrint(session, unparse(core))
  },
}

const optimize: ReplCommand = {
  names: ['optimize', 'opt'],
  group: 'compile',
  usage: 'EXP',
  doc: 'Show an expression as the compiler has simplified it.',
  completes: 'binding',
  run(session, argument) {
    for (const core of expanded(session, argument)) {
      prettyPrint(
        session,
        session.interpreter.enter((): Value => unparse(simplify(core))),
      )
    }
  },
}

const compileCommand: ReplCommand = {
  names: ['compile', 'c', 'disassemble'],
  group: 'compile',
  usage: 'EXP',
  doc: 'Show the JavaScript that an expression is compiled to.',
  completes: 'binding',
  run(session, argument) {
    for (const core of expanded(session, argument)) {
      showGeneratedCode((text) => session.write(`${text.replace(/\n\/\/# sourceURL=.*$/, '')}\n`))
      try {
        session.interpreter.enter(() => compile(core))
      } finally {
        showGeneratedCode(undefined)
      }
    }
  },
}

const language: ReplCommand = {
  names: ['language', 'L'],
  group: 'language',
  usage: '[LANGUAGE]',
  doc: 'Show the language of the prompt, which is always scheme.',
  run(session, argument) {
    if (argument !== '' && argument !== 'scheme')
      throw new CommandError(`no language ${argument}: there is only scheme`)
    session.write('Happy hacking with Scheme!\n')
  },
}

export const languageCommands: readonly ReplCommand[] = [language, expand, optimize, compileCommand]
