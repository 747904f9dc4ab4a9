/** SPKI s-expressions as libgcrypt reads and prints them: keys, signatures and access lists are kept in this form.
 *  Pure. Format: Rivest's S-expressions draft; libgcrypt's manual, chapter 11. */

/** Bytes, or a list. */
export type Sexp = Uint8Array | readonly Sexp[]

/** What libgcrypt's error codes call the trouble with a text. */
export const sexpErrors = {
  stringTooLong: 201,
  unmatchedParenthesis: 203,
  notCanonical: 204,
  badCharacter: 205,
  badQuotation: 206,
  unexpectedPunctuation: 209,
  badHexCharacter: 210,
  oddHexNumbers: 211,
} as const

export class SexpSyntaxError extends Error {
  /** A code of `sexpErrors`. */
  readonly code: number
  constructor(code: number) {
    super(`not an s-expression (code ${code})`)
    this.code = code
  }
}

const encoder = new TextEncoder()
const tokenCharacter = /[-a-zA-Z0-9./_:*+=]/
const escapes: Readonly<Record<string, number>> = {
  b: 8,
  t: 9,
  v: 11,
  n: 10,
  f: 12,
  r: 13,
  '"': 34,
  "'": 39,
  '\\': 92,
}

/** The expression that TEXT, in advanced or canonical form, holds; undefined when there is none. */
export function parseSexp(bytes: Uint8Array): Sexp | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const open: Sexp[][] = []
  let result: Sexp | undefined
  let at = 0
  const fail = (code: number): never => {
    throw new SexpSyntaxError(code)
  }
  const add = (item: Sexp): void => {
    const list = open.at(-1)
    // An atom on its own is nothing to libgcrypt.
    if (list === undefined) result ??= Array.isArray(item) ? item : undefined
    else list.push(item)
  }
  while (at < text.length) {
    const c = text.charAt(at)
    if (/\s/.test(c)) at++
    else if (c === '(') {
      open.push([])
      at++
    } else if (c === ')') {
      add(open.pop() ?? fail(sexpErrors.unmatchedParenthesis))
      at++
      if (open.length === 0) break
    } else if (c === '"') {
      const [content, end] = readString(text, at + 1)
      add(content)
      at = end
    } else if (c === '#') {
      const end = text.indexOf('#', at + 1)
      if (end < 0) fail(sexpErrors.badCharacter)
      const digits = text.slice(at + 1, end).replace(/\s/g, '')
      if (!/^[0-9a-fA-F]*$/.test(digits)) fail(sexpErrors.badHexCharacter)
      if (digits.length % 2 !== 0) fail(sexpErrors.oddHexNumbers)
      add(new Uint8Array(Buffer.from(digits, 'hex')))
      at = end + 1
    } else if (c === '|') {
      const end = text.indexOf('|', at + 1)
      if (end < 0) fail(sexpErrors.badCharacter)
      add(new Uint8Array(Buffer.from(text.slice(at + 1, end), 'base64')))
      at = end + 1
    } else if (/[0-9]/.test(c)) {
      const length = /^[0-9]+/.exec(text.slice(at))?.[0] ?? ''
      const start = at + length.length + 1
      if (text.charAt(start - 1) === ':') {
        const end = start + Number(length)
        if (end > text.length) fail(sexpErrors.stringTooLong)
        add(bytes.slice(start, end))
        at = end
      } else at = start - 1 // A length before another form of the same bytes.
    } else if (tokenCharacter.test(c)) {
      let end = at
      while (end < text.length && tokenCharacter.test(text.charAt(end))) end++
      add(encoder.encode(text.slice(at, end)))
      at = end
    } else fail(/[\][{}&\\]/.test(c) ? sexpErrors.unexpectedPunctuation : sexpErrors.badCharacter)
  }
  if (open.length > 0) fail(sexpErrors.unmatchedParenthesis)
  return result
}

function readString(text: string, start: number): readonly [content: Uint8Array, end: number] {
  const bytes: number[] = []
  for (let i = start; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === '"') return [Uint8Array.from(bytes), i + 1]
    if (c !== '\\') {
      bytes.push(c.charCodeAt(0))
      continue
    }
    i++
    const letter = text.charAt(i)
    const known = escapes[letter]
    if (known !== undefined) bytes.push(known)
    else if (letter === 'x') {
      bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16))
      i += 2
    } else if (/[0-3]/.test(letter)) {
      bytes.push(Number.parseInt(text.slice(i, i + 3), 8))
      i += 2
    } else if (letter === '\n') continue
    else if (letter === '\r') {
      if (text.charAt(i + 1) === '\n') i++
    } else throw new SexpSyntaxError(sexpErrors.badQuotation)
  }
  throw new SexpSyntaxError(sexpErrors.badQuotation)
}

/** Whether BYTES are written as they are. */
export function isToken(bytes: Uint8Array): boolean {
  return bytes.length > 0 && /^[-a-zA-Z./_:*+=][-a-zA-Z0-9./_:*+=]*$/.test(Buffer.from(bytes).toString('latin1'))
}

/** The advanced form, laid out as libgcrypt does. */
export function formatSexp(sexp: Sexp): string {
  return isAtom(sexp) ? formatAtom(sexp) : formatList(sexp, 0, false)
}
function isAtom(sexp: Sexp): sexp is Uint8Array {
  return sexp instanceof Uint8Array
}
function formatList(items: readonly Sexp[], depth: number, anotherFollows: boolean): string {
  let text = depth === 0 ? '(' : `\n${' '.repeat(depth)}(`
  items.forEach((item, i) => {
    const next = items[i + 1]
    if (isAtom(item)) text += formatAtom(item) + (next === undefined ? '' : ' ')
    else text += formatList(item, depth + 1, next !== undefined && !isAtom(next))
  })
  // A list that follows begins its line itself.
  return `${text})${anotherFollows ? '' : `\n${' '.repeat(depth)}`}`
}
function formatAtom(bytes: Uint8Array): string {
  if (isToken(bytes)) return Buffer.from(bytes).toString('latin1')
  const [first = 1] = bytes
  const printable = bytes.every((b) => (b >= 0x20 && b < 0x7f) || b > 0xa0 || [8, 9, 10, 11, 12, 13].includes(b))
  if (first === 0 || first >= 0x80 || !printable) return `#${Buffer.from(bytes).toString('hex').toUpperCase()}#`
  const names: Readonly<Record<number, string>> = {
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    34: '\\"',
    39: "\\'",
    92: '\\\\',
  }
  return `"${Array.from(bytes, (b) => names[b] ?? String.fromCharCode(b)).join('')}"`
}

/** The canonical form: every atom as LENGTH:BYTES. */
export function canonicalBytes(sexp: Sexp): Uint8Array {
  if (isAtom(sexp)) return Buffer.concat([Buffer.from(`${sexp.length}:`), sexp])
  return Buffer.concat([Buffer.from('('), ...sexp.map(canonicalBytes), Buffer.from(')')])
}

/** The first list in SEXP, itself included, that begins with TOKEN. */
export function findToken(sexp: Sexp, token: string): readonly Sexp[] | undefined {
  if (isAtom(sexp)) return undefined
  const [head] = sexp
  if (head !== undefined && isAtom(head) && Buffer.from(head).toString('latin1') === token) return sexp
  for (const item of sexp) {
    const found = findToken(item, token)
    if (found !== undefined) return found
  }
  return undefined
}

/** The bytes after the name in the list (NAME BYTES …) inside SEXP. */
export function atomAfter(sexp: Sexp, name: string): Uint8Array | undefined {
  const value = findToken(sexp, name)?.[1]
  return value !== undefined && isAtom(value) ? value : undefined
}
export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1')
}
export function atom(text: string): Uint8Array {
  return encoder.encode(text)
}
