/** Texinfo markup in hints, which Guix's conditions have, as plain text.
 *  Only what hints use: commands with braces, @example and @quotation; the whole language is Scheme's (texinfo). */

const quoted = new Set(['code', 'command', 'file', 'option', 'samp', 'env'])

/** The lines of HINT, paragraphs filled to one line each, examples indented and as they are. */
export function hintLines(hint: string): string[] {
  if (!hint.includes('@')) return hint.split('\n')
  const lines: string[] = []
  let example = false
  let paragraph: string[] = []
  const endParagraph = (): void => {
    if (paragraph.length > 0) lines.push(paragraph.join(' '))
    paragraph = []
  }
  for (const line of hint.split('\n')) {
    const block = /^@(end )?(?:example|lisp|quotation)\s*$/.exec(line)
    if (block !== null) {
      endParagraph()
      example = block[1] === undefined
    } else if (example) lines.push(`    ${plainText(line)}`)
    else if (line.trim() === '') endParagraph()
    else paragraph.push(plainText(line.trim()))
  }
  endParagraph()
  return lines
}

function plainText(line: string): string {
  return line
    .replace(/@([a-z]+)\{([^{}]*)\}/g, (_, command: string, text: string) =>
      quoted.has(command) ? `\`${text}'` : command === 'var' ? text.toUpperCase() : text,
    )
    .replace(/@([@{}])/g, '$1')
}
