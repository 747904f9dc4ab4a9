/** `simple-format`: ~A, ~S, ~~ and ~%. The full `format` is (ice-9 format), in Scheme. */
import { miscError } from '../../conditions/index.ts'
import { SchemeString, type Value } from '../../values/index.ts'
import { displayString, writeString } from '../print.ts'

/** The text of an error's message: never an error itself, whatever the arguments. */
export function formatMessage(message: string, args: readonly Value[]): string {
  let used = 0
  const text = message.replace(/~([aAsS~%])/g, (all, directive: string) => {
    if (directive === '~') return '~'
    if (directive === '%') return '\n'
    if (used >= args.length) return all
    const value = args[used++]
    return directive === 'a' || directive === 'A' ? displayString(value) : writeString(value)
  })
  return [text, ...args.slice(used).map(writeString)].join(' ')
}

export function simpleFormat(message: string, args: readonly Value[]): string {
  let used = 0
  const next = (): Value => {
    if (used >= args.length) miscError('simple-format', 'FORMAT: missing argument for ~~~S', new SchemeString(message))
    return args[used++]
  }
  const result = message.replace(/~([\s\S]|$)/g, (_, directive: string) => {
    switch (directive) {
      case 'a':
      case 'A':
        return displayString(next())
      case 's':
      case 'S':
        return writeString(next())
      case '~':
        return '~'
      case '%':
        return '\n'
      default:
        return miscError(
          'simple-format',
          'FORMAT: Unsupported format option ~~~A - use (ice-9 format) instead',
          new SchemeString(directive),
        )
    }
  })
  if (used < args.length) miscError('simple-format', 'FORMAT: ~A superfluous arguments', args.length - used)
  return result
}
