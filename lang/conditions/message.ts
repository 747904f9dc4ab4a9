/** Guile's words for a condition. Not its place and not the hints (diagnostics.ts). */
import type { Raised } from '../execution/raised.ts'
import { formatMessage } from '../primitives/ports/simple-format.ts'
import { displayString, writeString } from '../primitives/print.ts'
import {
  isInstance,
  listToArray,
  RecordType,
  type SchemeRecord,
  SchemeString,
  SchemeSymbol,
  type Value,
} from '../values/index.ts'
import { component, IRRITANTS, isException, MESSAGE, simpleExceptions } from './exceptions.ts'

/** Guile's words for the condition, without its `In procedure` when there is no procedure. */
export function messageOf(raised: Raised): string {
  const { key, args, object: exception } = raised
  const name = key instanceof SchemeSymbol ? key.name : ''
  const items = listToArray(args) ?? []
  if (name === 'syntax-error') return syntaxMessage(items)
  if (name === 'read-error') {
    // Guile's reader puts the place into the message; here it stands before it.
    const [, message, irritants] = items
    return formatMessage(displayString(message), listToArray(irritants) ?? []).replace(/^[^#\n][^:\n]*:\d+:\d+: /, '')
  }
  if (items.length === 0 && isThrown(exception)) return `Throw to key \`${name}' with args \`()'.`
  // A reason to leave that comes with what to say.
  if (name === 'quit' && component(exception, MESSAGE) !== undefined) return exceptionMessage(exception, name)
  if (name === '%exception' || items.length === 0) return exceptionMessage(items[0] ?? exception, name)
  const [procedure, message, irritants, data] = items
  if (name === 'getaddrinfo-error' && typeof procedure === 'number') {
    return `In procedure getaddrinfo: ${addressErrors[procedure] ?? `error ${procedure}`}`
  }
  if (name === 'match-error' && items.length === 3 && message instanceof SchemeString) {
    // The third is the value, which may be a list.
    return `In procedure ${displayString(procedure)}: ${message.toString()} for ${shortened(irritants)}`
  }
  if (name === 'keyword-argument-error' && message instanceof SchemeString) {
    return [message.toString(), ...(listToArray(data) ?? []).map(writeString)].join(': ')
  }
  if (message instanceof SchemeString && (listToArray(irritants) !== undefined || irritants === false)) {
    const text = formatMessage(message.toString(), listToArray(irritants) ?? [])
    return procedure === false ? text : `In procedure ${displayString(procedure)}: ${text}`
  }
  return `Throw to key \`${name}' with args \`${writeString(args)}'.`
}

/** What `gai-strerror` says. */
const addressErrors: Readonly<Record<number, string>> = {
  [-1]: 'Bad value for ai_flags',
  [-2]: 'Name or service not known',
  [-3]: 'Temporary failure in name resolution',
  [-4]: 'Non-recoverable failure in name resolution',
  [-6]: 'ai_family not supported',
  [-7]: 'ai_socktype not supported',
  [-8]: 'Servname not supported for ai_socktype',
  [-10]: 'Memory allocation failure',
  [-11]: 'System error',
}

/** Whether `throw` made the exception, of a key that stands for no type. */
function isThrown(exception: Value): boolean {
  return namedComponent(exception, '&exception-with-kind-and-args') !== undefined
}

function syntaxMessage([who, message, , form, subform]: readonly Value[]): string {
  const subject = who === false || who === undefined ? '' : `${displayString(who)}: `
  const inner = subform === false || subform === undefined ? '' : ` in subform ${shortened(subform)} of`
  const outer =
    form === false || form === undefined ? '' : `${inner === '' ? ' in form' : ''}${inner} ${shortened(form)}`
  return `${subject}${displayString(message)}${outer}`
}

function shortened(form: Value): string {
  const text = writeString(form)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function exceptionMessage(exception: Value, key: string): string {
  if (!isException(exception))
    return key === '%exception' || key === '' ? `uncaught exception: ${writeString(exception)}` : key
  const message = component(exception, MESSAGE)?.f0
  const irritants = component(exception, IRRITANTS)?.f0
  const formatted = formattedMessage(exception)
  if (formatted !== undefined) return formatted
  if (message !== undefined) {
    const extra = listToArray(irritants)?.map(writeString) ?? []
    return [displayString(message), ...extra].join(' ')
  }
  return describeException(exception)
}

/** The condition types of an exception and their fields: what Guile prints when there is no message. */
function describeException(exception: Value): string {
  return simpleExceptions(exception)
    .map((simple) => {
      const type = typeOf(simple)
      if (type === undefined) return writeString(simple)
      const fields = type.fields.map((field, i) => `${field.name}: ${shortened(fieldOf(simple, i))}`)
      return [type.name.name, ...fields].join(' ')
    })
    .join(', ')
}

function typeOf(value: Value): RecordType | undefined {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  return type instanceof RecordType ? type : undefined
}

export function fieldOf(record: Value, index: number): Value {
  const type = typeOf(record)
  return type !== undefined && isInstance(record, type) ? record[`f${index}`] : undefined
}

/** A component whose type has this name, with its fields by name. */
export function namedComponent(exception: Value, name: string): ((field: string) => Value) | undefined {
  for (const simple of simpleExceptions(exception)) {
    const type = typeOf(simple)
    if (type?.name.name === name && isInstance(simple, type)) {
      const record: SchemeRecord = simple
      return (field) => record[`f${type.fields.findIndex((f) => f.name === field)}`]
    }
  }
  return undefined
}

/** Guix's `&formatted-message`. */
function formattedMessage(exception: Value): string | undefined {
  const field = namedComponent(exception, '&formatted-message')
  const format = field?.('format')
  if (!(format instanceof SchemeString)) return undefined
  // Formats that (guix i18n) translates end their line; whoever prints the message does that here.
  return formatMessage(format.toString(), listToArray(field?.('arguments')) ?? []).replace(/\n+$/, '')
}
