/** Colours on terminals, and none where NO_COLOR is set or the output is no terminal. */

export interface Palette {
  readonly enabled: boolean
  prompt(text: string): string
  /** The name of a value: `$1`. */
  history(text: string): string
  error(text: string): string
  hint(text: string): string
  faint(text: string): string
  /** Scheme text. */
  scheme(text: string): string
  /** The parenthesis that matches the one at the cursor. */
  match(text: string): string
}

const plain = (text: string): string => text

function style(code: string): (text: string) => string {
  // Line by line: what stands before the next line of an entry has no colour.
  return (text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? '' : `\x1b[${code}m${line}\x1b[0m`))
      .join('\n')
}

const tokens =
  /("(?:[^"\\]|\\.)*"?)|(;[^\n]*)|(#:[^\s()[\]"';]+)|(#\\(?:[^\s()[\]";]+|.)|#[tf]\b|#(?:true|false)\b)|((?<![^\s()[\]'`,])[-+]?\d[\d./]*(?![^\s()[\]"';]))/g

function scheme(text: string): string {
  return text.replace(tokens, (whole, string, comment, keyword, constant) => {
    if (string !== undefined) return style('32')(whole)
    if (comment !== undefined) return style('2')(whole)
    if (keyword !== undefined) return style('35')(whole)
    return constant !== undefined ? style('33')(whole) : style('36')(whole)
  })
}

export function makePalette(enabled: boolean): Palette {
  if (!enabled) {
    return {
      enabled,
      prompt: plain,
      history: plain,
      error: plain,
      hint: plain,
      faint: plain,
      scheme: plain,
      match: plain,
    }
  }
  return {
    enabled,
    prompt: style('1;34'),
    history: style('1;32'),
    error: style('1;31'),
    hint: style('1;36'),
    faint: style('2'),
    scheme,
    match: style('1;4'),
  }
}

/** Whether STREAM wants colours. */
export function wantsColor(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb'
}

/** A diagnostic with its parts marked. */
export function colorDiagnostic(text: string, palette: Palette): string {
  return text
    .split('\n')
    .map((line) => {
      const marked = line.replace(/\b(error|hint|note): /, (label) =>
        label.startsWith('error') ? palette.error(label) : palette.hint(label),
      )
      return /^ *\^$/.test(line) ? palette.error(line) : marked
    })
    .join('\n')
}
